"""Sockets that follow the feed by cursor, as browsers do, and what they show in the end.

Each keeps a view of the branches by the reader's rule of docs/contract.md. A heartbeat tells it
that the feed has moved on without a word, and that its server is gone.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import aiohttp
import socketio
from socketio.exceptions import SocketIOError

from ops.drill.access import Bearer
from ops.drill.background import on_a_loop

_NAMESPACE: Final = "/client"
_COLLECTION: Final = "branches"
_ANSWER_S: Final = 10
_BEAT_S: Final = 2
_PAUSE_S: Final = 0.5
"""Before it connects again."""


class Follower:
    """One socket, which comes back whenever it is lost, and its view."""

    def __init__(self, url: str, bearer: Bearer, verify: ssl.SSLContext | bool) -> None:
        self._url = url
        self._bearer = bearer
        self._verify = verify
        self._rows: dict[str, dict[str, Any]] = {}
        self._cursor = ""
        self._reached: dict[str | None, int] = {}
        self._gap = asyncio.Event()
        self.ready = False
        """Whether it has read everything once."""

    def codes(self) -> Counter[str]:
        """How often it shows each branch."""
        return Counter(row["code"] for row in self._rows.copy().values())

    async def run(self) -> None:
        """Follow, until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, SocketIOError, TimeoutError):
                # A session for each line: engineio closes it when it collects the line, whenever
                # and in whatever thread that is.
                async with aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(ssl=self._verify),
                    timeout=aiohttp.ClientTimeout(total=_ANSWER_S),
                ) as http:
                    await self._follow(http)
            await asyncio.sleep(_PAUSE_S)

    async def _follow(self, http: aiohttp.ClientSession) -> None:
        line = socketio.AsyncClient(reconnection=False, http_session=http)
        line.on("data_update", self._hear, namespace=_NAMESPACE)
        try:
            async with asyncio.timeout(_ANSWER_S):
                await line.connect(
                    self._url,
                    namespaces=[_NAMESPACE],
                    transports=["websocket"],
                    auth={"token": self._bearer.token},
                    wait_timeout=_ANSWER_S,
                )
            await self._ask(line, "subscribe", {"events": [_COLLECTION]})
            # What happened while the socket was down is not pushed.
            self._gap.set()
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_BEAT_S):
                        await self._gap.wait()
                head = await self._ask(line, "heartbeat")
                if self._gap.is_set() or _seq(head["cursor"]) > self._heard():
                    await self._pull(http)
        finally:
            await line.disconnect()

    async def _ask(self, line: socketio.AsyncClient, event: str, data: Any = None) -> Any:
        return await line.call(event, data, namespace=_NAMESPACE, timeout=_ANSWER_S)

    def _hear(self, update: dict[str, Any]) -> None:
        branch, seq = update["branchId"], update["seq"]
        reached = max(_seq(self._cursor), self._reached.get(branch, 0))
        if update["prevSeq"] > reached:
            self._gap.set()
        elif seq > reached:
            for row in update["data"]:
                self._apply(row["_operation"], row["id"], row)
            self._reached[branch] = seq

    def _heard(self) -> int:
        return max(_seq(self._cursor), *self._reached.values(), 0)

    async def _pull(self, http: aiohttp.ClientSession) -> None:
        self._gap.clear()
        behind = True
        while behind:
            if not self._cursor:
                await self._load(http)
            asked = {"since": self._cursor, "collections": _COLLECTION}
            page = await self._get(http, "/api/changes", asked)
            for change in page["data"]:
                self._apply(change["operation"], change["id"], change["row"])
            self._cursor = "" if page["mustRefetch"] else page["cursor"]
            behind = page["mustRefetch"] or page["hasMore"]
        self.ready = True

    async def _load(self, http: aiohttp.ClientSession) -> None:
        rows: dict[str, dict[str, Any]] = {}
        first, after = "", ""
        while not first or after:
            asked = {"limit": "1000"} | ({"after": after} if after else {})
            page = await self._get(http, f"/api/{_COLLECTION}", asked)
            rows |= {row["id"]: row for row in page["data"]}
            first, after = first or page["cursor"], page["nextAfter"]
        self._rows, self._cursor, self._reached = rows, first, {}

    async def _get(self, http: aiohttp.ClientSession, path: str, asked: dict[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {self._bearer.token}"}
        async with http.get(self._url + path, params=asked, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    def _apply(self, operation: str, row_id: str, row: dict[str, Any] | None) -> None:
        known = self._rows.get(row_id)
        if operation == "delete":
            self._rows.pop(row_id, None)
        elif row is not None and (known is None or row["version"] > known["version"]):
            self._rows[row_id] = row


@contextmanager
def following(
    url: str, bearer: Bearer, sockets: int = 3, *, verify: ssl.SSLContext | bool = True
) -> Iterator[list[Follower]]:
    """Hold so many sockets, in a thread of their own, until the block ends."""
    followers = [Follower(url, bearer, verify) for _ in range(sockets)]
    with on_a_loop(*[follower.run() for follower in followers]):
        yield followers


def _seq(cursor: str) -> int:
    return int(cursor.rpartition("-")[2] or 0)
