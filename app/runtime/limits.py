"""The limiter: how often something may be done in a window of time."""

import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from redis.asyncio import Redis

from app.runtime.redis_guard import RedisGuard


@dataclass(frozen=True, slots=True)
class Verdict:
    """`remaining` is how many more are allowed now, `resets_in_s` when the window ends, and
    `retry_after_s` how long to wait for the next one (0 where it is allowed)."""

    allowed: bool
    remaining: int
    resets_in_s: float

    @property
    def retry_after_s(self) -> float:
        """0 where it is allowed."""
        return 0.0 if self.allowed else self.resets_in_s


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted under `key`: `limit` hits are allowed in `window_s` seconds."""

    key: str
    limit: int
    window_s: float


class Limiter(Protocol):
    """Counts hits of a key in fixed windows that begin with the first hit."""

    async def hit(self, key: str, limit: int, window_s: float) -> Verdict:
        """Count one; refuse what is beyond `limit` within `window_s` seconds."""

    async def hit_all(self, limits: Sequence[Limit]) -> list[Verdict]:
        """Count one under each of them, as one question."""

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

    async def hit_all(self, limits: Sequence[Limit]) -> list[Verdict]:
        """Count one under each of them."""
        return [await self.hit(limit.key, limit.limit, limit.window_s) for limit in limits]

    async def close(self) -> None:
        """Nothing to let go of."""

    def _sweep(self, now: float) -> None:
        """Keys come from strangers: forget those that are over, then the oldest."""
        self._windows = {key: item for key, item in self._windows.items() if item[1] > now}
        while len(self._windows) > self._SWEEP_AT // 2:
            del self._windows[next(iter(self._windows))]


_SCRIPT = """
local answer = {}
for number, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[number]) end
  answer[2 * number - 1] = count
  answer[2 * number] = redis.call('PTTL', key)
end
return answer
"""


class RedisLimiter:
    """Counts for all processes together; for this one alone while Redis is away."""

    def __init__(self, redis: RedisGuard) -> None:
        self._redis = redis
        self._local = MemoryLimiter()

    async def hit(self, key: str, limit: int, window_s: float) -> Verdict:
        """Count one; refuse what is beyond `limit` within `window_s` seconds."""
        (verdict,) = await self.hit_all([Limit(key, limit, window_s)])
        return verdict

    async def hit_all(self, limits: Sequence[Limit]) -> list[Verdict]:
        """Count one under each of them, as one question."""
        keys = [f"siberius:limit:{limit.key}" for limit in limits]
        windows = [str(int(limit.window_s * 1000)) for limit in limits]

        def run(redis: Redis) -> Awaitable[list[int]]:
            answer = redis.eval(_SCRIPT, len(keys), *keys, *windows)
            return cast("Awaitable[list[int]]", answer)

        answer = await self._redis.ask(run)
        if answer is None:
            return await self._local.hit_all(limits)
        return [
            _verdict(count, limit.limit, left_ms / 1000)
            for limit, count, left_ms in zip(limits, answer[::2], answer[1::2], strict=True)
        ]

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()


def _verdict(count: int, limit: int, left_s: float) -> Verdict:
    allowed = count <= limit
    return Verdict(allowed, max(0, limit - count), max(0.0, left_s))
