"""The id of the request that is under way, as the proxy in front gave it."""

import re
from contextvars import ContextVar

HEADER = b"x-request-id"
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def take(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    """Remember the id that `headers` carry; none where there is none, or it cannot be one."""
    for name, value in headers:
        if name == HEADER and _ID.fullmatch(value):
            _current.set(value.decode())
            return value
    return None


def current() -> str:
    """The id, or an empty text."""
    return _current.get()
