"""Where a document can be had from, for the badge that people see."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy import exists as sql_exists

from app.db.session import ScopedAsyncSession
from app.domains.agents.models import Agent, AgentStatus
from app.domains.pdfs.models import Pdf, PdfLocation, PdfStatus


class Availability(StrEnum):
    """From best to worst."""

    CACHED = "cached"
    BRANCH_ONLINE = "branch_online"
    BRANCH_OFFLINE = "branch_offline"
    GONE = "gone"


def availability(pdf: Pdf, online: Iterable[UUID]) -> Availability:
    """`online` are the agents that are there now."""
    if pdf.status == PdfStatus.CACHED:
        return Availability.CACHED
    if set(pdf.agent_ids) & {str(agent_id) for agent_id in online}:
        return Availability.BRANCH_ONLINE
    return Availability.BRANCH_OFFLINE if pdf.agent_ids else Availability.GONE


def is_available(how: Availability) -> ColumnElement[bool]:
    """The same as SQL, with the agents as the database knows them."""
    here = Pdf.status == PdfStatus.CACHED.value
    lies = sql_exists().where(PdfLocation.pdf_id == Pdf.id)
    online = sql_exists().where(
        PdfLocation.pdf_id == Pdf.id,
        PdfLocation.agent_id == Agent.id,
        Agent.status == AgentStatus.ONLINE.value,
    )
    match how:
        case Availability.CACHED:
            return here
        case Availability.BRANCH_ONLINE:
            return and_(not_(here), online)
        case Availability.BRANCH_OFFLINE:
            return and_(not_(here), lies, not_(online))
        case Availability.GONE:
            return and_(not_(here), not_(lies))


async def availability_now(session: ScopedAsyncSession, pdf: Pdf) -> Availability:
    """With the agents as the database knows them."""
    online = await session.scalars(
        select(Agent.id).where(
            Agent.id.in_([UUID(agent_id) for agent_id in pdf.agent_ids]),
            Agent.status == AgentStatus.ONLINE.value,
        )
    )
    return availability(pdf, online)
