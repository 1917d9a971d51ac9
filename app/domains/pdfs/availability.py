"""Where a document can be had from, for the badge that people see."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from app.db.session import ScopedAsyncSession
from app.domains.agents.models import Agent, AgentStatus
from app.domains.pdfs.models import Pdf, PdfStatus


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


async def availability_now(session: ScopedAsyncSession, pdf: Pdf) -> Availability:
    """With the agents as the database knows them."""
    online = await session.scalars(
        select(Agent.id).where(
            Agent.id.in_([UUID(agent_id) for agent_id in pdf.agent_ids]),
            Agent.status == AgentStatus.ONLINE.value,
        )
    )
    return availability(pdf, online)
