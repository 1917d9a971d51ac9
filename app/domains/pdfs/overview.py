"""How much happens: documents and transfers by day, for the overview."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import extract, func, select

from app.db.session import ScopedAsyncSession
from app.domains.identity.access import Reads
from app.domains.pdfs.models import Pdf, Transfer, TransferState
from app.http.collections import WireSchema
from app.http.dependencies import RuntimeDep
from app.http.transaction import TransactionalRoute

router = APIRouter(prefix="/api/overview", tags=["overview"], route_class=TransactionalRoute)


class Day(WireSchema):
    """One day in UTC: documents that became known, were asked for, and, of those,
    arrived."""

    day: date
    indexed: int
    requested: int
    downloaded: int


class Overview(WireSchema):
    """The last days, today last; a day on which nothing happened is there too."""

    days: list[Day]


@router.get("", response_model=Overview)
async def get_overview(
    session: Reads, runtime: RuntimeDep, days: Annotated[int, Query(ge=1, le=90)] = 14
) -> dict[str, Any]:
    """What happened by day in the caller's branches."""
    today = runtime.clock.now().date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, time(), UTC)
    indexed = await _by_day(session, Pdf.created_at, since)
    requested = await _by_day(session, Transfer.requested_at, since)
    arrived = await _by_day(
        session, Transfer.requested_at, since, Transfer.state == TransferState.DONE.value
    )
    listed = [first + timedelta(days=offset) for offset in range(days)]
    return {
        "days": [
            {
                "day": day,
                "indexed": indexed.get(day, 0),
                "requested": requested.get(day, 0),
                "downloaded": arrived.get(day, 0),
            }
            for day in listed
        ]
    }


async def _by_day(
    session: ScopedAsyncSession, moment: Any, since: datetime, *conditions: Any
) -> Mapping[date, int]:
    """How many rows have their moment on each day."""
    # Seconds, because a database's days are those of its own time zone.
    second = extract("epoch", moment)
    day = second - second % 86_400
    rows = await session.execute(
        select(day, func.count()).where(moment >= since, *conditions).group_by(day)
    )
    return {datetime.fromtimestamp(int(start), UTC).date(): count for start, count in rows}
