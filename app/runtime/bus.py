"""The bus: hints between processes. A message may be lost; nothing may depend on it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

log = logging.getLogger(__name__)

Handler = Callable[[bytes], None]
"""Called on the event loop; it must not block."""


class Bus(Protocol):
    """Publish and subscribe. A publisher does not hear itself."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to the other processes, without waiting and without an error."""

    def subscribe(self, topic: str, handler: Handler) -> AbstractAsyncContextManager[None]:
        """Hear a topic while the context is open."""


class MemoryBus:
    """The embedded bus: there is no other process, unless a test makes two share a `Hub`."""

    def __init__(self, hub: "Hub | None" = None) -> None:
        self._hub = hub or Hub()
        self._hub.members.append(self)
        self._handlers: dict[str, list[Handler]] = {}

    def publish(self, topic: str, payload: bytes) -> None:
        """Deliver to the other members of the hub at once."""
        for member in self._hub.members:
            if member is not self:
                member.receive(topic, payload)

    def receive(self, topic: str, payload: bytes) -> None:
        """Hand a message to this member's handlers."""
        for handler in self._handlers.get(topic, []):
            handler(payload)

    @asynccontextmanager
    async def subscribe(self, topic: str, handler: Handler) -> AsyncIterator[None]:
        """Hear a topic while the context is open."""
        handlers = self._handlers.setdefault(topic, [])
        handlers.append(handler)
        try:
            yield
        finally:
            handlers.remove(handler)


class Hub:
    """What the members of one in-process bus share."""

    def __init__(self) -> None:
        self.members: list[MemoryBus] = []
