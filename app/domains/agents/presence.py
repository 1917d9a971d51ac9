"""Who is there: connections, heartbeats, and what their absence means.

The truth is in the database, so it holds whichever process has the socket, and when a process
dies its agents' rows simply age. A heartbeat changes `AgentPresence` alone; the tracked
`Agent` changes only where a person would see a difference.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from agent.contract.messages import AgentConfig, AgentError, Handshake, Heartbeat, HeartbeatAck
from app.db.base import to_json
from app.db.database import UnitOfWork
from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.agents.access import active
from app.domains.agents.credentials import AgentIdentity
from app.domains.agents.models import Agent, AgentPresence, AgentStatus
from app.domains.agents.places import take_places
from app.domains.identity.company_settings import settings_of
from app.domains.identity.tenants import possession_key
from app.runtime.parts import Runtime
from app.runtime.signals import Signals

SKEW_SHOWN_S = 60
_CLOCK = "clock_skew: "
_SKEW_STEP_S = 30
"""A shown skew is corrected when it has moved by so much, not with every beat."""


async def config(
    runtime: Runtime, tenant_id: UUID, session: ScopedAsyncSession | None = None
) -> AgentConfig:
    """How the agents of a company are to behave, and its secret."""
    settings = await settings_of(runtime, tenant_id, session)
    return AgentConfig(
        possession_key=await possession_key(runtime, tenant_id, session),
        heartbeat_s=settings.agent_heartbeat_s,
        rescan_s=settings.agent_rescan_s,
        hold_files=settings.agent_hold_files,
        max_upload_bytes=settings.max_upload_bytes,
    )


async def connected(
    runtime: Runtime, identity: AgentIdentity, hello: Handshake, *, node: str, sid: str
) -> None:
    """The agent opened a socket. Raises what `access.active` raises."""
    now = runtime.clock.now()
    async with runtime.database.unit_of_work(identity.scope) as unit:
        agent = await active(unit.session, identity)
        presence = await _presence(unit.session, agent.id, now)
        presence.node, presence.sid, presence.beat_at = node, sid, now
        agent.agent_version = hello.version[:40]
        agent.platform = hello.platform[:100]
        agent.hostname = hello.hostname[:255]
        _set_status(agent, AgentStatus.ONLINE, now)


async def disconnected(runtime: Runtime, identity: AgentIdentity, sid: str) -> None:
    """A socket of the agent is gone; it may have another one already."""
    async with runtime.database.unit_of_work(identity.scope) as unit:
        presence = await unit.session.get(AgentPresence, identity.agent_id)
        if presence is None or presence.sid != sid:
            return
        presence.node = presence.sid = None
        agent = await unit.session.scalar(select(Agent).where(Agent.id == identity.agent_id))
        if agent is not None and agent.status == AgentStatus.ONLINE:
            _set_status(agent, AgentStatus.RECONNECTING, presence.beat_at)


class Beat(NamedTuple):
    """`has_returned`: the agent's folder, or a part of it that was away, is there again."""

    ack: HeartbeatAck
    has_returned: bool


async def beat(
    unit: UnitOfWork, runtime: Runtime, identity: AgentIdentity, heartbeat: Heartbeat
) -> Beat:
    """Take a heartbeat. Raises what `access.active` raises."""
    now = runtime.clock.now()
    agent = await active(unit.session, identity)
    presence = await _presence(unit.session, agent.id, now)
    presence.beat_at = now
    kept = presence.beat.get("disks")
    presence.beat = heartbeat.to_wire()
    if heartbeat.disks is None and kept is not None:
        presence.beat["disks"] = kept  # until the agent has learned of them
    has_returned = take_places(unit, runtime.signals, agent, heartbeat)
    agent.agent_version = heartbeat.version[:40]
    agent.platform = heartbeat.platform[:100]
    agent.hostname = heartbeat.hostname[:255]
    agent.local_address = heartbeat.local_address[:64]
    agent.watch_mode = heartbeat.watch_mode
    agent.folder = heartbeat.folder[:4096]
    agent.folder_state = heartbeat.folder_state
    agent.files = min(max(heartbeat.counters.files, 0), 2**31 - 1)
    skew = (_aware(heartbeat.sent_at) - now).total_seconds()
    _show_skew(agent, skew)
    _set_status(agent, AgentStatus.ONLINE, now)
    _tell_beat(unit, runtime.signals, agent, heartbeat, now)
    told = kept if heartbeat.disks is None else None
    ack = HeartbeatAck(server_time=now, clock_skew_s=round(skew, 3), disks=told)
    return Beat(ack, has_returned)


async def report_error(unit: UnitOfWork, identity: AgentIdentity, error: AgentError) -> None:
    """Show a state of the agent that a person should know; the next connect clears it."""
    agent = await active(unit.session, identity)
    agent.last_error = f"{error.code}: {error.message}"[:600]


async def sweep(runtime: Runtime) -> Mapping[str, int]:
    """Find the agents whose beats are missing. Any process may do it, also several at once."""
    settings, now = runtime.settings, runtime.clock.now()
    late = now - timedelta(seconds=settings.agent_reconnecting_after_s)
    async with runtime.database.read(SYSTEM) as session:
        found = await session.execute(
            select(Agent.id, Agent.tenant_id)
            .join(AgentPresence, AgentPresence.agent_id == Agent.id)
            .where(
                Agent.status.in_((AgentStatus.ONLINE.value, AgentStatus.RECONNECTING.value)),
                AgentPresence.beat_at < late,
            )
        )
        candidates = found.all()
    changed = 0
    for agent_id, _ in candidates:
        try:
            changed += await _age(runtime, agent_id, now)
        except (StaleDataError, OperationalError):
            continue  # it came back in this moment, or the next sweep finds it
    return {"changed": changed}


async def _age(runtime: Runtime, agent_id: UUID, now: datetime) -> bool:
    settings = runtime.settings
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        agent = await unit.session.get(Agent, agent_id)
        presence = await unit.session.get(AgentPresence, agent_id)
        if agent is None or presence is None:
            return False
        silent_s = (now - presence.beat_at).total_seconds()
        if silent_s < settings.agent_reconnecting_after_s:
            return False
        status = AgentStatus.RECONNECTING
        if silent_s >= settings.agent_offline_after_s:
            status = AgentStatus.OFFLINE
            presence.node = presence.sid = None
        if agent.status == status:
            return False
        _set_status(agent, status, presence.beat_at)
    return True


async def show_last_seen(session: ScopedAsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write into rows of agents when each was heard of last. The feed tells it with the changes
    of a row, and a heartbeat is none."""
    agent_ids = [UUID(row["id"]) for row in rows]
    beats = await session.execute(
        select(AgentPresence.agent_id, AgentPresence.beat_at).where(
            AgentPresence.agent_id.in_(agent_ids)
        )
    )
    beat_at = {str(agent_id): at for agent_id, at in beats.all()}
    for row in rows:
        if row["id"] in beat_at:
            row["lastSeenAt"] = to_json(beat_at[row["id"]])


async def _presence(session: ScopedAsyncSession, agent_id: UUID, now: datetime) -> AgentPresence:
    presence = await session.get(AgentPresence, agent_id)
    if presence is None:
        presence = AgentPresence(agent_id=agent_id, beat_at=now, beat={})
        session.add(presence)
    return presence


def _set_status(agent: Agent, status: AgentStatus, seen_at: datetime) -> None:
    if agent.status == status:
        return
    came_back = status is AgentStatus.ONLINE and agent.status != AgentStatus.RECONNECTING
    if came_back and not (agent.last_error or "").startswith(_CLOCK):
        agent.last_error = None
    agent.status = status.value
    agent.last_seen_at = seen_at


def _tell_beat(
    unit: UnitOfWork, signals: Signals, agent: Agent, heartbeat: Heartbeat, now: datetime
) -> None:
    tenant_id, branch_id = agent.tenant_id, agent.branch_id
    payload = {
        "agentId": str(agent.id),
        "memoryBytes": heartbeat.memory_bytes,
        "uptimeS": heartbeat.uptime_s,
        "counters": heartbeat.counters.to_wire(),
        "at": to_json(now),
    }

    async def tell() -> None:
        signals.tell_clients(tenant_id, [branch_id], "agent:heartbeat", payload)

    unit.after_commit(tell)


def _show_skew(agent: Agent, skew_s: float) -> None:
    if abs(skew_s) <= SKEW_SHOWN_S:
        agent.clock_skew_s = None
        if (agent.last_error or "").startswith(_CLOCK):
            agent.last_error = None
        return
    if agent.clock_skew_s is not None and abs(agent.clock_skew_s - skew_s) < _SKEW_STEP_S:
        return
    agent.clock_skew_s = float(round(skew_s))
    direction = "ahead of" if skew_s > 0 else "behind"
    agent.last_error = (
        f"{_CLOCK}the clock of this computer is {_span(abs(skew_s))} {direction} the server's: "
        "switch on its time synchronisation"
    )


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
