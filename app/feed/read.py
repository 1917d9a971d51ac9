"""Reading the feed: what happened after a cursor, in whole transactions and without a gap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import ScopedAsyncSession
from app.feed.append import Batch, Record
from app.feed.cursor import Cursor
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


async def head(session: AsyncSession, tenant_id: UUID) -> Cursor:
    """Where the tenant's feed stands."""
    counter = (await session.execute(_counter(tenant_id))).one()
    return Cursor(counter.epoch, counter.seq)


async def read_since(
    session: ScopedAsyncSession,
    tenant_id: UUID,
    cursor: Cursor,
    *,
    collections: Collection[str] | None = None,
    limit: int = MAX_CHANGES,
) -> Page:
    """The changes after `cursor` that the session's scope may see, oldest first.

    A page ends at the end of a transaction, so it may be longer than `limit`.
    """
    counter = (await session.execute(_counter(tenant_id))).one()
    here = Cursor(counter.epoch, counter.seq)
    if cursor.epoch != here.epoch or not counter.floor <= cursor.seq <= here.seq:
        return Page([], here, must_refetch=True)
    visible = [Change.tenant_id == tenant_id, *_visible(session.scope.branch_ids)]
    if collections is not None:
        visible.append(Change.collection.in_(collections))
    # The head bounds the read: changes that are committed meanwhile belong to the next page.
    between = and_(*visible, Change.seq > cursor.seq, Change.seq <= here.seq)
    records = await _records(session, between, limit + 1)
    if len(records) <= limit:
        return Page(records, here)
    records = await _whole_transactions(session, records[:limit], visible)
    last = records[-1].seq
    return Page(records, Cursor(here.epoch, last), has_more=last < here.seq)


async def read_batch(session: ScopedAsyncSession, tenant_id: UUID, after: int) -> Batch:
    """Everything after `after`, for the relay; at most about `MAX_CHANGES` changes."""
    counter = (await session.execute(_counter(tenant_id))).one()
    visible = [Change.tenant_id == tenant_id]
    between = and_(*visible, Change.seq > after, Change.seq <= counter.seq)
    records = await _records(session, between, MAX_CHANGES)
    if records:
        records = await _whole_transactions(session, records, visible)
    # After pruning there may be nothing between `after` and the head.
    seq = records[-1].seq if records else counter.seq
    return Batch(tenant_id, counter.epoch, after, seq, tuple(records))


async def _whole_transactions(
    session: AsyncSession, records: list[Record], visible: Sequence[ColumnElement[bool]]
) -> list[Record]:
    """The records, with the rest of the last one's transaction."""
    last = records[-1]
    rest = and_(*visible, Change.tx == last.tx, Change.seq > last.seq)
    return records + await _records(session, rest, None)


def _counter(tenant_id: UUID) -> Any:
    return select(FeedCounter.epoch, FeedCounter.seq, FeedCounter.floor).where(
        FeedCounter.tenant_id == tenant_id
    )


def _visible(branch_ids: Collection[UUID] | None) -> list[ColumnElement[bool]]:
    if branch_ids is None:
        return []
    return [or_(Change.branch_id.is_(None), Change.branch_id.in_(branch_ids))]


_COLUMNS = [getattr(Change, name) for name in Record.__dataclass_fields__]


async def _records(
    session: AsyncSession, condition: ColumnElement[bool], limit: int | None
) -> list[Record]:
    statement = select(*_COLUMNS).where(condition).order_by(Change.seq).limit(limit)
    return [Record(*row) for row in await session.execute(statement)]
