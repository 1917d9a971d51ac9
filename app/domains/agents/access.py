"""Who may come in as an agent, over HTTP and over the socket."""

import logging
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select

from app.db.database import UnitOfWork
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.domains.agents import credentials
from app.domains.agents.credentials import (
    AgentIdentity,
    BlockedError,
    blocked,
    identify,
    identify_known,
)
from app.domains.agents.models import Agent
from app.domains.identity.access import transaction_of
from app.domains.identity.audit import record
from app.errors import RateLimitedError, UnauthenticatedError
from app.http.dependencies import RuntimeDep, client_address, network_of
from app.runtime.guesses import Guesses
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
_bearer = HTTPBearer(auto_error=False, description="The token of the agent")


async def authenticate(runtime: Runtime, token: str, address: str) -> AgentIdentity:
    """The agent of `token`.

    Raises `UnauthenticatedError` (`bad_token`), `ForbiddenError` (`agent_blocked`) and, for an
    address that was wrong too often, `RateLimitedError`. A right token is never limited: one
    wrong agent must not lock out the others of its branch.
    """
    try:
        known = await identify_known(runtime.cache, token)
        if known is not None:
            return known
        identity = await identify(runtime.database, token)
    except UnauthenticatedError:
        log.warning("a wrong agent token from %s", address)
        await _limit_wrong_tokens(runtime, address)
        raise
    except BlockedError as error:
        await _audit_blocked(runtime, error, address)
        await _limit_wrong_tokens(runtime, address)
        raise
    runtime.cache.remember_tenant(identity.token_hash, identity.tenant_id)
    return identity


async def enrol(unit: UnitOfWork, runtime: Runtime, code: str, address: str) -> tuple[Agent, str]:
    """Exchange a code for a token, as `credentials.enrol` does. Wrong codes of one address make the
    next one wait (`RateLimitedError`); wrong tokens do not: an agent that has one tries on and on,
    and must not keep a new one of its branch out."""
    free = runtime.settings.agent_auth_limit_per_minute
    guesses = Guesses(f"enrol:{network_of(address)}", free)
    (wait_s,) = await runtime.guesses.attempt([guesses])
    if wait_s:
        raise RateLimitedError(
            "too many wrong enrolment codes: wait a moment",
            limit="enrol",
            quota=free,
            window_s=guesses.memory_s,
            retry_after_s=wait_s,
        )
    enrolled = await credentials.enrol(unit, code, runtime.clock.now())
    await runtime.guesses.right([guesses])
    return enrolled


async def _limit_wrong_tokens(runtime: Runtime, address: str) -> None:
    """Count one. Raises `RateLimitedError`."""
    limit = runtime.settings.agent_auth_limit_per_minute
    verdict = await runtime.limiter.hit(f"agent-auth:{network_of(address)}", limit, 60)
    if not verdict.allowed:
        raise RateLimitedError(
            "too many wrong tokens",
            limit="agent-auth",
            quota=limit,
            window_s=60,
            retry_after_s=verdict.retry_after_s,
        )


async def active(session: ScopedAsyncSession, identity: AgentIdentity) -> Agent:
    """The agent's row, if its token still holds.

    A socket outlives the moment it was let in, and word of a blocking may get lost: whatever
    an agent does asks here first. Raises what `authenticate` raises.
    """
    agent = await session.scalar(select(Agent).where(Agent.id == identity.agent_id))
    if agent is None or agent.token_hash != identity.token_hash:
        raise UnauthenticatedError("bad_token", "the token was rotated, or the agent deleted")
    if agent.blocked:
        raise blocked()
    return agent


async def _audit_blocked(runtime: Runtime, error: BlockedError, address: str) -> None:
    # The agent tries again every minute: one entry an hour says as much.
    verdict = await runtime.limiter.hit(f"agent-blocked:{error.agent_id}", 1, 3600)
    if not verdict.allowed:
        return
    scope = Scope(error.tenant_id, f"agent:{error.agent_id}")
    async with runtime.database.unit_of_work(scope) as unit:
        agent = await unit.session.get(Agent, error.agent_id)
        if agent is not None:
            details = {"code": error.code}
            record(unit, runtime, "agent.refuse", agent, address=address, details=details)


async def _current_agent(
    request: Request,
    runtime: RuntimeDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> AgentIdentity:
    if credentials is None:
        raise UnauthenticatedError("bad_token", "an agent token is needed")
    agent = await authenticate(runtime, credentials.credentials, client_address(request))
    limit = runtime.settings.agent_limit_per_minute
    verdict = await runtime.limiter.hit(f"requests:agent:{agent.agent_id}", limit, 60)
    if not verdict.allowed:
        raise RateLimitedError(
            "too many requests of one agent: wait a moment",
            limit="agent",
            quota=limit,
            window_s=60,
            retry_after_s=verdict.retry_after_s,
        )
    return agent


CurrentAgent = Annotated[AgentIdentity, Depends(_current_agent)]


async def _agent_unit(request: Request, agent: CurrentAgent) -> UnitOfWork:
    return await transaction_of(request).writer(agent.scope)


async def _agent_reads(request: Request, agent: CurrentAgent) -> ScopedAsyncSession:
    return await transaction_of(request).reader(agent.scope)


AgentUnit = Annotated[UnitOfWork, Depends(_agent_unit)]
AgentReads = Annotated[ScopedAsyncSession, Depends(_agent_reads)]
