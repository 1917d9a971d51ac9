"""How long a client is waited for, with or without a proxy in front: until it has said what it
wants, while it sends what belongs to it, and while it takes the answer; and how much it may say
that is no body."""

import asyncio
import json
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
"""From the first byte of a request, or the connection, to the end of its headers."""
BODY_S = 20.0
BODY_BYTES = 4096
"""So much of a body comes in that time, or its rest: what is slower than 200 bytes a second
is no line that anybody works over."""
ANSWER_S = 60.0
"""Nothing of an answer is taken for so long: nobody is there to read it."""
HEAD_BYTES = 64 * 1024
"""Of one head, or of what follows a body. The parser copies what it has of a field with each
piece that comes, so a field of many megabytes would hold up everybody."""


def _answer(problem: dict[str, Any]) -> bytes:
    body = json.dumps({"type": "about:blank", **problem})
    head = (
        f"HTTP/1.1 {problem['status']} {problem['title']}\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return (head + body).encode("ascii")


_TIMEOUT = _answer(
    {
        "title": "Request Timeout",
        "status": 408,
        "code": "request_timeout",
        "detail": "the request did not come in time",
    }
)
_TOO_LARGE = _answer(
    {
        "title": "Request Header Fields Too Large",
        "status": 431,
        "code": "head_too_large",
        "detail": "the head has more than 64 KiB",
    }
)


class PatientHttp(HttpToolsProtocol):
    """Uvicorn's protocol, which by itself waits for ever for the rest of a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._awaited: Literal["head", "body"] | None = None
        """What is to come next of the request; none where all of it is here."""
        self._coming: asyncio.TimerHandle | None = None
        self._going: asyncio.TimerHandle | None = None
        self._came = 0
        """Bytes since the body was looked at."""
        self._unused = 0
        """Bytes since the last ones that ended a head or were of a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Uvicorn's, and what its name says, as all of these."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._await("head")

    def connection_lost(self, exc: Exception | None) -> None:
        """The end: nothing is waited for."""
        self._await(None)
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """After a whole request another one begins."""
        if self._awaited is None:
            self._await("head")
        self._came += len(data)
        self._unused += len(data)
        super().data_received(data)
        if self._unused > HEAD_BYTES:
            self._give_up(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Now the body."""
        self._unused = 0
        super().on_headers_complete()
        self._await("body")

    def on_body(self, body: bytes) -> None:
        """A part of it."""
        self._unused = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Now it is our turn."""
        self._unused = 0
        super().on_message_complete()
        self._await(None)

    def handle_websocket_upgrade(self) -> None:
        """Another protocol takes over, which has a patience of its own."""
        self._await(None)
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The answer is not taken as fast as it is given."""
        super().pause_writing()
        self._going = self.loop.call_later(ANSWER_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It is taken again."""
        self._stop_waiting_for_reader()
        super().resume_writing()

    def _await(self, what: Literal["head", "body"] | None) -> None:
        if self._coming is not None:
            self._coming.cancel()
        self._awaited, self._came, self._coming = what, 0, None
        if what == "head":
            self._coming = self.loop.call_later(HEAD_S, self._give_up)
        elif what == "body":
            self._coming = self.loop.call_later(BODY_S, self._look_at_body)

    def _look_at_body(self) -> None:
        # Who is not read from cannot send, and who asked before he sends waits for our word.
        ours = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if ours or self._came >= BODY_BYTES:
            self._await("body")
        else:
            self._give_up()

    def _give_up(self, answer: bytes = _TIMEOUT) -> None:
        # An answer to this request, or to the one before, is on its way.
        answered = self.cycle is not None and (
            self.cycle.response_started
            and (self._awaited == "body" or not self.cycle.response_complete)
        )
        if not answered and not self.transport.is_closing():
            self.transport.write(answer)
        self._await(None)
        self.transport.close()

    def _stop_waiting_for_reader(self) -> None:
        if self._going is not None:
            self._going.cancel()
            self._going = None
