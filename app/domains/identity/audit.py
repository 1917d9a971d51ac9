"""The audit log: who did what, in the transaction in which it was done.

A route that changes something says so in one line, before it returns:

    audit(unit, request, "pdf.correct", pdf, fields=["total"])

and one that only reads (a download), before it answers:

    await audit_read(request, user, "pdf.download", pdf)

`tests/api/test_audit.py` walks every route that changes something and fails for one that
leaves no entry.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import delete, or_, select

from app.db.base import Base
from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.scope import SYSTEM
from app.db.session import ScopedAsyncSession
from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import AuditEntry, Tenant, User
from app.domains.identity.principal import Principal
from app.domains.identity.schemas import AuditPage, AuditQuery, AuditRow
from app.http.dependencies import client_address
from app.runtime.parts import Runtime

_NAMES = ("file_name", "name", "path", "user_agent")
"""Where a row says what people call it."""


def audit(
    unit: UnitOfWork,
    request: Request,
    action: str,
    subject: Base,
    *,
    by: str | None = None,
    **details: Any,
) -> None:
    """Write an entry in the transaction of what it tells about.

    `action` is `noun.verb` and stable, `subject` the row it was done to (after the flush that
    gave it its id); `details` are JSON and never a secret. `by` is who did it (`user:<id>`)
    where nobody is signed in yet.
    """
    runtime: Runtime = request.app.state.runtime
    record(unit, runtime, action, subject, address=client_address(request), by=by, details=details)


async def audit_read(
    request: Request, user: Principal, action: str, subject: Base, **details: Any
) -> None:
    """The same in a transaction of its own, for what changes nothing."""
    runtime: Runtime = request.app.state.runtime
    async with runtime.database.unit_of_work(user.scope) as unit:
        audit(unit, request, action, subject, **details)


def record(
    unit: UnitOfWork,
    runtime: Runtime,
    action: str,
    subject: Any,
    *,
    address: str,
    by: str | None = None,
    details: Mapping[str, Any],
) -> None:
    """What `audit` does, for code that has no request."""
    name = next((getattr(subject, name) for name in _NAMES if hasattr(subject, name)), "")
    unit.session.add(
        AuditEntry(
            id=new_id(),
            tenant_id=subject.tenant_id,
            occurred_at=runtime.clock.now(),
            actor=by or unit.scope.actor,
            action=action,
            subject_type=_noun(subject),
            subject_id=subject.id,
            subject_name=(name or "")[:300],
            branch_id=getattr(subject, "branch_id", None),
            address=address[:64],
            details=dict(details),
        )
    )


async def read_page(session: ScopedAsyncSession, query: AuditQuery) -> AuditPage:
    """A page of the log, newest first."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(query.limit + 1)
    if query.after is not None:
        entries = entries.where(AuditEntry.id < query.after)
    if query.action is not None:
        whole = query.action.rstrip(".")
        entries = entries.where(
            or_(
                AuditEntry.action == whole,
                AuditEntry.action.startswith(f"{whole}.", autoescape=True),
            )
        )
    if query.user_id is not None:
        entries = entries.where(AuditEntry.actor == f"user:{query.user_id}")
    if query.from_ is not None:
        entries = entries.where(AuditEntry.occurred_at >= query.from_)
    if query.to is not None:
        entries = entries.where(AuditEntry.occurred_at < query.to)
    found = (await session.scalars(entries)).all()
    shown = found[: query.limit]
    names = await _actor_names(session, shown)
    rows = [_row(entry, names) for entry in shown]
    return AuditPage(data=rows, next_after=rows[-1].id if len(found) > query.limit else None)


async def history(
    session: ScopedAsyncSession, subject_type: str, subject_id: UUID, limit: int
) -> list[AuditRow]:
    """What was done to one row, newest first."""
    found = await session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    entries = found.all()
    names = await _actor_names(session, entries)
    return [_row(entry, names) for entry in entries]


async def prune(runtime: Runtime) -> Mapping[str, int]:
    """Forget what is older than each company keeps; how many entries."""
    async with runtime.database.read(SYSTEM) as session:
        tenants = (await session.scalars(select(Tenant.id))).all()
    return {"entries": sum([await _prune(runtime, tenant_id) for tenant_id in tenants])}


async def _prune(runtime: Runtime, tenant_id: UUID) -> int:
    days = (await settings_of(runtime, tenant_id)).audit_retention_days
    before: datetime = runtime.clock.now() - timedelta(days=days)
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(AuditEntry).where(
                AuditEntry.tenant_id == tenant_id, AuditEntry.occurred_at < before
            )
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]


async def _actor_names(session: ScopedAsyncSession, entries: Any) -> dict[str, str]:
    users = {UUID(entry.actor[5:]) for entry in entries if entry.actor.startswith("user:")}
    found = await session.execute(select(User.id, User.name).where(User.id.in_(users)))
    return {f"user:{user_id}": name for user_id, name in found.all()}


def _row(entry: AuditEntry, names: Mapping[str, str]) -> AuditRow:
    kind, _, actor_id = entry.actor.partition(":")
    itself = actor_id == str(entry.subject_id)
    return AuditRow(
        id=entry.id,
        at=entry.occurred_at,
        actor_id=UUID(actor_id) if actor_id else None,
        actor_name=names.get(entry.actor) or (entry.subject_name if itself else kind),
        action=entry.action,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        subject_name=entry.subject_name,
        branch_id=entry.branch_id,
        address=entry.address,
        details=entry.details,
    )


def _noun(subject: Base) -> str:
    """`AgentPresence` is `agent_presence`."""
    name = type(subject).__name__
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
