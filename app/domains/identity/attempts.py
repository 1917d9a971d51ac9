"""Guessing is slow, and locks nobody out: what was tried in vain is counted by who tried.

A stranger's wrong tries make the next one wait, at his address and for the account; from an
address where the account has been signed in before they count only if they were made there.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.scope import SYSTEM
from app.domains.identity.models import LoginSession, User
from app.domains.identity.passwords import verify_password
from app.errors import RateLimitedError, UnprocessableError
from app.http.dependencies import network_of
from app.runtime.guesses import Guesses
from app.runtime.parts import Runtime

_ADDRESS_FACTOR = 5
"""An address may be wrong so many times more often than an account there: an office is one."""
_STRANGERS_FACTOR = 10
"""So many more often all strangers together about one account: ten of them harm nobody."""
_STRANGERS_WAIT_S = 60.0
"""And then one of them in so long, because a new address of the owner is a stranger too."""
_CODES = 10
_CODES_LONGEST_S, _CODES_MEMORY_S = 60 * 60.0, 24 * 60 * 60.0
"""Some forty codes a day: for half of those that there are a guesser needs decades."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try at a secret that counts as wrong until it is said to be right."""

    runtime: Runtime
    guesses: list[Guesses]

    async def right(self) -> None:
        """It was right, and so does not count."""
        await self.runtime.guesses.right(self.guesses)


async def begin_login(runtime: Runtime, email: str, address: str) -> Attempt:
    """One try to sign in. Raises `RateLimitedError`."""
    free, place = runtime.settings.login_limit_per_minute, network_of(address)
    here = Guesses(f"login:{email}@{place}", free, forgiving=True)
    strangers = [
        Guesses(f"login:@{place}", free * _ADDRESS_FACTOR),
        Guesses(f"login:{email}", free * _STRANGERS_FACTOR, longest_wait_s=_STRANGERS_WAIT_S),
    ]
    waits = await runtime.guesses.attempt([here, *strangers])
    if not any(waits):
        return Attempt(runtime, [here, *strangers])
    if waits[0] == 0 and await _was_here(runtime, User.email == email, place):
        return await _begin(runtime, "login", here)
    raise _refused("login", free, here.memory_s, max(waits))


async def begin_code(runtime: Runtime, user_id: UUID, address: str) -> Attempt:
    """One code at the sign-in, after the right password. Raises `RateLimitedError`."""
    place = network_of(address)
    known = await _was_here(runtime, User.id == user_id, place)
    return await _begin(runtime, "code", _codes(f"{user_id}@{place}" if known else str(user_id)))


async def begin_own_code(runtime: Runtime, user_id: UUID) -> Attempt:
    """One code of somebody who is signed in. Raises `RateLimitedError`."""
    return await _begin(runtime, "code", _codes(f"{user_id}:signed-in"))


async def confirm_password(
    runtime: Runtime, user: User, password: str, *, field: str = "password"
) -> None:
    """Whoever has only the session must not find out the password with it.

    Raises `RateLimitedError`, `UnprocessableError` (`wrong_password`).
    """
    free = runtime.settings.login_limit_per_minute
    guesses = Guesses(f"password:{user.id}", free, forgiving=True)
    attempt = await _begin(runtime, "password", guesses)
    if not await verify_password(runtime.settings, user.password_hash, password):
        raise UnprocessableError("wrong_password", "this is not your current password", field=field)
    await attempt.right()


def _codes(whose: str) -> Guesses:
    return Guesses(
        f"code:{whose}",
        _CODES,
        longest_wait_s=_CODES_LONGEST_S,
        memory_s=_CODES_MEMORY_S,
        forgiving=True,
    )


async def _was_here(runtime: Runtime, who: ColumnElement[bool], place: str) -> bool:
    """Whether the user has been signed in from there, as far as sessions are remembered."""
    addresses = (
        select(LoginSession.address)
        .join(User, User.id == LoginSession.user_id)
        .where(who)
        .distinct()
    )
    async with runtime.database.read(SYSTEM) as session:
        return place in {network_of(address) for address in await session.scalars(addresses)}


async def _begin(runtime: Runtime, limit: str, guesses: Guesses) -> Attempt:
    (wait_s,) = await runtime.guesses.attempt([guesses])
    if wait_s:
        raise _refused(limit, guesses.free, guesses.memory_s, wait_s)
    return Attempt(runtime, [guesses])


def _refused(limit: str, free: int, memory_s: float, wait_s: float) -> RateLimitedError:
    return RateLimitedError(
        "too many attempts: wait a moment",
        limit=limit,
        quota=free,
        window_s=memory_s,
        retry_after_s=wait_s,
    )
