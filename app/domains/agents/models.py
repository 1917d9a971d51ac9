"""The agents of the branches, as the server knows them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenanted, Tracked
from app.db.types import JsonColumn


class AgentStatus(StrEnum):
    """What the missed heartbeats say."""

    NEVER_SEEN = "never_seen"
    ONLINE = "online"
    RECONNECTING = "reconnecting"
    OFFLINE = "offline"


class Agent(Tracked, Base):
    """An agent; `token_hash` is the SHA-256 of its 32 random bytes in hex.

    What changes with every heartbeat is in `AgentPresence`, so that a beat is not a change
    in the feed.
    """

    __tablename__ = "agents"
    __collection__ = "agents"
    __beside_feed__ = True
    __wire__ = (
        "branch_id",
        "name",
        "status",
        "blocked",
        "agent_version",
        "platform",
        "hostname",
        "local_address",
        "watch_mode",
        "folder",
        "folder_state",
        "emptied",
        "clock_skew_s",
        "files",
        "last_error",
        "last_seen_at",
        "created_at",
    )

    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(20), default=AgentStatus.NEVER_SEEN.value)
    blocked: Mapped[bool] = mapped_column(default=False)
    agent_version: Mapped[str | None] = mapped_column(String(40))
    platform: Mapped[str | None] = mapped_column(String(100))
    hostname: Mapped[str | None] = mapped_column(String(255))
    local_address: Mapped[str | None] = mapped_column(String(64))
    watch_mode: Mapped[str | None] = mapped_column(String(20))
    folder: Mapped[str | None] = mapped_column(String(4096))
    folder_state: Mapped[str | None] = mapped_column(String(20))
    emptied: Mapped[list[dict[str, Any]]] = mapped_column(JsonColumn, default=list)
    """Places much of which vanished at once: `EmptiedPlace` on the wire, and whether a person
    has `confirmed` that it is gone."""
    clock_skew_s: Mapped[float | None]
    files: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(600))
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_agents_tenant_id_id", "tenant_id", "id"),)


class AgentPresence(Tenanted, Base):
    """Where an agent is connected and its newest heartbeat; `node` and `sid` are null while
    it is not connected."""

    __tablename__ = "agent_presences"

    agent_id: Mapped[UUID] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True
    )
    node: Mapped[str | None] = mapped_column(String(80))
    sid: Mapped[str | None] = mapped_column(String(80))
    beat_at: Mapped[datetime]
    beat: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)


class EnrolmentCode(Tenanted, Base):
    """A one-time code that an agent exchanges for a token; only its SHA-256 is stored."""

    __tablename__ = "enrolment_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
