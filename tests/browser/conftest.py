"""An office with two branches, and browsers that look at it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.world import World
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.samples import quote_pdf
from tests.e2e.stack import ADMIN, PASSWORD, Branch, Stack, documents, eventually

QUOTES = {
    "orc-1.pdf": ("ORC-2026/0001", "Construções São João", "15/01/2027", "1.234,56"),
    "orc-2.pdf": ("ORC-2026/0002", "Padaria Estrela Ltda.", "20/01/2027", "980,00"),
    "orc-3.pdf": ("ORC-2026/0003", "Colégio Monte Belo", "25/01/2027", "15.000,00"),
}
# The machines of the tests are busy ones; what must be quick is measured where it matters.
expect.set_options(timeout=15_000)

AWAY = "orc-away.pdf"
DAMAGED = "damaged.pdf"


class Office:
    """The running product: Campinas online, Curitiba switched off."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = stack.url
        self.campinas = Branch(stack, "campinas")
        self.curitiba = Branch(stack, "curitiba")

    async def open_up(self) -> None:
        """Start everything, fill the folders, and switch Curitiba off once it is known."""
        for name, (number, customer, event_date, total) in QUOTES.items():
            self.campinas.drop(name, quote_pdf(number, customer, event_date, total))
        self.campinas.drop(DAMAGED, b"%PDF-1.7\nnothing that a reader could use\n%%EOF\n")
        self.curitiba.drop(AWAY, quote_pdf("ORC-9", "Clube Três Marias", "01/02/2027", "10,00"))
        await self.stack.start_server()
        self.campinas.agent.start()
        self.curitiba.agent.start()
        async with self.stack.client() as client:

            async def all_listed() -> bool:
                return {*QUOTES, AWAY, DAMAGED} <= set(await documents(client))

            await eventually(all_listed, what="every document is listed")
            self.curitiba.agent.kill()

            async def is_away() -> bool:
                agents = (await client.get("/api/agents")).json()["data"]
                return "offline" in {agent["status"] for agent in agents}

            await eventually(is_away, what="Curitiba is offline")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    stack = Stack(
        tmp_path_factory.mktemp("office"),
        SIBERIUS_LOGIN_LIMIT_PER_MINUTE="1000",
        SIBERIUS_AGENT_HEARTBEAT_S="2",
        SIBERIUS_AGENT_RECONNECTING_AFTER_S="6",
        SIBERIUS_AGENT_OFFLINE_AFTER_S="10",
    )
    made = Office(stack)
    try:
        asyncio.run(made.open_up())
        yield made
    finally:
        stack.close()


@pytest.fixture(scope="session")
def world(office: Office) -> World:
    made = World(office)
    asyncio.run(made.furnish())
    return made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
        )


OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_page(browser: Browser, office: Office) -> AsyncIterator[OpenPage]:
    """Opens a signed-in page at a path; keywords are those of a browser context. The test
    fails where a page had an error of its own."""
    errors: list[str] = []

    async def open_one(path: str = "/documents", **options: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options}
        context = await browser.new_context(base_url=office.url, **settings)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await sign_in(page, path)
        return page

    yield open_one
    assert errors == []


@pytest.fixture
async def context(browser: Browser, office: Office) -> BrowserContext:
    """A browser that nobody has signed in with."""
    return await browser.new_context(base_url=office.url, locale="en-GB")


async def sign_in(page: Page, path: str = "/documents", email: str = ADMIN) -> None:
    await page.goto(path)
    await page.get_by_test_id("login-email").fill(email)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("connection-state")).to_be_visible()


def row(page: Page, name: str) -> Any:
    """The row of a document by its file name."""
    return page.locator(f'[data-testid="documents-row"][data-file-name="{name}"]')


async def names(page: Page) -> list[str]:
    """The file names of the rows on screen."""
    rows = await page.get_by_test_id("documents-row").all()
    return [await one.get_attribute("data-file-name") or "" for one in rows]


async def has_no_sideways_scroll(page: Page) -> bool:
    """Whether everything fits the width of the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
