"""What is on its way up: seen, stopped, tried again."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import AWAY, Office, OpenPage, row
from tests.browser.world import BROUGHT_UP, World
from tests.e2e.samples import large_pdf
from tests.e2e.stack import Branch
from tests.support.proxy import Proxy

PLAN = "plan.pdf"
PARTLY = re.compile(r"^[1-9]\d?%$")


@pytest.fixture
async def santos(office: Office) -> AsyncIterator[Branch]:
    """A branch with a slow line, and a plan that takes seconds to come up."""
    async with Proxy(office.stack.port, bytes_per_second=2_000_000) as line:
        branch = Branch(office.stack, "santos", server_url=line.url)
        branch.drop(PLAN, large_pdf(24_000_000))
        branch.agent.start()
        yield branch
        branch.agent.kill()


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


async def test_one_that_fails_on_its_way_says_why_and_is_tried_again(
    santos: Branch, open_page: OpenPage
) -> None:
    page = await open_page()
    plan = row(page, PLAN)
    await plan.get_by_test_id("open").click()
    await page.get_by_test_id("to-transfers").click()
    moving = _transfer(page, PLAN, "uploading")
    await expect(moving.locator(".transfer-percent")).to_have_text(PARTLY)
    await expect(moving).to_contain_text(" of 24 MB")
    (santos.folder / PLAN).rename(santos.folder / "plan.away")
    failed = _transfer(page, PLAN, "failed")
    await expect(failed).to_contain_text("The file is in no branch any more.")
    await expect(moving).to_have_count(0)
    (santos.folder / "plan.away").rename(santos.folder / PLAN)
    await page.get_by_test_id("to-documents").click()
    await expect(plan).to_have_attribute("data-availability", "branch_online")
    await page.get_by_test_id("to-transfers").click()
    await failed.get_by_test_id("retry").click()
    await expect(_transfer(page, PLAN, "done")).to_be_visible(timeout=60_000)
    await expect(failed).to_be_visible()
