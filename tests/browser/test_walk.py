"""Every screen as people meet it: in each language and theme, on a phone, without a network, in an
empty company, and where the server fails."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Route, expect

from tests.browser.conftest import has_no_sideways_scroll, sign_in
from tests.browser.screens import SCREENS, Screen, addresses, english_only
from tests.browser.world import World
from tests.support.dashboard import until, until_kept

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
LONGEST_PAUSE_S = 37.5
"""Of the feed, until it asks a server again that fails."""
# Texts that only a mistake shows: values that were not there, and names that nothing filled.
LEFTOVERS = re.compile(r"\b(undefined|null|NaN|Invalid Date)\b|\[object |\{\w+\}")
TEXTS = """
() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode.data.trim());
  for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
    for (const one of document.querySelectorAll(`[${name}]`)) texts.push(one.getAttribute(name));
  }
  return texts.filter(Boolean);
}
"""


def test_no_screen_is_forgotten() -> None:
    assert set(SCREENS) == addresses()


class Walker:
    """A page that goes from screen to screen; what is wrong is collected, not raised at once."""

    def __init__(self, page: Page, world: World) -> None:
        self.page = page
        self.world = world
        self.wrong: list[str] = []
        self.at = ""
        self.refused_is_right = False
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"error {error}"))

    async def goes_to(self, screen: Screen, shows: str) -> None:
        self.at = self.world.path(screen)
        await self.page.goto(self.at)
        await self.shows(shows)

    async def shows(self, selector: str, *, within_s: float = 15) -> None:
        try:
            found = self.page.locator(selector).first
            await expect(found).to_be_visible(timeout=within_s * 1000)
        except AssertionError:
            text = await self.page.locator("body").inner_text()
            self._note(f"does not show {selector}, but: {text[-300:]!r}")

    async def is_well_made(self) -> None:
        """Whatever it shows: its name, nothing that is left over, no part that failed."""
        page = self.page
        if (title := await page.title()) in {"", "Siberius"}:
            self._note(f"is called {title!r}")
        if await page.locator('[data-testid="failed"]').count() > 0:
            self._note("a part of it failed")
        texts = await page.evaluate(TEXTS)
        if wrong := [text for text in texts if LEFTOVERS.search(text)]:
            self._note(f"says {wrong}")
        if not await has_no_sideways_scroll(page):
            self._note("is wider than the window")
        is_portuguese = await page.locator("html").get_attribute("lang") == "pt-BR"
        if is_portuguese and (english := english_only() & set(texts)):
            self._note(f"says in English {english}")

    async def works(self) -> None:
        """It has what it needs."""
        if await self.page.locator('[data-testid="away"], [role="alert"]').count() > 0:
            self._note("shows an error")

    async def tries_again(self) -> None:
        """Rows of the feed are asked for again by themselves; for the others there is a button."""
        # In one step: while a mouse is on its way the button may no longer be needed.
        await self.page.evaluate("document.querySelector('[data-testid=again]')?.click()")

    def _on_console(self, message: ConsoleMessage) -> None:
        is_refusal = message.text.startswith(("Failed to load resource", "WebSocket connection"))
        if message.type == "error" and not (self.refused_is_right and is_refusal):
            self._note(f"console: {message.text}")

    def _note(self, what: str) -> None:
        self.wrong.append(f"{self.at}: {what}")


@asynccontextmanager
async def walking(
    browser: Browser, world: World, *, email: str | None = None, **look: Any
) -> AsyncIterator[Walker]:
    """A browser of its own, signed in; at its end nothing may have been wrong."""
    options = {"viewport": DESKTOP, "locale": "en-GB", **look}
    context = await browser.new_context(base_url=world.url, **options)
    walker = Walker(await context.new_page(), world)
    await sign_in(walker.page, "/profile", **({"email": email} if email else {}))
    yield walker
    await context.close()
    assert walker.wrong == []


@pytest.mark.parametrize(
    "look",
    [
        {"locale": "en-GB", "color_scheme": "light"},
        {"locale": "pt-BR", "color_scheme": "dark"},
        {"locale": "pt-BR", "color_scheme": "light", "viewport": PHONE},
    ],
    ids=["English, light", "Portuguese, dark", "on a phone"],
)
async def test_every_screen_shows_what_it_has(
    browser: Browser, world: World, look: dict[str, Any]
) -> None:
    async with walking(browser, world, **look) as walker:
        for screen in SCREENS.values():
            await walker.goes_to(screen, screen.shows)
            await walker.is_well_made()
            await walker.works()
        root = walker.page.locator("html")
        await expect(root).to_have_attribute("data-bs-theme", look["color_scheme"])
        await expect(root).to_have_attribute("lang", "pt-BR" if look["locale"] == "pt-BR" else "en")


async def test_every_screen_opens_without_a_network(browser: Browser, world: World) -> None:
    async with walking(browser, world) as walker:
        page = walker.page
        await walker.goes_to(SCREENS["/documents/:id"], SCREENS["/documents/:id"].shows)
        await until_kept(page)
        await until(page, "navigator.serviceWorker.ready.then(() => true)")
        walker.refused_is_right = True
        await page.context.set_offline(True)
        for screen in SCREENS.values():
            await walker.goes_to(screen, screen.offline)
            await walker.is_well_made()
        state = page.get_by_test_id("connection-state")
        await expect(state).to_have_attribute("data-state", "offline")


async def test_every_screen_of_an_empty_company_says_so(browser: Browser, world: World) -> None:
    async with walking(browser, world, email=world.empty_admin) as walker:
        for screen in SCREENS.values():
            if screen.empty is not None:
                await walker.goes_to(screen, screen.empty)
                await walker.is_well_made()
                await walker.works()


async def test_every_screen_says_that_the_server_failed_and_recovers(
    browser: Browser, world: World
) -> None:
    async with walking(browser, world) as walker:
        page = walker.page
        walker.refused_is_right = True
        # Rows that are kept here would be shown instead.
        await until_kept(page)
        await page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
        recovered = set()
        for screen in SCREENS.values():
            if screen.asks is None:
                continue
            await page.route(screen.asks, _fails)
            await walker.goes_to(screen, screen.fails)
            await walker.is_well_made()
            await page.unroute(screen.asks)
            # What waits for the same rows recovers in the same way.
            if screen.asks not in recovered:
                recovered.add(screen.asks)
                await walker.tries_again()
                await walker.shows(screen.shows, within_s=LONGEST_PAUSE_S + 10)


async def _fails(route: Route) -> None:
    await route.fulfill(status=500, json={"code": "internal_error", "title": "It broke."})
