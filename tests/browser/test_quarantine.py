"""The files that could not be read: why, where, and what becomes of them."""

import re

from playwright.async_api import expect

from tests.browser.conftest import DAMAGED, Office, OpenPage
from tests.e2e.samples import small_pdf

TORN = "torn.pdf"


async def test_each_says_why_and_where_and_can_be_read_again(
    office: Office, open_page: OpenPage
) -> None:
    page = await open_page("/quarantine")
    damaged = page.locator(f'[data-testid="quarantine-row"][data-file-name="{DAMAGED}"]')
    await expect(damaged.locator("strong")).not_to_be_empty()
    await expect(damaged.locator("code")).to_contain_text(DAMAGED)
    await expect(damaged).to_contain_text("Campinas")
    await damaged.get_by_test_id("reread").click()
    await expect(page.get_by_test_id("toast")).to_contain_text(DAMAGED)
    # It is no better than before.
    await expect(damaged).to_be_visible()


async def test_one_that_is_mended_leaves_by_itself(office: Office, open_page: OpenPage) -> None:
    office.campinas.drop(TORN, b"%PDF-1.7\nhalf of a file\n%%EOF\n")
    page = await open_page("/quarantine")
    torn = page.locator(f'[data-testid="quarantine-row"][data-file-name="{TORN}"]')
    await expect(torn).to_be_visible()
    office.campinas.drop(TORN, small_pdf("Whole again"))
    await expect(torn).to_have_count(0)


async def test_a_reason_narrows_the_list_and_is_in_the_address(open_page: OpenPage) -> None:
    page = await open_page("/quarantine")
    reason = page.locator('[data-testid^="reason-"]:not([data-testid="reason-all"])').first
    await reason.click()
    await expect(reason).to_have_attribute("aria-pressed", "true")
    await expect(page).to_have_url(re.compile(r"\?reason=\w+"))
    await page.goto("/quarantine?reason=encrypted")
    await expect(page.get_by_test_id("empty")).to_be_visible()
    await page.get_by_test_id("reason-all").click()
    await expect(page.get_by_test_id("quarantine-row").first).to_be_visible()
