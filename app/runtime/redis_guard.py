"""Redis behind a guard: an answer within a moment, or none.

What is kept in Redis are hints and counters that can be done without, so a Redis that is down
or hangs must cost a request almost nothing: 250 ms, whatever it asks and however often.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
WAIT_S = 0.2
"""The longest a call waits, connecting included."""
BUDGET_S = 0.25
"""The longest all calls of one request wait together."""
PAUSE_S = 1.0
"""After a failure, for so long nobody waits at all."""
CLOSE_S = 3.0
"""The longest a client is being closed."""
AWAY = (RedisError, OSError, TimeoutError, RuntimeError)
"""What a call raises where Redis cannot be reached. uvloop has a RuntimeError for a connection
to a Sentinel that was found closed only when it was used: after a network that was cut is whole."""
LANES = 8
"""Calls at a time, and so connections. A crowd that came at once would otherwise spend its wait
on connecting, and each of it be counted apart."""
_SENTINEL = {"redis+sentinel": False, "rediss+sentinel": True}
"""Schemes of Sentinels' addresses, and whether they mean TLS."""
Answer = TypeVar("Answer")


class Budget:
    """What one request may still wait. Questions that are asked at once are paid once."""

    def __init__(self, seconds: float = BUDGET_S) -> None:
        self._left_s = seconds
        self._asking = 0
        self._since = 0.0

    def left_s(self) -> float:
        """What is left of it now."""
        running = time.monotonic() - self._since if self._asking else 0.0
        return max(0.0, self._left_s - running)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The time in which a question is asked."""
        if self._asking == 0:
            self._since = time.monotonic()
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            if self._asking == 0:
                self._left_s -= time.monotonic() - self._since


_budget: ContextVar[Budget | None] = ContextVar("redis_budget", default=None)


def begin_budget() -> None:
    """From here on, this request has `BUDGET_S` for Redis."""
    _budget.set(Budget())


def connect(url: str, **options: Any) -> Redis:
    """A client of `redis://…`, or of the master that the Sentinels of
    `redis+sentinel://[user:password@]host:port,host:port/<master>[/<database>]` name.

    The password is that of Redis and of the Sentinels. `rediss` in place of `redis` is TLS with
    all of them, verified with what `?ssl_ca_certs=FILE` holds. It never tries again by itself.
    """
    options |= {"retry": Retry(NoBackoff(), 0), "socket_keepalive": True}
    parts = urlsplit(url)
    if parts.scheme not in _SENTINEL:
        return Redis.from_url(url, **options)
    login, _, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    master, _, database = parts.path.strip("/").partition("/")
    sentinels = [host.rpartition(":") for host in hosts.split(",")]
    if not master or not all(name and port.isdigit() for name, _, port in sentinels):
        raise ValueError(
            "SIBERIUS_REDIS_URL must look like redis+sentinel://host:port,host:port/master/0"
        )
    both: dict[str, Any] = {
        "username": unquote(user) or None,
        "password": unquote(password) or None,
        "ssl": _SENTINEL[parts.scheme],
        **dict(parse_qsl(parts.query)),
    }
    connect_s = options.get("socket_connect_timeout")
    group = Sentinel(  # type: ignore[no-untyped-call]
        [(name, int(port)) for name, _, port in sentinels],
        sentinel_kwargs={
            **both,
            "socket_connect_timeout": connect_s,
            "socket_timeout": connect_s,
            "retry": Retry(NoBackoff(), 0),
        },
        **both,
        **options,
    )
    return cast("Redis", group.master_for(master, db=int(database or 0)))


async def disconnect(client: Redis) -> None:
    """Close what `connect` made, in good order or not: to a machine that is cut off nothing can be
    closed in time, which redis-py calls an error."""
    sentinels: list[Redis] = []
    if isinstance(client.connection_pool, SentinelConnectionPool):
        sentinels = client.connection_pool.sentinel_manager.sentinels
    for each in (client, *sentinels):
        with suppress(*AWAY):
            async with asyncio.timeout(CLOSE_S):
                await each.aclose()


class RedisGuard:
    """A client whose calls cannot fail and cannot hang. One serves the whole process, so what
    one call learned of a Redis that is gone, all know."""

    def __init__(self, url: str) -> None:
        self._client = connect(url, decode_responses=True, socket_connect_timeout=WAIT_S)
        self._paused_until = 0.0
        self._lanes = asyncio.Semaphore(LANES)

    async def ask(self, call: Callable[[Redis], Awaitable[Answer]]) -> Answer | None:
        """The answer of `call`, or none where Redis cannot be reached in time."""
        budget = _budget.get() or Budget()
        wait_s = min(WAIT_S, budget.left_s())
        if wait_s <= 0 or time.monotonic() < self._paused_until:
            return None
        try:
            with budget.waiting():
                async with asyncio.timeout(wait_s), self._lanes:
                    return await call(self._client)
        except AWAY as error:
            log.warning("redis does not answer: %s", error or type(error).__name__)
            self._paused_until = time.monotonic() + PAUSE_S
            return None

    async def close(self) -> None:
        """Close the connections."""
        await disconnect(self._client)
