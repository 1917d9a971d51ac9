"""What one does with the list of documents: order, columns, views, and many at a time."""

import csv
import re
import zipfile
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import QUOTES, OpenPage, names, row

THREE_QUOTES = "/documents?q=orc-2026"


async def _shows(page: Page, *wanted: str) -> None:
    """Waits until the list has these rows, in this order."""
    rows = page.get_by_test_id("documents-row")
    await expect(rows).to_have_count(len(wanted))
    for place, name in enumerate(wanted):
        await expect(rows.nth(place)).to_have_attribute("data-file-name", name)
    assert await names(page) == list(wanted)


async def test_a_column_sorts_both_ways_and_the_address_says_so(open_page: OpenPage) -> None:
    page = await open_page(THREE_QUOTES)
    await page.get_by_test_id("sort-total").click()
    await _shows(page, "orc-2.pdf", "orc-1.pdf", "orc-3.pdf")
    await page.get_by_test_id("sort-total").click()
    await _shows(page, "orc-3.pdf", "orc-1.pdf", "orc-2.pdf")
    await expect(page).to_have_url(re.compile("sort=-total"))
    await page.reload()
    await _shows(page, "orc-3.pdf", "orc-1.pdf", "orc-2.pdf")


async def test_chosen_columns_stay(open_page: OpenPage) -> None:
    page = await open_page(THREE_QUOTES)
    head = page.get_by_role("columnheader", name="Size")
    await expect(head).to_have_count(0)
    await page.get_by_test_id("columns").click()
    # It is shown before it is saved.
    async with page.expect_response(lambda answer: answer.request.method == "PUT"):
        await page.get_by_test_id("column-size").check()
    await expect(head).to_be_visible()
    await page.reload()
    await expect(head).to_be_visible()
    await page.get_by_test_id("columns").click()
    await page.get_by_test_id("columns-reset").click()
    await expect(head).to_have_count(0)


async def test_a_view_is_saved_chosen_and_removed_with_a_way_back(open_page: OpenPage) -> None:
    page = await open_page("/documents?q=padaria&sort=total")
    await _shows(page, "orc-2.pdf")
    await page.get_by_test_id("views").click()
    await page.get_by_test_id("view-name").fill("The bakery")
    await page.get_by_test_id("view-save").click()
    await expect(page.get_by_test_id("views")).to_contain_text("The bakery")
    await page.get_by_test_id("clear-filters").click()
    await expect(row(page, "orc-1.pdf")).to_be_visible()
    view = page.get_by_test_id("view").filter(has_text="The bakery")
    await page.get_by_test_id("views").click()
    await view.click()
    await _shows(page, "orc-2.pdf")
    await page.get_by_test_id("views").click()
    await page.get_by_test_id("view-remove").click()
    await expect(view).to_have_count(0)
    await page.get_by_test_id("toast-action").click()
    await page.get_by_test_id("views").click()
    await expect(view).to_be_visible()
    await page.get_by_test_id("view-remove").click()
    await expect(view).to_have_count(0)


async def test_many_are_brought_up_and_taken_home_at_once(open_page: OpenPage) -> None:
    page = await open_page(f"{THREE_QUOTES}&sort=fileName")
    await _shows(page, *QUOTES)
    await page.get_by_test_id("select").first.click()
    await page.get_by_test_id("select").last.click(modifiers=["Shift"])
    await expect(page.get_by_test_id("bulk")).to_contain_text("3 chosen")
    await page.get_by_test_id("bulk-request").click()
    for name in QUOTES:
        await expect(row(page, name)).to_have_attribute("data-status", "cached")
    async with page.expect_download() as download:
        await page.get_by_test_id("bulk-zip").click()
    archive = zipfile.ZipFile(await (await download.value).path())
    assert sorted(archive.namelist()) == sorted(QUOTES)
    assert all(archive.read(name).startswith(b"%PDF-") for name in QUOTES)
    await page.get_by_test_id("bulk-clear").click()
    await expect(page.get_by_test_id("bulk")).to_have_count(0)


def _rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


async def test_the_list_becomes_a_table_for_spreadsheets(open_page: OpenPage) -> None:
    page = await open_page(f"{THREE_QUOTES}&sort=total")
    await _shows(page, "orc-2.pdf", "orc-1.pdf", "orc-3.pdf")
    async with page.expect_download() as download:
        await page.get_by_test_id("csv").click()
    saved = await download.value
    assert saved.suggested_filename == "documents.csv"
    rows = _rows_of(await saved.path())
    assert [(one["File"], one["Total"], one["Event date"]) for one in rows] == [
        ("orc-2.pdf", "980", "2027-01-20"),
        ("orc-1.pdf", "1234.56", "2027-01-15"),
        ("orc-3.pdf", "15000", "2027-01-25"),
    ]
