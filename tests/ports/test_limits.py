"""One suite over every limiter, and what Redis adds and loses."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest

from app.runtime import redis_guard
from app.runtime.limits import Limiter, MemoryLimiter, RedisLimiter
from app.runtime.redis_guard import Budget, RedisGuard
from tests.support.servers import RedisServer


@pytest.fixture(params=["memory", "redis", "redis that is down"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[Limiter]:
    limiter: Limiter = MemoryLimiter()
    if request.param != "memory":
        server: RedisServer = request.getfixturevalue("redis_server")
        if request.param == "redis that is down":
            server.kill()
        limiter = RedisLimiter(RedisGuard(server.url))
    yield limiter
    await limiter.close()


async def test_what_is_beyond_the_limit_is_refused(limiter: Limiter) -> None:
    verdicts = [await limiter.hit("a", 3, 60) for _ in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
    assert verdicts[2].retry_after_s == 0
    assert 0 < verdicts[3].retry_after_s <= 60


async def test_keys_are_counted_apart(limiter: Limiter) -> None:
    assert not [await limiter.hit("a", 1, 60) for _ in range(2)][-1].allowed
    assert (await limiter.hit("b", 1, 60)).allowed


async def test_a_window_ends(limiter: Limiter) -> None:
    await limiter.hit("a", 1, 0.2)
    refused = await limiter.hit("a", 1, 0.2)
    assert not refused.allowed
    await asyncio.sleep(refused.retry_after_s + 0.05)
    assert (await limiter.hit("a", 1, 0.2)).allowed


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine Redis is not always as quick as a request needs it; who is not answered
    in time is counted apart, and this is another test's matter."""
    monkeypatch.setattr(redis_guard, "WAIT_S", 20.0)
    monkeypatch.setattr(redis_guard, "Budget", partial(Budget, 20.0))


@pytest.mark.usefixtures("unhurried")
async def test_no_hit_is_lost_in_a_crowd(limiter: Limiter) -> None:
    verdicts = await asyncio.gather(*(limiter.hit("a", 10, 60) for _ in range(50)))
    assert sum(verdict.allowed for verdict in verdicts) == 10


async def test_memory_does_not_grow_with_the_keys_of_strangers() -> None:
    limiter = MemoryLimiter()
    for number in range(30_000):
        await limiter.hit(f"key-{number}", 1, 60)
    assert len(limiter._windows) <= 10_000


async def test_processes_count_together_through_redis(redis_server: RedisServer) -> None:
    one, two = (
        RedisLimiter(RedisGuard(redis_server.url)),
        RedisLimiter(RedisGuard(redis_server.url)),
    )
    allowed = [(await limiter.hit("shared", 3, 60)).allowed for limiter in (one, two, one, two)]
    assert allowed == [True, True, True, False]
    await one.close()
    await two.close()


@pytest.mark.alone
@pytest.mark.parametrize("failure", ["kill", "pause"])
async def test_a_lost_redis_costs_little_and_limits_go_on(
    redis_server: RedisServer, failure: str
) -> None:
    limiter = RedisLimiter(RedisGuard(redis_server.url))
    await limiter.hit("a", 2, 60)
    getattr(redis_server, failure)()
    verdicts, waits = [], []
    for _ in range(5):
        started = time.monotonic()
        verdicts.append(await limiter.hit("a", 2, 60))
        waits.append(time.monotonic() - started)
    assert [verdict.allowed for verdict in verdicts] == [True, True, False, False, False]
    assert waits[0] < 0.25
    assert max(waits[1:]) < 0.05  # nobody waits twice
    await limiter.close()


async def test_the_count_is_shared_again_when_redis_is_back(redis_server: RedisServer) -> None:
    limiter, other = (
        RedisLimiter(RedisGuard(redis_server.url)),
        RedisLimiter(RedisGuard(redis_server.url)),
    )
    redis_server.kill()
    await limiter.hit("back", 1, 60)
    redis_server.start()
    await asyncio.sleep(1.1)
    assert (await limiter.hit("back", 1, 60)).allowed  # counted anew, now for all
    assert not (await other.hit("back", 1, 60)).allowed
    await limiter.close()
    await other.close()
