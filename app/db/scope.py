"""Who acts, and what they may see: every session is opened for one scope."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """`tenant_id` null is the system itself, which sees all tenants; `branch_ids` null is
    every branch. `actor` is written into the feed and the audit log (`user:<id>`, …)."""

    tenant_id: UUID | None
    actor: str
    branch_ids: frozenset[UUID] | None = None


SYSTEM = Scope(tenant_id=None, actor="system")
