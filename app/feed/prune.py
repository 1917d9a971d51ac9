"""Pruning: old changes go, and cursors from before them are told to refetch."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.models import Change, FeedCounter

_STEP = 5000


async def prune(database: Database, before: datetime) -> int:
    """Delete the changes that occurred before `before`; how many. Never part of a transaction.

    The newest change of each branch and collection may go too: a reader that continues from
    a cursor at or after the floor needs only what came later.
    """
    async with database.read(SYSTEM) as session:
        spans = await session.execute(
            select(Change.tenant_id, func.min(Change.seq), func.max(Change.seq))
            .where(Change.occurred_at < before)
            .group_by(Change.tenant_id)
        )
        pruned = spans.all()
    removed = 0
    for tenant_id, bottom, top in pruned:
        await _raise_floor(database, tenant_id, top)
        # In steps, and without the counter's lock: writers go on meanwhile.
        for step in range(bottom, top + 1, _STEP):
            removed += await _delete_to(database, tenant_id, min(top, step + _STEP - 1))
    return removed


async def _raise_floor(database: Database, tenant_id: UUID, floor: int) -> None:
    """First the floor, then the changes: a reader that still sees them may be sent away, but
    none is given a part for the whole."""
    async with database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(
            update(FeedCounter)
            .where(FeedCounter.tenant_id == tenant_id, FeedCounter.floor < floor)
            .values(floor=floor)
        )


async def _delete_to(database: Database, tenant_id: UUID, seq: int) -> int:
    async with database.unit_of_work(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(Change).where(Change.tenant_id == tenant_id, Change.seq <= seq)
        )
        return int(gone.rowcount)  # type: ignore[attr-defined]
