"""The messages on the `/agent` namespace, a class for each payload and each answer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field as Constraint

from agent.contract.base import Integer, WireModel
from agent.contract.files import MAX_PATH_CHARS, IndexedFile, Sha256
from agent.contract.versions import ContractRange

BATCH_SIZE = 10
"""Files in one `agent:pdf_indexed` message."""
HEARTBEAT_SECONDS = 30
HOLD_FILES = 50
MAX_PLACES = 100
"""Places and disks in one heartbeat."""
_PlacePath = Annotated[str, Constraint(max_length=MAX_PATH_CHARS)]
Disks = Annotated[
    dict[_PlacePath, Annotated[str, Constraint(max_length=40)]], Constraint(max_length=MAX_PLACES)
]
_State = Annotated[str, Constraint(pattern=r"^[0-9a-f]{16}$")]


class Peer(WireModel):
    """Which versions of the contract a side speaks: `contracts` are the oldest and the newest;
    `contract`, the oldest, is all that a peer from before ranges says or looks at."""

    contract: int
    contracts: ContractRange | None = None

    @property
    def speaks(self) -> ContractRange:
        """The versions as a range."""
        return self.contracts or ContractRange(self.contract, self.contract)


class Handshake(Peer):
    """The `auth` object of the Socket.IO connection."""

    token: str
    version: str
    platform: str
    hostname: str


class Counters(WireModel):
    """What the agent did since it started; all are counts."""

    files: Integer = 0
    indexed: Integer = 0
    failed: Integer = 0
    queued: Integer = 0
    uploads: Integer = 0
    upload_errors: Integer = 0


class EmptiedPlace(WireModel):
    """A place much of which vanished at once: nothing of it is reported gone until the files
    are back, or a person says that they are gone (`LetGo`).

    `path` is the watched folder (`""`), a mount point below it, or a folder directly in one of
    them; `missing` of the `known` files that the server lists there are not on the disk.
    `state` (16 hex digits) stands for exactly those.
    """

    path: _PlacePath
    missing: Annotated[Integer, Constraint(ge=1)]
    known: Annotated[Integer, Constraint(ge=1)]
    state: _State


class Heartbeat(WireModel):
    """`agent:heartbeat`, every 30 s. `sent_at` lets the server see a wrong clock.

    `disks` names the disk that the files of each mount point are on, by its path (`""` is the
    watched folder). The server keeps them for the agent, and the agent sends none before it was
    told what it sent last.
    """

    version: str
    platform: str
    hostname: str
    local_address: str
    memory_bytes: Integer
    uptime_s: float
    sent_at: datetime
    watch_mode: Literal["events", "polling", "starting"]
    folder: str
    folder_state: Literal["ok", "missing", "unreadable"]
    counters: Counters = Counters()
    emptied: list[EmptiedPlace] = Constraint(default_factory=list, max_length=MAX_PLACES)
    disks: Disks | None = None


class HeartbeatAck(WireModel):
    """`clock_skew_s` is agent time minus server time, in seconds. `disks` are those of the
    newest heartbeat that had some, where this one had none."""

    server_time: datetime
    clock_skew_s: float
    disks: Disks | None = None


class IndexBatch(WireModel):
    """`agent:pdf_indexed`: files that are new or changed, and paths that are gone.

    Applying a batch twice changes nothing, so it is sent again until it is acknowledged.
    """

    items: list[IndexedFile] = Constraint(default_factory=list, max_length=BATCH_SIZE)
    gone: list[str] = Constraint(default_factory=list, max_length=1000)


class Rejected(WireModel):
    """A part of a batch the server will never take: sending it again is useless."""

    path: str
    code: str
    message: str


class IndexAck(WireModel):
    """The batch is committed, apart from the paths in `rejected`."""

    accepted: int
    rejected: list[Rejected] = Constraint(default_factory=list)


class UploadRequest(WireModel):
    """`agent:upload_request`: send this file up. A `transfer_id` seen before is not started
    a second time. The agent answers with `UploadAnswer`."""

    transfer_id: UUID
    pdf_id: UUID
    path: str
    file_hash: Sha256
    size: int
    priority: int = 0
    """Higher goes first."""


class UploadAnswer(WireModel):
    """`accepted` says the agent has it in hand (started, queued or already done)."""

    accepted: bool
    code: str | None = None
    message: str | None = None


class CancelUpload(WireModel):
    """`agent:cancel_upload`."""

    transfer_id: UUID
    reason: str = ""


class UploadProgress(WireModel):
    """`agent:upload_progress`, at most about four a second for one transfer; bytes."""

    transfer_id: UUID
    sent_bytes: Integer
    total_bytes: Integer


class UploadComplete(WireModel):
    """`agent:upload_complete`: the agent's word that the server answered 2xx."""

    transfer_id: UUID
    file_hash: Sha256


PLACE_AWAY = "place_away"
"""Of a transfer: the place that its file is in was emptied, or does not answer."""


class AgentError(WireModel):
    """`agent:error`: with a `transfer_id` that transfer failed for good (3 tries, or the file
    is gone or changed), or with `PLACE_AWAY` waits until its disk is there again; without one
    it is a state of the agent that a person should see."""

    code: Annotated[str, Constraint(max_length=40)]
    message: Annotated[str, Constraint(max_length=500)]
    transfer_id: UUID | None = None


class AgentConfig(WireModel):
    """`agent:config_update`, and part of the answer of `POST /api/agent/auth`."""

    heartbeat_s: float = HEARTBEAT_SECONDS
    rescan_s: float = 900
    max_uploads: int = 3
    max_upload_bytes: int = 50 * 1024 * 1024
    hold_files: int = HOLD_FILES
    """So many files that vanish at once from a place are asked about (`EmptiedPlace`)."""
    possession_key: Sha256 | None = Constraint(None, repr=False)
    """The company's secret for `agent.contract.files.possession`: 32 bytes in hex."""


class ResyncCommand(WireModel):
    """`agent:resync_request`: reconcile now; `deep` reads every file again."""

    deep: bool = False


class LetGo(WireModel):
    """`agent:let_go`: what is missing from a place is really gone, as long as it is exactly the
    `state` that was shown."""

    path: _PlacePath
    state: _State


class LogsRequest(WireModel):
    """`agent:logs_request`: answered in the acknowledgement with `Logs`."""

    lines: Annotated[int, Constraint(ge=1, le=1000)] = 200


class Logs(WireModel):
    """The last lines of the agent's log, oldest first."""

    lines: list[str]


class AuthRequest(WireModel):
    """`POST /api/agent/auth`. With a one-time code: enrol, the answer carries a new token.
    Without: who am I, by the bearer token."""

    enrolment_code: str | None = None
    hostname: str = ""


class AuthAnswer(Peer):
    """`token` is present only after an enrolment, and shown only there."""

    agent_id: UUID
    name: str
    branch: str
    tenant: str
    server_time: datetime
    config: AgentConfig
    token: str | None = None
