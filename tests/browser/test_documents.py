"""The list of documents: live, searchable, and the way to the open file."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import (
    AWAY,
    DAMAGED,
    QUOTES,
    Office,
    OpenPage,
    has_no_sideways_scroll,
    names,
    row,
)
from tests.e2e.samples import small_pdf
from tests.e2e.stack import documents, eventually


async def test_search_finds_as_one_types(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(row(page, "orc-1.pdf")).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.get_by_test_id("search")).to_be_focused()
    await page.keyboard.type("sao joao 0001")
    await expect(page.get_by_test_id("documents-row")).to_have_count(1)
    assert await names(page) == ["orc-1.pdf"]
    await page.get_by_test_id("search").fill("nothing like it")
    await expect(page.get_by_test_id("empty")).to_have_text("No document matches.")
    await page.get_by_test_id("clear-filters").click()
    await expect(row(page, "orc-2.pdf")).to_be_visible()


async def test_filters_narrow_the_list(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("filter-branch").select_option(label="Curitiba")
    await expect(page.get_by_test_id("documents-row")).to_have_count(1)
    await expect(row(page, AWAY)).to_have_attribute("data-availability", "branch_offline")
    await page.get_by_test_id("clear-filters").click()
    await page.get_by_test_id("filter-readable").select_option("no")
    await expect(row(page, DAMAGED)).to_be_visible()
    await expect(row(page, "orc-1.pdf")).to_have_count(0)
    await page.get_by_test_id("clear-filters").click()
    await page.get_by_test_id("filter-status").select_option("available_local")
    await page.get_by_test_id("filter-type").select_option("quote")
    # The only quote that no other test has brought up.
    await expect(row(page, AWAY)).to_be_visible()
    await expect(row(page, DAMAGED)).to_have_count(0)


async def test_the_keyboard_alone_opens_a_document(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("search").fill("orc-2026")
    rows = page.get_by_test_id("documents-row")
    await expect(rows).to_have_count(len(QUOTES))
    await rows.first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_be_focused()
    async with page.context.expect_page() as opened:
        await page.keyboard.press("Enter")
    # Waiting for a load event would not do: the browser's PDF viewer need not report one.
    await expect(await opened.value).to_have_url(re.compile("^blob:"))
    await expect(rows.nth(1)).to_have_attribute("data-status", "cached")


@pytest.mark.parametrize("how", ["live", "polling"])
async def test_a_new_document_appears_by_itself(
    office: Office, open_page: OpenPage, how: str
) -> None:
    page = await open_page("/agents")
    if how == "polling":
        await page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    await page.goto("/documents")
    await expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", how)
    office.campinas.drop(f"new-{how}.pdf", small_pdf(f"Appears by itself, {how}"))
    await expect(row(page, f"new-{how}.pdf")).to_be_visible(timeout=8_000)


async def test_what_happened_while_the_network_was_away_is_caught_up(
    office: Office, open_page: OpenPage
) -> None:
    page = await open_page()
    await expect(row(page, "orc-1.pdf")).to_be_visible()
    await page.context.set_offline(True)
    await page.evaluate("dispatchEvent(new Event('online'))")
    state = page.get_by_test_id("connection-state")
    await expect(state).to_have_attribute("data-state", "offline", timeout=25_000)
    office.campinas.drop("meanwhile.pdf", small_pdf("Dropped while the network was away"))
    async with office.stack.client() as client:

        async def listed() -> bool:
            return "meanwhile.pdf" in await documents(client)

        await eventually(listed, what="the server has it")
    await page.context.set_offline(False)
    await expect(row(page, "meanwhile.pdf")).to_be_visible(timeout=10_000)
    await expect(state).to_have_attribute("data-state", "live", timeout=25_000)


async def test_a_request_to_a_branch_that_is_away_waits_and_can_be_cancelled(
    open_page: OpenPage,
) -> None:
    page = await open_page()
    await row(page, AWAY).get_by_test_id("open").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("the branch is offline")
    await expect(row(page, AWAY)).to_contain_text("Waiting for the branch")
    await row(page, AWAY).get_by_test_id("cancel").click()
    await expect(row(page, AWAY).get_by_test_id("progress")).to_have_count(0)
    await expect(row(page, AWAY)).to_have_attribute("data-status", "available_local")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_in_portuguese(open_page: OpenPage, scheme: str) -> None:
    page = await open_page(
        viewport={"width": 360, "height": 740}, locale="pt-BR", color_scheme=scheme
    )
    await expect(row(page, "orc-1.pdf")).to_contain_text("1.234,56")
    await expect(row(page, "orc-1.pdf")).to_contain_text("Orçamento")
    assert await has_no_sideways_scroll(page)
    await row(page, "orc-1.pdf").get_by_test_id("details").click()
    await expect(page.get_by_test_id("document")).to_be_visible()
    assert await has_no_sideways_scroll(page)
    assert await page.evaluate("document.documentElement.dataset.bsTheme") == scheme
