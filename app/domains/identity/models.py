"""Who there is: tenants, branches, users, their sessions, and what they did."""

import secrets
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    or_,
)
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenanted, Tracked
from app.db.ids import new_id
from app.db.types import JsonColumn

MIN_AUDIT_DAYS = 30
"""No retention of the audit log is shorter; the database itself holds to it."""


class Role(StrEnum):
    """What a user may do; each role may do all that the one before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Tenant(Base):
    """A company."""

    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    possession_key: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(32))
    """With it the company's agents prove which contents they have; only they are told."""


class Branch(Tracked, Base):
    """A branch office. Its own `branch_id` is null: everyone in the company knows it."""

    __tablename__ = "branches"
    __collection__ = "branches"
    __wire__ = ("name", "code", "city")

    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    city: Mapped[str] = mapped_column(String(100), default="")

    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        Index("ix_branches_tenant_id_id", "tenant_id", "id"),
    )


class User(Tracked, Base):
    """A person who signs in. `branch_ids` null is every branch; `password_hash` is argon2id."""

    __tablename__ = "users"
    __collection__ = "users"
    __wire__ = ("email", "name", "role", "branch_ids", "disabled", "second_factor")
    __readers__ = Role.MANAGER.value

    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    branch_ids: Mapped[list[str] | None] = mapped_column(JsonColumn, active_history=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(default=False)
    second_factor: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_users_tenant_id_id", "tenant_id", "id"),)

    def branches(self) -> tuple[UUID | None, ...]:
        """A user of some branches is seen from those; one of all is seen from everywhere."""
        return _as_branches(self.branch_ids)

    def branches_before(self) -> tuple[UUID | None, ...]:
        """The same, before this transaction."""
        history = sa_inspect(self).attrs.branch_ids.history
        return _as_branches(history.deleted[0] if history.deleted else self.branch_ids)

    @classmethod
    def visible_in(cls, branch_ids: Collection[UUID]) -> ColumnElement[bool]:
        """Seen from any of the user's branches. Users are few: the search in text is enough."""
        listed = cast(cls.branch_ids, Text)
        return or_(
            cls.branch_ids.is_(None), *(listed.contains(str(branch)) for branch in branch_ids)
        )


def _as_branches(branch_ids: list[str] | None) -> tuple[UUID | None, ...]:
    return (None,) if branch_ids is None else tuple(UUID(branch) for branch in branch_ids)


class LoginSession(Tenanted, Base):
    """One sign-in, from login to logout; its id is in every access token."""

    __tablename__ = "login_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """The newest refresh, which is at most an access token's life ago while someone works."""
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300))


class RefreshToken(Tenanted, Base):
    """One link of a session's chain of refresh tokens; only its SHA-256 is stored."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("login_sessions.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondFactor(Tenanted, Base):
    """A user's TOTP secret, sealed; it counts once `confirmed_at` is set. A code of
    `last_step` or before was used."""

    __tablename__ = "second_factors"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(Tenanted, Base):
    """One of the codes that stand in for a lost second factor; only a keyed hash is stored."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    used_at: Mapped[datetime | None]


class Preferences(Tenanted, Base):
    """What a user's dashboard keeps with us: JSON that means nothing to the server."""

    __tablename__ = "preferences"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class TenantSettings(Tracked, Base):
    """What a company has set for itself; null is the server's own value. Read it with
    `settings_of`, which knows both."""

    __tablename__ = "tenant_settings"
    __collection__ = "settings"
    __wire__ = (
        "retention_days",
        "max_upload_mb",
        "agent_heartbeat_s",
        "agent_rescan_s",
        "agent_hold_files",
        "audit_retention_days",
        "second_factor_required",
    )
    __readers__ = Role.ADMIN.value
    __company_wide__ = True

    retention_days: Mapped[int | None]
    max_upload_mb: Mapped[int | None]
    agent_heartbeat_s: Mapped[int | None]
    agent_rescan_s: Mapped[int | None]
    agent_hold_files: Mapped[int | None]
    audit_retention_days: Mapped[int | None]
    second_factor_required: Mapped[bool | None]

    __table_args__ = (UniqueConstraint("tenant_id"),)


class AuditEntry(Tenanted, Base):
    """Who did what to which row. Append-only: triggers refuse a change, and the deletion of
    what is younger than `MIN_AUDIT_DAYS`. The names are those of that moment."""

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurred_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    subject_name: Mapped[str] = mapped_column(String(300))
    # No foreign key: a branch that was closed stays in the log.
    branch_id: Mapped[UUID | None]
    address: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)

    __table_args__ = (
        Index("ix_audit_entries_tenant_id_id", "tenant_id", "id"),
        Index("ix_audit_entries_tenant_id_occurred_at", "tenant_id", "occurred_at"),
    )
