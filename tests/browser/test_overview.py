"""What somebody wants to know who comes in the morning."""

import re

from playwright.async_api import expect

from tests.browser.conftest import OpenPage, has_no_sideways_scroll


async def test_the_activity_is_drawn_and_said(open_page: OpenPage) -> None:
    page = await open_page("/")
    sums = page.get_by_test_id("sum-indexed")
    await expect(sums).to_have_text(re.compile("New documents [1-9]"))
    picture = page.get_by_test_id("activity").locator("canvas")
    await expect(picture).to_be_visible()
    box = await picture.bounding_box()
    assert box is not None
    # The last day is at the right edge; what the pointer is on is said.
    await page.mouse.move(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2)
    await expect(page.locator(".chart-day")).to_be_visible()


async def test_the_overview_goes_on_without_its_figures(open_page: OpenPage) -> None:
    page = await open_page("/documents")
    await page.route("**/api/overview*", lambda route: route.abort())
    await page.get_by_test_id("to-overview").click()
    await expect(page.get_by_test_id("away")).to_contain_text("does not answer")
    await expect(page.get_by_test_id("matter-away")).to_be_visible()
    await page.unroute("**/api/overview*")
    await page.get_by_test_id("again").click()
    await expect(page.get_by_test_id("activity").locator("canvas")).to_be_visible()


async def test_the_overview_fits_a_phone(open_page: OpenPage) -> None:
    page = await open_page("/", viewport={"width": 360, "height": 740}, locale="pt-BR")
    await expect(page.get_by_test_id("sum-indexed")).to_contain_text("Documentos novos")
    assert await has_no_sideways_scroll(page)
