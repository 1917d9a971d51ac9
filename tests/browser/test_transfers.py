"""What is on its way up: seen, stopped, tried again."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import AWAY, OpenPage, row
from tests.browser.world import BROUGHT_UP, World


def _transfer(page: Page, name: str, state: str) -> Any:
    listed = page.get_by_test_id("transfer").filter(has_text=name)
    return listed.and_(page.locator(f'[data-state="{state}"]'))


async def test_one_that_is_done_leads_to_its_document(world: World, open_page: OpenPage) -> None:
    page = await open_page("/transfers")
    done = _transfer(page, BROUGHT_UP, "done")
    await expect(done).to_contain_text("Campinas")
    await done.get_by_role("link").click()
    await expect(page.get_by_test_id("document")).to_have_attribute("data-status", "cached")


async def test_one_that_waits_is_cancelled_taken_back_and_tried_again(open_page: OpenPage) -> None:
    page = await open_page()
    await row(page, AWAY).get_by_test_id("open").click()
    await expect(row(page, AWAY)).to_contain_text("Waiting for the branch")
    await page.get_by_test_id("to-transfers").click()
    waiting = page.locator('[data-testid="transfer"]:has(progress)').filter(has_text=AWAY)
    ended = _transfer(page, AWAY, "cancelled")
    await expect(waiting).to_contain_text("Waiting for the branch")
    await waiting.get_by_test_id("cancel").click()
    await expect(ended.first).to_be_visible()
    await expect(waiting).to_have_count(0)
    undo = page.get_by_test_id("toast").filter(has_text="Undo")
    await undo.get_by_test_id("toast-action").click()
    await expect(waiting).to_be_visible()
    await waiting.get_by_test_id("cancel").click()
    await expect(waiting).to_have_count(0)
    await ended.first.get_by_test_id("retry").click()
    await expect(waiting).to_be_visible()
    await waiting.get_by_test_id("cancel").click()
    await expect(waiting).to_have_count(0)
