"""Taking back everything an agent reported, before it is deleted."""

from uuid import UUID

from sqlalchemy import select

from app.db.retry import retrying
from app.db.scope import Scope
from app.domains.agents.models import Agent
from app.domains.pdfs import transfers
from app.domains.pdfs.locations import CHUNK, refresh
from app.domains.pdfs.models import OPEN_STATES, Pdf, PdfLocation, Transfer
from app.errors import NotFoundError
from app.runtime.parts import Runtime


async def withdraw(runtime: Runtime, scope: Scope, agent_id: UUID) -> None:
    """Block the agent, then remove its locations step by step; what was removed stays removed
    if it is interrupted, and the next call goes on.

    A step is a transaction of its own: in one, a large branch would hold up everybody's
    writes. Raises `NotFoundError`.
    """
    async with runtime.database.unit_of_work(scope) as unit:
        agent = await unit.session.scalar(select(Agent).where(Agent.id == agent_id))
        if agent is None:
            raise NotFoundError("agent")
        agent.blocked = True
    # Documents may lie in other branches too: from here on for the whole company.
    company = Scope(scope.tenant_id, scope.actor)

    async def step() -> bool:
        return await _step(runtime, company, agent_id)

    while await retrying(step):
        pass


async def _step(runtime: Runtime, scope: Scope, agent_id: UUID) -> bool:
    """Remove some locations; whether there may be more."""
    async with runtime.database.unit_of_work(scope) as unit:
        session = unit.session
        locations = (
            await session.scalars(
                select(PdfLocation).where(PdfLocation.agent_id == agent_id).limit(CHUNK)
            )
        ).all()
        ids = {location.pdf_id for location in locations}
        pdfs = (await session.scalars(select(Pdf).where(Pdf.id.in_(ids)))).all()
        for location in locations:
            await session.delete(location)
        await refresh(session, pdfs, runtime.clock.now())
        if len(locations) == CHUNK:
            return True
        waiting = await session.scalars(
            select(Transfer).where(Transfer.agent_id == agent_id, Transfer.state.in_(OPEN_STATES))
        )
        for transfer in waiting.all():
            pdf = await session.get(Pdf, transfer.pdf_id)
            if pdf is not None:
                await transfers.relocate(unit, runtime, pdf)
    return False
