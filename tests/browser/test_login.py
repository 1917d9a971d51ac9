"""Signing in and out, and what goes wrong with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.e2e.stack import ADMIN, Stack


async def _try_to_sign_in(page: Page, password: str) -> None:
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(password)
    await page.get_by_test_id("login-submit").click()


async def test_a_wrong_password_is_said_plainly(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/")
    await _try_to_sign_in(page, "not it")
    await expect(page.get_by_role("alert")).to_have_text("E-mail or password is wrong.")


async def test_a_server_out_of_reach_is_said_plainly(context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto("/")
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    await context.set_offline(True)
    await _try_to_sign_in(page, "whatever")
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")


@pytest.fixture
async def strict_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A server that allows one attempt a minute."""
    stack = Stack(tmp_path, SIBERIUS_LOGIN_LIMIT_PER_MINUTE="1")
    await stack.start_server()
    yield stack
    stack.close()


async def test_too_many_attempts_say_how_long_to_wait(
    browser: Browser, strict_stack: Stack
) -> None:
    page = await browser.new_page(base_url=strict_stack.url, locale="pt-BR")
    await page.goto("/")
    await _try_to_sign_in(page, "not it")
    await expect(page.get_by_role("alert")).to_have_text("E-mail ou senha incorretos.")
    await _try_to_sign_in(page, "not it either")
    await expect(page.get_by_role("alert")).to_contain_text("Muitas tentativas. Tente de novo em")


async def test_a_reload_keeps_the_session(open_page: OpenPage) -> None:
    page = await open_page()
    await page.reload()
    await expect(page.get_by_test_id("documents-row").first).to_be_visible()
    # Who it is, so that the page opens without a network; no token that a script could read.
    assert await page.evaluate("Object.keys(localStorage).join() + document.cookie") == (
        "siberius-user"
    )
    kept = await page.evaluate("localStorage.getItem('siberius-user')")
    assert "oken" not in kept


async def test_tabs_share_the_session_and_its_end(open_page: OpenPage) -> None:
    page = await open_page()
    others = [await page.context.new_page() for _ in range(3)]
    for other in others:
        # Together: each renews its token from the one cookie.
        await other.goto("/agents", wait_until="commit")
    for other in others:
        await expect(other.get_by_test_id("agent-row").first).to_be_visible()
    await page.get_by_test_id("logout").click()
    for tab in (page, *others):
        await expect(tab.get_by_test_id("login-submit")).to_be_visible()
    await page.reload()
    await expect(page.get_by_test_id("login-submit")).to_be_visible()


async def test_signing_in_leads_to_the_link_that_was_opened(context: BrowserContext) -> None:
    page = await context.new_page()
    await sign_in(page, "/agents")
    await expect(page.get_by_test_id("agent-row").first).to_be_visible()
