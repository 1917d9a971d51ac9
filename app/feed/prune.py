"""Pruning: old changes go, and cursors from before them are told to refetch."""

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.models import Change, FeedCounter


async def prune(database: Database, before: datetime) -> int:
    """Delete the changes that occurred before `before`; how many. Never part of a transaction.

    The newest change of each branch and collection may go too: a reader that continues from
    a cursor at or after the floor needs only what came later.
    """
    removed = 0
    async with database.unit_of_work(SYSTEM) as unit:
        tops = await unit.session.execute(
            select(Change.tenant_id, func.max(Change.seq))
            .where(Change.occurred_at < before)
            .group_by(Change.tenant_id)
        )
        for tenant_id, top in tops.all():
            await unit.session.execute(
                update(FeedCounter)
                .where(FeedCounter.tenant_id == tenant_id, FeedCounter.floor < top)
                .values(floor=top)
            )
            gone = await unit.session.execute(
                delete(Change).where(Change.tenant_id == tenant_id, Change.seq <= top)
            )
            removed += gone.rowcount  # type: ignore[attr-defined]
    return removed
