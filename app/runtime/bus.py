"""The bus: hints between processes. A message may be lost; nothing may depend on it."""

import asyncio
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from app.runtime.redis_guard import AWAY, connect, disconnect
from app.runtime.tasks import end

log = logging.getLogger(__name__)

_PREFIX = b"siberius:"
_QUEUE = 1000
"""Messages that wait to be sent; more are dropped."""
_SILENCE_S = 5.0
"""After so long without a word from Redis it is asked whether it is there."""
_CANARY_S = 1.0
"""So often a process sends itself a message."""
_DEAF_S = 3.0
"""It is deaf when it has not heard itself for so long."""
_RETRY_S = (0.1, 3.0)

Handler = Callable[[bytes], None]
"""Called on the event loop; it must not block."""


class Bus(Protocol):
    """Publish and subscribe. A publisher does not hear itself."""

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to the other processes, without waiting and without an error."""

    def subscribe(self, topic: str, handler: Handler) -> AbstractAsyncContextManager[None]:
        """Hear a topic while the context is open."""

    @property
    def is_deaf(self) -> bool:
        """Whether messages go out and none comes in."""


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

    @property
    def is_deaf(self) -> bool:
        """It cannot be."""
        return False

    def receive(self, topic: str, payload: bytes) -> None:
        """Hand a message to this member's handlers."""
        _deliver(self._handlers, topic, payload)

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


class RedisBus:
    """The clustered bus, over Redis pub/sub. It carries messages while anything subscribes.

    Whatever is published while Redis is away is dropped: it would be too late anyway.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._own = secrets.token_bytes(8)
        """Begins every message of this process, so that it does not hear itself."""
        self._handlers: dict[str, list[Handler]] = {}
        self._outgoing: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_QUEUE)
        self._connected = False
        self._canary = b"siberius-canary:" + self._own.hex().encode()
        self._unheard_since: float | None = None
        self._subscriptions = 0
        self._tasks: list[asyncio.Task[None]] = []

    def publish(self, topic: str, payload: bytes) -> None:
        """Send to the other processes, without waiting and without an error."""
        if not self._connected:
            return
        try:
            self._outgoing.put_nowait((topic, payload))
        except asyncio.QueueFull:
            log.warning("redis is too slow: a message on %s is dropped", topic)

    @asynccontextmanager
    async def subscribe(self, topic: str, handler: Handler) -> AsyncIterator[None]:
        """Hear a topic while the context is open."""
        handlers = self._handlers.setdefault(topic, [])
        handlers.append(handler)
        self._subscriptions += 1
        if self._subscriptions == 1:
            self._tasks = [
                asyncio.create_task(self._stay(work), name=f"redis-bus-{work.__name__}")
                for work in (self._send, self._listen)
            ]
        try:
            yield
        finally:
            handlers.remove(handler)
            self._subscriptions -= 1
            if self._subscriptions == 0:
                await end(self._tasks)

    @property
    def is_deaf(self) -> bool:
        """Whether messages go out and none comes in: the subscriber is connected to a Redis
        that was left behind in a failover, or subscribed to nothing."""
        unheard = self._unheard_since
        return unheard is not None and time.monotonic() - unheard > _DEAF_S

    async def _stay(self, work: Callable[[Redis], Awaitable[None]]) -> None:
        """Keep `work` connected."""
        shortest, longest = _RETRY_S
        pause = shortest
        while True:
            client = connect(self._url, socket_connect_timeout=2)
            started = asyncio.get_running_loop().time()
            try:
                await work(client)
            except AWAY as error:
                log.warning("redis is away: %s", error or type(error).__name__)
            finally:
                await disconnect(client)
            worked_s = asyncio.get_running_loop().time() - started
            pause = shortest if worked_s > longest else min(longest, pause * 2)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311

    async def _send(self, client: Redis) -> None:
        await client.ping()
        self._connected = True
        try:
            canary_at = 0.0
            while True:
                pause = canary_at - time.monotonic()
                if pause <= 0:
                    # A message to itself: if it does not come back, others get lost too.
                    async with asyncio.timeout(_SILENCE_S):
                        await client.publish(self._canary, b"")
                    if self._unheard_since is None:
                        self._unheard_since = time.monotonic()
                    canary_at = time.monotonic() + _CANARY_S
                    continue
                try:
                    async with asyncio.timeout(pause):
                        topic, payload = await self._outgoing.get()
                except TimeoutError:
                    continue
                async with asyncio.timeout(_SILENCE_S):
                    await client.publish(_PREFIX + topic.encode(), self._own + payload)
        finally:
            self._connected = False
            self._unheard_since = None  # who cannot send is not deaf, but cut off
            while not self._outgoing.empty():
                self._outgoing.get_nowait()

    async def _listen(self, client: Redis) -> None:
        asked = False
        async with client.pubsub() as pubsub:
            await pubsub.psubscribe(_PREFIX + b"*")
            await pubsub.subscribe(self._canary)
            self._unheard_since = None
            while True:
                message = await pubsub.get_message(timeout=_DEAF_S)
                if self.is_deaf:
                    raise RedisConnectionError("it does not deliver: subscribing again")
                if message is not None:
                    asked = False
                    self._hear(message)
                elif asked:
                    raise RedisConnectionError("it does not answer")
                else:
                    asked = True
                    await pubsub.ping()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            self._unheard_since = None  # the canary
        if message["type"] != "pmessage":
            return
        data: bytes = message["data"]
        if not data.startswith(self._own):
            topic = message["channel"].removeprefix(_PREFIX).decode()
            _deliver(self._handlers, topic, data[len(self._own) :])


def _deliver(handlers: dict[str, list[Handler]], topic: str, payload: bytes) -> None:
    for handler in handlers.get(topic, []):
        try:
            handler(payload)
        except Exception:
            log.exception("a message on %s was not handled", topic)
