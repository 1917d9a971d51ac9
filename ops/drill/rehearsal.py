"""One drill from its first write to its journal: clients, fault, healing, reading back."""

import hashlib
import json
import shlex
import signal
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from ops.cluster import OperatorError, secrets, state
from ops.cluster.hosts import Host, Inventory
from ops.company.making import make_company
from ops.drill import alerts, metrics, report
from ops.drill.access import renewed
from ops.drill.background import in_threads
from ops.drill.branch import Branch
from ops.drill.faults import POSTGRES, Fault, Heal
from ops.drill.followers import Follower, following
from ops.drill.ledger import Ledger, Promises, promises, writing
from ops.drill.uploads import enrolled, uploading
from ops.drill.verdict import Books, judge

FOLDER: Final = Path("build/drills")
COMPANY: Final = "Siberius drill"
EMAIL: Final = "drill@siberius.example"
_WARM: Final = 30
"""Acknowledged writes before the fault, and after the cluster goes on."""
_WARM_UPLOADS: Final = 3
_RECOVERY_S: Final = 240
_CATCH_UP_S: Final = 20
"""So long standbys and sockets have, after the last write, to be where the leader is."""
_PROGRESS_S: Final = 5
_STORED: Final = """
    SELECT 'branch', code FROM branches JOIN tenants t ON t.id = tenant_id WHERE t.name = :'company'
    UNION ALL
    SELECT 'document', file_hash FROM pdfs JOIN tenants t ON t.id = tenant_id
    WHERE t.name = :'company' AND status = 'cached'
"""


@dataclass
class Course:
    """A drill as it goes on: says what happens, and when since the start; `marks` are the moments
    of the fault."""

    inventory: Inventory
    fault: Fault
    ledger: Ledger
    branch: Branch | None
    began: float = field(default_factory=time.monotonic)
    marks: dict[str, float] = field(default_factory=dict)

    def say(self, what: str) -> None:
        print(f"» {time.monotonic() - self.began:5.1f} s  {what}", flush=True)

    def mark(self, name: str) -> datetime:
        self.marks[name] = time.monotonic()
        return datetime.now(UTC)

    def tell_progress(self, stop: threading.Event) -> None:
        while not stop.wait(_PROGRESS_S):
            ledger = self.ledger
            self.say(
                f"   {len(ledger.acknowledged)} writes, {len(ledger.documents)} uploads; "
                f"{len(ledger.retried)} sent again, {len(ledger.failed)} failed"
            )

    def wait_for_more(self, writes: int, uploads: int) -> None:
        """Until there are so many more than now."""
        done = self.ledger
        writes, uploads = writes + len(done.acknowledged), uploads + len(done.documents)
        _until(lambda: len(done.acknowledged) >= writes, "writes go on")
        _until(lambda: len(done.documents) >= uploads, "uploads go on")

    def break_and_heal(self) -> tuple[datetime, datetime]:
        """When it was broken, and healed. Ctrl-C heals first."""
        with ExitStack() as healing:
            started = self.mark("fault")
            with _uninterrupted():
                healing.callback(self._heal, self.fault.begin(self.inventory))
            self.say("done; the clients go on")
            if self.branch:
                self.branch.watch(self.marks["fault"])
            elif self.fault.lasts_s is None:
                self.wait_for_more(_WARM, 0)
            else:
                time.sleep(self.fault.lasts_s)
        return started, self.mark("healed")

    def _heal(self, heal: Heal) -> None:
        with _uninterrupted():
            self.say("healing")
            heal()

    def wait_for_redundancy(self) -> None:
        _until(lambda: not state.degraded(self.inventory), "full redundancy", pause_s=1)

    @contextmanager
    def whoever_watches(self) -> Iterator[None]:
        """Without a monitor that answers a drill is as good."""
        try:
            yield
        except OperatorError as error:
            self.say(f"nobody watches: {error}")


def rehearse(inventory: Inventory, name: str, fault: Fault) -> dict[str, Any]:
    """Do it; the journal, which is in `FOLDER` then, with the page for people beside it. Raises
    `OperatorError` where the cluster is degraded, or does not come back."""
    if reasons := state.degraded(inventory):
        raise OperatorError(f"refused: the cluster is degraded already: {'; '.join(reasons)}")
    trusted = ssl.create_default_context(cafile=str(inventory.secrets_folder / "pki" / "ca.crt"))
    password = secrets.read(inventory.vault)["drill"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.acknowledged"
    file.unlink(missing_ok=True)
    url = inventory.url
    with (
        renewed(partial(_sign_in, inventory, password, trusted)) as bearer,
        httpx.Client(base_url=url, auth=bearer, verify=trusted, timeout=60) as person,
        enrolled(person) as agents,
        following(url, bearer, verify=trusted) as followers,
    ):
        with (
            writing(url, bearer, books=file, verify=trusted) as ledger,
            uploading(url, bearer, agents, ledger, verify=trusted),
            _watched(inventory, fault, person, ledger) as branch,
        ):
            course = Course(inventory, fault, ledger, branch)
            with in_threads(course.tell_progress):
                course.wait_for_more(_WARM, _WARM_UPLOADS)
                _until(lambda: all(follower.ready for follower in followers), "sockets follow")
                course.say(f"{len(ledger.acknowledged)} writes are acknowledged")
                course.say(f"{name}: {fault.what}")
                started, healed = course.break_and_heal()
                course.wait_for_more(_WARM, _WARM_UPLOADS)
                course.wait_for_redundancy()
                course.mark("full redundancy")
                course.say("full redundancy")
                if branch:
                    branch.catch_up(course.marks["healed"])
        course.say("the clients stopped; reading back from every node and every socket")
        # Again: who was cut off believed for a moment what it knew from before.
        course.wait_for_redundancy()
        books = _read_back(inventory, promises(file.read_text()), followers, person)
    marks = course.marks
    journal = {"fault": name, **judge(fault, ledger, books)} | {
        "started": started.isoformat(),
        "healed": healed.isoformat(),
        "fullRedundancyAfterS": round(marks["full redundancy"] - marks["fault"], 1),
    }
    if branch:
        journal |= branch.judged(journal)
    journal["alerts"] = None
    with course.whoever_watches():
        journal["alerts"] = alerts.fired(inventory, started)
    (FOLDER / f"{name}.json").write_text(json.dumps(journal, indent=2) + "\n")
    (FOLDER / f"{name}.html").write_text(report.page(journal, fault.what, ledger, marks))
    with course.whoever_watches():
        metrics.publish(inventory, journal)
    return journal


@contextmanager
def _watched(
    inventory: Inventory, fault: Fault, person: httpx.Client, ledger: Ledger
) -> Iterator[Branch | None]:
    """The branch that the drill is about, if it is about one, with a document of the drill's.
    Raises `NotHereError`."""
    if not fault.of_branch:
        yield None
        return
    branch = Branch(inventory, person, ledger)
    try:
        branch.prepare()
        yield branch
    finally:
        branch.tidy()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end of the block, also in the programs that it runs."""
    asked = []

    def note(*_: object) -> None:
        asked.append(True)
        print("» it is healed first", flush=True)

    before = signal.signal(signal.SIGINT, note)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, before)
        if asked:
            signal.raise_signal(signal.SIGINT)


def _sign_in(inventory: Inventory, password: str, trusted: ssl.SSLContext) -> str:
    """An access token of the administrator of the drills' own company, which is made at the
    first drill."""
    body = {"email": EMAIL, "password": password}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        answer = client.post("/api/auth/login", json=body)
        if answer.status_code == 401:
            make_company(
                inventory,
                name=COMPANY,
                email=EMAIL,
                password=password,
                admin_name="Administrator",
            )
            answer = client.post("/api/auth/login", json=body)
        if not answer.is_success:
            raise OperatorError(f"the drill cannot sign in: {answer.status_code} {answer.text}")
        return str(answer.json()["accessToken"])


def _read_back(
    inventory: Inventory, promised: Promises, followers: list[Follower], person: httpx.Client
) -> Books:
    """The books, as soon as they agree, or once there was time enough for that."""
    psql = f"runuser -u postgres -- psql -h {POSTGRES} -d siberius -At"

    def rows(server: Host) -> list[list[str]]:
        said = server.run(f"{psql} -v company={shlex.quote(COMPANY)}", stdin=_STORED)
        return [line.split("|") for line in said.splitlines()]

    served: set[str] = set()
    deadline = time.monotonic() + _CATCH_UP_S
    while True:
        nodes = state.ask_all(inventory.servers, rows)
        _download(person, promised.documents, served)
        silent = [each for each in nodes.values() if isinstance(each, OperatorError)]
        late = time.monotonic() > deadline
        if silent and late:
            raise OperatorError(f"cannot read back: {silent[0]}")
        if not silent:
            books = Books(
                promised.branches,
                {name: Counter(_of("branch", has)) for name, has in nodes.items()},
                [follower.codes() for follower in followers],
                list(promised.documents),
                {name: set(_of("document", has)) for name, has in nodes.items()},
                served,
            )
            if late or not (books.lost or books.uploads_lost or any(books.missed)):
                return books
        time.sleep(1)


def _of(kind: str, rows: list[list[str]]) -> list[str]:
    return [key for found, key in rows if found == kind]


def _download(person: httpx.Client, documents: dict[str, str], served: set[str]) -> None:
    """Add to `served` those of the documents whose bytes come as they were sent."""
    for sha256, pdf_id in documents.items():
        if sha256 not in served:
            with suppress(httpx.HTTPError):
                answer = person.get(f"/api/pdfs/{pdf_id}/download").raise_for_status()
                if hashlib.sha256(answer.content).hexdigest() == sha256:
                    served.add(sha256)


def _until(condition: Callable[[], bool], what: str, *, pause_s: float = 0.1) -> None:
    deadline = time.monotonic() + _RECOVERY_S
    while not condition():
        if time.monotonic() > deadline:
            raise OperatorError(f"not within {_RECOVERY_S} s: {what}")
        time.sleep(pause_s)
