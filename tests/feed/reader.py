"""The reader's rule of docs/contract.md, written once: what every test believes a client does.

Apply what continues what you have; otherwise pull from your cursor.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.feed.cursor import Cursor

Row = dict[str, Any]
Room = tuple[str, str | None]


@dataclass(frozen=True)
class Change:
    """One change as `GET /api/changes` tells it."""

    collection: str
    operation: str
    id: str
    branch_id: str | None
    seq: int
    prev_seq: int
    row: Row | None


@dataclass(frozen=True)
class Pulled:
    """One page of changes."""

    changes: list[Change]
    cursor: Cursor
    has_more: bool
    must_refetch: bool


class Source(Protocol):
    """Where a reader pulls from, with its own eyes."""

    async def rows(self, collection: str) -> tuple[list[Row], Cursor]:
        """A whole collection, and a cursor from before or with it."""

    async def changes(self, since: Cursor) -> Pulled:
        """A page of what happened since."""


@dataclass(frozen=True)
class Accepted:
    """A pushed message that was applied: it took the room from `reached` to `seq`."""

    room: Room
    reached: int
    seq: int
    rows: dict[str, Row]


@dataclass(frozen=True)
class Copy:
    """A client's rows and the cursor that goes with them; rows may be ahead of it."""

    rows: dict[str, dict[str, Row]]
    cursor: Cursor


@dataclass
class Reader:
    """A client's copy of some collections. `branch_ids` null is every branch."""

    source: Source
    collections: Sequence[str]
    branch_ids: frozenset[str] | None = None
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    cursor: Cursor | None = None
    reached: dict[Room, int] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    refetches: int = 0
    _pulling: asyncio.Lock = field(default_factory=asyncio.Lock)
    _held: list[dict[str, Any]] = field(default_factory=list)

    async def pull(self) -> None:
        """Come up to the head, and then take what was pushed meanwhile."""
        behind = True
        while behind:
            async with self._pulling:
                await self._pull()
                held, self._held = self._held, []
            # A gap in one room says nothing of the others: each message is taken.
            behind = False in {self.receive(update) for update in held}

    async def _pull(self) -> None:
        if self.cursor is None:
            await self._refetch()
        while True:
            assert self.cursor is not None
            page = await self.source.changes(self.cursor)
            if page.must_refetch:
                await self._refetch()
                continue
            seqs = [change.seq for change in page.changes]
            assert seqs == sorted(set(seqs)), "a page is in order, and nothing is in it twice"
            assert all(self.cursor.seq < seq <= page.cursor.seq for seq in seqs)
            for change in page.changes:
                # Also what was pushed before: the order of the whole is what makes it right.
                room = (change.collection, change.branch_id)
                self._apply(room, change.operation, change.id, change.row)
            self.cursor = page.cursor
            if not page.has_more:
                return

    def copy(self) -> Copy:
        """What a client keeps on its disk: the rows, and the cursor they were pulled to."""
        assert self.cursor is not None
        return Copy({name: dict(rows) for name, rows in self.rows.items()}, self.cursor)

    def resume(self, copy: Copy) -> None:
        """Forget everything but an old copy, as a client does that was closed for a while."""
        self.rows = {name: dict(rows) for name, rows in copy.rows.items()}
        self.cursor = copy.cursor
        self.reached = {}
        self._held = []

    @property
    def busy(self) -> bool:
        """Whether a pull is under way."""
        return self._pulling.locked()

    def receive(self, update: dict[str, Any]) -> bool:
        """Take a `data_update`; False where it shows a gap: pull."""
        room = (update["type"], update["branchId"])
        if self._pulling.locked():
            self._held.append(update)
            return True
        if self.cursor is None:
            return False
        reached = self._reached(room)
        if update["seq"] <= reached:
            return True
        if update["prevSeq"] > reached:
            return False
        for row in update["data"]:
            self._apply(room, row["_operation"], row["id"], row)
        by_id = {row["id"]: row for row in update["data"]}
        self.accepted.append(Accepted(room, reached, update["seq"], by_id))
        self.reached[room] = update["seq"]
        return True

    def _reached(self, room: Room) -> int:
        pulled = self.cursor.seq if self.cursor else 0
        return max(pulled, self.reached.get(room, 0))

    def _apply(self, room: Room, operation: str, row_id: str, row: Row | None) -> None:
        collection, branch_id = room
        rows = self.rows[collection]
        known = rows.get(row_id)
        if operation == "delete":
            rows.pop(row_id, None)
        elif operation == "leave":
            if known is not None and branch_id in _branches(known):
                left = [each for each in _branches(known) if each != branch_id]
                if self._sees(left):
                    # One version back: the whole row, when it is told again, replaces it.
                    rows[row_id] = known | {"branchIds": left, "version": known["version"] - 1}
                else:
                    del rows[row_id]
        else:
            assert row is not None
            if known is None or row["version"] > known["version"]:
                rows[row_id] = {key: value for key, value in row.items() if key != "_operation"}

    def _sees(self, branches: list[str | None]) -> bool:
        return any(
            branch is None or self.branch_ids is None or branch in self.branch_ids
            for branch in branches
        )

    async def _refetch(self) -> None:
        self.refetches += 1
        read = {name: await self.source.rows(name) for name in self.collections}
        self.rows = {name: {row["id"]: row for row in rows} for name, (rows, _) in read.items()}
        cursors = [cursor for _, cursor in read.values()]
        self.cursor = min(cursors, key=lambda cursor: cursor.seq)
        self.reached = {}


def _branches(row: Row) -> list[str | None]:
    return row["branchIds"] if "branchIds" in row else [row.get("branchId")]
