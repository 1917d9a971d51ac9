"""Clients that read slowly or not at all, beside others that do."""

import asyncio
import base64
import contextlib
import json
import os
from typing import Any, Self

import pytest

from app.serving.impatience import ImpatientWebSocket
from tests.api.conftest import sqlite_template, sqlite_url  # noqa: F401 - fixtures
from tests.feed.reader import Reader
from tests.realtime.test_client_namespace import (  # noqa: F401 - fixtures
    HttpSource,
    Site,
    add_agent,
    site,
)

LARGE = "x" * 70_000
ROUNDS = 220
"""Times LARGE: more than all buffers between two processes hold."""


class Reluctant:
    """A browser whose frames are read when a test says so: before that, not even by the system."""

    def __init__(self) -> None:
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def connect(self, at: Site, token: str, *collections: str) -> Self:
        host, port = at.url.removeprefix("http://").split(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port), limit=2**16)
        at.stack.push_async_callback(self._close)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        await self._reader.readuntil(b"\r\n\r\n")
        await self.hear()
        self._say("40/client," + json.dumps({"token": token}))
        await self.hear()
        self._say("42/client,0" + json.dumps(["subscribe", {"events": list(collections)}]))
        while not (await self.hear()).startswith("43"):
            pass
        return self

    def _say(self, text: str) -> None:
        mask, data = os.urandom(4), text.encode()
        length = bytes([0x80 | 126]) + len(data).to_bytes(2)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self._writer.write(b"\x81" + length + mask + masked)

    async def hear(self) -> str:
        """The next frame. Raises `IncompleteReadError` at the end."""
        _, length = await self._reader.readexactly(2)
        if length > 125:
            length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
        return (await self._reader.readexactly(length)).decode()

    async def _close(self) -> None:
        self._writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def until_update(self, collection: str) -> dict[str, Any]:
        while True:
            text = await self.hear()
            if text.startswith("42/client,"):
                event, payload = json.loads(text.removeprefix("42/client,"))
                if event == "data_update" and payload["type"] == collection:
                    return dict(payload)


def say(at: Site, number: int, noise: str = "") -> None:
    """A message for everyone, `number` being its place."""
    row = {"id": str(at.company.id), "_operation": "update", "noise": noise}
    step = {"delta": True, "seq": number, "prevSeq": number}
    update = {"type": "noise", "branchId": None, "data": [row], **step}
    at.api.runtime.signals.tell_clients(at.company.id, [None], "data_update", update)


async def flood(at: Site) -> None:
    """More than a client that does not read can be sent, and a change at its end."""
    for number in range(ROUNDS):
        say(at, number, LARGE)
        await asyncio.sleep(0.005)
    await add_agent(at, None)


def waiting(at: Site) -> int:
    """The longest queue of any socket."""
    sockets = at.api.app.state.hub.server.eio.sockets.values()
    return max(int(socket.queue.qsize()) for socket in sockets)


async def test_a_client_that_is_behind_costs_a_bounded_queue_and_is_told_to_pull(
    site: Site,  # noqa: F811
) -> None:
    admin = site.company.admin
    slow = await Reluctant().connect(site, admin.tokens["accessToken"], "agents")
    reader = Reader(HttpSource(admin.client), ["agents"])
    await reader.pull()
    quick = await site.socket(admin, "agents")

    await flood(site)
    await quick.until(lambda _: len(quick.updates("noise")) == ROUNDS)
    await quick.until(lambda _: quick.updates("agents"))
    assert waiting(site) < ROUNDS / 2

    async with asyncio.timeout(20):
        gap = await slow.until_update("agents")
    assert gap["data"] == []
    assert reader.receive(gap) is False
    await reader.pull()
    assert len(reader.rows["agents"]) == 1

    # It is told like any other again.
    await add_agent(site, None)
    async with asyncio.timeout(20):
        update = await slow.until_update("agents")
    assert reader.receive(update) is True
    assert len(reader.rows["agents"]) == 2


async def test_a_client_that_never_reads_is_let_go(
    site: Site,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImpatientWebSocket, "stuck_s", 1.0)
    admin = site.company.admin
    stuck = Reluctant()
    await stuck.connect(site, admin.tokens["accessToken"], "agents")
    quick = await site.socket(admin, "agents")
    assert site.api.app.state.hub.counts()["clients"] == 2

    await flood(site)
    async with asyncio.timeout(20):
        while site.api.app.state.hub.counts()["sockets"] > 1:
            await asyncio.sleep(0.05)
    assert site.api.app.state.hub.counts()["clients"] == 1
    await quick.until(lambda _: quick.updates("agents"))


async def test_a_burst_cuts_off_nobody(site: Site) -> None:  # noqa: F811
    admin = site.company.admin
    sockets = [await site.socket(admin, "agents") for _ in range(3)]
    for number in range(1200):
        say(site, number)
    for socket in sockets:
        await socket.until(lambda heard: len(heard) == 1200)
        assert socket.client.connected
