"""A browser that keeps no data of the site shows the page and works for as long as it is open."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.conftest import Office
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.stack import ADMIN, PASSWORD

_TOUCH = """
Object.defineProperty(%s, '%s', {get() { throw new DOMException('no', 'SecurityError') }});
"""
_WINDOW = ("localStorage", "sessionStorage", "indexedDB", "caches", "BroadcastChannel")
_FORBIDDEN = {
    **{name: _TOUCH % ("window", name) for name in (*_WINDOW, "SharedWorker")},
    **{
        f"navigator.{name}": _TOUCH % ("Navigator.prototype", name)
        for name in ("locks", "serviceWorker", "storage")
    },
    "localStorage is null": "Object.defineProperty(window, 'localStorage', {value: null});",
    "a channel": "BroadcastChannel = class { constructor() { throw new DOMException('no') } };",
    "a lock": """
        const refuse = async () => { throw new DOMException('no', 'SecurityError') };
        LockManager.prototype.request = refuse;
    """,
    "room": """
        Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') };
    """,
}
_FORBIDDEN["everything"] = "".join(_FORBIDDEN[name] for name in [*_WINDOW, "navigator.locks"])
_NOTICED = {"localStorage", "localStorage is null", "room", "everything"}
_CLOCK = "{ const now = Date.now; Date.now = () => now() + (window.later ?? 0); }"
"""It can be put forward."""


async def _works(page: Page, office: Office, *, noticed: str | None) -> None:
    """Sign in, see the rows, hear of a change, choose a theme and a language, sign out."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.add_init_script(_CLOCK)
    await page.goto("/documents")
    notice = page.get_by_test_id("no-site-data")
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    await expect(notice).to_have_count(1 if noticed else 0)
    if noticed:
        await expect(notice).to_contain_text(noticed)
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("documents-row").first).to_be_visible()
    await expect(page.get_by_test_id("connection-state").first).to_have_attribute(
        "data-state", "live"
    )
    for path in ("/agents", "/profile", "/documents"):
        await page.locator(f'a[href="{path}"]').first.click()
    await expect(page.get_by_test_id("documents-row").first).to_be_visible()
    await _renew(page)
    await page.get_by_test_id("logout").click()
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    assert errors == []


async def _renew(page: Page) -> None:
    """An hour later the access token has ended, and the page asks for another."""
    async with page.expect_response(
        lambda answer: answer.url.endswith("/api/auth/refresh") and answer.status == 200
    ):
        await page.evaluate("window.later = 3_600_000")
        await page.locator('a[href="/agents"]').first.click()
    await expect(page.get_by_test_id("agent-row").first).to_be_visible()


@pytest.mark.parametrize("what", _FORBIDDEN)
async def test_whatever_is_forbidden(browser: Browser, office: Office, what: str) -> None:
    context = await browser.new_context(
        base_url=office.url, locale="pt-BR", viewport={"width": 1280, "height": 800}
    )
    await context.add_init_script(_FORBIDDEN[what])
    words = "não guarda dados deste site" if what in _NOTICED else None
    await _works(await context.new_page(), office, noticed=words)


@pytest.fixture
async def blocking(office: Office, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """Chromium as somebody set it: no site may keep data, cookies included."""
    profile = tmp_path / "Default"
    profile.mkdir()
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Preferences").write_text(json.dumps(blocked))
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path="/usr/bin/chromium",
            args=CHROMIUM_FLAGS,
            base_url=office.url,
            locale="en-GB",
            viewport={"width": 1280, "height": 800},
        )


async def test_a_browser_that_was_told_to_keep_nothing(
    blocking: BrowserContext, office: Office
) -> None:
    page = await blocking.new_page()
    await page.goto("/")
    touched = "try { localStorage.length } catch (error) { error.name }"
    assert await page.evaluate(touched) == "SecurityError", "the browser was told"
    await _works(page, office, noticed="keeps no data of this site")
