"""Passwords: argon2id, away from the event loop, and what a good one is."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import UnprocessableError
from app.settings import Settings

MIN_CHARS = 10
MAX_CHARS = 200


async def hash_password(settings: Settings, password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return await asyncio.to_thread(_hasher(settings).hash, password)


async def verify_password(settings: Settings, stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`.

    With none stored it is a no that takes as long, so that the time does not tell whether
    there is such a user.
    """
    hasher = _hasher(settings)

    def verify() -> bool:
        try:
            return hasher.verify(stored or _decoy(hasher), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


def check_password(password: str, email: str, *, field: str) -> None:
    """Raises `UnprocessableError` (`weak_password`), naming `field`."""
    if len(password) < MIN_CHARS:
        message = f"a password has at least {MIN_CHARS} characters"
    elif len(password) > MAX_CHARS:
        message = f"a password has at most {MAX_CHARS} characters"
    elif password.casefold() == email.casefold():
        message = "the password must not be the e-mail address"
    elif len(set(password)) < 4:
        message = "the password repeats the same few characters"
    else:
        return
    raise UnprocessableError("weak_password", message, field=field)


def _hasher(settings: Settings) -> PasswordHasher:
    return _hasher_of(settings.password_rounds, settings.password_memory_kib)


@lru_cache
def _hasher_of(rounds: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


@lru_cache
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")
