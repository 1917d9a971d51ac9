"""Who may come in: from an access token to a principal, and from there to a session.

Routes name what they need in their signature: `CurrentUser`, `Reads`, `Unit`,
`dependencies=[require(Role.MANAGER)]`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select

from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import LoginSession, Role, User
from app.domains.identity.principal import Principal
from app.domains.identity.tokens import InvalidTokenError, verify
from app.errors import ForbiddenError, UnauthenticatedError
from app.http.dependencies import RuntimeDep
from app.http.transaction import Transaction
from app.runtime.parts import Runtime

__all__ = [
    "CurrentUser",
    "Principal",
    "Reads",
    "TrackedReads",
    "Unit",
    "authenticate",
    "authenticate_header",
    "before_second_factor",
    "is_live",
    "lacks_second_factor",
    "require",
    "transaction_of",
]

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_BEFORE_SECOND_FACTOR: set[Callable[..., Any]] = set()
_bearer = HTTPBearer(auto_error=False, description="The access token of POST /api/auth/login")


async def authenticate(
    runtime: Runtime, token: str, *, without_second_factor: bool = False
) -> Principal:
    """The caller that `token` names.

    Raises `UnauthenticatedError`: `bad_token`, `token_expired` (refresh and try again) or
    `session_ended` (sign in again); and, unless `without_second_factor` is enough, `ForbiddenError`
    (`second_factor_missing`) where the company asks for a second factor that he has not set up.
    """
    try:
        principal, expires_at = verify(token, runtime.settings.signing_key)
    except InvalidTokenError:
        raise UnauthenticatedError("bad_token", "this is not an access token of ours") from None
    if runtime.clock.now().timestamp() >= expires_at:
        raise UnauthenticatedError("token_expired", "the access token has expired")
    if not await is_live(runtime, principal):
        raise UnauthenticatedError("session_ended", "the session has ended: sign in again")
    if not without_second_factor and await lacks_second_factor(runtime, principal):
        raise ForbiddenError(
            "second_factor_missing", "your company asks for a second factor: set yours up first"
        )
    return principal


async def lacks_second_factor(runtime: Runtime, principal: Principal) -> bool:
    """Whether the company asks for a second factor that the user has not set up."""
    tenant_id, user_id = principal.tenant_id, principal.user_id
    if not (await settings_of(runtime, tenant_id)).second_factor_required:
        return False
    if user_id in await runtime.cache.get(tenant_id, User.__collection__, _with_second_factor):
        return False
    # Set up a moment ago, perhaps, where this process has not heard of it yet.
    async with runtime.database.read(replace(principal.scope, branch_ids=None)) as session:
        return user_id not in await _with_second_factor(session)


async def _with_second_factor(session: ScopedAsyncSession) -> frozenset[UUID]:
    return frozenset(await session.scalars(select(User.id).where(User.second_factor)))


async def authenticate_header(runtime: Runtime, authorization: str | None) -> Principal:
    """The caller that an `Authorization` header names; for code that is not a route."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("not_authenticated", "sign in first")
    return await authenticate(runtime, token.strip())


def signed_by(runtime: Runtime, authorization: str) -> tuple[str, str] | None:
    """The ids of the user and the tenant whom a token of ours was made for, whether or not it
    still holds: for counting, not for letting in."""
    try:
        principal, _ = verify(authorization.partition(" ")[2].strip(), runtime.settings.signing_key)
    except InvalidTokenError:
        return None
    return str(principal.user_id), str(principal.tenant_id)


async def is_live(runtime: Runtime, principal: Principal) -> bool:
    """Whether the principal's session goes on; for sockets, which outlive their token."""
    revoked = await runtime.revocations.is_revoked(principal.session_id)
    if revoked is not None:
        return not revoked
    # Nobody here knows: the database does.
    async with runtime.database.read(replace(principal.scope, branch_ids=None)) as session:
        row = (
            await session.execute(
                select(LoginSession.revoked_at, User.disabled)
                .join(User, User.id == LoginSession.user_id)
                .where(LoginSession.id == principal.session_id)
            )
        ).one_or_none()
    live = row is not None and row.revoked_at is None and not row.disabled
    if live:
        runtime.revocations.confirm(principal.session_id)
    return live


def before_second_factor(endpoint: Endpoint) -> Endpoint:
    """Marks a route for who has yet to set up the second factor that his company asks for: all
    others refuse him."""
    _BEFORE_SECOND_FACTOR.add(endpoint)
    return endpoint


async def _current_user(
    request: Request,
    runtime: RuntimeDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    if credentials is None:
        raise UnauthenticatedError("not_authenticated", "sign in first")
    return await authenticate(
        runtime,
        credentials.credentials,
        without_second_factor=request.scope["route"].endpoint in _BEFORE_SECOND_FACTOR,
    )


CurrentUser = Annotated[Principal, Depends(_current_user)]


def transaction_of(request: Request) -> Transaction:
    """The request's transaction, before it is known who is calling."""
    return cast("Transaction", request.state.transaction)


async def _reads(request: Request, user: CurrentUser) -> ScopedAsyncSession:
    return await transaction_of(request).reader(user.scope)


async def _tracked_reads(request: Request, user: CurrentUser) -> ScopedAsyncSession:
    return await transaction_of(request).reader(user.scope, tracked=True)


async def _unit(request: Request, user: CurrentUser) -> UnitOfWork:
    return await transaction_of(request).writer(user.scope)


Reads = Annotated[ScopedAsyncSession, Depends(_reads)]
"""A read-only session that sees what the caller may see."""

TrackedReads = Annotated[ScopedAsyncSession, Depends(_tracked_reads)]
"""The same for routes that read nothing but tracked tables: a replica may serve them."""

Unit = Annotated[UnitOfWork, Depends(_unit)]
"""The request's unit of work in the caller's scope, committed before the response."""


def require(role: Role) -> Any:
    """A dependency: the caller has at least `role`; else 403 `role_required`."""

    async def check(user: CurrentUser) -> None:
        if not user.role.includes(role):
            raise ForbiddenError("role_required", f"only a {role.value} or higher may do this")

    return Depends(check)
