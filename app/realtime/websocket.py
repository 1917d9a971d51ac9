"""The websocket protocol of uvicorn, made for crowds: ready-made frames, and a bound on how long
one client is waited for."""

import asyncio

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FRAMES = "siberius.frames"
"""The extension in an ASGI scope by which an application gets `write` (`CrowdWebSocket.write`)."""
STUCK_S = 20.0
"""A client that reads nothing for so long is gone, whatever its connection says."""


class CrowdWebSocket(WebSocketsSansIOProtocol):
    """A client that does not read is cut off, and what waited for it is let go.

    Otherwise whoever sends to it waits until it reads: a frozen tab holds its memory here, and
    the end of the server, for as long as its machine is on.
    """

    stuck_s = STUCK_S

    async def run_asgi(self) -> None:
        self.scope["extensions"][FRAMES] = {"write": self.write}
        await super().run_asgi()

    def write(self, frame: bytes) -> bool:
        """Send a frame of a server, as RFC 6455 has it, without waiting. False, and nothing is
        sent, where the client does not read or the connection ends."""
        if self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

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
