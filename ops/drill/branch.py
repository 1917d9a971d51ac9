"""What people see of a branch that is cut off, and whether its own agent catches up by itself.

Of two documents one is there before, and is opened while the branch is away; the other is added
meanwhile. Both must come up when the branch is back.
"""

import base64
import hashlib
import shlex
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import httpx

from ops.cluster.hosts import Host, Inventory
from ops.drill.faults import NotHereError, branch_machine
from ops.drill.ledger import Ledger, insist
from ops.drill.uploads import find, make_pdf, request

OFFLINE_S: Final = 100
"""So long after the cut the branch may still look present: the last beat is at most 30 s old then,
after 90 s without one an agent is offline, and somebody looks every 5 s."""
BACK_S: Final = 90
"""So long an agent may need after the cut: it tries again after at most 60 s and 20 % jitter, for
15 s."""
_GIVE_UP_S: Final = 150
_WORK_S: Final = 60
"""So long an agent that is there may need for a document."""
_FACTS: Final = (
    "shownOfflineAfterS",
    "offlineAfterS",
    "backAfterS",
    "listedAfterS",
    "servedAfterS",
)


class Branch:
    """A branch's machine and its agent, as the drills' company sees it.

    `facts` gets seconds after the cut or after the healing; null is never.
    """

    def __init__(self, inventory: Inventory, client: httpx.Client, ledger: Ledger) -> None:
        """Raises `NotHereError` where no agent of that company runs on a branch's machine."""
        self._client = client
        self._ledger = ledger
        self._machine = branch_machine(inventory)
        self._agent = _agent_of(self._machine, client)
        # The folder as the agent says it itself, in which a drill's files have one of their own.
        self._folder = f"{self._agent['folder']}/siberius-drill"
        self.facts: dict[str, Any] = {"name": self._machine.name} | dict.fromkeys(_FACTS)

    def prepare(self) -> None:
        """Have a document listed that is opened later. Raises `NotHereError` where it is not."""
        self._known = self._add()
        if not self._wait(self._listed(self._known), _WORK_S):
            raise NotHereError(f"the agent on {self._machine.name} lists nothing new")

    def watch(self, cut: float) -> None:
        """Open that document, add another one, and return when the branch is shown as offline."""
        self._added = self._add()
        row = self._row(self._known)
        insist(self._ledger, partial(request, self._client, row["id"], self._known))
        # Whoever asked was told that it will come.
        self._ledger.promise(self._known, row["id"])
        until = cut + _GIVE_UP_S - time.monotonic()
        self.facts["shownOfflineAfterS"] = self._wait(self._shown_offline, until, since=cut)
        until = cut + _GIVE_UP_S - time.monotonic()
        self.facts["offlineAfterS"] = self._wait(lambda: self._status() == "offline", until, cut)

    def catch_up(self, healed: float) -> None:
        """Return when both are served, or there was time enough for it."""
        steps: dict[str, Callable[[], bool]] = {
            "backAfterS": lambda: self._status() == "online",
            "listedAfterS": self._listed(self._added),
            "servedAfterS": self._here(self._known),
        }
        for fact, step in steps.items():
            left = healed + _GIVE_UP_S - time.monotonic()
            self.facts[fact] = self._wait(step, left, healed)
        if row := self._row(self._added):
            insist(self._ledger, partial(request, self._client, row["id"], self._added))
            self._ledger.promise(self._added, row["id"])
            self._wait(self._here(self._added), _WORK_S)

    def tidy(self) -> None:
        """Take the documents off the branch's disk."""
        self._machine.run(f"rm -rf {shlex.quote(self._folder)}")

    def judged(self, journal: dict[str, Any]) -> dict[str, Any]:
        """The facts for the journal, with its goal and whether that is met besides what it says."""
        latest = zip(_FACTS, (OFFLINE_S, OFFLINE_S, BACK_S, BACK_S, BACK_S), strict=True)
        seen = all(_within(self.facts[fact], most) for fact, most in latest)
        goal = f"{journal['goal']}, shown as offline within {OFFLINE_S} s, back within {BACK_S} s"
        return {"branch": self.facts, "goal": goal, "met": journal["met"] and seen}

    def _add(self) -> str:
        """The SHA-256 of a new document on the branch's disk."""
        content = make_pdf(uuid.uuid4().hex)
        sha256 = hashlib.sha256(content).hexdigest()
        folder, name = shlex.quote(self._folder), f"{sha256[:16]}.pdf"
        self._machine.run(
            f"mkdir -p {folder} && cd {folder} && base64 -d > .{name} && mv .{name} {name}",
            stdin=base64.b64encode(content).decode(),
        )
        return sha256

    def _row(self, sha256: str) -> dict[str, Any]:
        look = partial(find, self._client, self._agent["id"], sha256)
        return insist(self._ledger, look) or {}

    def _listed(self, sha256: str) -> Callable[[], bool]:
        return lambda: bool(self._row(sha256))

    def _here(self, sha256: str) -> Callable[[], bool]:
        return lambda: self._row(sha256).get("status") == "cached"

    def _shown_offline(self) -> bool:
        path = f"/api/pdfs/{self._row(self._known)['id']}/status"
        said = insist(self._ledger, lambda: self._client.get(path).raise_for_status().json())
        return bool(said["availability"] == "branch_offline")

    def _status(self) -> str:
        path = f"/api/admin/agents/{self._agent['id']}"
        said = insist(self._ledger, lambda: self._client.get(path).raise_for_status().json())
        return str(said["status"])

    def _wait(
        self, condition: Callable[[], bool], most_s: float, since: float | None = None
    ) -> float | None:
        """Seconds from `since`, or now, until it was so; none where it was not."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() > began + most_s:
                return None
            time.sleep(0.5)
        return round(time.monotonic() - (began if since is None else since), 1)


def _within(seconds: float | None, most_s: float) -> bool:
    return seconds is not None and seconds <= most_s


def _agent_of(machine: Host, client: httpx.Client) -> dict[str, Any]:
    name = machine.variables.get("agent_name", machine.name)
    rows = client.get("/api/agents?limit=1000").raise_for_status().json()["data"]
    for row in rows:
        if row["name"] == name and row["status"] == "online":
            return dict(row)
    raise NotHereError(
        f"the agent on {machine.name} is none of the drills' own company: give a spare machine "
        "`agent_company: Siberius drill`, and roll the agents out"
    )
