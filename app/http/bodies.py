"""The body of a request: how large it may be, and what may be in it. Uploads have limits of
their own."""

from typing import Any

from starlette.requests import Request
from starlette.types import Message

from app.errors import TooLargeError
from app.input import read_json


class CheckedRequest(Request):
    """A request whose JSON was read by the one rule (`app/input.py`)."""

    async def json(self) -> Any:
        if not hasattr(self, "_document"):
            self._document = read_json(await self.body())
        return self._document


async def checked(request: Request, max_bytes: int) -> Request:
    """The request, with its body read. Raises `TooLargeError` (`too_large`) as soon as there is
    too much: nothing that is too large is ever held in memory, whatever the headers say; and
    `UnprocessableError` (`invalid_input`)."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise TooLargeError("too_large", f"a request may have at most {max_bytes} bytes")
        return message

    whole = CheckedRequest(request.scope, receive)
    # Before the framework does: to it any error of ours is a body that cannot be parsed.
    if await whole.body() and "json" in request.headers.get("content-type", "").lower():
        await whole.json()
    return whole
