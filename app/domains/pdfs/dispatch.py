"""Bringing transfers to agents: which agent is asked, when, and when again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased
from sqlalchemy.orm.exc import StaleDataError

from agent.contract.messages import PLACE_AWAY, UploadRequest
from app.db.database import UnitOfWork
from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.agents import commands
from app.domains.agents.models import Agent, AgentPresence, AgentStatus
from app.domains.agents.places import may_be_away
from app.domains.pdfs.models import OPEN_STATES, Pdf, PdfLocation, Transfer, TransferState
from app.runtime.parts import Runtime

PER_ROUND = 500
"""Transfers looked at in one round; the next round finds the others."""
AWAY_PAUSES = 10
_BEST_FIRST = (AgentStatus.ONLINE.value, AgentStatus.RECONNECTING.value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document can be had from."""

    agent_id: UUID
    branch_id: UUID
    path: str
    size: int
    may_be_away: bool


Move = Callable[[UnitOfWork, Runtime, Pdf, Transfer, Place], Awaitable[None]]


async def choose_place(
    session: ScopedAsyncSession,
    pdf: Pdf,
    branch_ids: frozenset[UUID] | None,
    *,
    but: tuple[UUID, str] | None = None,
) -> Place | None:
    """The best place of a document: an agent that is there, then one of `branch_ids`, then
    the one that saw it last. What may be away with its disk comes after the others. Blocked
    agents and the `(agent, path)` of `but` do not count."""
    found = await session.execute(
        select(PdfLocation, Agent)
        .join(Agent, Agent.id == PdfLocation.agent_id)
        .where(PdfLocation.pdf_id == pdf.id, Agent.blocked.is_(False))
        .order_by(PdfLocation.seen_at.desc())
        .limit(PER_ROUND)
    )
    places = [
        (location, agent) for location, agent in found if (location.agent_id, location.path) != but
    ]
    if not places:
        return None

    def rank(place: tuple[PdfLocation, Agent]) -> tuple[bool, int, bool]:
        location, agent = place
        status = agent.status
        there = _BEST_FIRST.index(status) if status in _BEST_FIRST else len(_BEST_FIRST)
        elsewhere = branch_ids is not None and location.branch_id not in branch_ids
        return may_be_away(agent, location.path), there, elsewhere

    location, agent = min(places, key=rank)
    return Place(
        location.agent_id,
        location.branch_id,
        location.path,
        location.size,
        may_be_away(agent, location.path),
    )


async def hint(unit: UnitOfWork, runtime: Runtime, pdf: Pdf, transfer: Transfer) -> None:
    """Ask the transfer's agent after the commit, if it is connected; else it is asked when
    it comes."""
    presence = await unit.session.get(AgentPresence, transfer.agent_id)
    if presence is not None and presence.sid is not None:
        _ask(unit, runtime, pdf, transfer)


async def ask_agent(runtime: Runtime, agent_id: UUID) -> int:
    """Ask an agent that has just connected for everything that waits for it; how many."""
    return await _ask_all(runtime, Transfer.agent_id == agent_id)


async def ask_waiting(runtime: Runtime) -> int:
    """Ask connected agents for what they were not asked for, or show no progress with."""
    now, pause = runtime.clock.now(), timedelta(seconds=runtime.settings.transfer_stalled_s)
    asked_at, code = Transfer.asked_at, Transfer.error_code
    return await _ask_all(
        runtime,
        or_(
            asked_at.is_(None),
            and_(asked_at < now - pause, code.is_distinct_from(PLACE_AWAY)),
            # What waits for a disk is asked for when it is back; this is for a word that got lost.
            asked_at < now - AWAY_PAUSES * pause,
        ),
    )


async def move_to_online(runtime: Runtime, move: Move) -> int:
    """Transfers that wait for an agent that is away, while another one that is there has the
    file: let that one send it."""
    here, there = aliased(AgentPresence), aliased(AgentPresence)
    async with runtime.database.read(SYSTEM) as session:
        waiting = await session.scalars(
            select(Transfer.id)
            .where(
                Transfer.state == TransferState.QUEUED.value,
                ~exists().where(here.agent_id == Transfer.agent_id, here.sid.is_not(None)),
                exists().where(
                    PdfLocation.pdf_id == Transfer.pdf_id,
                    PdfLocation.agent_id == there.agent_id,
                    there.sid.is_not(None),
                    Agent.id == there.agent_id,
                    Agent.blocked.is_(False),
                    Agent.status == AgentStatus.ONLINE.value,
                ),
            )
            .limit(PER_ROUND)
        )
        ids = waiting.all()
    moved = 0
    for transfer_id in ids:
        try:
            moved += await _move_one(runtime, transfer_id, move)
        except (StaleDataError, OperationalError):
            continue  # someone else was faster, or the next round does it
    return moved


async def _move_one(runtime: Runtime, transfer_id: UUID, move: Move) -> bool:
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        transfer = await unit.session.get(Transfer, transfer_id)
        if transfer is None or transfer.state != TransferState.QUEUED:
            return False
        pdf = await unit.session.get_one(Pdf, transfer.pdf_id)
        place = await choose_place(unit.session, pdf, None)
        if place is None or place.agent_id == transfer.agent_id:
            return False
        await move(unit, runtime, pdf, transfer, place)
    return True


async def _ask_all(runtime: Runtime, condition: ColumnElement[bool]) -> int:
    async with runtime.database.read(SYSTEM) as session:
        rows = await session.execute(
            select(Transfer.agent_id, Transfer.id)
            .join(AgentPresence, AgentPresence.agent_id == Transfer.agent_id)
            .where(Transfer.state.in_(OPEN_STATES), AgentPresence.sid.is_not(None), condition)
            .order_by(Transfer.priority.desc(), Transfer.id)
            .limit(PER_ROUND)
        )
        by_agent: dict[UUID, list[UUID]] = {}
        for agent_id, transfer_id in rows:
            by_agent.setdefault(agent_id, []).append(transfer_id)
    asked = 0
    for ids in by_agent.values():
        try:
            asked += await _ask_some(runtime, ids)
        except (StaleDataError, OperationalError):
            continue
    return asked


async def _ask_some(runtime: Runtime, ids: list[UUID]) -> int:
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        rows = await unit.session.execute(
            select(Transfer, Pdf)
            .join(Pdf, Pdf.id == Transfer.pdf_id)
            .where(Transfer.id.in_(ids), Transfer.state.in_(OPEN_STATES))
            .order_by(Transfer.priority.desc(), Transfer.id)
        )
        asked = rows.all()
        for transfer, pdf in asked:
            _ask(unit, runtime, pdf, transfer)
    return len(asked)


def _ask(unit: UnitOfWork, runtime: Runtime, pdf: Pdf, transfer: Transfer) -> None:
    transfer.attempts += 1
    transfer.asked_at = runtime.clock.now()
    if pdf.file_hash is None:
        return
    message = UploadRequest(
        transfer_id=transfer.id,
        pdf_id=pdf.id,
        path=transfer.path,
        file_hash=pdf.file_hash,
        size=transfer.total_bytes,
        priority=transfer.priority,
    )
    commands.send_after_commit(
        unit, runtime.signals, transfer.agent_id, "agent:upload_request", message
    )
