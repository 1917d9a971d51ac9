"""Many sockets in one process: just enough of Socket.IO, so that the client costs little."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

from tests.cluster.ledger import COLLECTION, Api
from tests.feed.reader import Reader

_PATH = "/socket.io/?EIO=4&transport=websocket"


class LiveClient:
    """A browser: it follows the feed by its socket, and pulls when that says so. `connected_at`
    are the times of its connects, `moves` the delays it was told."""

    def __init__(
        self, http: aiohttp.ClientSession, token: str, on_update: Callable[[], None] | None = None
    ) -> None:
        self.view = Reader(Api(http), [COLLECTION], rows={COLLECTION: {}})
        self.connected_at: list[float] = []
        self.moves: list[float] = []
        self.updates = 0
        self._http = http
        self._token = token
        self._on_update = on_update
        self._pulls: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> bool:
        return not self._pulls

    async def run(self) -> None:
        """Stay connected, until cancelled."""
        while True:
            delay_s = 0.5
            with suppress(aiohttp.ClientError, ConnectionError):
                async with self._http.ws_connect(_PATH, max_msg_size=0, compress=0) as line:
                    moved = await self._follow(line)
                delay_s = moved if moved is not None else delay_s
            await asyncio.sleep(delay_s)

    async def _follow(self, line: aiohttp.ClientWebSocketResponse) -> float | None:
        """Until the end of the line; the delay after which to come again, if it was told."""
        async for message in line:
            text = message.data
            if not isinstance(text, str):
                return None
            if text.startswith("0{"):
                await line.send_str("40/client," + json.dumps({"token": self._token}))
            elif text.startswith("40/client,"):
                subscribe = ["subscribe", {"events": [COLLECTION]}]
                await line.send_str("42/client,0" + json.dumps(subscribe))
            elif text.startswith("43/client,0"):
                self.connected_at.append(time.monotonic())
                # Whatever happened while the socket was down is not pushed.
                self._pull()
            elif text == "2":
                await line.send_str("3")
            elif text.startswith("42/client,"):
                delay_s = self._hear(*json.loads(text.removeprefix("42/client,")))
                if delay_s is not None:
                    return delay_s
            elif text.startswith("44/client,"):
                raise AssertionError(f"refused: {text}")
        return None

    def _hear(self, event: str, payload: Any) -> float | None:
        if event == "server:moving":
            self.moves.append(payload["delayMs"] / 1000)
            return self.moves[-1]
        if event == "data_update":
            self.updates += 1
            if self._on_update is not None:
                self._on_update()
            if not self.view.receive(payload):
                self._pull()
        return None

    def _pull(self) -> None:
        pull = asyncio.create_task(self.view.pull())
        self._pulls.add(pull)
        pull.add_done_callback(self._pulls.discard)
