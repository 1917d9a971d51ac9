"""Redis behind a guard: an answer within a moment, or none.

What is kept in Redis are hints and counters that can be done without, so a Redis that is down
or hangs must cost a request almost nothing.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
WAIT_S = 0.2
"""The longest a call waits, connecting included."""
PAUSE_S = 1.0
"""After a failure, for so long nobody waits at all."""
Answer = TypeVar("Answer")


class RedisGuard:
    """A client whose calls cannot fail and cannot hang."""

    def __init__(self, url: str) -> None:
        self._client = Redis.from_url(
            url, decode_responses=True, retry=Retry(NoBackoff(), 0), socket_connect_timeout=WAIT_S
        )
        self._paused_until = 0.0

    async def ask(self, call: Callable[[Redis], Awaitable[Answer]]) -> Answer | None:
        """The answer of `call`, or none where Redis cannot be reached in time."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            async with asyncio.timeout(WAIT_S):
                return await call(self._client)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("redis does not answer: %s", error or type(error).__name__)
            self._paused_until = time.monotonic() + PAUSE_S
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
