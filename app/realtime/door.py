"""The door to the sockets: who may wait at it, for how long, and what may be said there.

A socket on which nobody shows who he is goes after `ANONYMOUS_S`, one address has so many of
these at once, and a frame that makes no sense ends its socket with one line in the log. The
library's own server forgives all of that, or dies of it.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass, field
from typing import Any

import socketio
from engineio.async_drivers.asgi import WebSocket
from socketio.packet import ACK, CONNECT, DISCONNECT, EVENT, Packet

from app.http.dependencies import network_of
from app.realtime.websocket import FRAMES

log = logging.getLogger(__name__)
ANONYMOUS_S = 10.0
IN_FLIGHT = 32
"""Events of one socket that are worked on at once; the next one waits, and so does its sender."""
REFUSALS = 5
"""So often one socket may try to be let in."""
_FRAME = re.compile(r"1|3(probe)?|4[0-3].*", re.DOTALL)
"""What Engine.IO's client says: that it leaves, that it lives, and a message of Socket.IO."""
_RESERVED = frozenset({"connect", "disconnect", "connect_error"})


class MalformedError(Exception):
    """What a client said makes no sense; the message says what it was."""


@dataclass(slots=True, eq=False)
class _Guest:
    """One socket. `anonymous_since` is a time of `time.monotonic`, null while somebody has shown
    on it who he is."""

    address: str
    end: Callable[[], None]
    anonymous_since: float | None
    refusals: int = 0
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """See the module. `namespaces` are those there are; `anonymous_per_address` how many sockets
    of one address may be waiting to be let in."""

    def __init__(
        self, namespaces: Collection[str], *, anonymous_per_address: int, **options: Any
    ) -> None:
        # Its lines are about what clients do wrong, which is said here.
        quiet = logging.getLogger(f"{__name__}.library")
        quiet.setLevel(logging.CRITICAL)
        options |= {"logger": quiet, "engineio_logger": quiet, "serializer": _SanePacket}
        super().__init__(async_mode="asgi", transports=["websocket"], **options)
        self.eio._async = {**self.eio._async, "websocket": _SaneWebSocket}
        self._names = frozenset(namespaces)
        self._anonymous_per_address = anonymous_per_address
        self._guests: dict[str, _Guest] = {}
        self._anonymous: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def close_anonymous(self) -> None:
        """Close the sockets on which nobody has shown for too long who he is."""
        now = time.monotonic()
        for eio_sid, guest in list(self._guests.items()):
            if self._is_let_in(eio_sid):
                self._take_in(guest)
            elif guest.anonymous_since is None:  # its session was ended
                guest.anonymous_since = now
                self._anonymous[guest.address] += 1
            elif now - guest.anonymous_since >= ANONYMOUS_S:
                guest.end()

    def complain(self, eio_sid: str, what: object) -> None:
        """End a socket, with a line that says why."""
        guest = self._guests.get(eio_sid)
        if guest is not None:
            log.warning("a malformed frame from %s: %s", guest.address, what)
            guest.end()

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> bool | None:
        scope = environ["asgi.scope"]
        address = network_of(scope["client"][0]) if scope.get("client") else "unknown"
        if self._anonymous[address] >= self._anonymous_per_address:
            log.warning("too many sockets of %s wait to be let in", address)
            return False
        self._anonymous[address] += 1
        self._guests[eio_sid] = _Guest(address, self._ender(eio_sid, scope), time.monotonic())
        environ["siberius.complain"] = lambda what: self.complain(eio_sid, what)
        await super()._handle_eio_connect(eio_sid, environ)
        return None

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        guest = self._guests.pop(eio_sid, None)
        if guest is not None:
            self._take_in(guest)  # it waits no more
        self._binary_packet.pop(eio_sid, None)
        try:
            await super()._handle_eio_disconnect(eio_sid, reason)
        except Exception:
            log.exception("a socket did not end well")

    async def _handle_eio_message(self, eio_sid: str, data: str) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except MalformedError as error:
            self.complain(eio_sid, error)
        except Exception:
            log.exception("a message could not be taken")
            self.complain(eio_sid, "it could not be taken")

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        if namespace not in self._names:
            raise MalformedError("there is no such namespace")
        await super()._handle_connect(eio_sid, namespace, data)
        guest = self._guests.get(eio_sid)
        if guest is None:
            return
        if self._is_let_in(eio_sid):
            self._take_in(guest)
        elif (refusals := guest.refusals + 1) < REFUSALS:
            guest.refusals = refusals
        else:
            guest.end()

    async def _handle_disconnect(
        self, eio_sid: str, namespace: str | None, reason: str | None = None
    ) -> None:
        if self.manager.sid_from_eio_sid(eio_sid, namespace) is not None:
            await super()._handle_disconnect(eio_sid, namespace, reason)

    async def _handle_event(
        self, eio_sid: str, namespace: str | None, number: int | None, data: list[Any]
    ) -> None:
        guest = self._guests.get(eio_sid)
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace)
        if guest is None or not self.manager.is_connected(sid, namespace):
            raise MalformedError("an event before it was let in")
        await guest.slots.acquire()
        self._in_background(self._answer(guest, sid, eio_sid, data, namespace, number))

    async def _handle_ack(
        self, eio_sid: str, namespace: str | None, number: int | None, data: list[Any]
    ) -> None:
        if self.manager.sid_from_eio_sid(eio_sid, namespace) is None or number is None:
            raise MalformedError("an acknowledgement of nothing")
        await super()._handle_ack(eio_sid, namespace, number, data)

    async def _answer(self, guest: _Guest, sid: str, *event: Any) -> None:
        try:
            await self._handle_event_internal(self, sid, *event)
        except Exception:
            log.exception("an event of %s could not be answered", guest.address)
            guest.end()
        finally:
            guest.slots.release()

    def _ender(self, eio_sid: str, scope: dict[str, Any]) -> Callable[[], None]:
        """How to end a socket, whatever its client does; where the server that runs us has no such
        way, it is asked to go."""
        extension = scope["extensions"].get(FRAMES)
        if extension is not None:
            end: Callable[[], None] = extension["end"]
            return end
        return lambda: self._in_background(self.eio.disconnect(eio_sid))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_let_in(self, eio_sid: str) -> bool:
        return any(self.manager.sid_from_eio_sid(eio_sid, name) for name in self._names)

    def _take_in(self, guest: _Guest) -> None:
        if guest.anonymous_since is None:
            return
        guest.anonymous_since = None
        self._anonymous[guest.address] -= 1
        if self._anonymous[guest.address] <= 0:
            del self._anonymous[guest.address]


class _SaneWebSocket(WebSocket):  # type: ignore[misc]
    """Lets through only what the library can take apart."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        self._complain: Callable[[object], None] = environ["siberius.complain"]
        return await super().__call__(environ)

    async def wait(self) -> str:
        """The next frame. Raises `OSError`, which ends the socket, where it makes no sense."""
        data = await super().wait()
        if not isinstance(data, str) or not _FRAME.fullmatch(data):
            self._complain("binary" if isinstance(data, bytes) else "not of Engine.IO")
            raise OSError("a malformed frame")
        return data


class _SanePacket(Packet):  # type: ignore[misc]
    """A message that has the shape it must have, whatever is in it."""

    def decode(self, encoded_packet: str) -> int:
        """Raises `MalformedError`."""
        try:
            attachments: int = super().decode(encoded_packet)
        except (ValueError, IndexError, RecursionError):
            raise MalformedError("not of Socket.IO") from None
        data = self.data
        if self.packet_type in {CONNECT, DISCONNECT}:
            sane = data is None or isinstance(data, dict)
        elif self.packet_type == EVENT:
            # A name and one payload. The names of the library's own would be taken for its word.
            sane = (
                isinstance(data, list)
                and len(data) in {1, 2}
                and isinstance(data[0], str)
                and data[0] not in _RESERVED
            )
        else:
            sane = self.packet_type == ACK and isinstance(data, list)
        if not sane or attachments:
            raise MalformedError("a message of another shape")
        return attachments
