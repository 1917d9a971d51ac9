"""Which document each reported file belongs to: a pure decision over one batch.

A path is what people know a document by, so what a path has now is a new version of what it had
before: one row. But a document is also one content, wherever it lies: content that is known
already has its row, and a document that still lies elsewhere keeps its own. So, for a path
whose content changed:

* the new content is known and lies elsewhere: the path joins it, and what it was before, if it
  lies nowhere any more, becomes an earlier version of that;
* otherwise, if the document lies nowhere else, it has a new version;
* otherwise the path is a document of its own from now on, split from the one it was.

Two agents on one share see a change one after the other: the first splits it off, and when the
last one follows, both are the old document again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that was reported. `before` is the document that its path led to; with `is_back`
    the path was gone for a moment. `stays` says that it leads there still."""

    path: str
    claim: str
    before: UUID | None = None
    is_back: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Of two documents that are one from now on, `other` goes. What is left has the content of
    `into`, or with `takes_content` that of `other`."""

    into: UUID
    other: UUID
    takes_content: bool


@dataclass(slots=True)
class Plan:
    """What becomes of a batch. `goes` has the document of each path, by its id or, where it is
    a new one, by its claim."""

    goes: dict[str, UUID | str] = field(default_factory=dict)
    new: dict[str, UUID | None] = field(default_factory=dict)
    """The claims of new documents, and from which document each was split."""
    renewed: dict[UUID, str] = field(default_factory=dict)
    """Documents with a new version, and the claim of that."""
    merges: list[Merge] = field(default_factory=list)


def plan(
    arrivals: Sequence[Arrival],
    gone: Iterable[UUID],
    *,
    known: Mapping[str, UUID],
    places: Mapping[UUID, int],
    split_from: Mapping[UUID, UUID | None],
) -> Plan:
    """`gone` has a document for each of its paths that is gone, `known` the documents by their
    claims, `places` how many locations each had before this batch."""
    return _Planner(arrivals, gone, known, places, split_from).run()


class _Planner:
    def __init__(
        self,
        arrivals: Sequence[Arrival],
        gone: Iterable[UUID],
        known: Mapping[str, UUID],
        places: Mapping[UUID, int],
        split_from: Mapping[UUID, UUID | None],
    ) -> None:
        self._arrivals = arrivals
        self._known = known
        self._split_from = split_from
        self._plan = Plan()
        self._staying = Counter(dict(places))
        """Of each document, the places that this batch does not touch."""
        self._staying.subtract(gone)
        self._staying.subtract(
            arrival.before
            for arrival in arrivals
            if arrival.before is not None and not arrival.is_back
        )
        self._settled: set[UUID] = set()
        """Documents whose fate is decided."""

    def run(self) -> Plan:
        fresh: dict[str, list[Arrival]] = {}
        for arrival in self._arrivals:
            if arrival.stays and arrival.before is not None:
                self._plan.goes[arrival.path] = arrival.before
            elif arrival.claim in self._known:
                self._plan.goes[arrival.path] = self._known[arrival.claim]
            else:
                fresh.setdefault(arrival.claim, []).append(arrival)
        for claim, group in fresh.items():
            self._place_new_content(claim, group)
        for arrival in self._arrivals:
            self._follow_known_content(arrival)
        return self._plan

    def _place_new_content(self, claim: str, group: list[Arrival]) -> None:
        before = [arrival.before for arrival in group if arrival.before is not None]
        emptied = [pdf for pdf in dict.fromkeys(before) if self._is_emptied(pdf)]
        if not emptied:
            self._plan.new[claim] = before[0] if before else None
            self._plan.goes.update({arrival.path: claim for arrival in group})
            return
        heir, *others = emptied
        self._plan.renewed[heir] = claim
        self._plan.goes.update({arrival.path: heir for arrival in group})
        self._plan.merges += [Merge(heir, other, takes_content=False) for other in others]
        self._settled.update(emptied)

    def _follow_known_content(self, arrival: Arrival) -> None:
        before, target = arrival.before, self._plan.goes[arrival.path]
        if before is None or not isinstance(target, UUID) or target == before:
            return
        if not self._is_emptied(before):
            return
        self._settled.add(before)
        if self._split_from.get(target) != before and self._lies_elsewhere(target, before):
            self._plan.merges.append(Merge(target, before, takes_content=False))
            return
        self._plan.merges.append(Merge(before, target, takes_content=True))
        self._settled.add(target)
        for path, goes in self._plan.goes.items():
            if goes == target:
                self._plan.goes[path] = before

    def _is_emptied(self, pdf: UUID) -> bool:
        """Whether it has no place any more, and nothing else has become of it."""
        return (
            pdf not in self._settled
            and self._staying[pdf] <= 0
            and pdf not in self._plan.goes.values()
        )

    def _lies_elsewhere(self, target: UUID, before: UUID) -> bool:
        """Whether a document is at more than the paths that come from `before`."""
        return self._staying[target] > 0 or any(
            self._plan.goes[arrival.path] == target and arrival.before != before
            for arrival in self._arrivals
        )
