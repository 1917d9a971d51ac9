"""The hub: this process's sockets, and what goes out to them.

It is an outlet of the feed: the relay hands it every batch, it waits for the push window and
sends each room one message. Events that are no rows reach it as signals.
"""

import asyncio
import logging
import random
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from app.feed.append import Batch
from app.feed.relay import Relay
from app.realtime import rooms
from app.realtime.agents import NAMESPACE as AGENTS
from app.realtime.agents import Agents
from app.realtime.clients import NAMESPACE as CLIENTS
from app.realtime.clients import Clients
from app.realtime.door import SocketServer
from app.realtime.fanout import Fanout
from app.realtime.outbox import Moment, Outbox
from app.runtime.parts import Runtime
from app.runtime.tasks import end

log = logging.getLogger(__name__)

_SWEEP_S = 5.0
_CATCH_UP_S = 0.5
_DOOR_S = 1.0
_EYES = frozenset({"role", "branch_ids", "disabled"})
"""What of a user decides what they see."""


class RealtimeHub:
    """See the module. `server` carries the namespaces; the hub runs while its context is
    open."""

    def __init__(self, runtime: Runtime, relay: Relay) -> None:
        self.server = SocketServer(
            (CLIENTS, AGENTS),
            anonymous_per_address=runtime.settings.anonymous_sockets_per_address,
            # Nothing here trusts a cookie, so any origin may knock: the token decides.
            cors_allowed_origins=[],
            http_compression=False,
            max_http_buffer_size=runtime.settings.max_request_bytes,
            ping_interval=20,
            ping_timeout=15,
        )
        self.clients = Clients(self.server, runtime, relay)
        self.agents = Agents(self.server, runtime)
        self._window_s = runtime.settings.push_window_ms / 1000
        self._outbox = Outbox()
        self._fanout = Fanout(self.server, CLIENTS)
        self._events: list[Moment] = []
        self._waiting = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        relay.add_outlet(self._take)
        runtime.signals.on_client_event(self._take_event)

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._push(), name="realtime-push"),
            asyncio.create_task(self._sweep(), name="realtime-sweep"),
            asyncio.create_task(self._show_gaps(), name="realtime-gaps"),
            asyncio.create_task(self._keep_the_door(), name="realtime-door"),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await end(self._tasks)
        await self.server.shutdown()
        await self.agents.close()

    async def move(self, window_s: float) -> None:
        """Send every socket to another process, spread over the window; returns when all are
        gone or it is over. Each is told (`server:moving`) when to connect again, and may leave
        at once; who does not is closed by then."""
        async with asyncio.TaskGroup() as moves:
            for namespace in (CLIENTS, AGENTS):
                for sid, eio_sid in list(self.server.manager.get_participants(namespace, None)):
                    delay_s = random.uniform(0, window_s)  # noqa: S311
                    moves.create_task(_survive(self._move(namespace, sid, eio_sid, delay_s)))

    async def _move(self, namespace: str, sid: str, eio_sid: str, delay_s: float) -> None:
        payload = {"delayMs": round(delay_s * 1000)}
        await self.server.emit("server:moving", payload, to=sid, namespace=namespace)
        await asyncio.sleep(delay_s)
        socket = self.server.eio.sockets.get(eio_sid)
        if socket is not None:
            # Not the end of a session, which clients would not come back from.
            await socket.close(wait=False)

    def counts(self) -> dict[str, int]:
        """The sockets of this process."""
        return {
            "sockets": len(self.server.eio.sockets),
            "clients": len(self.clients),
            "agents": len(self.agents),
        }

    def _take(self, batch: Batch) -> None:
        """The relay's outlet."""
        self._outbox.add(batch)
        self._waiting.set()
        for record in batch.records:
            if record.collection == "users" and _EYES.intersection(record.changed_fields or ()):
                self.clients.end_user(record.entity_id)

    def _take_event(self, message: dict[str, Any]) -> None:
        branch_ids = tuple(UUID(b) if b else None for b in message["branchIds"])
        tenant_id = UUID(message["tenantId"])
        self._events.append(Moment(tenant_id, branch_ids, message["event"], message["payload"]))
        self._waiting.set()

    async def _push(self) -> None:
        loop = asyncio.get_running_loop()
        pushed_at = -self._window_s
        while True:
            await self._waiting.wait()
            # What comes alone goes at once; what follows within the window goes together.
            await asyncio.sleep(max(0.0, pushed_at + self._window_s - loop.time()))
            self._waiting.clear()
            pushed_at = loop.time()
            await _survive(self._flush())

    async def _flush(self) -> None:
        self._fanout.backlog.look()
        for room, update in self._outbox.take_updates():
            reach = rooms.to_reach(room.tenant_id, [room.branch_id], room.collection)
            self._fanout.tell("data_update", update.to_wire(room), reach)
        events, self._events = self._events, []
        for moment in (*self._outbox.take_moments(), *events):
            reach = rooms.to_reach(moment.tenant_id, moment.branch_ids, rooms.EVENTS)
            self._fanout.tell(moment.event, moment.payload, reach)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            await _survive(self.clients.close_ended())

    async def _keep_the_door(self) -> None:
        while True:
            await asyncio.sleep(_DOOR_S)
            self.server.close_anonymous()

    async def _show_gaps(self) -> None:
        """Tell those who were behind, and no longer are, that they missed something."""
        while True:
            await asyncio.sleep(_CATCH_UP_S)
            for sid in self._fanout.backlog.take_caught_up():
                await _survive(self.clients.show_gap(sid))


async def _survive(work: Coroutine[Any, Any, None]) -> None:
    """Run it; an error is logged, because the loop around it must go on."""
    try:
        await work
    except Exception:
        log.exception("the sockets could not be served")
