"""Signing in, staying in, going out."""

from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from app.db.scope import SYSTEM
from app.domains.identity import second_factor, sessions
from app.domains.identity.access import CurrentUser, Unit, before_second_factor, transaction_of
from app.domains.identity.attempts import begin_code, begin_login
from app.domains.identity.audit import audit
from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import User
from app.domains.identity.schemas import LoginRequest, RefreshRequest, Tokens, me_of
from app.domains.identity.sessions import Grant, SpentTokenError
from app.errors import ForbiddenError, ProblemError, UnauthenticatedError
from app.http.dependencies import RuntimeDep, client_address
from app.http.problems import problem_response
from app.http.transaction import TransactionalRoute
from app.runtime.parts import Runtime

router = APIRouter(route_class=TransactionalRoute, prefix="/api/auth", tags=["identity"])
COOKIE = "siberius_refresh"


@router.post("/login", response_model=Tokens)
async def login(request: Request, runtime: RuntimeDep, body: LoginRequest) -> Response:
    """Sign in. 401 `bad_credentials` says no more than that; where the password is right and the
    user has a second factor, 401 `second_factor_required` without a code and `bad_code` with a
    wrong one. 429 past the limits."""
    address = client_address(request)
    attempt = await begin_login(runtime, body.email, address)
    checked = await sessions.check_credentials(runtime, body.email, body.password)
    user = checked.user
    if user is None or not checked.welcome:
        return _refusal(runtime, request, user, sessions.bad_credentials())
    await attempt.right()
    if user.second_factor:
        if body.code is None:
            raise UnauthenticatedError(
                "second_factor_required", "type the code that your app shows, too"
            )
        attempt = await begin_code(runtime, user.id, address)
    unit = await transaction_of(request).writer(SYSTEM)
    if user.second_factor:
        if not await second_factor.take_code(unit, runtime, user, body.code or ""):
            refused = UnauthenticatedError("bad_code", "this code is wrong, or was used before")
            return _refusal(runtime, request, user, refused)
        await attempt.right()
    grant = await sessions.start_session(
        unit,
        runtime,
        user,
        address=address,
        user_agent=request.headers.get("user-agent", ""),
        new_hash=checked.new_hash,
    )
    audit(unit, request, "auth.login", grant.session, by=f"user:{grant.user.id}")
    return await _tokens_response(runtime, grant)


@router.post("/refresh", response_model=Tokens, responses={204: {"description": "no session"}})
async def refresh(
    request: Request, runtime: RuntimeDep, body: RefreshRequest | None = None
) -> Response:
    """Spend a refresh token (of the body, or else of the cookie) for new tokens. 204 where there
    is none of either: nobody is signed in here, which is no error."""
    token = body and body.refresh_token
    if not token:
        token = request.cookies.get(COOKIE, "")
        if not token:
            return Response(status_code=204)
        _refuse_other_sites(request, runtime)
    unit = await transaction_of(request).writer(SYSTEM, proof=token)
    try:
        grant = await sessions.refresh(unit, runtime, token)
    except SpentTokenError as spent:
        session = spent.session
        audit(unit, request, "auth.token_reused", session, by=f"user:{session.user_id}")
        refusal = problem_response(
            UnauthenticatedError(
                "refresh_token_reused",
                "this refresh token was used before: the session has been ended",
            )
        )
    except UnauthenticatedError as error:
        refusal = problem_response(error)
    else:
        return await _tokens_response(runtime, grant)
    # Returned, not raised: the end of the session is committed, and the cookie is taken away.
    _forget_cookie(refusal, runtime)
    return refusal


@router.post("/logout", status_code=204)
@before_second_factor
async def logout(request: Request, runtime: RuntimeDep, user: CurrentUser, unit: Unit) -> Response:
    """End the session; its tokens stop working at once."""
    session = await sessions.end_session(unit, runtime, user.session_id, "logout")
    audit(unit, request, "auth.logout", session)
    response = Response(status_code=204)
    _forget_cookie(response, runtime)
    return response


def _refusal(
    runtime: Runtime, request: Request, user: User | None, error: ProblemError
) -> Response:
    response = problem_response(error)
    if user is not None:
        # After the answer: the time it takes must not tell that there is such a user.
        response.background = BackgroundTask(_audit_failure, runtime, request, user, error.code)
    return response


async def _audit_failure(runtime: Runtime, request: Request, user: User, code: str) -> None:
    async with runtime.database.unit_of_work(SYSTEM) as unit:
        audit(unit, request, "auth.login_failed", user, by=f"user:{user.id}", code=code)


def _refuse_other_sites(request: Request, runtime: Runtime) -> None:
    """A browser adds the cookie by itself, so it must also say that the page is ours."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    host = urlsplit(origin).netloc if origin is not None else None
    ours = {request.headers.get("host"), urlsplit(runtime.settings.public_url or "").netloc} - {""}
    # Old browsers send no `Sec-Fetch-Site`, programs send neither.
    if site != "same-origin" and (site is not None or (origin is not None and host not in ours)):
        raise ForbiddenError("cross_site", "the cookie is only for pages of this server")


async def _tokens_response(runtime: Runtime, grant: Grant) -> Response:
    settings = runtime.settings
    company = await settings_of(runtime, grant.tenant.id)
    tokens = Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=int(grant.lifetime.total_seconds()),
        user=me_of(grant.user, grant.tenant, asks_for_factor=company.second_factor_required),
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
