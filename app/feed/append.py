"""Writing the feed: the last statements of every unit of work."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Table, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from app.db.session import Operation, ScopedSession, Touched
from app.feed.models import Change, FeedCounter


@dataclass(frozen=True, slots=True)
class Record:
    """One change as readers get it; the fields are those of `Change`."""

    seq: int
    prev_seq: int
    tx: int
    collection: str
    entity_id: UUID
    branch_id: UUID | None
    op: Operation
    data: dict[str, Any] | None
    changed_fields: list[str] | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """The changes of whole transactions of one tenant, without a gap.

    They continue a reader that stands at `after`; `seq` is where it stands then.
    """

    tenant_id: UUID
    epoch: str
    after: int
    seq: int
    records: tuple[Record, ...]


async def open_feed(session: AsyncSession, tenant_id: UUID) -> FeedCounter:
    """A new tenant's counter, in the transaction that makes the tenant."""
    counter = FeedCounter(tenant_id=tenant_id, epoch=_new_epoch(), seq=0, floor=0)
    session.add(counter)
    await session.flush()
    return counter


async def renew_feeds(session: AsyncSession) -> int:
    """Give every feed that the session sees a new epoch; how many.

    For a database that came back from a backup: its numbers are given out a second time, for
    other changes, so whoever holds a cursor from before has to read anew.
    """
    counters = (await session.scalars(select(FeedCounter))).all()
    for counter in counters:
        renew(counter)
    return len(counters)


def renew(counter: FeedCounter) -> None:
    """A new epoch: cursors from before are foreign."""
    counter.epoch = _new_epoch()


def _new_epoch() -> str:
    return secrets.token_hex(4)


class Appender:
    """Records what a transaction touched. `node` names this process in `origin_node`."""

    def __init__(self, node: str) -> None:
        self._node = node

    def __call__(self, session: ScopedSession, touched: Sequence[Touched]) -> list[Batch]:
        """Number and write the changes; one batch for each tenant that was touched."""
        by_tenant: dict[UUID, list[Touched]] = {}
        for item in touched:
            by_tenant.setdefault(item.row.tenant_id, []).append(item)
        # Sorted: transactions that touch two tenants must take the counters in one order.
        return [
            self._append(session, tenant_id, by_tenant[tenant_id])
            for tenant_id in sorted(by_tenant)
        ]

    def _append(self, session: ScopedSession, tenant_id: UUID, touched: Sequence[Touched]) -> Batch:
        drafts = self._drafts(session, tenant_id, touched)
        # The counter's lock is held until the commit is done, and every other writer of the
        # tenant waits for it: so it is taken last, with all else prepared, and two statements
        # stand between it and the commit. They cannot be one: a statement that waited for the
        # lock still sees the changes as they were before it waited.
        connection = session.connection()
        counter = connection.execute(_take(), {"tenant": tenant_id, "count": len(drafts)}).one()
        first = counter.seq - len(drafts) + 1
        room_tops: dict[tuple[str, UUID | None], int] = {}
        for seq, draft in enumerate(drafts, first):
            room = (draft["collection"], draft["branch_id"])
            draft |= {
                "seq": seq,
                "tx": first,
                "room_tenant": tenant_id,
                "room_collection": draft["collection"],
                "room_branch": draft["branch_id"],
                "prev_here": room_tops.get(room),
                "floor": counter.floor,
            }
            room_tops[room] = seq
        prev_seqs: dict[int, int] = dict(connection.execute(_insert(), drafts).all())
        records = tuple(_record(draft, prev_seqs[draft["seq"]]) for draft in drafts)
        return Batch(tenant_id, counter.epoch, first - 1, counter.seq, records)

    def _drafts(
        self, session: ScopedSession, tenant_id: UUID, touched: Sequence[Touched]
    ) -> list[dict[str, Any]]:
        """The rows of `changes`, but for their numbers; a row leaves before it arrives."""
        now = datetime.now(UTC)
        drafts: list[dict[str, Any]] = [
            {
                "tenant_id": tenant_id,
                "collection": item.row.__collection__,
                "entity_id": item.row.id,
                "branch_id": branch_id,
                "op": op,
                "data": item.row.wire() if op in {"insert", "update"} else None,
                "changed_fields": sorted(item.changed_fields) if op == "update" else None,
                "origin_node": self._node,
                "actor": session.scope.actor,
                "occurred_at": now,
            }
            for item in touched
            for op, branch_id in _operations(item)
        ]
        drafts.sort(key=lambda draft: bool(draft["op"] != "leave"))
        return drafts


def _operations(item: Touched) -> Iterator[tuple[Operation, UUID | None]]:
    """One change for each branch the row is or was seen from."""
    before = item.branches_before
    now = frozenset() if item.operation == "delete" else frozenset(item.row.branches())
    for branch_id in sorted(before | now, key=str):
        if item.operation == "delete":
            yield "delete", branch_id
        elif branch_id not in now:
            yield "leave", branch_id
        else:
            yield "update" if branch_id in before else "insert", branch_id


def _record(draft: dict[str, Any], prev_seq: int) -> Record:
    return Record(
        seq=draft["seq"],
        prev_seq=prev_seq,
        tx=draft["tx"],
        collection=draft["collection"],
        entity_id=draft["entity_id"],
        branch_id=draft["branch_id"],
        op=draft["op"],
        data=draft["data"],
        changed_fields=draft["changed_fields"],
        occurred_at=draft["occurred_at"],
    )


# Built at the first use: the type of a foreign key is known once the table it names is.
@cache
def _take() -> ReturningUpdate[Any]:
    counters: Table = FeedCounter.__table__  # type: ignore[assignment]
    return (
        update(counters)
        .where(counters.c.tenant_id == bindparam("tenant"))
        .values(seq=counters.c.seq + bindparam("count", type_=BigInteger))
        .returning(counters.c.epoch, counters.c.seq, counters.c.floor)
    )


@cache
def _insert() -> ReturningInsert[Any]:
    """Inserts changes and answers their `seq` and `prev_seq`.

    `prev_here` is the `prev_seq` that lies in the same transaction, null where it does not.
    Where the previous change was pruned it is the floor: a reader from before sees the gap.
    """
    changes: Table = Change.__table__  # type: ignore[assignment]
    branch_id = bindparam("room_branch", type_=changes.c.branch_id.type)
    floor = bindparam("floor", type_=BigInteger)
    newest = select(func.max(changes.c.seq)).where(
        changes.c.tenant_id == bindparam("room_tenant", type_=changes.c.tenant_id.type),
        changes.c.collection == bindparam("room_collection", type_=changes.c.collection.type),
        changes.c.seq > floor,
    )
    prev_seq = func.coalesce(
        bindparam("prev_here", type_=BigInteger),
        # Two look-ups, because "is not distinct from" would not use the index.
        newest.where(branch_id.is_(None), changes.c.branch_id.is_(None)).scalar_subquery(),
        newest.where(changes.c.branch_id == branch_id).scalar_subquery(),
        floor,
    )
    return insert(changes).values(prev_seq=prev_seq).returning(changes.c.seq, changes.c.prev_seq)
