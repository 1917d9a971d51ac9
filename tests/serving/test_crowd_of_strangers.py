"""A crowd that means no good, against a real server of each profile: it costs others little."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest

from app.realtime import door
from tests.e2e.stack import ADMIN, PASSWORD, Stack
from tests.support.raw_socket import RawSocket
from tests.support.replica import ReplicaServer

ANONYMOUS = 500
SOCKETS, FRAMES = 1000, 10
MALFORMED = (
    *("x", "9", "4", "b!!!!", "0{}", "42/client,{", "451-/client,[]"),
    '42/client,["connect"]',
)
LOGIN = {"email": ADMIN, "password": PASSWORD}


class Served:
    """A server, as this test sees one."""

    def __init__(self, port: int, pid: int, log: Path) -> None:
        self.port, self.log = port, log
        self.url = f"http://127.0.0.1:{port}"
        self._process = psutil.Process(pid)

    def descriptors(self) -> int:
        every = (self._process, *self._process.children(recursive=True))
        return sum(process.num_fds() for process in every)


@pytest.fixture(params=["embedded", "clustered"])
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Served]:
    if request.param == "embedded":
        world = Stack(tmp_path)
        try:
            await world.start_server(within_s=90)
            yield Served(world.port, world.server.pid, world.server.log)
        finally:
            world.close()
        return
    replica = ReplicaServer(
        database_url=request.getfixturevalue("postgres_database"),
        secret_key="only for tests, but long enough to be taken",
        password_memory_kib=1024,
        anonymous_sockets_per_address=50,  # two processes
    )
    replica.make_company()
    with replica:
        yield Served(replica.port, replica.pid, replica.log)


async def _latencies(client: httpx.AsyncClient, until: asyncio.Event | None = None) -> list[float]:
    """Seconds for each of some requests of a signed-in user, all of which must be answered."""
    taken: list[float] = []
    while not until.is_set() if until else len(taken) < 30:
        started = time.monotonic()
        assert (await client.get("/api/pdfs")).status_code == 200
        taken.append(time.monotonic() - started)
        await asyncio.sleep(0.02)
    return taken


async def _misbehave(port: int, number: int) -> None:
    """Some malformed frames at once, of which the first ends the socket."""
    try:
        socket = await RawSocket.open(port, source=f"127.0.1.{number % 200 + 1}")
    except ConnectionError:
        return
    for frame in range(FRAMES):
        socket.say(MALFORMED[(number + frame) % len(MALFORMED)])
    assert await socket.ended(30)
    socket.close()


@pytest.mark.timeout(300)
async def test_others_are_served_and_nothing_is_left_behind(served: Served) -> None:
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as client:
        login = await client.post("/api/auth/login", json=LOGIN)
        client.headers["Authorization"] = f"Bearer {login.json()['accessToken']}"
        quiet = await _latencies(client)
        before = served.descriptors()
        over = asyncio.Event()
        meanwhile = asyncio.create_task(_latencies(client, over))

        crowd = [
            await RawSocket.open(served.port, source=f"127.0.0.{number % 10 + 2}")
            for number in range(ANONYMOUS)
        ]
        opened = time.monotonic()
        halves = []
        for _ in range(50):
            _, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"GET /api/pdfs HTTP/1.1\r\nHost: x\r\n")
            halves.append(writer)
        for start in range(0, SOCKETS, 50):
            numbers = range(start, start + 50)
            await asyncio.gather(*(_misbehave(served.port, number) for number in numbers))
        left = door.ANONYMOUS_S + 20 - (time.monotonic() - opened)
        assert all(await asyncio.gather(*(socket.ended(max(left, 5)) for socket in crowd)))
        over.set()
        loaded = await meanwhile
        for socket in crowd:
            socket.close()
        async with asyncio.timeout(30):
            while served.descriptors() > before + 5:
                await asyncio.sleep(0.2)
        for writer in halves:
            writer.transport.abort()

    log = served.log.read_text()
    print(
        f"{ANONYMOUS} anonymous sockets, {SOCKETS * FRAMES} malformed frames: "
        f"{statistics.median(quiet) * 1000:.0f} ms before, "
        f"{statistics.median(loaded) * 1000:.0f} ms meanwhile (median), log {len(log)} bytes"
    )
    assert statistics.median(loaded) < 10 * statistics.median(quiet) + 0.5
    assert len(log) < 1_000_000
    assert "Traceback" not in log
    assert "a malformed frame from" in log
    assert "EIO=4" not in log, "no query strings"
