"""The clients that read more slowly than they are told.

What waits for one client is bounded: while too much does, it is told no changes, and when it has
read what waited it is shown a gap, which every reader answers with a pull from its cursor. So it
loses time and never a row, and costs the same whether it lags by ten changes or by a million.
"""

import socketio

_MAX_WAITING = 100
"""Packets; a client is behind when more wait for it."""


class Backlog:
    """Who is behind on a namespace of this process."""

    def __init__(self, server: socketio.AsyncServer, namespace: str) -> None:
        self._server = server
        self._namespace = namespace
        self._behind: set[str] = set()

    def look(self) -> None:
        """See who is behind now; call it before each round of messages, so that what a round
        itself brings does not count before the client could read it."""
        self._behind.update(
            sid
            for eio_sid, socket in self._server.eio.sockets.items()
            if socket.queue.qsize() > _MAX_WAITING
            and (sid := self._server.manager.sid_from_eio_sid(eio_sid, self._namespace))
        )

    def has(self, sid: str) -> bool:
        """Whether this socket was behind at the last look."""
        return sid in self._behind

    def take_caught_up(self) -> list[str]:
        """Those that were behind and have read everything; they have to be shown a gap."""
        caught_up = []
        for sid in list(self._behind):
            eio_sid = self._server.manager.eio_sid_from_sid(sid, self._namespace)
            socket = self._server.eio.sockets.get(eio_sid)
            if socket is None:
                self._behind.discard(sid)
            elif socket.queue.empty():
                self._behind.discard(sid)
                caught_up.append(sid)
        return caught_up
