"""Clients that write and read through the proxy, and the books that say what must be there.

What was acknowledged is written to a file and synced before the next write: whatever dies, the
file knows what the database must have.
"""

import asyncio
import itertools
import os
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from app.feed.cursor import Cursor
from tests.feed.reader import Change, Pulled, Reader, Row
from tests.support.replica import ADMIN, PASSWORD

DEADLINE_S = 30.0
"""Within it every write is answered, whatever happened meanwhile."""
COLLECTION = "branches"
Session = aiohttp.ClientSession


async def sign_in(url: str) -> str:
    """An access token."""
    async with Session(url) as http:
        body = {"email": ADMIN, "password": PASSWORD}
        async with http.post("/api/auth/login", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["accessToken"])


class Api:
    """Where a reader pulls from: the API, through the proxy. A failed request is tried again."""

    def __init__(self, http: Session, collections: Sequence[str] = (COLLECTION,)) -> None:
        self._http = http
        self._collections = ",".join(collections)

    async def rows(self, collection: str) -> tuple[list[Row], Cursor]:
        rows: list[Row] = []
        cursor, after = None, None
        while cursor is None or after is not None:
            params = {"limit": "1000"} | ({"after": after} if after else {})
            page = await self.get(f"/api/{collection}", params)
            rows += page["data"]
            cursor, after = cursor or Cursor.parse(page["cursor"]), page["nextAfter"]
        return rows, cursor

    async def changes(self, since: Cursor) -> Pulled:
        params = {"since": str(since), "collections": self._collections}
        page = await self.get("/api/changes", params)
        changes = [
            Change(
                *(each["collection"], each["operation"], each["id"], each["branchId"]),
                *(each["seq"], each["prevSeq"], each["row"]),
            )
            for each in page["data"]
        ]
        return Pulled(changes, Cursor.parse(page["cursor"]), page["hasMore"], page["mustRefetch"])

    async def get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        async with asyncio.timeout(2 * DEADLINE_S):
            while True:
                with suppress(aiohttp.ClientError):
                    async with self._http.get(path, params=params) as answer:
                        if answer.status == 200:
                            return dict(await answer.json())
                await asyncio.sleep(0.2)


@dataclass
class Load:
    """Writers with keys, and readers that pull; use as a context. `failures` are the requests
    that were not answered in time, `retried` the answers that made a client try again."""

    url: str
    token: str
    books: Path
    writers: int = 4
    readers: int = 2
    pause_s: float = 0.02
    acknowledged: int = 0
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    views: list[Reader] = field(default_factory=list)
    _numbers: Any = field(default_factory=itertools.count)
    _run: str = field(default_factory=lambda: secrets.token_hex(4))
    _stopping: bool = False
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Load":
        self._http = Session(
            self.url,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=aiohttp.ClientTimeout(total=2 * DEADLINE_S),
            connector=aiohttp.TCPConnector(limit=0),
        )
        self._file = os.open(self.books, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        api = Api(self._http)
        self.views = [self._view(api) for _ in range(self.readers)]
        self._tasks = [asyncio.create_task(self._write()) for _ in range(self.writers)]
        self._tasks += [asyncio.create_task(self._read(view)) for view in self.views]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping = True
        async with asyncio.timeout(3 * DEADLINE_S):
            results = await asyncio.gather(*self._tasks, return_exceptions=True)
        self.failures += [repr(result) for result in results if result is not None]
        for view in self.views:
            await view.pull()
        await self._http.close()
        os.close(self._file)

    async def progress(self, more: int = 20) -> None:
        """Until so many more writes are acknowledged: the cluster works."""
        target = self.acknowledged + more
        async with asyncio.timeout(2 * DEADLINE_S):
            while self.acknowledged < target:
                await asyncio.sleep(0.05)

    def _view(self, api: Api) -> Reader:
        return Reader(api, [COLLECTION], rows={COLLECTION: {}})

    async def _write(self) -> None:
        while not self._stopping:
            code = f"{self._run}-{next(self._numbers)}"
            started = time.monotonic()
            branch_id = await self._create(code, started + DEADLINE_S)
            self.slowest_s = max(self.slowest_s, time.monotonic() - started)
            if branch_id is not None:
                os.write(self._file, f"{code} {branch_id}\n".encode())
                await asyncio.to_thread(os.fdatasync, self._file)
                self.acknowledged += 1
            await asyncio.sleep(self.pause_s)

    async def _create(self, code: str, deadline: float) -> str | None:
        """As a client does that has a key: the same request again, until it is answered."""
        reason = ""
        while time.monotonic() < deadline:
            try:
                async with self._http.post(
                    "/api/branches",
                    json={"name": code, "code": code},
                    headers={"Idempotency-Key": code},
                ) as answer:
                    if answer.status == 201:
                        return str((await answer.json())["id"])
                    reason = f"{answer.status} {await answer.text()}"
                    if answer.status < 500:
                        break
            except aiohttp.ClientError as error:
                reason = repr(error)
            self.retried.append(reason)
            await asyncio.sleep(0.2)
        self.failures.append(f"{code}: {reason}")
        return None

    async def _read(self, view: Reader) -> None:
        while not self._stopping:
            await view.pull()
            await asyncio.sleep(0.3)


def audit(database_url: str, books: Path, views: list[Reader]) -> list[str]:
    """What is wrong: acknowledged writes that are not there once, and views that differ from
    the database."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("SELECT set_config('siberius.tenant', '*', false)")
        rows = connection.execute("SELECT code, id::text, version FROM branches").fetchall()
    there = {str(code): str(row_id) for code, row_id, _ in rows}
    wrong = [] if len(there) == len(rows) else ["a code is there twice"]
    for line in books.read_text().splitlines():
        code, branch_id = line.split()
        if there.get(code) != branch_id:
            wrong.append(f"{code} was acknowledged as {branch_id}; there is {there.get(code)}")
    truth = {str(row_id): version for _, row_id, version in rows}
    for number, view in enumerate(views):
        seen = {row_id: row["version"] for row_id, row in view.rows[COLLECTION].items()}
        if seen != truth:
            wrong.append(f"view {number} differs: {dict(seen.items() ^ truth.items())}")
    return wrong
