"""How large the body of a request may be. Uploads have a limit of their own."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message


def bounded(request: Request, max_bytes: int) -> Request:
    """The request, whose reading fails with 413 as soon as there is too much: nothing that is
    too large is ever held in memory, whatever the headers say."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            # Of Starlette's own kind: any other would pass for a body that cannot be parsed.
            raise HTTPException(413, f"a request may have at most {max_bytes} bytes")
        return message

    return Request(request.scope, receive)
