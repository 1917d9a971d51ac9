"""Who there is: tenants, branches, users, their sessions, and what they did."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
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
    __wire__ = ("email", "name", "role", "branch_ids", "disabled")
    __readers__ = Role.MANAGER.value

    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    branch_ids: Mapped[list[str] | None] = mapped_column(JsonColumn, active_history=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(default=False)

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


class AuditEntry(Tenanted, Base):
    """A login or an administrator's action, kept for those who must know later."""

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurred_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)

    __table_args__ = (Index("ix_audit_entries_tenant_id_id", "tenant_id", "id"),)
