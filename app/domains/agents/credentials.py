"""How an agent proves who it is: a token, and the one-time code it is exchanged for.

Neither is stored; the database has their SHA-256. Both are random enough that a slow hash
would add nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from app.db.database import Database, UnitOfWork
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.db.session import ScopedAsyncSession
from app.domains.agents.models import Agent, AgentPresence, EnrolmentCode
from app.domains.identity.codes import grouped, new_code, typed_code
from app.domains.identity.models import Branch
from app.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from app.feed.cache import FeedCache

CODE_LIFE = timedelta(hours=24)
_CODE_CHARS = 12  # 60 bits


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is shown once: `code` can be exchanged for a token until `code_expires_at`."""

    agent: Agent
    token: str
    code: str
    code_expires_at: datetime


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """An agent that proved who it is; `token_hash` tells whether it still holds."""

    agent_id: UUID
    tenant_id: UUID
    branch_id: UUID
    token_hash: str

    @property
    def scope(self) -> Scope:
        """An agent acts for the whole company: a document may lie in several branches."""
        return Scope(self.tenant_id, f"agent:{self.agent_id}")


async def create(unit: UnitOfWork, *, name: str, branch_id: UUID, now: datetime) -> Credentials:
    """A new agent of a branch. Raises `NotFoundError` for a branch the scope cannot see."""
    mine = unit.scope.branch_ids
    known = await unit.session.scalar(select(Branch.id).where(Branch.id == branch_id))
    if known is None or (mine is not None and branch_id not in mine):
        raise NotFoundError("branch")
    agent = Agent(id=new_id(), name=name, branch_id=branch_id, token_hash="", created_at=now)
    unit.session.add(agent)
    return await issue(unit, agent, now)


async def issue(unit: UnitOfWork, agent: Agent, now: datetime) -> Credentials:
    """A new token and a new code; whatever the agent had before is void."""
    token = secrets.token_urlsafe(32)
    agent.token_hash = hashed(token)
    await unit.session.flush()
    await unit.session.execute(delete(EnrolmentCode).where(EnrolmentCode.agent_id == agent.id))
    code = new_code(_CODE_CHARS)
    expires_at = now + CODE_LIFE
    unit.session.add(
        EnrolmentCode(
            code_hash=hashed(code),
            agent_id=agent.id,
            tenant_id=agent.tenant_id,
            expires_at=expires_at,
        )
    )
    return Credentials(agent, token, grouped(code, 4), expires_at)


async def forget(unit: UnitOfWork, agent: Agent) -> None:
    """Delete an agent that has no locations any more."""
    for model in (EnrolmentCode, AgentPresence):
        await unit.session.execute(delete(model).where(model.agent_id == agent.id))
    await unit.session.delete(agent)


async def enrol(unit: UnitOfWork, code: str, now: datetime) -> tuple[Agent, str]:
    """Exchange a code for a token; `unit` is the system's, which sees every tenant.

    Raises `UnauthenticatedError` (`bad_code`: unknown, used or expired) and `ForbiddenError`
    (`agent_blocked`).
    """
    code_hash = hashed(typed_code(code))
    agent_id = await unit.session.scalar(
        update(EnrolmentCode)
        .where(
            EnrolmentCode.code_hash == code_hash,
            EnrolmentCode.used_at.is_(None),
            EnrolmentCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(EnrolmentCode.agent_id)
    )
    agent = await unit.session.get(Agent, agent_id) if agent_id else None
    if agent is None:
        raise UnauthenticatedError(
            "bad_code", "this enrolment code is unknown, used or expired: ask for a new one"
        )
    if agent.blocked:
        raise blocked()
    token = secrets.token_urlsafe(32)
    agent.token_hash = hashed(token)
    return agent, token


async def identify(database: Database, token: str) -> AgentIdentity:
    """The agent of a token. Raises `UnauthenticatedError` (`bad_token`) and `ForbiddenError`
    (`agent_blocked`)."""
    async with database.read(SYSTEM) as session:
        found = await _holders(session, Agent.token_hash == hashed(token))
    return _let_in(found.get(hashed(token)))


async def identify_known(cache: FeedCache, token: str) -> AgentIdentity | None:
    """The same from memory, as far as the feed has told; none where the token is not known.

    It spares a look-up and decides nothing: what an agent does asks `access.active` again.
    """
    tenant_id = cache.tenant_of(hashed(token))
    if tenant_id is None:
        return None
    mine = Agent.tenant_id == tenant_id
    found = await cache.get(tenant_id, Agent.__collection__, lambda s: _holders(s, mine))
    holder = found.get(hashed(token))
    return _let_in(holder) if holder is not None else None


async def _holders(
    session: ScopedAsyncSession, which: ColumnElement[bool]
) -> dict[str, tuple[AgentIdentity, bool]]:
    """The agents that have a branch by the hash of their token, and whether they are blocked."""
    columns = (Agent.id, Agent.tenant_id, Agent.branch_id, Agent.token_hash, Agent.blocked)
    rows = await session.execute(select(*columns).where(which))
    return {
        token_hash: (AgentIdentity(agent_id, tenant_id, branch_id, token_hash), is_blocked)
        for agent_id, tenant_id, branch_id, token_hash, is_blocked in rows.all()
        if branch_id is not None
    }


def _let_in(holder: tuple[AgentIdentity, bool] | None) -> AgentIdentity:
    if holder is None:
        raise UnauthenticatedError(
            "bad_token", "no agent has this token: it was rotated, or the agent was deleted"
        )
    identity, is_blocked = holder
    if is_blocked:
        raise BlockedError(identity.agent_id, identity.tenant_id)
    return identity


class BlockedError(ForbiddenError):
    """A blocked agent tried to come in; the token was right, so it is known which."""

    def __init__(self, agent_id: UUID, tenant_id: UUID) -> None:
        super().__init__("agent_blocked", _BLOCKED)
        self.agent_id = agent_id
        self.tenant_id = tenant_id


def blocked() -> ForbiddenError:
    """The refusal of an agent that was blocked."""
    return ForbiddenError("agent_blocked", _BLOCKED)


def hashed(secret: str) -> str:
    """The SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


_BLOCKED = "this agent was blocked by an administrator"
