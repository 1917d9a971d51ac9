"""Clients that read slowly or not at all, beside others that do."""

import asyncio
from functools import partial
from typing import Any

import pytest

from app.realtime.websocket import CrowdWebSocket
from tests.feed.reader import Reader
from tests.realtime.site import HttpSource, Site, Socket, add_agent
from tests.support.socket_crowd import CrowdSocket, gather_crowd

LARGE = "x" * 70_000
ROUNDS = 300
"""Times LARGE: more than all buffers between two processes hold, and 100 beyond them."""


@pytest.fixture
def site_settings() -> dict[str, Any]:
    """Each message by itself: the queues are bounded between two of them."""
    return {"push_window_ms": 0}


async def reluctant(at: Site) -> tuple[CrowdSocket, asyncio.Queue[dict[str, Any]]]:
    """A browser that stopped reading, and what it is told about agents once it goes on."""
    token = at.company.admin.tokens["accessToken"]
    port = int(at.url.rpartition(":")[2])
    (socket,) = await gather_crowd(port, token, "agents", 1, timed=0)
    at.stack.callback(socket.close)
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def on_update(update: dict[str, Any]) -> None:
        if update["type"] == "agents":
            told.put_nowait(update)

    socket.on_update = on_update
    socket.pause()
    return socket, told


def say(at: Site, number: int, noise: str = "") -> None:
    """A message for everyone, `number` being its place."""
    row = {"id": str(at.company.id), "_operation": "update", "noise": noise}
    step = {"delta": True, "seq": number, "prevSeq": number}
    update = {"type": "noise", "branchId": None, "data": [row], **step}
    at.api.runtime.signals.tell_clients(at.company.id, [None], "data_update", update)


def heard_more_than(count: int, told: list[Any]) -> bool:
    return len(told) > count


async def flood(at: Site, quick: Socket) -> int:
    """More than a client that does not read can be sent, each when `quick` has the last, and a
    change at the end; the longest queue of any socket meanwhile."""
    longest = 0
    for number in range(ROUNDS):
        say(at, number, LARGE)
        await quick.until(partial(heard_more_than, number))
        longest = max(longest, waiting(at))
    await add_agent(at, None)
    await quick.until(lambda _: quick.updates("agents"))
    return longest


def waiting(at: Site) -> int:
    """The longest queue of any socket."""
    sockets = at.api.app.state.hub.server.eio.sockets.values()
    return max(int(socket.queue.qsize()) for socket in sockets)


async def test_a_client_that_is_behind_costs_a_bounded_queue_and_is_told_to_pull(
    site: Site,
) -> None:
    admin = site.company.admin
    slow, told = await reluctant(site)
    reader = Reader(HttpSource(admin.client), ["agents"])
    await reader.pull()
    quick = await site.socket(admin, "agents")

    assert 100 < await flood(site, quick) < ROUNDS / 2

    slow.resume()
    async with asyncio.timeout(20):
        gap = await told.get()
    assert gap["data"] == []
    assert reader.receive(gap) is False
    await reader.pull()
    assert len(reader.rows["agents"]) == 1

    # It is told like any other again.
    await add_agent(site, None)
    async with asyncio.timeout(20):
        update = await told.get()
    assert reader.receive(update) is True
    assert len(reader.rows["agents"]) == 2


async def test_a_client_that_never_reads_is_let_go(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CrowdWebSocket, "stuck_s", 1.0)
    admin = site.company.admin
    await reluctant(site)
    quick = await site.socket(admin, "agents")
    assert site.api.app.state.hub.counts()["clients"] == 2

    await flood(site, quick)
    async with asyncio.timeout(20):
        while site.api.app.state.hub.counts()["sockets"] > 1:
            await asyncio.sleep(0.05)
    assert site.api.app.state.hub.counts()["clients"] == 1


async def test_a_burst_cuts_off_nobody(site: Site) -> None:
    admin = site.company.admin
    sockets = [await site.socket(admin, "agents") for _ in range(3)]
    for number in range(1200):
        say(site, number)
    for socket in sockets:
        await socket.until(lambda heard: len(heard) == 1200)
        assert socket.client.connected
