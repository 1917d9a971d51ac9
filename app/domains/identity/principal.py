"""Who is calling, as the rest of the program knows them."""

from dataclasses import dataclass
from uuid import UUID

from app.db.scope import Scope
from app.domains.identity.models import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user, as the access token says; `branch_ids` null is every branch."""

    user_id: UUID
    tenant_id: UUID
    session_id: UUID
    role: Role
    branch_ids: frozenset[UUID] | None

    @property
    def scope(self) -> Scope:
        """What this user's database sessions see, and under which name they act."""
        return Scope(self.tenant_id, f"user:{self.user_id}", self.branch_ids)

    def may_see(self, branch_id: UUID | None) -> bool:
        """Whether a row of this branch (null: the whole company) is in sight."""
        return branch_id is None or self.branch_ids is None or branch_id in self.branch_ids
