"""What an agent asks over HTTP; its uploads are in `app/domains/pdfs/routes.py`."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select

from agent.contract.messages import AuthAnswer, AuthRequest, Heartbeat, HeartbeatAck
from agent.contract.versions import CONTRACTS
from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.agents import commands, presence
from app.domains.agents.access import (
    AgentReads,
    AgentUnit,
    CurrentAgent,
    active,
    authenticate,
    enrol,
)
from app.domains.agents.models import Agent
from app.domains.agents.schemas import AgentStatusAnswer
from app.domains.identity.access import transaction_of
from app.domains.identity.audit import audit
from app.domains.identity.models import Branch, Tenant
from app.domains.pdfs.models import OPEN_STATES, Transfer
from app.errors import UnauthenticatedError
from app.http.dependencies import RuntimeDep, client_address
from app.http.transaction import TransactionalRoute
from app.runtime.parts import Runtime

router = APIRouter(prefix="/api/agent", tags=["agent"], route_class=TransactionalRoute)
_bearer = HTTPBearer(auto_error=False, description="The token of the agent")


@router.post("/auth", response_model=AuthAnswer, response_model_exclude_none=True)
async def auth(
    request: Request,
    body: AuthRequest,
    runtime: RuntimeDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> AuthAnswer:
    """With a one-time code: enrol. Without: who am I, by the token."""
    address = client_address(request)
    transaction = transaction_of(request)
    if body.enrolment_code is not None:
        unit = await transaction.writer(SYSTEM)
        agent, token = await enrol(unit, runtime, body.enrolment_code, address)
        audit(
            unit,
            request,
            "agent.enrol",
            agent,
            by=f"agent:{agent.id}",
            hostname=body.hostname[:255],
        )
        commands.disconnect_after_commit(unit, runtime.signals, agent.id)
        return await _answer(runtime, unit.session, agent, token)
    if bearer is None:
        raise UnauthenticatedError("bad_token", "an agent token or an enrolment code is needed")
    identity = await authenticate(runtime, bearer.credentials, address)
    session = await transaction.reader(identity.scope)
    return await _answer(runtime, session, await active(session, identity), None)


@router.post("/heartbeat", response_model=HeartbeatAck)
async def heartbeat(
    body: Heartbeat, identity: CurrentAgent, unit: AgentUnit, runtime: RuntimeDep
) -> HeartbeatAck:
    """The heartbeat of an agent that has no socket."""
    return (await presence.beat(unit, runtime, identity, body)).ack


@router.get("/status", response_model=AgentStatusAnswer)
async def status(identity: CurrentAgent, session: AgentReads) -> dict[str, Any]:
    """What the server knows of the caller, and the transfers it waits for."""
    agent = await active(session, identity)
    transfers = await session.scalars(
        select(Transfer)
        .where(Transfer.agent_id == agent.id, Transfer.state.in_(OPEN_STATES))
        .order_by(Transfer.priority.desc(), Transfer.id)
        .limit(100)
    )
    row = agent.wire()
    await presence.show_last_seen(session, [row])
    return {"agent": row, "transfers": [transfer.wire() for transfer in transfers]}


async def _answer(
    runtime: Runtime, session: ScopedAsyncSession, agent: Agent, token: str | None
) -> AuthAnswer:
    branch = await session.get(Branch, agent.branch_id)
    tenant = await session.get(Tenant, agent.tenant_id)
    return AuthAnswer(
        agent_id=agent.id,
        name=agent.name,
        branch=branch.name if branch else "",
        tenant=tenant.name if tenant else "",
        server_time=runtime.clock.now(),
        contract=CONTRACTS.oldest,
        contracts=CONTRACTS,
        config=await presence.config(runtime, agent.tenant_id, session),
        token=token,
    )
