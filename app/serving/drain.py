"""Leaving in good order: a server that is asked to stop does so without anyone noticing.

SIGTERM → not ready any more → no new connections, sockets are told and moved → what is under way
is finished → out, within the limit, whatever hangs.
"""

import asyncio
import logging
import os
import socket
import threading

import uvicorn

from app.settings import Settings

log = logging.getLogger(__name__)
_ALIVE_S = 1.0
_LAST_S = 5.0
"""Of the limit, for closing the parts."""


class DrainingServer(uvicorn.Server):
    """Uvicorn's server with an end of its own; `notice_s` is how long it goes on as before, so
    that a load balancer can see that it is not ready."""

    def __init__(self, config: uvicorn.Config, settings: Settings, *, notice_s: float) -> None:
        super().__init__(config)
        self._settings = settings
        self._notice_s = notice_s
        self._alive: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, however long the database takes, without being taken for dead."""
        self._alive = asyncio.create_task(self._say_alive(), name="say-alive")
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See the module."""
        settings = self._settings
        limit = threading.Timer(settings.drain_limit_s, _leave)
        limit.daemon = True
        limit.start()
        try:
            await self._drain()
            used = self._notice_s + settings.move_window_s
            left = settings.drain_limit_s - used - _LAST_S
            self.config.timeout_graceful_shutdown = max(1, int(left))
            await super().shutdown(sockets)
        finally:
            limit.cancel()
            if self._alive is not None:
                self._alive.cancel()

    async def _drain(self) -> None:
        state = self.config.app.state  # type: ignore[union-attr]
        state.draining = True
        await asyncio.sleep(self._notice_s)
        for server in self.servers:
            server.close()
        await state.hub.move(self._settings.move_window_s)

    async def _say_alive(self) -> None:
        """Gunicorn kills a worker that says nothing, and uvicorn is silent while it starts and
        ends. A loop that is stuck is still found."""
        while self.config.callback_notify is not None:
            await self.config.callback_notify()
            await asyncio.sleep(_ALIVE_S)


def _leave() -> None:
    log.error("not everything ended in time: leaving it behind")
    os._exit(1)
