"""One document: what was read of it and why, where it lies, and its picture."""

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import DAMAGED, Office, OpenPage, row
from tests.e2e.samples import quote_pdf
from tests.e2e.stack import documents, eventually


async def test_the_evidence_of_each_field_is_shown(office: Office, open_page: OpenPage) -> None:
    async with office.stack.client() as client:
        pdf = (await documents(client))["orc-3.pdf"]
    page = await open_page(f"/documents/{pdf['id']}")
    total = page.get_by_test_id("field-total")
    await expect(total).to_contain_text("15,000.00")
    await expect(total).to_contain_text("page 1")
    await expect(total.locator("q")).to_contain_text("15.000,00")
    await expect(page.get_by_test_id("field-type")).to_contain_text("Quote")
    await expect(page.get_by_test_id("location")).to_contain_text("Campinas")
    await expect(page.get_by_test_id("location")).to_contain_text("orc-3.pdf")


async def test_bringing_it_up_shows_its_first_page_and_the_transfer(
    office: Office, open_page: OpenPage
) -> None:
    # A document of its own: other tests bring up the office's.
    office.campinas.drop("fetch.pdf", quote_pdf("ORC-77", "Ana", "10/02/2027", "10,00"))
    async with office.stack.client() as client:

        async def listed() -> Any:
            return (await documents(client)).get("fetch.pdf")

        pdf = await eventually(listed, what="the document is listed")
    page = await open_page(f"/documents/{pdf['id']}")
    await page.get_by_test_id("request").click()
    await expect(page.get_by_test_id("preview")).to_be_visible(timeout=20_000)
    await expect(page.get_by_test_id("transfer").first).to_have_attribute("data-state", "done")
    asked = page.locator('[data-testid="history"][data-action="pdf.request"]')
    await expect(asked).to_contain_text("Asked for")
    async with page.expect_download() as download:
        await page.get_by_test_id("download").click()
    assert (await download.value).suggested_filename == "fetch.pdf"


async def test_a_file_that_could_not_be_read_says_why(open_page: OpenPage) -> None:
    page = await open_page()
    await row(page, DAMAGED).get_by_test_id("details").click()
    await expect(page.get_by_test_id("reason")).to_contain_text("This file could not be read")
    await expect(page.get_by_test_id("reason")).to_contain_text("Damaged: ")


async def test_an_unknown_document_is_not_an_error_page(open_page: OpenPage) -> None:
    page = await open_page("/documents/01890000-0000-7000-8000-000000000000")
    await expect(page.get_by_test_id("empty")).to_contain_text("There is no such document")
