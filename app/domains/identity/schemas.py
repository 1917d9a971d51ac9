"""What identity says on the wire."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, Field, StrictBool, StrictInt

from app.domains.identity.models import Role, Tenant, User
from app.http.collections import WireSchema
from app.input import Moment


def normalise_email(email: str) -> str:
    """The form in which an address is stored and compared: composed letters, no capitals, and none
    of the invisible characters that pasting may bring."""
    seen = "".join(char for char in email if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFC", seen.strip().lower())


Email = Annotated[
    str,
    Field(max_length=320, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$"),
    AfterValidator(normalise_email),
    Field(max_length=320),
]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Password = Annotated[str, Field(max_length=1000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
"""Of an authenticator app, or a recovery code."""
BranchIds = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class LoginRequest(WireSchema):
    """`POST /api/auth/login`; `code` where the user has a second factor."""

    email: Annotated[str, Field(max_length=320), AfterValidator(normalise_email)]
    password: Password
    code: Code | None = None


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
    second_factor: bool
    second_factor_required: bool
    """The company asks for one, and the caller has none yet."""


def me_of(user: User, tenant: Tenant, *, asks_for_factor: bool) -> Me:
    """The caller; `asks_for_factor` is whether the company wants a second factor."""
    return Me(
        id=user.id,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        branch_ids=None if user.branch_ids is None else [UUID(b) for b in user.branch_ids],
        tenant=TenantName(id=tenant.id, name=tenant.name),
        second_factor=user.second_factor,
        second_factor_required=asks_for_factor and not user.second_factor,
    )


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
    second_factor: bool


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
    disabled: StrictBool | None = None


class PasswordProof(WireSchema):
    """`POST /api/me/second-factor`: the password again."""

    password: Password


class CodeProof(WireSchema):
    """A code that the authenticator app shows now, or a recovery code."""

    code: Code


class BothProofs(WireSchema):
    """`DELETE /api/me/second-factor`."""

    password: Password
    code: Code


class Enrolment(WireSchema):
    """What an authenticator app takes: `uri` as a QR code, `secret` to type."""

    secret: str
    uri: str


class RecoveryCodes(WireSchema):
    """Each is good once; they are shown only here."""

    recovery_codes: list[str]


class SessionRow(WireSchema):
    """A sign-in that goes on; `current` is the one that asks."""

    id: UUID
    user_id: UUID
    user_name: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    current: bool


class SessionList(WireSchema):
    """The one seen last comes first."""

    data: list[SessionRow]


class SettingsPatch(WireSchema):
    """`PATCH /api/admin/settings`; what is absent stays, null is the server's own value."""

    retention_days: StrictInt | None = None
    max_upload_mb: StrictInt | None = None
    agent_heartbeat_s: StrictInt | None = None
    agent_rescan_s: StrictInt | None = None
    agent_hold_files: StrictInt | None = None
    audit_retention_days: StrictInt | None = None
    second_factor_required: StrictBool | None = None


class Bounds(WireSchema):
    """The least and the most that the server allows."""

    min: int
    max: int


class SettingsLimits(WireSchema):
    """What the company may choose from."""

    retention_days: Bounds
    max_upload_mb: Bounds
    agent_heartbeat_s: Bounds
    agent_rescan_s: Bounds
    agent_hold_files: Bounds
    audit_retention_days: Bounds


class SettingsAnswer(WireSchema):
    """What holds for the company now; `own` names what it has set itself."""

    retention_days: int
    max_upload_mb: float
    agent_heartbeat_s: float
    agent_rescan_s: float
    agent_hold_files: int
    audit_retention_days: int
    second_factor_required: bool
    own: list[str]
    limits: SettingsLimits


class AuditQuery(WireSchema):
    """`action` is a whole one (`auth.login`) or its first word; `userId` is who did it, `from`
    is included, `to` is not."""

    limit: Annotated[int, Query(ge=1, le=1000)] = 100
    after: UUID | None = None
    action: Annotated[str, Query(max_length=60)] | None = None
    user_id: UUID | None = None
    from_: Annotated[Moment | None, Query(alias="from")] = None
    to: Moment | None = None


class AuditRow(WireSchema):
    """One entry of the audit log; names are those of that moment, but the actor's, which is
    of now. `actorId` is null for the command line."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: UUID | None
    subject_name: str
    branch_id: UUID | None
    address: str
    details: dict[str, Any]


class AuditPage(WireSchema):
    """Newest first; `next_after` is null on the last page."""

    data: list[AuditRow]
    next_after: UUID | None
