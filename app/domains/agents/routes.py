"""Agents over HTTP: the collection, and what a manager does with them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from agent.contract.messages import ResyncCommand
from app.db.base import to_json
from app.db.session import ScopedAsyncSession
from app.domains.agents import commands, credentials, places, presence
from app.domains.agents.agent_routes import router as agent_router
from app.domains.agents.models import Agent, AgentPresence
from app.domains.agents.schemas import (
    AgentCreate,
    AgentDetail,
    AgentPatch,
    AgentRow,
    BlockRequest,
    CredentialsAnswer,
    LogsAnswer,
    ReallyGoneRequest,
    ResyncRequest,
)
from app.domains.identity.access import (
    CurrentUser,
    Reads,
    TrackedReads,
    Unit,
    require,
    transaction_of,
)
from app.domains.identity.audit import audit
from app.domains.identity.models import Role
from app.domains.pdfs import withdrawal
from app.errors import NotFoundError
from app.http.collections import CollectionPage, PageQuery, collection_response
from app.http.dependencies import RelayDep, RuntimeDep
from app.http.transaction import TransactionalRoute

collection = APIRouter(prefix="/api/agents", tags=["agents"], route_class=TransactionalRoute)
admin = APIRouter(
    prefix="/api/admin/agents",
    tags=["agents"],
    route_class=TransactionalRoute,
    dependencies=[require(Role.MANAGER)],
)


@collection.get("", response_model=CollectionPage[AgentRow])
@admin.get("", response_model=CollectionPage[AgentRow])
async def list_agents(
    request: Request,
    page: Annotated[PageQuery, Query()],
    session: TrackedReads,
    relay: RelayDep,
    runtime: RuntimeDep,
) -> Response:
    """The agents of the caller's branches. `lastSeenAt` is the newest heartbeat; a heartbeat is
    no change: it is in no delta. The tag of a page moves with it."""
    return await collection_response(
        request,
        session,
        relay=relay,
        clock=runtime.clock,
        model=Agent,
        page=page,
        amend=presence.show_last_seen,
    )


@admin.post("", status_code=201, response_model=CredentialsAnswer)
async def create_agent(
    request: Request, body: AgentCreate, unit: Unit, runtime: RuntimeDep
) -> dict[str, Any]:
    """A new agent, with the only sight of its token and its enrolment code."""
    now = runtime.clock.now()
    made = await credentials.create(unit, name=body.name, branch_id=body.branch_id, now=now)
    audit(unit, request, "agent.create", made.agent)
    return _answer(made)


@admin.get("/{agent_id}", response_model=AgentDetail)
async def get_agent(agent_id: UUID, session: Reads) -> dict[str, Any]:
    """One agent, with its newest heartbeat."""
    agent = await _find(session, agent_id)
    there = await session.get(AgentPresence, agent_id)
    row = agent.wire()
    await presence.show_last_seen(session, [row])
    return {
        **row,
        "connected": there is not None and there.sid is not None,
        "beat": (there.beat or None) if there else None,
        "beatAt": to_json(there.beat_at) if there else None,
    }


@admin.patch("/{agent_id}", response_model=AgentRow)
async def rename_agent(
    request: Request, agent_id: UUID, body: AgentPatch, unit: Unit
) -> dict[str, Any]:
    """Change its name."""
    agent = await _find(unit.session, agent_id)
    agent.name = body.name
    audit(unit, request, "agent.update", agent, name=body.name)
    await unit.session.flush()
    return agent.wire()


@admin.delete("/{agent_id}", status_code=204)
async def delete_agent(
    request: Request, agent_id: UUID, user: CurrentUser, session: Reads, runtime: RuntimeDep
) -> None:
    """Delete it for good; its locations go, and documents that were only there are gone."""
    await _find(session, agent_id)
    # Not yet in the request's transaction: an agent may have very many files.
    await withdrawal.withdraw(runtime, user.scope, agent_id)
    unit = await transaction_of(request).writer(user.scope)
    agent = await _find(unit.session, agent_id)
    await credentials.forget(unit, agent)
    audit(unit, request, "agent.delete", agent)
    commands.disconnect_after_commit(unit, runtime.signals, agent_id)


@admin.post("/{agent_id}/rotate-token", response_model=CredentialsAnswer)
async def rotate_token(
    request: Request, agent_id: UUID, unit: Unit, runtime: RuntimeDep
) -> dict[str, Any]:
    """A new token and code; the old token stops working at once."""
    agent = await _find(unit.session, agent_id)
    made = await credentials.issue(unit, agent, runtime.clock.now())
    audit(unit, request, "agent.rotate_token", agent)
    commands.disconnect_after_commit(unit, runtime.signals, agent_id)
    return _answer(made)


@admin.post("/{agent_id}/block", response_model=AgentRow)
async def block_agent(
    request: Request, agent_id: UUID, body: BlockRequest, unit: Unit, runtime: RuntimeDep
) -> dict[str, Any]:
    """Refuse it from now on, or let it in again."""
    agent = await _find(unit.session, agent_id)
    agent.blocked = body.blocked
    audit(unit, request, "agent.block" if body.blocked else "agent.unblock", agent)
    if body.blocked:
        commands.disconnect_after_commit(unit, runtime.signals, agent_id)
    await unit.session.flush()
    return agent.wire()


@admin.post("/{agent_id}/disconnect", status_code=204)
async def disconnect_agent(
    request: Request, agent_id: UUID, unit: Unit, runtime: RuntimeDep
) -> None:
    """Close its socket; it will connect again by itself."""
    agent = await _find(unit.session, agent_id)
    audit(unit, request, "agent.disconnect", agent)
    commands.disconnect_after_commit(unit, runtime.signals, agent_id)


@admin.post("/{agent_id}/resync", status_code=202, response_class=Response)
async def resync_agent(
    request: Request,
    agent_id: UUID,
    unit: Unit,
    runtime: RuntimeDep,
    body: ResyncRequest | None = None,
) -> Response:
    """Let it compare its folder with the server. 409 `agent_offline`."""
    agent = await _find(unit.session, agent_id)
    await _must_be_connected(unit.session, agent_id)
    message = ResyncCommand(deep=body is not None and body.deep)
    audit(unit, request, "agent.resync", agent, deep=message.deep)
    commands.send_after_commit(unit, runtime.signals, agent_id, "agent:resync_request", message)
    return Response(status_code=202)


@admin.post("/{agent_id}/really-gone", response_model=AgentRow)
async def confirm_emptied_place(
    request: Request,
    agent_id: UUID,
    body: ReallyGoneRequest,
    unit: Unit,
    runtime: RuntimeDep,
) -> dict[str, Any]:
    """The files that are missing from an emptied place are really gone: take them out of the
    list, now or when the agent is back. 409 `place_changed` where others are missing by now."""
    agent = await _find(unit.session, agent_id)
    place = places.confirm_gone(unit, runtime.signals, agent, path=body.path, state=body.state)
    audit(unit, request, "agent.really_gone", agent, path=place.path, files=place.missing)
    await unit.session.flush()
    return agent.wire()


@admin.get("/{agent_id}/logs", response_model=LogsAnswer)
async def agent_logs(
    agent_id: UUID,
    session: Reads,
    runtime: RuntimeDep,
    lines: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """The end of its log, asked of the agent itself. 409 `agent_offline`."""
    await _find(session, agent_id)
    await _must_be_connected(session, agent_id)
    return (await commands.logs(runtime.signals, agent_id, lines)).to_wire()


async def _find(session: ScopedAsyncSession, agent_id: UUID) -> Agent:
    agent = await session.scalar(select(Agent).where(Agent.id == agent_id))
    if agent is None:
        raise NotFoundError("agent")
    return agent


async def _must_be_connected(session: ScopedAsyncSession, agent_id: UUID) -> None:
    there = await session.get(AgentPresence, agent_id)
    if there is None or there.sid is None:
        raise commands.offline()


def _answer(made: credentials.Credentials) -> dict[str, Any]:
    return {
        "agent": made.agent.wire(),
        "token": made.token,
        "enrolmentCode": made.code,
        "enrolmentExpiresAt": to_json(made.code_expires_at),
    }


router = APIRouter()
router.include_router(collection)
router.include_router(admin)
router.include_router(agent_router)
