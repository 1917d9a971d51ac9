"""Guesses: how often a secret may be tried in vain, and how long the next try has to wait.

Only what was wrong counts. A try is written down as wrong before it is looked at, so that a
thousand at once are no way around; who was right takes it back.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from redis.asyncio import Redis

from app.runtime.redis_guard import RedisGuard


@dataclass(frozen=True, slots=True)
class Guesses:
    """What is counted under `key`. After `free` wrong tries the next one waits `first_wait_s`, and
    twice as long after each further one, up to `longest_wait_s`; all are forgotten `memory_s` after
    the last. With `forgiving` a right one wipes out the wrong ones before it."""

    key: str
    free: int
    first_wait_s: float = 60.0
    longest_wait_s: float = 15 * 60.0
    memory_s: float = 60 * 60.0
    forgiving: bool = False

    def wait_after(self, wrong: int) -> float:
        """How long the next try waits after so many wrong ones."""
        if wrong < self.free:
            return 0.0
        # The exponent is bounded: nobody needs a number that no float can hold.
        doubled: float = 2.0 ** min(wrong - self.free, 32)
        return min(self.longest_wait_s, self.first_wait_s * doubled)


class GuessBook(Protocol):
    """What was tried in vain."""

    async def attempt(self, guesses: Sequence[Guesses]) -> list[float]:
        """How many seconds each of them has to wait. Where all are 0, the try counts as wrong
        under each; otherwise it is not to be made, and counts under none."""

    async def right(self, guesses: Sequence[Guesses]) -> None:
        """The try that was begun with these was right."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(slots=True)
class _Page:
    wrong: int = 0
    waits_until: float = 0.0
    forgotten_at: float = 0.0


class MemoryGuessBook:
    """What was tried in this process."""

    _CAPACITY = 100_000
    """Keys come from strangers; those tried longest ago make room."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, _Page] = OrderedDict()

    async def attempt(self, guesses: Sequence[Guesses]) -> list[float]:
        """How many seconds each of them has to wait; see the Protocol."""
        now = time.monotonic()
        pages = [self._pages.get(each.key, _Page()) for each in guesses]
        waits = [max(0.0, page.waits_until - now) for page in pages]
        if any(waits):
            return waits
        for each, page in zip(guesses, pages, strict=True):
            page.wrong = 1 if now >= page.forgotten_at else page.wrong + 1
            page.waits_until = now + each.wait_after(page.wrong)
            page.forgotten_at = now + each.memory_s
            self._pages[each.key] = page
            self._pages.move_to_end(each.key)
        while len(self._pages) > self._CAPACITY:
            self._pages.popitem(last=False)
        return waits

    async def right(self, guesses: Sequence[Guesses]) -> None:
        """The try that was begun with these was right."""
        for each in guesses:
            page = self._pages.get(each.key)
            if page is None:
                continue
            page.wrong -= 1
            page.waits_until = 0.0
            if each.forgiving or page.wrong <= 0:
                del self._pages[each.key]

    async def close(self) -> None:
        """Nothing to let go of."""


_BEGIN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local waits, refused = {}, false
for number, key in ipairs(KEYS) do
  waits[number] = math.max(0, (tonumber(redis.call('HGET', key, 'until')) or 0) - now)
  refused = refused or waits[number] > 0
end
if refused then return waits end
for number, key in ipairs(KEYS) do
  local at = 4 * (number - 1)
  local free, first = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local longest, memory = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local wrong = redis.call('HINCRBY', key, 'wrong', 1)
  if wrong >= free then
    local wait = math.min(longest, first * 2 ^ math.min(wrong - free, 32))
    redis.call('HSET', key, 'until', string.format('%.0f', now + wait))
  end
  redis.call('PEXPIRE', key, memory)
end
return waits
"""
_RIGHT = """
for number, key in ipairs(KEYS) do
  if ARGV[number] == '1' or redis.call('HINCRBY', key, 'wrong', -1) <= 0 then
    redis.call('DEL', key)
  else
    redis.call('HDEL', key, 'until')
  end
end
return 0
"""


class RedisGuessBook:
    """What was tried in any process; in this one alone while Redis is away."""

    def __init__(self, redis: RedisGuard) -> None:
        self._redis = redis
        self._local = MemoryGuessBook()

    async def attempt(self, guesses: Sequence[Guesses]) -> list[float]:
        """How many seconds each of them has to wait; see the Protocol."""
        numbers = []
        for each in guesses:
            seconds = (each.first_wait_s, each.longest_wait_s, each.memory_s)
            numbers += [each.free, *(int(s * 1000) for s in seconds)]
        waits = await self._run(_BEGIN, guesses, numbers)
        if waits is None:
            return await self._local.attempt(guesses)
        return [wait_ms / 1000 for wait_ms in waits]

    async def right(self, guesses: Sequence[Guesses]) -> None:
        """The try that was begun with these was right."""
        await self._run(_RIGHT, guesses, [int(each.forgiving) for each in guesses])
        # Wherever it was begun: Redis may have gone or come in between.
        await self._local.right(guesses)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()

    async def _run(
        self, script: str, guesses: Sequence[Guesses], numbers: Sequence[int]
    ) -> list[int] | None:
        keys = [f"siberius:guesses:{each.key}" for each in guesses]

        def run(redis: Redis) -> Awaitable[list[int]]:
            answer = redis.eval(script, len(keys), *keys, *map(str, numbers))
            return cast("Awaitable[list[int]]", answer)

        return await self._redis.ask(run)
