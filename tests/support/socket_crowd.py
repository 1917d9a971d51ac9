"""Many `/client` sockets in one process: raw frames, so that a thousand cost little."""

import asyncio
import base64
import json
import os
import re
import time
from collections.abc import Callable
from typing import Any

_STAMP = re.compile(rb'"name":"at (\d+)"')


class CrowdSocket(asyncio.Protocol):
    """A browser that subscribes to `collection`; it counts what it is told, and hands it to
    `on_update` where there is one. With `timed` it also notes how old each row named
    `at <monotonic ns>` was, in seconds."""

    on_update: Callable[[dict[str, Any]], None] | None = None

    def __init__(self, token: str, collection: str, *, timed: bool) -> None:
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard = 0
        self.ages: list[float] = []
        self._token = token
        self._collection = collection
        self._timed = timed
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: crowd\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionRefusedError(head[:100])
            self._upgraded, self._buffer = True, rest
        at = 0
        while (frame := _frame(self._buffer, at)) is not None:
            start, end = frame
            self._hear(self._buffer[start:end])
            at = end
        self._buffer = self._buffer[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.subscribed.done():
            self.subscribed.set_exception(exc or ConnectionResetError("refused"))

    def pause(self) -> None:
        """Read nothing more, so that not even the system takes what is sent, until `resume`."""
        self._transport.pause_reading()

    def resume(self) -> None:
        self._transport.resume_reading()

    def close(self) -> None:
        self._transport.abort()

    def _hear(self, text: bytes) -> None:
        if text.startswith(b'42/client,["data_update"'):
            self.heard += 1
            if self.on_update is not None:
                self.on_update(json.loads(text.removeprefix(b"42/client,"))[1])
            if self._timed:
                now = time.monotonic_ns()
                self.ages += [(now - int(stamp)) / 1e9 for stamp in _STAMP.findall(text)]
        elif text == b"2":
            self._say("3")
        elif text.startswith(b"0{"):
            self._say("40/client," + json.dumps({"token": self._token}))
        elif text.startswith(b"40/client,"):
            self._say('42/client,0["subscribe",{"events":["' + self._collection + '"]}]')
        elif text.startswith(b"43/client,0"):
            self.subscribed.set_result(None)

    def _say(self, text: str) -> None:
        # Masked with zeros: allowed, and the text stays as it is.
        data = text.encode()
        short = len(data) <= 125
        size = bytes([0x80 | len(data)]) if short else b"\xfe" + len(data).to_bytes(2, "big")
        self._transport.write(b"\x81" + size + bytes(4) + data)


def _frame(buffer: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` starts and ends; null where it is not all there."""
    start = at + 2
    if len(buffer) < start:
        return None
    length = buffer[at + 1]
    if length > 125:
        wide = 2 if length == 126 else 8
        length = int.from_bytes(buffer[start : start + wide], "big")
        start += wide
    end = start + length
    return (start, end) if len(buffer) >= end else None


async def gather_crowd(
    port: int, token: str, collection: str, count: int, *, timed: int, at_once: int = 50
) -> list[CrowdSocket]:
    """Connect and subscribe `count` sockets, the first `timed` of which measure."""
    loop = asyncio.get_running_loop()
    sockets = [CrowdSocket(token, collection, timed=number < timed) for number in range(count)]
    waiting = iter(sockets)
    for start in range(0, count, at_once):
        some = sockets[start : start + at_once]
        for _ in some:
            await loop.create_connection(lambda: next(waiting), "127.0.0.1", port)
        await asyncio.gather(*(socket.subscribed for socket in some))
    return sockets
