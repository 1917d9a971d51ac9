"""No screen keeps anybody out, in either theme: axe finds nothing serious."""

from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.screens import SCREENS
from tests.browser.world import World

AXE = Path(__file__).parents[2] / "app/web/node_modules/axe-core/axe.min.js"
FIND = """
async (rules) => {
  const {violations} = await axe.run({
    resultTypes: ['violations'], preload: false, ...(rules && {runOnly: rules}),
  });
  return violations.filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => [id, nodes.map(({html, failureSummary}) => [html, failureSummary])]);
}
"""


async def test_no_screen_has_a_serious_finding(browser: Browser, world: World) -> None:
    # Colours that are on their way to others are none that anybody reads.
    context = await browser.new_context(base_url=world.url, locale="en-GB", reduced_motion="reduce")
    await context.add_init_script(path=AXE)
    page = await context.new_page()
    await page.goto("/")
    await expect(page.get_by_test_id("login-submit")).to_be_visible()
    found = {"the sign-in": await _findings(page)}
    await sign_in(page)
    for screen in SCREENS.values():
        path = world.path(screen)
        await page.goto(path)
        await expect(page.locator(screen.shows).first).to_be_visible()
        found[path] = await _findings(page)
    assert {path: of for path, of in found.items() if of} == {}


async def _findings(page: Page) -> list[Any]:
    await _wears(page, "light")
    found = await page.evaluate(FIND)
    await _wears(page, "dark")
    # The theme is nothing but colours.
    return [*found, *await page.evaluate(FIND, ["color-contrast"])]


async def _wears(page: Page, scheme: Literal["light", "dark"]) -> None:
    await page.emulate_media(color_scheme=scheme)
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
