"""Writing the feed: the last statements of every unit of work."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Operation, ScopedAsyncSession, Touched
from app.feed.models import Change, FeedCounter

_changes: Table = Change.__table__  # type: ignore[assignment]


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


async def open_feed(session: AsyncSession, tenant_id: UUID) -> None:
    """Give a new tenant its counter, in the transaction that makes the tenant."""
    session.add(FeedCounter(tenant_id=tenant_id, epoch=secrets.token_hex(4), seq=0, floor=0))
    await session.flush()


class Appender:
    """Records what a transaction touched. `node` names this process in `origin_node`."""

    def __init__(self, node: str) -> None:
        self._node = node

    async def __call__(
        self, session: ScopedAsyncSession, touched: Sequence[Touched]
    ) -> list[Batch]:
        """Number and write the changes; one batch for each tenant that was touched."""
        by_tenant: dict[UUID, list[Touched]] = {}
        for item in touched:
            by_tenant.setdefault(item.row.tenant_id, []).append(item)
        # Sorted: transactions that touch two tenants must take the counters in one order.
        return [
            await self._append(session, tenant_id, by_tenant[tenant_id])
            for tenant_id in sorted(by_tenant)
        ]

    async def _append(
        self, session: ScopedAsyncSession, tenant_id: UUID, touched: Sequence[Touched]
    ) -> Batch:
        drafts = [draft for item in touched for draft in _drafts(item)]
        drafts.sort(key=lambda draft: draft[1] != "leave")  # a row leaves before it arrives
        # The counter is taken as late as can be: its lock is held until the commit is done,
        # and every other writer of the tenant waits for it.
        counter = (
            await session.execute(
                update(FeedCounter.__table__)  # type: ignore[arg-type]
                .where(FeedCounter.__table__.c.tenant_id == tenant_id)
                .values(seq=FeedCounter.__table__.c.seq + len(drafts))
                .returning(
                    FeedCounter.__table__.c.epoch,
                    FeedCounter.__table__.c.seq,
                    FeedCounter.__table__.c.floor,
                )
            )
        ).one()
        first = counter.seq - len(drafts) + 1
        now = datetime.now(UTC)
        rows: list[dict[str, Any]] = []
        last_of: dict[tuple[str, UUID | None], int] = {}
        for offset, (item, op, branch_id) in enumerate(drafts):
            room = (item.row.__collection__, branch_id)
            rows.append(
                {
                    "tenant_id": tenant_id,
                    "seq": first + offset,
                    "prev_seq": last_of.get(room),
                    "tx": first,
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
            )
            last_of[room] = first + offset
        await self._number_rooms(session, tenant_id, rows, counter.floor)
        await session.execute(insert(_changes), rows)
        records = tuple(
            Record(**{name: row[name] for name in Record.__dataclass_fields__}) for row in rows
        )
        return Batch(tenant_id, counter.epoch, first - 1, counter.seq, records)

    async def _number_rooms(
        self, session: ScopedAsyncSession, tenant_id: UUID, rows: list[dict[str, Any]], floor: int
    ) -> None:
        """Fill the `prev_seq` that lies before this transaction, one round trip for all rooms.

        Where it was pruned it is the floor, so a reader from before the floor sees the gap.
        """
        open_rows = [row for row in rows if row["prev_seq"] is None]
        columns = [_previous(tenant_id, row["collection"], row["branch_id"]) for row in open_rows]
        previous = (await session.execute(select(*columns))).one()
        for row, prev_seq in zip(open_rows, previous, strict=True):
            row["prev_seq"] = max(prev_seq, floor)


def _drafts(item: Touched) -> Iterator[tuple[Touched, Operation, UUID | None]]:
    """One change for each branch the row is or was seen from."""
    before = item.branches_before
    now = frozenset() if item.operation == "delete" else frozenset(item.row.branches())
    for branch_id in sorted(before | now, key=str):
        if item.operation == "delete":
            yield item, "delete", branch_id
        elif branch_id not in now:
            yield item, "leave", branch_id
        else:
            yield item, "update" if branch_id in before else "insert", branch_id


def _previous(tenant_id: UUID, collection: str, branch_id: UUID | None) -> ScalarSelect[int]:
    branch = _changes.c.branch_id
    return (
        select(func.coalesce(func.max(_changes.c.seq), 0))
        .where(
            _changes.c.tenant_id == tenant_id,
            _changes.c.collection == collection,
            branch.is_(None) if branch_id is None else branch == branch_id,
        )
        .scalar_subquery()
    )
