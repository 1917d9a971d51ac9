"""What somebody wants to know who comes in the morning."""

import asyncio
import re

from playwright.async_api import Browser, Route, expect

from app import version
from tests.browser.conftest import Office, OpenPage, has_no_sideways_scroll, sign_in

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({type: 'layout-shift', buffered: true});
"""


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


async def test_the_foot_says_the_version(open_page: OpenPage) -> None:
    page = await open_page("/")
    await expect(page.get_by_test_id("version")).to_have_text(f"Version {version()}")
    phone = await open_page("/", viewport={"width": 360, "height": 740}, locale="pt-BR")
    await phone.get_by_test_id("more").click()
    await expect(phone.get_by_test_id("version")).to_have_text(f"Versão {version()}")


async def test_nothing_is_pushed_away_by_what_comes_later(browser: Browser, office: Office) -> None:
    context = await browser.new_context(
        base_url=office.url, viewport={"width": 1280, "height": 800}
    )
    page = await context.new_page()
    await page.add_init_script(SHIFTS)

    async def late(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await page.route("**/api/agents?*", late)
    await sign_in(page, "/")
    await expect(page.get_by_test_id("matter-away")).to_be_visible()
    await expect(page.get_by_test_id("activity").locator("canvas")).to_be_visible()
    # What Lighthouse takes for a good page.
    assert await page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)") < 0.1
    await context.close()
