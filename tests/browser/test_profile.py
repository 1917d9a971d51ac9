"""What a user sets for himself."""

from playwright.async_api import expect

from tests.browser.conftest import OpenPage


async def test_language_and_theme_can_be_chosen_and_stay(open_page: OpenPage) -> None:
    page = await open_page("/profile")
    await page.get_by_test_id("language").select_option("pt-BR")
    await page.get_by_test_id("theme-dark").click()
    await page.reload()
    await expect(page.get_by_role("link", name="Documentos")).to_be_visible()
    root = page.locator("html")
    await expect(root).to_have_attribute("lang", "pt-BR")
    await expect(root).to_have_attribute("data-bs-theme", "dark")
