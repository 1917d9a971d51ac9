"""What a drill showed: the clients' books against what each node has, and the fault's goal."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ops.drill.faults import Fault
from ops.drill.ledger import Ledger, longest_gap


@dataclass(frozen=True, slots=True)
class Books:
    """Codes of branches: `acknowledged` to writers, what each node's own Postgres has, and what
    each socket shows. SHA-256 of documents: those that were `promised`, and those that are here
    for each node's Postgres (`stored`) and of what is downloaded (`served`)."""

    acknowledged: list[str]
    nodes: dict[str, Counter[str]]
    views: list[Counter[str]]
    promised: list[str] = field(default_factory=list)
    stored: dict[str, set[str]] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)

    @property
    def lost(self) -> int:
        """How many acknowledged writes the poorest node has not."""
        return max(sum(not has[code] for code in self.acknowledged) for has in self.nodes.values())

    @property
    def uploads_lost(self) -> int:
        """How many documents are not served, or are not here for the poorest node."""
        return max(len(set(self.promised) - has) for has in [self.served, *self.stored.values()])

    @property
    def doubled(self) -> int:
        """How many it has more than once."""
        return max(sum(has[code] > 1 for code in self.acknowledged) for has in self.nodes.values())

    @property
    def missed(self) -> list[int]:
        """For each socket the changes that it never saw, or that it shows and no node has."""
        return [
            max(((has - view) + (view - has)).total() for has in self.nodes.values())
            for view in self.views
        ]


def judge(fault: Fault, ledger: Ledger, books: Books) -> dict[str, Any]:
    """The facts of the journal that follow from the books, with the goal and whether it is met."""
    gap_s = round(ledger.longest_gap_s(), 1)
    lost = books.lost + books.uploads_lost
    if fault.must_lose:
        goal, met = "loss is reported", lost > 0
    else:
        goal = "nothing lost, nothing doubled, no change missed"
        met = not lost and not books.doubled and not any(books.missed)
        if fault.goal_s is not None:
            goal += f", write gap at most {fault.goal_s} s"
            met = met and gap_s <= fault.goal_s
        if fault.fails_none:
            goal += ", no request failed"
            met = met and not ledger.failed
    upload_began, upload_ended = longest_gap(ledger.documents.values())
    return {
        "acknowledged": len(books.acknowledged),
        "acknowledgedLost": lost,
        "doubled": books.doubled,
        "missedChanges": books.missed,
        "uploads": len(books.promised),
        "uploadsLost": books.uploads_lost,
        "longestWriteGapS": gap_s,
        "longestUploadGapS": round(upload_ended - upload_began, 1),
        "failedRequests": len(ledger.failed),
        "problems": sorted({problem.text[:300] for problem in ledger.failed.values()}),
        "retriedRequests": len(ledger.retried),
        "retriedBecause": dict(Counter(problem.text[:200] for problem in ledger.retried)),
        "readBackFrom": sorted(books.nodes),
        "goal": goal,
        "met": met,
    }
