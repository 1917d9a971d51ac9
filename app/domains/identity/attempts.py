"""Guessing is slow: every secret that is tried against us counts against a limit first."""

from uuid import UUID

from app.domains.identity.models import User
from app.domains.identity.passwords import verify_password
from app.errors import RateLimitedError, UnprocessableError
from app.runtime.parts import Runtime

_ADDRESS_FACTOR = 5
"""An address may try so many times more often than an account: an office is one address."""
_CODES, _CODES_WINDOW_S = 10, 15 * 60
"""By user, wherever he is: for half the codes that there are a guesser needs a year."""


async def limit_login(runtime: Runtime, email: str, address: str) -> None:
    """Count one attempt to sign in. Raises `RateLimitedError`."""
    limit = runtime.settings.login_limit_per_minute
    await _limit(runtime, f"login:address:{address}", limit * _ADDRESS_FACTOR, 60)
    await _limit(runtime, f"login:email:{email}", limit, 60)


async def limit_codes(runtime: Runtime, user_id: UUID) -> None:
    """Count one code that may be a guess. Raises `RateLimitedError`."""
    await _limit(runtime, f"second-factor:{user_id}", _CODES, _CODES_WINDOW_S)


async def confirm_password(
    runtime: Runtime, user: User, password: str, *, field: str = "password"
) -> None:
    """Whoever has only the session must not find out the password with it.

    Raises `RateLimitedError`, `UnprocessableError` (`wrong_password`).
    """
    limit = runtime.settings.login_limit_per_minute
    await _limit(runtime, f"password:{user.id}", limit, 60)
    if not await verify_password(runtime.settings, user.password_hash, password):
        raise UnprocessableError("wrong_password", "this is not your current password", field=field)


async def _limit(runtime: Runtime, key: str, limit: int, window_s: float) -> None:
    verdict = await runtime.limiter.hit(key, limit, window_s)
    if not verdict.allowed:
        raise RateLimitedError(
            "rate_limited",
            "too many attempts: wait a moment",
            retry_after_s=verdict.retry_after_s,
        )
