"""Tokens: the signed access token, and the random refresh token behind it.

An access token says everything a request needs, so that most requests ask nobody; a refresh
token says nothing and is looked up by its SHA-256.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt

from app.domains.identity.models import Role
from app.domains.identity.principal import Principal

_ALGORITHM = "HS256"
_ISSUER = "siberius"
_AUDIENCE = "siberius-api"
_REQUIRED = ("sub", "tid", "sid", "role", "iat", "exp", "iss", "aud")


class InvalidTokenError(Exception):
    """Not a token of ours, or one that was tampered with."""


def sign(principal: Principal, key: str, *, now: datetime, lifetime: timedelta) -> str:
    """An access token for `principal` that is good for `lifetime`."""
    branch_ids = principal.branch_ids
    claims: dict[str, Any] = {
        "sub": str(principal.user_id),
        "tid": str(principal.tenant_id),
        "sid": str(principal.session_id),
        "role": principal.role.value,
        "branches": None if branch_ids is None else sorted(map(str, branch_ids)),
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "iss": _ISSUER,
        "aud": _AUDIENCE,
    }
    return jwt.encode(claims, key, _ALGORITHM)


@lru_cache(maxsize=4096)
def verify(token: str, key: str) -> tuple[Principal, int]:
    """The principal of an access token and its expiry in Unix seconds, **not yet compared**
    with the time: the answer is cached, since a client sends the same token many times.

    Raises `InvalidTokenError`.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            audience=_AUDIENCE,
            # The caller compares the times, with the clock of the runtime.
            options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False},
        )
        branches = claims["branches"]  # null is a value here, so it cannot be in `require`
        principal = Principal(
            user_id=UUID(claims["sub"]),
            tenant_id=UUID(claims["tid"]),
            session_id=UUID(claims["sid"]),
            role=Role(claims["role"]),
            branch_ids=None if branches is None else frozenset(map(UUID, branches)),
        )
        return principal, int(claims["exp"])
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise InvalidTokenError(str(error)) from error


def new_secret() -> str:
    """A refresh token: 32 random bytes."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a refresh token. It is random, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
