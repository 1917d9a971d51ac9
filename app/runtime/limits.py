"""The limiter: how often something may be done in a window of time."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, cast

from redis.asyncio import Redis

from app.runtime.redis_guard import RedisGuard


@dataclass(frozen=True, slots=True)
class Verdict:
    """`remaining` is how many more are allowed now, `retry_after_s` how long to wait for the
    next one (0 where it is allowed)."""

    allowed: bool
    remaining: int
    retry_after_s: float


class Limiter(Protocol):
    """Counts hits of a key in fixed windows that begin with the first hit."""

    async def hit(self, key: str, limit: int, window_s: float) -> Verdict:
        """Count one; refuse what is beyond `limit` within `window_s` seconds."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryLimiter:
    """Counts for this process alone."""

    _SWEEP_AT = 10_000

    def __init__(self) -> None:
        self._windows: dict[str, tuple[int, float]] = {}

    async def hit(self, key: str, limit: int, window_s: float) -> Verdict:
        """Count one; refuse what is beyond `limit` within `window_s` seconds."""
        now = time.monotonic()
        count, ends_at = self._windows.get(key, (0, 0.0))
        if now >= ends_at:
            count, ends_at = 0, now + window_s
        self._windows[key] = count + 1, ends_at
        if len(self._windows) > self._SWEEP_AT:
            self._sweep(now)
        return _verdict(count + 1, limit, ends_at - now)

    async def close(self) -> None:
        """Nothing to let go of."""

    def _sweep(self, now: float) -> None:
        """Keys come from strangers: forget those that are over, then the oldest."""
        self._windows = {key: item for key, item in self._windows.items() if item[1] > now}
        while len(self._windows) > self._SWEEP_AT // 2:
            del self._windows[next(iter(self._windows))]


_SCRIPT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""


class RedisLimiter:
    """Counts for all processes together; for this one alone while Redis is away."""

    def __init__(self, redis: RedisGuard) -> None:
        self._redis = redis
        self._local = MemoryLimiter()

    async def hit(self, key: str, limit: int, window_s: float) -> Verdict:
        """Count one; refuse what is beyond `limit` within `window_s` seconds."""

        def run(redis: Redis) -> Awaitable[list[int]]:
            answer = redis.eval(_SCRIPT, 1, f"siberius:limit:{key}", str(int(window_s * 1000)))
            return cast("Awaitable[list[int]]", answer)

        answer = await self._redis.ask(run)
        if answer is None:
            return await self._local.hit(key, limit, window_s)
        count, left_ms = answer
        return _verdict(count, limit, left_ms / 1000)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()


def _verdict(count: int, limit: int, left_s: float) -> Verdict:
    allowed = count <= limit
    return Verdict(allowed, max(0, limit - count), 0.0 if allowed else max(0.0, left_s))
