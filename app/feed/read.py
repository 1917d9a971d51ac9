"""Reading the feed: what happened after a cursor, in whole transactions and without a gap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import ScopedAsyncSession
from app.feed.append import Batch, Record
from app.feed.cursor import Cursor, epoch_for
from app.feed.models import Change, FeedCounter

MAX_CHANGES = 1000
"""Changes on one page, apart from a single transaction that is larger."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader gets: apply `records`, then stand at `cursor`; ask again while `has_more`.

    With `must_refetch` the old cursor is pruned or foreign: read the collections anew.
    """

    records: list[Record]
    cursor: Cursor
    has_more: bool = False
    must_refetch: bool = False


async def read_since(
    session: ScopedAsyncSession,
    tenant_id: UUID,
    cursor: Cursor,
    *,
    collections: Collection[str] | None = None,
    limit: int = MAX_CHANGES,
    counter: FeedCounter | None = None,
) -> Page:
    """The changes after `cursor` that the session's scope may see, oldest first.

    A page holds whole transactions: more than `limit` changes only where one has more.
    `counter` is given where the session has read it already.
    """
    counter = counter or await read_counter(session, tenant_id)
    branch_ids = session.scope.branch_ids
    here = Cursor(epoch_for(counter.epoch, branch_ids), counter.seq)
    if cursor.epoch != here.epoch or not counter.floor <= cursor.seq <= here.seq:
        return Page([], here, must_refetch=True)
    visible = [Change.tenant_id == tenant_id]
    if branch_ids is not None:
        visible.append(or_(Change.branch_id.is_(None), Change.branch_id.in_(branch_ids)))
    if collections is not None:
        visible.append(Change.collection.in_(collections))
    records, complete = await _records(session, visible, cursor.seq, here.seq, limit)
    if complete:
        return Page(records, here)
    return Page(records, Cursor(here.epoch, records[-1].seq), has_more=True)


async def read_batch(session: AsyncSession, tenant_id: UUID, after: int) -> Batch:
    """What follows `after`, for the relay; about `MAX_CHANGES` changes at most."""
    counter = await read_counter(session, tenant_id)
    records, complete = await _records(
        session, [Change.tenant_id == tenant_id], after, counter.seq, MAX_CHANGES
    )
    seq = counter.seq if complete else records[-1].seq
    return Batch(tenant_id, counter.epoch, after, seq, tuple(records))


async def read_counter(session: AsyncSession, tenant_id: UUID) -> FeedCounter:
    """Where the tenant's feed stands.

    It is read before anything else, so that what follows has at least that much; and bounds
    what follows, so that a transaction committed meanwhile is not seen in part.
    """
    statement = select(FeedCounter).where(FeedCounter.tenant_id == tenant_id)
    return (await session.execute(statement)).scalar_one()


_COLUMNS = [getattr(Change, name) for name in Record.__dataclass_fields__]


async def _records(
    session: AsyncSession,
    visible: Sequence[ColumnElement[bool]],
    after: int,
    to: int,
    limit: int,
) -> tuple[list[Record], bool]:
    """The records in `(after, to]` in whole transactions, and whether these are all."""
    between = (*visible, Change.seq > after, Change.seq <= to)
    statement = select(*_COLUMNS).where(*between).order_by(Change.seq)
    while True:
        rows = await session.execute(statement.limit(limit + 1))
        records = [Record(*row) for row in rows]
        if len(records) <= limit:
            return records, True
        cut_off = records[-1].tx
        whole = [record for record in records if record.tx != cut_off]
        if whole:
            return whole, False
        limit *= 2  # one transaction that is larger than the page
