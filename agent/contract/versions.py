"""Which versions of the contract a side speaks, and which of them two sides use.

A version goes up where an old peer would misunderstand what is said; a member more does not
need it. Each side speaks a range, so that servers and agents are updated one after another.
"""

from typing import NamedTuple


class ContractRange(NamedTuple):
    """The oldest and the newest version that a side speaks, both included."""

    oldest: int
    newest: int

    def __str__(self) -> str:
        return (
            f"version {self.newest}"
            if self.oldest == self.newest
            else f"versions {self.oldest} to {self.newest}"
        )


CONTRACTS = ContractRange(oldest=1, newest=1)
"""What this program speaks, as an agent and as a server."""


def newest_common(ours: ContractRange, theirs: ContractRange) -> int | None:
    """The version that the two speak with each other; null where they have none in common."""
    newest = min(ours.newest, theirs.newest)
    return newest if newest >= max(ours.oldest, theirs.oldest) else None
