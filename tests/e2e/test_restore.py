"""The database is put back to an hour before: everybody converges by themselves.

What the server has then is less than its clients and agents have seen, and it gives the same
numbers out again, for other changes. Nobody renews the feed by hand here.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.cluster.ledger import Api
from tests.cluster.sockets import LiveClient
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.samples import small_pdf
from tests.e2e.stack import ADMIN, PASSWORD, Branch, Stack, documents, eventually
from tests.feed.reader import Reader
from tests.support.dashboard import until_kept
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer

COLLECTIONS = ["pdfs", "branches"]
KEPT_ROWS = """
async () => {
  const names = (await indexedDB.databases()).map(({name}) => name);
  const open = indexedDB.open(names.find((one) => one.startsWith('siberius-copy-')));
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const all = db.transaction('blocks').objectStore('blocks').getAll();
  const blocks = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  db.close();
  const ours = blocks.filter(({collection}) => collection === 'pdfs');
  return ours.flatMap(({rows}) => JSON.parse(rows));
}
"""


class Folder:
    """Embedded: what is kept and put back is the whole folder, as docs/operations.md says."""

    def __init__(self, stack: Stack) -> None:
        self._data = stack.root / "data"
        self._backup = stack.root / "backup"

    def keep(self) -> None:
        shutil.copytree(self._data, self._backup)
        marks = self._backup / "feed-marks.json"
        kept = json.loads(marks.read_text())
        # It is an hour ago: whoever copies folders faster than that is not who this is for.
        marks.write_text(json.dumps({**kept, "written": kept["written"] - 3600}))

    def put_back(self) -> None:
        shutil.rmtree(self._data)
        shutil.copytree(self._backup, self._data)


class DatabaseFile(Folder):
    """Only the database, as `sqlite3 … ".backup copy.db"` makes it, over the one that was there."""

    def put_back(self) -> None:
        for file in self._data.glob("siberius.db-*"):
            file.unlink()
        (self._data / "siberius.db").write_bytes((self._backup / "siberius.db").read_bytes())


class Postgres:
    """The database alone: blobs and Redis go on from where they were."""

    def __init__(self, stack: Stack, server: PostgresServer) -> None:
        self._environment = stack.environment
        self._server = server
        self._backup = ""

    def keep(self) -> None:
        self._backup = self._copy(self._environment["SIBERIUS_DATABASE_URL"])

    def put_back(self) -> None:
        self._environment["SIBERIUS_DATABASE_URL"] = self._copy(self._backup)

    def _copy(self, url: str) -> str:
        return self._server.create_database(template=url.rpartition("/")[2])


@pytest.fixture(params=["folder", "database file", "postgres"])
def restorable(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Stack, Folder | Postgres]]:
    """A server that is not started yet, and how it is backed up."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        redis: RedisServer = request.getfixturevalue("redis_server")
        stack = Stack(
            tmp_path,
            SIBERIUS_DATABASE_URL=server.create_database(),
            SIBERIUS_REDIS_URL=redis.url,
        )
        yield stack, Postgres(stack, server)
    else:
        stack = Stack(tmp_path)
        yield stack, Folder(stack) if request.param == "folder" else DatabaseFile(stack)
    stack.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        yield browser
        await browser.close()


@pytest.mark.timeout(400)  # two browsers, four starts of a server
async def test_everybody_converges_after_the_database_was_put_back(
    restorable: tuple[Stack, Folder | Postgres], browser: Browser
) -> None:
    stack, backup = restorable
    branch = Branch(stack, "campinas")
    for name in ("kept.pdf", "removed.pdf", "asked.pdf"):
        branch.drop(name, small_pdf(name))
    await stack.start_server(within_s=120)
    branch.agent.start()
    async with stack.client() as client, _clients(stack, client) as (poller, socket):
        await _listed(client, {"kept.pdf", "removed.pdf", "asked.pdf"})
        branch.agent.kill()
        asked = (await documents(client))["asked.pdf"]["id"]
        assert (await client.post(f"/api/pdfs/{asked}/request")).status_code == 202
        page = await _signed_in(browser, stack)
        await until_kept(page)
        stack.server.terminate()
        backup.keep()

        # The hour that will be lost.
        await stack.start_server(within_s=120)
        branch.agent.start()
        (branch.folder / "removed.pdf").unlink()
        branch.drop("new.pdf", small_pdf("new"))
        await eventually(_is(client, asked, "cached"), what="the document is up", within_s=60)
        await _listed(client, {"kept.pdf", "asked.pdf", "new.pdf"})
        new = (await documents(client))["new.pdf"]["id"]
        await client.post(f"/api/pdfs/{new}/request")
        await eventually(_is(client, new, "cached"), what="the new one is up", within_s=60)
        await client.put(f"/api/pdfs/{asked}/pin")
        late = await _signed_in(browser, stack)
        for each in (page, late):
            await expect(_row(each, "new.pdf")).to_have_attribute("data-status", "cached")
        await poller.pull()
        beyond = poller.cursor
        assert beyond is not None
        await eventually(_kept(page, client), what="the browser's copy has it all")

        stack.server.kill()
        branch.agent.kill()
        backup.put_back()
        await stack.start_server(within_s=120)
        # The lost numbers are given out again before anybody comes back.
        (place,) = (await client.get("/api/branches")).json()["data"]
        for number in range(beyond.seq + 20):
            answer = await client.patch(
                f"/api/branches/{place['id']}", json={"name": f"C {number}"}
            )
            assert answer.status_code == 200, answer.text
        branch.agent.start()

        await _listed(client, {"kept.pdf", "asked.pdf", "new.pdf"})
        await eventually(_is(client, asked, "cached"), what="it is brought up again", within_s=60)
        await poller.pull()
        assert poller.refetches == 2, "what it had seen did not count as known"
        assert poller.cursor is not None
        assert poller.cursor.epoch != beyond.epoch

        async def equal() -> bool:
            await poller.pull()
            truth = await _truth(client)
            live = socket.view.rows["branches"] == truth["branches"]
            return live and poller.rows == truth

        await eventually(equal, what="a polling client and a socket have what the server has")
        await eventually(_shows(page, client), what="the dashboard shows what the server has")
        await eventually(_kept(page, client), what="and keeps it")

        # Its session began in the hour that is gone.
        await expect(late.get_by_test_id("login-ended")).to_be_visible(timeout=30_000)
        await _sign_in(late)
        await eventually(_shows(late, client), what="and shows it after a sign-in")

        # A document that was only in the lost hour can be opened as any other.
        new = (await documents(client))["new.pdf"]["id"]
        await client.post(f"/api/pdfs/{new}/request")
        await eventually(_is(client, new, "cached"), what="the new one is up", within_s=60)
        opened = await client.get(f"/api/pdfs/{new}/download")
        assert opened.content == (branch.folder / "new.pdf").read_bytes()


async def test_a_restart_renews_nothing(restorable: tuple[Stack, Folder | Postgres]) -> None:
    stack, _ = restorable
    await stack.start_server(within_s=120)
    async with stack.client() as client, _clients(stack, client) as (poller, _):
        for end in (stack.server.kill, stack.server.terminate):
            await client.post("/api/branches", json={"name": "One", "code": end.__name__})
            await poller.pull()
            end()
            await stack.start_server(within_s=120)
        await poller.pull()
        assert poller.refetches == 1, "the first read, and no other"


@asynccontextmanager
async def _clients(
    stack: Stack, client: httpx.AsyncClient
) -> AsyncIterator[tuple[Reader, LiveClient]]:
    """One that polls where it is told to, and one that follows by a socket."""
    headers = {"Authorization": client.headers["Authorization"]}
    async with aiohttp.ClientSession(stack.url, headers=headers) as http:
        poller = Reader(Api(http, COLLECTIONS), COLLECTIONS)
        await poller.pull()
        live = LiveClient(http, headers["Authorization"].removeprefix("Bearer "))
        following = asyncio.create_task(live.run())
        try:
            yield poller, live
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _truth(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    read = {name: await client.get(f"/api/{name}", params={"limit": 1000}) for name in COLLECTIONS}
    return {name: {row["id"]: row for row in read[name].json()["data"]} for name in read}


async def _listed(client: httpx.AsyncClient, names: set[str]) -> None:
    async def listed() -> bool:
        rows = await documents(client)
        return {name for name, row in rows.items() if row["agentIds"]} == names

    await eventually(listed, what=f"the server has what is on the disk: {names}", within_s=60)


def _is(client: httpx.AsyncClient, pdf_id: str, status: str) -> Any:
    async def holds() -> bool:
        return bool((await client.get(f"/api/pdfs/{pdf_id}/status")).json()["status"] == status)

    return holds


async def _signed_in(browser: Browser, stack: Stack) -> Page:
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.goto(f"{stack.url}/documents")
    await _sign_in(page)
    return page


async def _sign_in(page: Page) -> None:
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    live = page.get_by_test_id("connection-state")
    await expect(live).to_have_attribute("data-state", "live", timeout=30_000)


def _row(page: Page, name: str) -> Any:
    return page.locator(f'[data-testid="documents-row"][data-file-name="{name}"]')


def _shows(page: Page, client: httpx.AsyncClient) -> Any:
    """Whether the rows on the screen are the server's, in name and state."""

    async def equal() -> bool:
        rows = page.get_by_test_id("documents-row")
        shown = await rows.evaluate_all(
            "(rows) => rows.map(({dataset}) => [dataset.fileName, dataset.status])"
        )
        truth = await documents(client)
        return sorted(shown) == sorted([name, row["status"]] for name, row in truth.items())

    return equal


def _kept(page: Page, client: httpx.AsyncClient) -> Any:
    """Whether the browser's copy has the server's documents, each at its version."""

    async def equal() -> bool:
        kept = {row["id"]: row["version"] for row in await page.evaluate(KEPT_ROWS)}
        return kept == {row["id"]: row["version"] for row in (await documents(client)).values()}

    return equal
