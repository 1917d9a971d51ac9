"""The routes of identity: sign-in, the caller, branches, users and the audit log."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy import select
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from app.db.scope import SYSTEM
from app.domains.identity import branches, sessions, users
from app.domains.identity.access import CurrentUser, Reads, Unit, require, transaction_of
from app.domains.identity.audit import audit
from app.domains.identity.models import AuditEntry, Branch, Role, Tenant, User
from app.domains.identity.schemas import (
    AuditPage,
    AuditRow,
    BranchPatch,
    BranchRow,
    LoginRequest,
    Me,
    MePatch,
    NewBranch,
    NewUser,
    RefreshRequest,
    TenantName,
    Tokens,
    UserPatch,
    UserRow,
)
from app.domains.identity.sessions import Grant, SpentTokenError
from app.errors import ForbiddenError, RateLimitedError, UnauthenticatedError
from app.http.collections import CollectionPage, PageQuery, collection_response
from app.http.dependencies import RelayDep, RuntimeDep, client_address
from app.http.problems import problem_response
from app.http.transaction import TransactionalRoute
from app.runtime.parts import Runtime

router = APIRouter(route_class=TransactionalRoute, prefix="/api", tags=["identity"])
COOKIE = "siberius_refresh"
_ADDRESS_FACTOR = 5
"""An address may try so many times more often than an account: an office is one address."""


@router.post("/auth/login", response_model=Tokens)
async def login(request: Request, runtime: RuntimeDep, body: LoginRequest) -> Response:
    """Sign in. 401 `bad_credentials` says no more than that; 429 past the limits."""
    await _limit_login(runtime, body.email, client_address(request))
    user, welcome = await sessions.check_credentials(runtime, body.email, body.password)
    if user is None or not welcome:
        refusal = problem_response(sessions.bad_credentials())
        if user is not None:
            # After the answer: the time it takes must not tell that there is such a user.
            refusal.background = BackgroundTask(_audit_failure, runtime, request, user)
        return refusal
    unit = await transaction_of(request).writer(SYSTEM)
    grant = await sessions.start_session(
        unit,
        runtime,
        user,
        address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    audit(unit, "session.started", f"session:{grant.session.id}", request, **_by(grant.user))
    return _tokens_response(runtime, grant)


@router.post("/auth/refresh", response_model=Tokens)
async def refresh(
    request: Request, runtime: RuntimeDep, body: RefreshRequest | None = None
) -> Response:
    """Spend a refresh token (of the body, or else of the cookie) for new tokens."""
    token = body and body.refresh_token
    if not token:
        token = request.cookies.get(COOKIE, "")
        if token:
            _refuse_other_sites(request, runtime)
    if not token:
        raise UnauthenticatedError("bad_refresh_token", "there is no refresh token")
    unit = await transaction_of(request).writer(SYSTEM, proof=token)
    try:
        grant = await sessions.refresh(unit, runtime, token)
    except SpentTokenError as spent:
        session = spent.session
        user = await unit.session.get_one(User, session.user_id)
        audit(unit, "session.token_reused", f"session:{session.id}", request, **_by(user))
        refusal = problem_response(
            UnauthenticatedError(
                "refresh_token_reused",
                "this refresh token was used before: the session has been ended",
            )
        )
        _forget_cookie(refusal, runtime)
        return refusal  # returned, not raised: the end of the session is committed
    return _tokens_response(runtime, grant)


@router.post("/auth/logout", status_code=204)
async def logout(request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit) -> Response:
    """End the session; its tokens stop working at once."""
    await sessions.end_session(unit, runtime, user.session_id, "logout")
    audit(unit, "session.ended", f"session:{user.session_id}", request)
    response = Response(status_code=204)
    _forget_cookie(response, runtime)
    return response


@router.get("/me")
async def me(user: CurrentUser, reads: Reads) -> Me:
    """The caller, as the database knows him now."""
    return _me(await reads.get_one(User, user.user_id), await reads.get_one(Tenant, user.tenant_id))


@router.patch("/me")
async def change_me(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: MePatch
) -> Me:
    """Change one's own name or password; a new password ends the other sessions."""
    changed = await users.change_me(unit, runtime, user, body)
    if body.new_password is not None:
        audit(unit, "user.password_changed", f"user:{changed.id}", request)
    return _me(changed, await unit.session.get_one(Tenant, user.tenant_id))


@router.get("/branches", response_model=CollectionPage[BranchRow])
async def list_branches(
    request: Request,
    runtime: RuntimeDep,
    relay: RelayDep,
    reads: Reads,
    page: Annotated[PageQuery, Query()],
) -> Response:
    """The branches of the company; everyone knows them all."""
    return await collection_response(
        request, reads, relay=relay, clock=runtime.clock, model=Branch, page=page
    )


@router.post("/branches", status_code=201, dependencies=[require(Role.MANAGER)])
async def create_branch(
    request: Request, user: CurrentUser, unit: Unit, body: NewBranch
) -> BranchRow:
    """Open a branch."""
    branch = await branches.create_branch(unit, user, body)
    audit(unit, "branch.created", f"branch:{branch.id}", request, code=branch.code)
    return BranchRow.model_validate(branch.wire())


@router.patch("/branches/{branch_id}", dependencies=[require(Role.MANAGER)])
async def change_branch(
    request: Request, user: CurrentUser, unit: Unit, branch_id: UUID, body: BranchPatch
) -> BranchRow:
    """Change a branch."""
    branch = await branches.change_branch(unit, user, branch_id, body)
    audit(unit, "branch.changed", f"branch:{branch.id}", request, **_named(body))
    return BranchRow.model_validate(branch.wire())


@router.delete("/branches/{branch_id}", status_code=204, dependencies=[require(Role.MANAGER)])
async def delete_branch(request: Request, user: CurrentUser, unit: Unit, branch_id: UUID) -> None:
    """Close a branch that nothing belongs to any more."""
    branch = await branches.delete_branch(unit, user, branch_id)
    audit(unit, "branch.deleted", f"branch:{branch.id}", request, code=branch.code)


@router.get("/users", response_model=CollectionPage[UserRow], dependencies=[require(Role.MANAGER)])
async def list_users(
    request: Request,
    runtime: RuntimeDep,
    relay: RelayDep,
    reads: Reads,
    page: Annotated[PageQuery, Query()],
) -> Response:
    """The users whom the caller can see: those of his branches, and those of all."""
    return await collection_response(
        request, reads, relay=relay, clock=runtime.clock, model=User, page=page
    )


@router.post("/users", status_code=201, dependencies=[require(Role.ADMIN)])
async def create_user(
    request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit, body: NewUser
) -> UserRow:
    """Make a user."""
    made = await users.create_user(unit, runtime, user, body)
    audit(unit, "user.created", f"user:{made.id}", request, email=made.email, role=made.role)
    return UserRow.model_validate(made.wire())


@router.patch("/users/{user_id}", dependencies=[require(Role.ADMIN)])
async def change_user(
    *,
    request: Request,
    runtime: RuntimeDep,
    user: CurrentUser,
    unit: Unit,
    user_id: UUID,
    body: UserPatch,
) -> UserRow:
    """Change a user. A change of rights or password ends the user's sessions."""
    changed = await users.change_user(unit, runtime, user, user_id, body)
    audit(unit, "user.changed", f"user:{changed.id}", request, **_named(body))
    return UserRow.model_validate(changed.wire())


@router.get("/admin/audit", dependencies=[require(Role.ADMIN)])
async def list_audit(
    user: CurrentUser,
    reads: Reads,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: UUID | None = None,
) -> AuditPage:
    """The audit log, newest first; `after` is the last id of the page before."""
    if user.branch_ids is not None:
        raise ForbiddenError("out_of_scope", "the audit log is of the whole company")
    entries = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if after is not None:
        entries = entries.where(AuditEntry.id < after)
    found = (await reads.scalars(entries)).all()
    rows = [AuditRow.model_validate(entry, from_attributes=True) for entry in found[:limit]]
    return AuditPage(data=rows, next_after=rows[-1].id if len(found) > limit else None)


async def _limit_login(runtime: Runtime, email: str, address: str) -> None:
    limit = runtime.settings.login_limit_per_minute
    for key, allowed in (
        (f"login:address:{address}", limit * _ADDRESS_FACTOR),
        (f"login:email:{email}", limit),
    ):
        verdict = await runtime.limiter.hit(key, allowed, 60)
        if not verdict.allowed:
            raise RateLimitedError(
                "rate_limited",
                "too many attempts: wait a moment",
                retry_after_s=verdict.retry_after_s,
            )


async def _audit_failure(runtime: Runtime, request: Request, user: User) -> None:
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        audit(unit, "session.refused", f"user:{user.id}", request, **_by(user))


def _refuse_other_sites(request: Request, runtime: Runtime) -> None:
    """A browser adds the cookie by itself, so it must also say that the page is ours."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    host = urlsplit(origin).netloc if origin is not None else None
    ours = {request.headers.get("host"), urlsplit(runtime.settings.public_url or "").netloc} - {""}
    # Old browsers send no `Sec-Fetch-Site`, programs send neither.
    if site != "same-origin" and (site is not None or (origin is not None and host not in ours)):
        raise ForbiddenError("cross_site", "the cookie is only for pages of this server")


def _tokens_response(runtime: Runtime, grant: Grant) -> Response:
    settings = runtime.settings
    tokens = Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=int(grant.lifetime.total_seconds()),
        user=_me(grant.user, grant.tenant),
    )
    response = JSONResponse(
        tokens.model_dump(mode="json", by_alias=True), headers={"Cache-Control": "no-store"}
    )
    response.set_cookie(
        COOKIE,
        grant.refresh_token,
        max_age=int(timedelta(days=settings.refresh_token_days).total_seconds()),
        path="/api/auth",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


def _forget_cookie(response: Response, runtime: Runtime) -> None:
    response.delete_cookie(
        COOKIE,
        path="/api/auth",
        secure=runtime.settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def _me(user: User, tenant: Tenant) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        branch_ids=None if user.branch_ids is None else [UUID(b) for b in user.branch_ids],
        tenant=TenantName(id=tenant.id, name=tenant.name),
    )


def _by(user: User) -> dict[str, Any]:
    """Where nobody is signed in yet: whose entry it is."""
    return {"tenant_id": user.tenant_id, "actor": f"user:{user.id}"}


def _named(patch: BaseModel) -> dict[str, Any]:
    """The changes of a patch as audit details; of a password only that it was changed."""
    changes = patch.model_dump(mode="json", by_alias=True, exclude_unset=True)
    secret = changes.pop("password", None)
    return {"changes": changes, "password": secret is not None}
