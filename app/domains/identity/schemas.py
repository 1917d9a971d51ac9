"""What identity says on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from app.domains.identity.models import Role
from app.http.collections import WireSchema


def normalise_email(email: str) -> str:
    """The form in which an address is stored and compared."""
    return email.strip().lower()


Email = Annotated[
    str,
    Field(max_length=320, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$"),
    AfterValidator(normalise_email),
]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Password = Annotated[str, Field(max_length=1000)]
BranchIds = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class LoginRequest(WireSchema):
    """`POST /api/auth/login`."""

    email: Annotated[str, Field(max_length=320), AfterValidator(normalise_email)]
    password: Password


class RefreshRequest(WireSchema):
    """`POST /api/auth/refresh`; without a token the cookie counts."""

    refresh_token: Annotated[str, Field(max_length=200)] | None = None


class TenantName(WireSchema):
    """The company of a user."""

    id: UUID
    name: str


class Me(WireSchema):
    """The caller; `branch_ids` null is every branch."""

    id: UUID
    email: str
    name: str
    role: Role
    branch_ids: list[UUID] | None
    tenant: TenantName


class Tokens(WireSchema):
    """The answer of login and refresh; `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int
    user: Me


class MePatch(WireSchema):
    """`PATCH /api/me`. A new password needs the current one and ends the other sessions."""

    name: Name | None = None
    current_password: Password | None = None
    new_password: Password | None = None


class Row(WireSchema):
    """What every row has."""

    id: UUID
    version: int
    updated_at: datetime


class BranchRow(Row):
    """A branch."""

    name: str
    code: str
    city: str


class NewBranch(WireSchema):
    """`POST /api/branches`; `code` is unique within the company."""

    name: Name
    code: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S+$")]
    city: Annotated[str, Field(max_length=100)] = ""


class BranchPatch(WireSchema):
    """`PATCH /api/branches/{id}`; what is absent stays."""

    name: Name | None = None
    code: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S+$")] | None = None
    city: Annotated[str, Field(max_length=100)] | None = None


class UserRow(Row):
    """A user; `branch_ids` null is every branch."""

    email: str
    name: str
    role: Role
    branch_ids: list[UUID] | None
    disabled: bool


class NewUser(WireSchema):
    """`POST /api/users`."""

    email: Email
    name: Name
    password: Password
    role: Role
    branch_ids: BranchIds | None = None


class UserPatch(WireSchema):
    """`PATCH /api/users/{id}`; what is absent stays, `branchIds: null` is every branch."""

    email: Email | None = None
    name: Name | None = None
    password: Password | None = None
    role: Role | None = None
    branch_ids: BranchIds | None = None
    disabled: bool | None = None


class AuditRow(WireSchema):
    """One entry of the audit log."""

    id: UUID
    occurred_at: datetime
    actor: str
    action: str
    subject: str
    address: str
    details: dict[str, Any]


class AuditPage(WireSchema):
    """Newest first; `next_after` is null on the last page."""

    data: list[AuditRow]
    next_after: UUID | None
