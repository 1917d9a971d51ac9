"""What a user does for himself: name, password, second factor, preferences, sessions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request

from app.db.session import ScopedAsyncSession
from app.domains.identity import preferences, second_factor, sessions, users
from app.domains.identity.access import CurrentUser, Reads, Unit, before_second_factor
from app.domains.identity.audit import audit
from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import LoginSession, Role, Tenant, User
from app.domains.identity.principal import Principal
from app.domains.identity.schemas import (
    BothProofs,
    CodeProof,
    Enrolment,
    Me,
    MePatch,
    PasswordProof,
    RecoveryCodes,
    SessionList,
    SessionRow,
    me_of,
)
from app.errors import ForbiddenError, NotFoundError
from app.http.dependencies import RuntimeDep
from app.http.transaction import TransactionalRoute
from app.runtime.parts import Runtime

router = APIRouter(route_class=TransactionalRoute, prefix="/api", tags=["identity"])


@router.get("/me")
@before_second_factor
async def me(runtime: RuntimeDep, user: CurrentUser, reads: Reads) -> Me:
    """The caller, as the database knows him now."""
    return await _me(runtime, reads, await reads.get_one(User, user.user_id))


@router.patch("/me")
async def change_me(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: MePatch
) -> Me:
    """Change one's own name or password; a new password ends the other sessions."""
    changed = await users.change_me(unit, runtime, user, body)
    action = "user.update" if body.new_password is None else "user.password_change"
    audit(unit, request, action, changed)
    return await _me(runtime, unit.session, changed)


@router.get("/me/preferences")
@before_second_factor
async def read_preferences(user: CurrentUser, reads: Reads) -> dict[str, Any]:
    """What the dashboard wrote last; `{}` before that."""
    return await preferences.read(reads, user.user_id)


@router.put("/me/preferences")
async def write_preferences(
    runtime: RuntimeDep,
    user: CurrentUser,
    unit: Unit,
    document: Annotated[dict[str, Any], Body()],
) -> dict[str, Any]:
    """Replace them: any JSON object up to 64 KB. 413 `too_large`."""
    await preferences.write(unit, runtime, user, document)
    return document


@router.post("/me/second-factor")
@before_second_factor
async def enrol_second_factor(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: PasswordProof
) -> Enrolment:
    """Begin with a second factor; it counts once `confirm` has seen a code. 409
    `second_factor_on`."""
    me, secret, uri = await second_factor.enrol(unit, runtime, user.user_id, body.password)
    audit(unit, request, "second_factor.enrol", me)
    return Enrolment(secret=secret, uri=uri)


@router.post("/me/second-factor/confirm")
@before_second_factor
async def confirm_second_factor(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: CodeProof
) -> RecoveryCodes:
    """Switch it on with its first code; the other sessions end. 422 `bad_code`."""
    me, codes = await second_factor.confirm(
        unit, runtime, user.user_id, body.code, keep=user.session_id
    )
    audit(unit, request, "second_factor.enable", me)
    return RecoveryCodes(recovery_codes=codes)


@router.post("/me/second-factor/recovery-codes")
async def renew_recovery_codes(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: CodeProof
) -> RecoveryCodes:
    """New recovery codes; the old ones are void. 422 `bad_code`."""
    me, codes = await second_factor.renew_codes(unit, runtime, user.user_id, body.code)
    audit(unit, request, "second_factor.renew_codes", me)
    return RecoveryCodes(recovery_codes=codes)


@router.delete("/me/second-factor", status_code=204)
async def give_second_factor_up(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: BothProofs
) -> None:
    """Switch it off. 422 `wrong_password`, `bad_code`."""
    me = await second_factor.give_up(unit, runtime, user.user_id, body.password, body.code)
    audit(unit, request, "second_factor.disable", me)


@router.get("/sessions")
async def list_sessions(
    runtime: RuntimeDep,
    user: CurrentUser,
    reads: Reads,
    user_id: Annotated[UUID | None, Query(alias="userId")] = None,
) -> SessionList:
    """One's own sessions; an administrator's `userId` names another user."""
    owner = await _owner(reads, user, user_id or user.user_id)
    live = await sessions.live_sessions(reads, runtime, owner.id)
    return SessionList(data=[_session_row(session, owner, user) for session in live])


@router.delete("/sessions/{session_id}", status_code=204)
async def revoke_session(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, session_id: UUID
) -> None:
    """End a session of one's own, or as an administrator that of a user; its tokens stop
    working at once."""
    session = await unit.session.get(LoginSession, session_id)
    if session is None:
        raise NotFoundError("session")
    owner = await _owner(unit.session, user, session.user_id)
    await sessions.end_session(unit, runtime, session_id, "revoked")
    audit(unit, request, "session.revoke", session, userId=str(owner.id), userName=owner.name)


async def _owner(session: ScopedAsyncSession, caller: Principal, user_id: UUID) -> User:
    """The user, if the caller may deal with his sessions."""
    owner = await session.get(User, user_id)
    if owner is None:
        raise NotFoundError("user")
    if owner.id != caller.user_id:
        if not caller.role.includes(Role.ADMIN):
            raise ForbiddenError("role_required", "only an admin sees the sessions of others")
        users.check_reach(caller, owner)
    return owner


def _session_row(session: LoginSession, owner: User, caller: Principal) -> SessionRow:
    return SessionRow(
        id=session.id,
        user_id=owner.id,
        user_name=owner.name,
        created_at=session.created_at,
        last_seen_at=session.last_seen_at,
        expires_at=session.expires_at,
        address=session.address,
        user_agent=session.user_agent,
        current=session.id == caller.session_id,
    )


async def _me(runtime: Runtime, session: ScopedAsyncSession, user: User) -> Me:
    company = await settings_of(runtime, user.tenant_id, session)
    tenant = await session.get_one(Tenant, user.tenant_id)
    return me_of(user, tenant, asks_for_factor=company.second_factor_required)
