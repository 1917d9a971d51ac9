"""Two browsers on one list: whatever happens to the line, both show what the database has."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute

from tests.browser.live_world import Watcher, Writer, watching
from tests.e2e.stack import Stack, eventually

SEEN_WITHIN_S = 0.5


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("live"), SIBERIUS_LOGIN_LIMIT_PER_MINUTE="1000")
    yield made
    made.close()


@pytest.fixture
async def writer(stack: Stack) -> AsyncIterator[Writer]:
    async with Writer(stack) as made:
        yield made


@pytest.fixture
async def running(stack: Stack) -> Stack:
    if not stack.server.is_running:
        await stack.start_server(within_s=120)
    return stack


@pytest.fixture
async def pair(browser: Browser, running: Stack) -> AsyncIterator[tuple[Watcher, Watcher]]:
    async with watching(browser, running) as one, watching(browser, running) as other:
        await one.is_("live")
        await other.is_("live")
        yield one, other


async def block_socket(page: Page) -> None:
    await page.route_web_socket("**/socket.io/**", lambda socket: socket.close())


async def lose_hints(page: Page) -> None:
    """A third of what the server pushes does not arrive."""
    luck = random.Random(3)

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def on_message(message: str | bytes) -> None:
            if "data_update" in str(message) and luck.random() < 1 / 3:
                return
            socket.send(message)

        server.on_message(on_message)

    await page.route_web_socket("**/socket.io/**", connect)


@pytest.mark.alone
async def test_a_change_in_one_is_seen_in_the_other(
    running: Stack, writer: Writer, pair: tuple[Watcher, Watcher]
) -> None:
    """From the moment it is asked for to the moment the other browser has it in its page."""
    _, other = pair
    async with running.client() as client:
        branch = (await client.get("/api/branches")).json()["data"][0]
        took = []
        for number in range(8):
            name = f"Branch {number}"
            cell = other.page.locator(".document-rows").get_by_text(name).first
            seen = asyncio.create_task(cell.wait_for(timeout=20_000))
            await asyncio.sleep(0.2)
            started = time.monotonic()
            answer = await client.patch(f"/api/branches/{branch['id']}", json={"name": name})
            answer.raise_for_status()
            await seen
            took.append(time.monotonic() - started)
    print(f"seen after {[round(each * 1000) for each in took]} ms")
    assert statistics.median(took) <= SEEN_WITHIN_S


@pytest.mark.parametrize("mode", ["live", "polling", "hints lost"])
async def test_the_rows_equal_the_database(
    browser: Browser, running: Stack, writer: Writer, mode: str
) -> None:
    prepare = {"live": None, "polling": block_socket, "hints lost": lose_hints}[mode]
    async with watching(browser, running, prepare) as watcher:
        await watcher.is_("polling" if mode == "polling" else "live")
        await watcher.shows(writer)
        watcher.line.reset_counts()
        await writer.write(20, pause_s=0.1)
        await watcher.shows(writer)
        print(f"{mode}: {watcher.line.up} bytes up, {watcher.line.down} down for 20 changes")


async def test_a_killed_server_comes_back(
    running: Stack, writer: Writer, pair: tuple[Watcher, Watcher]
) -> None:
    running.server.kill()
    await writer.write(8)
    for watcher in pair:
        await watcher.is_("offline")
    await running.start_server(within_s=120)
    await writer.write(4)
    for watcher in pair:
        await watcher.shows(writer)
        await watcher.is_("live")


async def test_a_minute_without_network(
    running: Stack, writer: Writer, pair: tuple[Watcher, Watcher]
) -> None:
    """The line is silent, as a broken one is: nothing is refused, nothing arrives."""
    one, other = pair
    one.line.freeze()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        await writer.write(1)
        await asyncio.sleep(3)
    await other.shows(writer)
    assert await one.shown() != await writer.truth()
    one.line.thaw()
    await one.shows(writer)
    await one.is_("live")


async def test_tabs_share_one_connection_and_survive_its_end(
    browser: Browser, running: Stack, writer: Writer
) -> None:
    async with watching(browser, running) as first:
        await first.is_("live")
        sockets: list[str] = []
        second = Watcher(await first.page.context.new_page(), first.line)
        second.page.on("websocket", lambda socket: sockets.append(socket.url))
        await second.page.goto("/documents")
        await second.is_("live")
        await writer.write(3)
        await second.shows(writer)
        assert sockets == []
        await first.page.close()
        await second.is_("live")
        await writer.write(3)
        await second.shows(writer)
        assert len(sockets) == 1


async def test_what_was_here_is_shown_without_the_server(
    browser: Browser, running: Stack, writer: Writer
) -> None:
    """From the copy and the kept page, by a worker; nothing is left after the logout."""
    async with watching(browser, running) as watcher:
        await watcher.shows(writer)
        kept = """
        async () => {
          await navigator.serviceWorker.ready;
          const names = (await indexedDB.databases()).map(({name}) => name);
          return names.some((name) => name.startsWith('siberius-copy-'));
        }
        """
        assert await watcher.page.evaluate(kept)
        await asyncio.sleep(5)  # the copy is written every three seconds
        await watcher.page.context.set_offline(True)
        await watcher.page.reload()
        await watcher.shows(writer)
        await watcher.is_("offline")
        await watcher.page.context.set_offline(False)
        # In the moment in which the session is renewed: that must not cost it.
        await watcher.page.reload()
        await watcher.is_("live")
        await watcher.page.get_by_test_id("logout").click()
        await watcher.page.get_by_test_id("login-email").wait_for()

        async def nothing_left() -> bool:
            left = await watcher.page.evaluate(
                "async () => (await indexedDB.databases()).length + localStorage.length"
            )
            return bool(left == 0)

        await eventually(nothing_left, what="nothing of the user is left")
