"""Documents that nobody has any more, and that nobody needs, leave the list."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, cast, exists, or_, select

from app.db.retry import retrying
from app.db.scope import SYSTEM
from app.domains.pdfs.locations import remove
from app.domains.pdfs.models import OPEN_STATES, Pdf, Transfer
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
STEP = 100


async def forget(runtime: Runtime) -> Mapping[str, int]:
    """Delete the documents that are gone from every branch for `gone_days`, were never brought
    up, and that nobody refers to: nobody put a field right, pinned them, or asked for them in
    that time. `forgotten` is how many."""
    before = runtime.clock.now() - timedelta(days=runtime.settings.gone_days)
    forgotten = 0

    async def step() -> int:
        return await _forget_some(runtime, before)

    while count := await retrying(step):
        forgotten += count
    log.info("%d documents that were gone left the list", forgotten)
    return {"forgotten": forgotten}


async def _forget_some(runtime: Runtime, before: datetime) -> int:
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        session = unit.session
        due = (
            await session.scalars(
                select(Pdf)
                .where(
                    Pdf.gone_at <= before,
                    Pdf.cached_at.is_(None),
                    Pdf.pinned.is_(False),
                    # JSON is not compared alike on the two databases; its text is.
                    cast(Pdf.corrected, Text) == "[]",
                    ~_asked_for(before),
                )
                .order_by(Pdf.gone_at)
                .limit(STEP)
                .with_for_update()
            )
        ).all()
        ids = [pdf.id for pdf in due]
        for transfer in await session.scalars(select(Transfer).where(Transfer.pdf_id.in_(ids))):
            await session.delete(transfer)
        await session.flush()
        for pdf in due:
            await remove(session, pdf)
    return len(due)


def _asked_for(since: datetime) -> ColumnElement[bool]:
    return exists().where(
        Transfer.pdf_id == Pdf.id,
        or_(Transfer.state.in_(OPEN_STATES), Transfer.requested_at > since),
    )
