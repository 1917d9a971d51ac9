"""One message to many sockets: what it costs for each of them is what a process can serve.

It is serialised once. A socket for which nothing waits gets the ready-made frame at once; for any
other it waits in the socket's queue. `server.emit` would make a task for each, and so does the
queue's reader.
"""

from collections.abc import Sequence
from typing import Any

import socketio
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio.packet import EVENT
from socketio.packet import Packet as SocketPacket
from websockets.frames import Frame, Opcode

from app.realtime.backlog import Backlog
from app.realtime.websocket import FRAMES


class Fanout:
    """Tells rooms of one namespace; whoever is behind is told nothing."""

    def __init__(self, server: socketio.AsyncServer, namespace: str) -> None:
        self._server = server
        self._namespace = namespace
        self.backlog = Backlog(server, namespace)

    def tell(self, event: str, payload: dict[str, Any], rooms: Sequence[str]) -> None:
        """Send an event to everyone who stands in one of the rooms, once. It never waits."""
        there = self._server.manager.rooms.get(self._namespace, {})
        occupied = [room for room in rooms if room in there]
        if not occupied:
            return
        message = SocketPacket(EVENT, namespace=self._namespace, data=[event, payload])
        packet = EnginePacket(MESSAGE, message.encode())
        frame = Frame(Opcode.TEXT, packet.encode().encode()).serialize(mask=False)
        for sid, eio_sid in self._server.manager.get_participants(self._namespace, occupied):
            socket = self._server.eio.sockets.get(eio_sid)
            if socket is None or socket.closed or self.backlog.has(sid):
                continue
            if not (socket.queue.empty() and self._write(eio_sid, frame)):
                socket.queue.put_nowait(packet)

    def _write(self, eio_sid: str, frame: bytes) -> bool:
        """False where the frame has to wait, or the server that runs us has no such way."""
        extension = self._server.environ[eio_sid]["asgi.scope"]["extensions"].get(FRAMES)
        return extension is not None and extension["write"](frame)
