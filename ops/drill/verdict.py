"""What a drill showed: the clients' books against what each node has, and the fault's goal."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ops.drill.faults import Fault
from ops.drill.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Books:
    """Codes of branches: `acknowledged` to writers, what each node's own Postgres has, and what
    each socket shows."""

    acknowledged: list[str]
    nodes: dict[str, Counter[str]]
    views: list[Counter[str]]

    @property
    def lost(self) -> int:
        """How many acknowledged writes the poorest node has not."""
        return max(sum(not has[code] for code in self.acknowledged) for has in self.nodes.values())

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
    if fault.must_lose:
        goal, met = "loss is reported", books.lost > 0
    else:
        goal = "nothing lost, nothing doubled, no change missed"
        met = not books.lost and not books.doubled and not any(books.missed)
        if fault.goal_s is not None:
            goal += f", write gap at most {fault.goal_s} s"
            met = met and gap_s <= fault.goal_s
        if fault.fails_none:
            goal += ", no request failed"
            met = met and not ledger.failed
    return {
        "acknowledged": len(books.acknowledged),
        "acknowledgedLost": books.lost,
        "doubled": books.doubled,
        "missedChanges": books.missed,
        "longestWriteGapS": gap_s,
        "failedRequests": len(ledger.failed),
        "problems": sorted({problem.text[:300] for problem in ledger.failed.values()}),
        "retriedRequests": len(ledger.retried),
        "readBackFrom": sorted(books.nodes),
        "goal": goal,
        "met": met,
    }
