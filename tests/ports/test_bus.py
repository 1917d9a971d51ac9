"""Every bus: others hear what is published, the publisher does not, and nothing fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.runtime.bus import Bus, Hub, MemoryBus, RedisBus
from ops.cluster.pki import Authority
from tests.support.servers import RedisServer, SentinelServer

MakeBus = Callable[[], Bus]


@pytest.fixture(params=["memory", "redis"])
def make_bus(request: pytest.FixtureRequest) -> MakeBus:
    if request.param == "memory":
        hub = Hub()
        return lambda: MemoryBus(hub)
    server: RedisServer = request.getfixturevalue("redis_server")
    return lambda: RedisBus(server.url)


class Listener:
    """Subscribes to a topic and keeps what it heard."""

    def __init__(self, bus: Bus, topic: str) -> None:
        self.heard: list[bytes] = []
        self.subscription = bus.subscribe(topic, self.heard.append)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def listen(stack: AsyncExitStack, bus: Bus, topic: str = "feed") -> list[bytes]:
    listener = Listener(bus, topic)
    await stack.enter_async_context(listener.subscription)
    return listener.heard


async def until_heard(bus: Bus, heard: list[bytes], payload: bytes, topic: str = "feed") -> None:
    """Publish until it is heard: a bus may lose what is sent while it connects."""
    async with asyncio.timeout(20):
        while payload not in heard:
            bus.publish(topic, payload)
            await asyncio.sleep(0.02)


async def test_others_hear_it_and_the_publisher_does_not(
    make_bus: MakeBus, stack: AsyncExitStack
) -> None:
    one, two, three = make_bus(), make_bus(), make_bus()
    heard = [await listen(stack, bus) for bus in (one, two, three)]
    await until_heard(one, heard[1], b"hello \x00\xff")
    await until_heard(one, heard[2], b"again")
    assert heard[0] == []


async def test_topics_are_apart(make_bus: MakeBus, stack: AsyncExitStack) -> None:
    one, two = make_bus(), make_bus()
    await listen(stack, one)
    feed, signals = await listen(stack, two), await listen(stack, two, "signals")
    await until_heard(one, feed, b"a change")
    await until_heard(one, signals, b"a signal", "signals")
    assert b"a signal" not in feed
    assert b"a change" not in signals


async def test_after_the_context_nothing_is_heard(make_bus: MakeBus, stack: AsyncExitStack) -> None:
    one, two = make_bus(), make_bus()
    await listen(stack, one)
    still = await listen(stack, two)
    gone = Listener(two, "feed")
    async with gone.subscription:
        await until_heard(one, gone.heard, b"first")
    await until_heard(one, still, b"second")
    assert b"second" not in gone.heard


async def test_one_bad_handler_does_not_silence_the_others(
    make_bus: MakeBus, stack: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = make_bus(), make_bus()
    await listen(stack, one)

    def fail(payload: bytes) -> None:
        raise ValueError(payload)

    await stack.enter_async_context(two.subscribe("feed", fail))
    heard = await listen(stack, two)
    await until_heard(one, heard, b"hello")
    assert "was not handled" in caplog.text


async def test_publishing_while_redis_is_away_costs_nothing_and_it_comes_back(
    redis_server: RedisServer, stack: AsyncExitStack
) -> None:
    one, two = RedisBus(redis_server.url), RedisBus(redis_server.url)
    await listen(stack, one)
    heard = await listen(stack, two)
    await until_heard(one, heard, b"before")
    redis_server.kill()
    loop = asyncio.get_running_loop()
    started = loop.time()
    for _ in range(5000):
        one.publish("feed", b"lost" * 1000)
    assert loop.time() - started < 0.5
    await asyncio.sleep(0.2)
    redis_server.start()
    await until_heard(one, heard, b"after")


async def test_a_redis_that_hangs_is_noticed(
    redis_server: RedisServer, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runtime.bus._SILENCE_S", 0.3)
    one, two = RedisBus(redis_server.url), RedisBus(redis_server.url)
    await listen(stack, one)
    heard = await listen(stack, two)
    await until_heard(one, heard, b"before")
    redis_server.pause()
    for _ in range(3000):
        one.publish("feed", b"more than the queue holds")
    await asyncio.sleep(1.0)
    redis_server.resume()
    await until_heard(one, heard, b"after")


async def test_a_machine_that_falls_silent_is_left_and_found_again(
    stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a cluster: a connection with TLS to a Sentinel that is cut off cannot be closed in
    good order."""
    for name in ("_SILENCE_S", "_DEAF_S"):
        monkeypatch.setattr(f"app.runtime.bus.{name}", 0.3)
    Authority(tmp_path, b"secret").ensure("redis", ["localhost", "127.0.0.1"])
    master = stack.enter_context(RedisServer(tls=tmp_path))
    stack.enter_context(RedisServer(replica_of=master, tls=tmp_path))
    sentinel = stack.enter_context(SentinelServer(master, tls=tmp_path))
    one, two = RedisBus(sentinel.url), RedisBus(sentinel.url)
    await listen(stack, one)
    heard = await listen(stack, two)
    await until_heard(one, heard, b"before")
    for server in (sentinel, master):
        server.pause()
    # Longer than redis-py waits for the end of a connection.
    await asyncio.sleep(4)
    for server in (master, sentinel):
        server.resume()
    await until_heard(one, heard, b"after")


async def test_a_redis_that_was_never_there_is_no_error(
    free_port: int, stack: AsyncExitStack
) -> None:
    bus = RedisBus(f"redis://127.0.0.1:{free_port}/0")
    heard = await listen(stack, bus)
    bus.publish("feed", b"nobody")
    await asyncio.sleep(0.3)
    assert heard == []
