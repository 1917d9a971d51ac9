"""What a user sets for himself."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.conftest import Office, OpenPage
from tests.e2e.stack import ADMIN, PASSWORD, eventually

PREFERENCES = "/api/me/preferences"


@pytest.fixture
async def office_without_preferences(office: Office) -> AsyncIterator[Office]:
    """Other tests sign in as the same user, and expect the usual page."""
    yield office
    async with office.stack.client() as client:
        (await client.put(PREFERENCES, json={})).raise_for_status()


async def test_language_and_theme_go_with_the_user(
    office_without_preferences: Office, open_page: OpenPage
) -> None:
    page = await open_page("/profile")
    await page.get_by_test_id("language").select_option("pt-BR")
    await page.get_by_test_id("theme-dark").click()
    async with office_without_preferences.stack.client() as client:

        async def is_saved() -> bool:
            kept: dict[str, str] = (await client.get(PREFERENCES)).json()
            return {"theme": "dark", "language": "pt-BR"}.items() <= kept.items()

        await eventually(is_saved, what="the choice is saved")
    await page.reload()
    await expect(page.get_by_role("link", name="Documentos")).to_be_visible()
    # Another machine, where nothing was ever chosen.
    other = await open_page("/profile", color_scheme="light")
    root = other.locator("html")
    await expect(root).to_have_attribute("lang", "pt-BR")
    await expect(root).to_have_attribute("data-bs-theme", "dark")


async def test_a_language_chosen_before_the_sign_in_is_the_newer_wish(
    office_without_preferences: Office, context: BrowserContext
) -> None:
    async with office_without_preferences.stack.client() as client:
        (await client.put(PREFERENCES, json={"language": "en"})).raise_for_status()
        page = await context.new_page()
        await page.goto("/profile")
        await page.get_by_test_id("language").select_option("pt-BR")
        await page.get_by_test_id("login-email").fill(ADMIN)
        await page.get_by_test_id("login-password").fill(PASSWORD)
        await page.get_by_test_id("login-submit").click()

        async def is_saved() -> bool:
            return bool((await client.get(PREFERENCES)).json()["language"] == "pt-BR")

        await eventually(is_saved, what="the choice is saved")
    await expect(page.locator("html")).to_have_attribute("lang", "pt-BR")


async def test_ones_own_sessions_are_shown(open_page: OpenPage) -> None:
    page = await open_page("/profile")
    own = page.locator('[data-testid="session-row"][data-current="true"]')
    await expect(own).to_have_count(1)
    await own.get_by_test_id("session-revoke").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
