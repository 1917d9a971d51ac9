"""What a Redis that is gone, or hangs, costs; and where its master is found."""

import asyncio
import time
from pathlib import Path

import pytest
import uvloop
from redis.asyncio import Redis

from app.runtime.bus import RedisBus
from app.runtime.limits import RedisLimiter
from app.runtime.redis_guard import (
    BUDGET_S,
    LANES,
    Budget,
    RedisGuard,
    begin_budget,
    connect,
    disconnect,
)
from ops.cluster.pki import Authority
from tests.support.proxy import Proxy
from tests.support.servers import RedisServer, SentinelServer


@pytest.mark.alone
async def test_questions_that_are_asked_at_once_are_paid_once() -> None:
    budget = Budget(1.0)

    async def ask() -> None:
        with budget.waiting():
            await asyncio.sleep(0.2)

    await asyncio.gather(ask(), ask())
    assert 0.5 < budget.left_s() < 0.81


@pytest.mark.alone
async def test_a_request_waits_for_a_silent_redis_no_longer_than_its_budget(
    redis_server: RedisServer,
) -> None:
    async with Proxy(redis_server.port) as proxy:
        proxy.freeze()
        guards = [RedisGuard(f"redis://127.0.0.1:{proxy.port}/0") for _ in range(5)]
        begin_budget()
        started = time.monotonic()
        for guard in guards:  # each of them for the first time
            assert await guard.ask(lambda redis: redis.get("key")) is None
        assert time.monotonic() - started < BUDGET_S + 0.2  # what a busy machine adds
        for guard in guards:
            await guard.close()


@pytest.mark.parametrize("encrypted", [False, True])
async def test_the_master_is_the_one_that_the_sentinels_name(
    encrypted: bool, tmp_path: Path
) -> None:
    tls = _pki(tmp_path) if encrypted else None
    with (
        RedisServer(tls=tls) as master,
        RedisServer(replica_of=master, tls=tls) as replica,
        SentinelServer(master, tls=tls) as sentinel,
    ):
        guard = RedisGuard(sentinel.url)
        limiter = RedisLimiter(guard)
        assert (await limiter.hit("key", 1, 60)).allowed
        master.kill()
        assert (await limiter.hit("key", 1, 60)).allowed  # counted here, while nobody is there
        async with asyncio.timeout(30):
            while not await guard.ask(lambda redis: redis.set("new", "1")):
                await asyncio.sleep(0.1)
        client = connect(replica.url, decode_responses=True)
        assert await client.get("new") == "1"
        await disconnect(client)
        await guard.close()


async def test_a_redis_that_shows_no_certificate_of_ours_gets_no_password(tmp_path: Path) -> None:
    ours, theirs = _pki(tmp_path / "ours"), _pki(tmp_path / "theirs")
    with RedisServer(tls=theirs) as master:
        for known, answer in ((theirs, True), (ours, None)):
            guard = RedisGuard(master.url.replace(str(theirs), str(known)))
            assert await guard.ask(lambda redis: redis.ping()) is answer
            await guard.close()


def _pki(folder: Path) -> Path:
    Authority(folder, b"secret").ensure("redis", ["localhost", "127.0.0.1"])
    return folder


def test_a_connection_that_was_closed_meanwhile_is_a_redis_that_is_away(
    redis_server: RedisServer,
) -> None:
    """uvloop, which serves requests, says so with an error of its own."""

    async def use_closed(redis: Redis) -> bool:
        _, writer = await asyncio.open_connection("127.0.0.1", redis_server.port)
        writer.transport.abort()
        await asyncio.sleep(0.01)
        writer.writelines([b"PING\r\n"])
        return True

    async def ask() -> None:
        guard = RedisGuard(f"redis://127.0.0.1:{redis_server.port}/0")
        assert await guard.ask(use_closed) is None
        await guard.close()

    uvloop.run(ask())


@pytest.mark.parametrize(
    "url", ["redis+sentinel://host/master", "redis+sentinel://host:1", "redis+sentinel:///master"]
)
def test_an_incomplete_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SIBERIUS_REDIS_URL"):
        connect(url)


async def test_a_deaf_subscriber_is_noticed_and_subscribes_again() -> None:
    """As after a failover that only one of two connections took part in: the subscriber is
    connected to a Redis that answers, and hears nothing of the other."""
    with RedisServer() as old, RedisServer() as new:
        async with Proxy(old.port) as proxy:
            bus = RedisBus(f"redis://127.0.0.1:{proxy.port}/0")
            heard: list[bytes] = []
            other = RedisBus(new.url)
            async with bus.subscribe("topic", heard.append), other.subscribe("topic", print):
                async with asyncio.timeout(10):
                    while proxy.connections < 2 or not bus._connected:
                        await asyncio.sleep(0.02)
                proxy.lead_to(new.port)
                proxy.cut_at(b"PUBLISH", deliver=False)  # the publisher alone

                def deaf() -> bool:
                    return bus.is_deaf

                async with asyncio.timeout(20):
                    while not deaf():
                        await asyncio.sleep(0.05)
                async with asyncio.timeout(20):
                    while deaf() or not heard:
                        other.publish("topic", b"hello")
                        await asyncio.sleep(0.1)


async def test_a_crowd_shares_a_few_connections(redis_server: RedisServer) -> None:
    guard, watcher = RedisGuard(redis_server.url), connect(redis_server.url)
    before = int((await watcher.info("clients"))["connected_clients"])
    await asyncio.gather(*(guard.ask(lambda redis: redis.ping()) for _ in range(100)))
    after = int((await watcher.info("clients"))["connected_clients"])
    assert 0 < after - before <= LANES
    await disconnect(watcher)
    await guard.close()
