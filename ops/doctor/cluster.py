"""What the machines said, read once; the checks ask nobody."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ops.cluster import OperatorError, state
from ops.cluster.hosts import Host, Inventory

_ASK: Final = (Path(__file__).parent / "read.sh").read_text()
_TIMEOUT_S: Final = 90


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's answer, as `read.sh` names its sections, between two looks at our own clock.

    `error` says why there is none.
    """

    name: str
    sections: dict[str, str] = field(default_factory=dict)
    asked_at: float = 0.0
    answered_at: float = 0.0
    error: str = ""

    def said(self, section: str) -> str:
        """What it said there; empty where it did not."""
        return self.sections.get(section, "")

    def lines(self, section: str) -> list[list[str]]:
        """The words of each line."""
        return [words for line in self.said(section).splitlines() if (words := line.split())]

    def json(self, section: str) -> Any:
        """The document that it said; empty where it is none."""
        try:
            return json.loads(self.said(section))
        except ValueError:
            return {}

    @property
    def members(self) -> list[state.Member]:
        """The members of the database cluster, as this machine's Patroni sees them."""
        try:
            return state.members_in(self.said("patroni-members"))
        except ValueError:
            return []


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill saw: the longest gap between writes, and how many of them were lost."""

    name: str
    started: str
    gap_s: float
    lost: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """The machines of an inventory, of which the first `size` are its servers, and the last drill
    that killed its leader."""

    machines: list[Machine]
    size: int
    virtual_address: str = ""
    drill: Drill | None = None

    @property
    def answering(self) -> list[Machine]:
        """The machines that answered."""
        return [machine for machine in self.machines if not machine.error]

    @property
    def servers(self) -> list[Machine]:
        """The servers that answered."""
        return [server for server in self.machines[: self.size] if not server.error]

    @property
    def view(self) -> Machine:
        """A server that answered, and whose Patroni does if any does."""
        knowing_first = sorted(self.servers, key=lambda server: not server.members)
        return next(iter(knowing_first), Machine("nobody"))


def read(inventory: Inventory, journal: Path) -> Cluster:
    """Ask every machine, all at once; `journal` is that of the drill."""
    machines = inventory.machines
    answers = state.ask_all(machines, _ask)
    return Cluster(
        [
            Machine(machine.name, error=str(answer))
            if isinstance(answer, OperatorError)
            else answer
            for machine in machines
            for answer in [answers[machine.name]]
        ],
        len(inventory.servers),
        inventory.virtual_address,
        last_drill(journal),
    )


def _ask(host: Host) -> Machine:
    asked_at = time.time()
    text = host.run("bash -s", stdin=_ASK, timeout_s=_TIMEOUT_S)
    return Machine(host.name, _sections(text), asked_at, time.time())


def last_drill(journal: Path) -> Drill | None:
    """What the journal of a drill says; none where there is none."""
    if not journal.exists():
        return None
    told = json.loads(journal.read_text())
    return Drill(told["fault"], told["started"], told["longestWriteGapS"], told["acknowledgedLost"])


def _sections(text: str) -> dict[str, str]:
    found = {}
    for part in f"\n{text}".split("\n== ")[1:]:
        name, _, said = part.partition("\n")
        found[name] = said.strip()
    return found
