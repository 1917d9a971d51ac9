"""The audit log: who signed in, and what administrators did."""

from typing import Any
from uuid import UUID

from fastapi import Request

from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.domains.identity.models import AuditEntry
from app.http.dependencies import client_address
from app.runtime.parts import Runtime


def audit(
    unit: UnitOfWork,
    action: str,
    subject: str,
    request: Request,
    *,
    tenant_id: UUID | None = None,
    actor: str | None = None,
    **details: Any,
) -> None:
    """Write an entry in the transaction of what it tells about.

    `action` is `noun.verb` (`agent.blocked`), `subject` names the row (`agent:<id>`);
    `details` are JSON and never a secret. `tenant_id` and `actor` are those of the unit's
    scope; where nobody is signed in yet, they must be given.
    """
    runtime: Runtime = request.app.state.runtime
    unit.session.add(
        AuditEntry(
            id=new_id(),
            tenant_id=tenant_id or unit.scope.tenant_id,
            occurred_at=runtime.clock.now(),
            actor=actor or unit.scope.actor,
            action=action,
            subject=subject[:200],
            address=client_address(request)[:64],
            details=details,
        )
    )
