"""Signals: what processes tell each other that is no change in the feed.

Unlike the bus below, a signal also reaches the process that sends it, so who sends need not
know where a socket is. A signal may be lost; nothing may depend on it.
"""

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from app.runtime.bus import Bus

log = logging.getLogger(__name__)

_TOPIC = "signals"
_CLIENTS = "clients"
_REPLY = "reply"

Handler = Callable[[dict[str, Any]], None]
"""Called on the event loop with the JSON that was sent; it must not block."""


class Signals:
    """Named signals over the bus. Signals of other processes are heard while the context
    is open."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._handlers: dict[str, list[Handler]] = {}
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._open = contextlib.AsyncExitStack()
        self.on(_REPLY, self._on_reply)

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._bus.subscribe(_TOPIC, self._on_message))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    def on(self, name: str, handler: Handler) -> None:
        """Call `handler` for every signal `name`, whoever sent it."""
        self._handlers.setdefault(name, []).append(handler)

    def send(self, name: str, data: dict[str, Any]) -> None:
        """Send to every process, this one included, without waiting and without an error."""
        self._bus.publish(_TOPIC, json.dumps([name, data], separators=(",", ":")).encode())
        self._deliver(name, data)

    async def ask(self, name: str, data: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send, and wait until some process calls `reply`. Raises `TimeoutError`."""
        question = secrets.token_hex(8)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[question] = answer
        try:
            self.send(name, {**data, "question": question})
            async with asyncio.timeout(timeout_s):
                return await answer
        finally:
            del self._asked[question]

    def reply(self, data: dict[str, Any], answer: dict[str, Any]) -> None:
        """Answer the signal `data`, if its sender asked."""
        if question := data.get("question"):
            self.send(_REPLY, {"question": question, "answer": answer})

    def tell_clients(
        self,
        tenant_id: UUID,
        branch_ids: Iterable[UUID | None],
        event: str,
        payload: dict[str, Any],
    ) -> None:
        """An event on the `/client` sockets that see one of the branches; null is everyone."""
        rooms = [str(branch_id) if branch_id else None for branch_id in branch_ids]
        message = {"tenantId": str(tenant_id), "branchIds": rooms}
        self.send(_CLIENTS, {**message, "event": event, "payload": payload})

    def on_client_event(self, handler: Handler) -> None:
        """Get `{tenantId, branchIds, event, payload}` of every `tell_clients`."""
        self.on(_CLIENTS, handler)

    def _on_message(self, raw: bytes) -> None:
        name, data = json.loads(raw)
        self._deliver(name, data)

    def _on_reply(self, data: dict[str, Any]) -> None:
        waiting = self._asked.get(data["question"])
        if waiting is not None and not waiting.done():
            waiting.set_result(data["answer"])

    def _deliver(self, name: str, data: dict[str, Any]) -> None:
        for handler in self._handlers.get(name, []):
            try:
                handler(data)
            except Exception:
                log.exception("the signal %s was not handled", name)
