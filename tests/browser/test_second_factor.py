"""A second factor: switched on in the profile, asked for at the sign-in, switched off again."""

import pyotp
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.e2e.stack import ADMIN, PASSWORD


async def test_switching_it_on_signing_in_and_switching_it_off(open_page: OpenPage) -> None:
    page = await open_page("/profile")
    codes = await _switch_on(page)
    await expect(page.get_by_test_id("second-factor-off")).to_be_visible()

    # Another browser: the cookie of this one would not ask.
    await page.context.clear_cookies()
    await page.evaluate("localStorage.clear()")
    await page.goto("/profile")
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await page.get_by_test_id("login-code").fill("000000")
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("login-error")).to_be_visible()
    await page.get_by_test_id("login-code").fill(codes[0])
    await page.get_by_test_id("login-submit").click()

    await _switch_off(page, codes[1])


async def test_who_is_asked_for_one_sets_it_up_before_anything_else(open_page: OpenPage) -> None:
    page = await open_page("/admin/settings")
    await page.get_by_test_id("field-secondFactorRequired").check()
    await page.get_by_test_id("settings-submit").click()
    await expect(page.get_by_test_id("second-factor-first")).to_be_visible()
    await page.goto("/documents")
    await expect(page.get_by_test_id("second-factor-first")).to_be_visible()

    codes = await _switch_on(page)
    await page.get_by_test_id("second-factor-go-on").click()
    await expect(page.get_by_test_id("second-factor-first")).to_be_hidden()
    await expect(page.get_by_test_id("search")).to_be_visible()

    # As it was: the office is that of other tests, too.
    await page.goto("/admin/settings")
    await page.get_by_test_id("field-secondFactorRequired").uncheck()
    await page.get_by_test_id("settings-submit").click()
    await page.goto("/profile")
    await _switch_off(page, codes[0])


async def _switch_on(page: Page) -> list[str]:
    """The recovery codes."""
    enrol = page.get_by_test_id("second-factor-enrol")
    await enrol.get_by_test_id("field-password").fill(PASSWORD)
    await page.get_by_test_id("second-factor-enrol-submit").click()
    secret = await page.get_by_test_id("second-factor-secret").input_value()
    code = page.get_by_test_id("second-factor-confirm").get_by_test_id("field-code")
    await code.fill(pyotp.TOTP(secret).now())
    await page.get_by_test_id("second-factor-confirm-submit").click()
    codes = (await page.get_by_test_id("second-factor-codes").input_value()).split()
    assert len(codes) == 10
    return codes


async def _switch_off(page: Page, code: str) -> None:
    off = page.get_by_test_id("second-factor-off")
    await off.locator("summary").click()
    await off.get_by_test_id("field-password").fill(PASSWORD)
    await off.get_by_test_id("field-code").fill(code)
    await page.get_by_test_id("second-factor-remove-submit").click()
    await expect(page.get_by_test_id("second-factor-enrol")).to_be_visible()
