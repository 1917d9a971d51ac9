"""Passwords: argon2id, away from the event loop, and what a good one is."""

import asyncio
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import UnprocessableError
from app.settings import Settings

MIN_CHARS = 10
MAX_CHARS = 200


async def hash_password(settings: Settings, password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    return await asyncio.to_thread(_hasher(settings).hash, prepared(password))


async def verify_password(settings: Settings, stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`.

    With none stored it is a no that takes as long, so that the time does not tell whether
    there is such a user.
    """
    return await _matching_form(settings, stored, password) is not None


async def verify_and_update(
    settings: Settings, stored: str | None, password: str
) -> tuple[bool, str | None]:
    """The same, and the hash to store from now on where `stored` was made of letters as they
    happened to be typed, which the next keyboard may type in another form."""
    form = await _matching_form(settings, stored, password)
    if form is None or form == prepared(password):
        return form is not None, None
    return True, await hash_password(settings, password)


def prepared(password: str) -> str:
    """The password in the form that is hashed, which every keyboard types alike: composed letters,
    and a plain space for any other one (RFC 8265, OpaqueString)."""
    plain = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", plain)


async def _matching_form(settings: Settings, stored: str | None, password: str) -> str | None:
    """The form of `password` that is behind `stored`. Older hashes were made of what was typed:
    these letters, or the decomposed ones of a Mac."""
    hasher = _hasher(settings)
    form = prepared(password)
    forms = dict.fromkeys((form, password, unicodedata.normalize("NFD", form)))

    def verify(form: str) -> bool:
        try:
            return hasher.verify(stored or _decoy(hasher), form) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    for form in forms:
        if await asyncio.to_thread(verify, form):
            return form
    return None


def check_password(password: str, email: str, *, field: str) -> None:
    """Raises `UnprocessableError` (`weak_password`), naming `field`."""
    password = prepared(password)
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
