"""The websocket protocol of uvicorn, made for crowds: ready-made frames, and a bound on how long
one client is waited for."""

import asyncio
import logging
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

log = logging.getLogger(__name__)

FRAMES = "siberius.frames"
"""The extension in an ASGI scope by which an application gets `write` and `end` of its
`CrowdWebSocket`."""
STUCK_S = 20.0
"""A client that reads nothing for so long is gone, whatever its connection says."""
MAX_PARTS = 1000
"""Frames that a message may come in."""
_POLICY, _NOT_UTF8 = 1008, 1007


class CrowdWebSocket(WebSocketsSansIOProtocol):
    """A client that does not read is cut off, and what waited for it is let go.

    Otherwise whoever sends to it waits until it reads: a frozen tab holds its memory here, and
    the end of the server, for as long as its machine is on.
    """

    stuck_s = STUCK_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Its lines are of every socket that comes, with the query, where a token may be.
        self.logger = logging.getLogger(f"{__name__}.library")
        self.logger.setLevel(logging.ERROR)
        self.conn.logger = self.logger

    async def run_asgi(self) -> None:
        self.scope["extensions"][FRAMES] = {"write": self.write, "end": self.end}
        await super().run_asgi()

    def write(self, frame: bytes) -> bool:
        """Send a frame of a server, as RFC 6455 has it, without waiting. False, and nothing is
        sent, where the client does not read or the connection ends."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    def end(self) -> None:
        """Close the connection now, whether or not the client agrees."""
        if not self.close_sent and not self.transport.is_closing():
            self.conn.send_close(_POLICY)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """What is not a websocket's ends the connection, with one line in the log."""
        try:
            super().data_received(data)
        except ValueError as error:
            log.warning("no websocket from %s: %s", self._who(), type(error).__name__)
            self.transport.abort()

    def handle_parser_exception(self) -> None:
        """The peer broke the protocol; it has been told so."""
        log.warning("a malformed frame from %s: %s", self._who(), self.conn.close_sent)
        super().handle_parser_exception()

    def handle_cont(self, event: Frame) -> None:
        """Empty parts count for no limit of size, and would be kept all the same."""
        if self.close_sent:
            return
        if len(self.frames) >= MAX_PARTS:
            self.conn.fail(_POLICY, "too many parts")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on, if its text is one."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.conn.send_close(_NOT_UTF8)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def _who(self) -> str:
        return self.client[0] if self.client else "unknown"

    async def send(self, message: ASGISendEvent) -> None:
        """Raises `ClientDisconnected` also where the client did not read in time."""
        try:
            if not self.writable.is_set():
                async with asyncio.timeout(self.stuck_s):
                    await self.writable.wait()
        except TimeoutError:
            # Closing would wait for what it does not read.
            self.transport.abort()
            raise ClientDisconnected from None
        await super().send(message)
