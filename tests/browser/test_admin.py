"""What an administrator sets up and looks into."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Office, OpenPage, has_no_sideways_scroll
from tests.e2e.stack import ADMIN

SECTIONS = ("branches", "users", "sessions", "audit", "settings")


def _row(page: Page, kind: str, text: str) -> Locator:
    return page.get_by_test_id(f"{kind}-row").filter(has_text=text)


async def _choose(row: Locator, menu: str, item: str) -> None:
    await row.get_by_test_id(menu).click()
    await row.get_by_test_id(item).click()


async def test_a_branch_is_opened_renamed_closed_and_opened_again(open_page: OpenPage) -> None:
    page = await open_page("/admin/branches")
    await page.get_by_test_id("branch-create").click()
    await page.get_by_test_id("field-name").fill("Londrina")
    await page.get_by_test_id("field-code").fill("campinas")
    await page.get_by_test_id("branch-submit").click()
    await expect(page.get_by_test_id("form-error")).to_contain_text("Another branch has this code")
    await page.get_by_test_id("field-code").fill("londrina")
    await page.get_by_test_id("branch-submit").click()
    await _choose(_row(page, "branch", "Londrina"), "branch-menu", "branch-edit")
    await page.get_by_test_id("field-city").fill("Londrina PR")
    await page.get_by_test_id("branch-submit").click()
    branch = _row(page, "branch", "Londrina PR")
    await _choose(branch, "branch-menu", "branch-close")
    await expect(branch).to_have_count(0)
    await page.get_by_test_id("toast-action").click()
    await expect(branch).to_be_visible()
    await _choose(branch, "branch-menu", "branch-close")
    await expect(branch).to_have_count(0)


async def test_a_branch_in_use_stays(open_page: OpenPage) -> None:
    page = await open_page("/admin/branches")
    await _choose(_row(page, "branch", "Campinas"), "branch-menu", "branch-close")
    await expect(page.get_by_test_id("toast")).to_contain_text("still has agents")
    await expect(_row(page, "branch", "Campinas")).to_be_visible()


async def test_a_user_is_made_signs_in_and_is_disabled(office: Office, open_page: OpenPage) -> None:
    page = await open_page("/admin/users")
    await page.get_by_test_id("user-create").click()
    await page.get_by_test_id("field-name").fill("Bruno Reis")
    await page.get_by_test_id("field-email").fill("bruno@example.com")
    await page.get_by_test_id("field-role").select_option("operator")
    await page.get_by_test_id("reach-some").locator("..").click()
    await page.get_by_label("Campinas").check()
    await page.get_by_test_id("user-submit").click()
    password = await page.get_by_test_id("user-password").input_value()
    await page.get_by_test_id("user-done").click()
    user = _row(page, "user", "Bruno Reis")
    await expect(user).to_contain_text("Operator")
    await expect(user).to_contain_text("Campinas")
    assert password not in await page.content()
    # The answer to a sign-in of his, without and with the account being open.
    login = {"email": "bruno@example.com", "password": password}
    async with office.stack.client() as client:
        assert (await client.post("/api/auth/login", json=login)).status_code == 200
        await _choose(user, "user-menu", "user-disable")
        await expect(user).to_have_attribute("data-disabled", "true")
        assert (await client.post("/api/auth/login", json=login)).status_code == 401
        await page.get_by_test_id("toast-action").click()
        await expect(user).to_have_attribute("data-disabled", "false")
        assert (await client.post("/api/auth/login", json=login)).status_code == 200
    await _choose(user, "user-menu", "user-sessions")
    await page.get_by_test_id("session-revoke").first.click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("empty")).to_be_visible()


async def test_the_last_administrator_stays_one(open_page: OpenPage) -> None:
    page = await open_page("/admin/users")
    await _choose(_row(page, "user", ADMIN), "user-menu", "user-edit")
    await page.get_by_test_id("field-role").select_option("viewer")
    await page.get_by_test_id("user-submit").click()
    await expect(page.get_by_test_id("form-error")).to_contain_text("without an administrator")


async def test_the_log_is_narrowed_and_the_address_says_so(open_page: OpenPage) -> None:
    page = await open_page("/admin/audit")
    await expect(page.get_by_test_id("audit-row").first).to_be_visible()
    await page.get_by_test_id("filter-action").select_option("auth.login")
    await page.wait_for_url("**/admin/audit?action=auth.login")
    rows = page.get_by_test_id("audit-row")
    await expect(rows.and_(page.locator('[data-action="auth.login"]'))).not_to_have_count(0)
    await expect(rows.and_(page.locator(':not([data-action="auth.login"])'))).to_have_count(0)
    await page.reload()
    await expect(page.get_by_test_id("filter-action")).to_have_value("auth.login")
    await page.get_by_test_id("filter-to").fill("2020-01-01")
    await expect(page.get_by_test_id("empty")).to_be_visible()
    await page.get_by_test_id("filter-clear").click()
    await expect(rows.first).to_be_visible()


async def test_a_limit_is_refused_set_and_taken_back(open_page: OpenPage) -> None:
    page = await open_page("/admin/settings")
    days = page.get_by_test_id("field-retentionDays")
    await days.fill("100000")
    await page.get_by_test_id("settings-submit").click()
    await expect(page.get_by_test_id("wrong-retentionDays")).to_be_visible()
    await days.fill("30")
    await page.get_by_test_id("settings-submit").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("saved")
    await page.reload()
    await expect(days).to_have_value("30")
    await days.fill("")
    await page.get_by_test_id("settings-submit").click()
    await page.get_by_test_id("toast-action").click()
    await expect(days).to_have_value("30")


@pytest.mark.parametrize("section", SECTIONS)
async def test_the_sections_fit_a_phone(open_page: OpenPage, section: str) -> None:
    page = await open_page(
        f"/admin/{section}", viewport={"width": 360, "height": 740}, locale="pt-BR"
    )
    await expect(page.get_by_test_id(f"to-admin-{section}")).to_be_in_viewport(ratio=0.95)
    await expect(page.get_by_role("status").filter(has_text="Carregando")).to_have_count(0)
    assert await has_no_sideways_scroll(page)


async def test_what_cannot_be_loaded_is_said_and_asked_for_again(open_page: OpenPage) -> None:
    page = await open_page("/admin/branches")
    await page.route("**/api/users*", lambda route: route.abort())
    await page.get_by_test_id("to-admin-users").click()
    await expect(page.get_by_test_id("away")).to_contain_text("does not answer")
    await page.unroute("**/api/users*")
    await page.get_by_test_id("again").click()
    await expect(_row(page, "user", ADMIN)).to_be_visible()


async def test_the_palette_leads_to_a_section(open_page: OpenPage) -> None:
    page = await open_page("/")
    await page.keyboard.press("Control+k")
    await page.get_by_test_id("palette-input").fill("audit log")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/admin/audit")
    await expect(page.get_by_test_id("audit-row").first).to_be_visible()
