"""The agents: their state, and what a manager does with them."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import QUOTES, Office, OpenPage, has_no_sideways_scroll
from tests.e2e.samples import small_pdf
from tests.e2e.stack import Branch


def _agent(page: Page, name: str) -> Locator:
    return page.get_by_test_id("agent-row").filter(has_text=name)


async def test_each_agent_shows_its_state(office: Office, open_page: OpenPage) -> None:
    page = await open_page("/agents")
    campinas = _agent(page, "PC campinas")
    await expect(campinas).to_have_attribute("data-state", "online")
    await expect(campinas).to_contain_text(str(office.campinas.folder))
    await expect(_agent(page, "PC curitiba")).to_have_attribute("data-state", "offline")


async def test_a_new_agent_gets_its_secrets_once_and_can_be_deleted(
    office: Office, open_page: OpenPage
) -> None:
    page = await open_page("/agents")
    await page.get_by_test_id("agent-create").click()
    await page.get_by_test_id("field-name").fill("PC reception")
    await page.get_by_test_id("field-branchId").select_option(label="Campinas")
    await page.get_by_test_id("agent-submit").click()
    code = await page.get_by_test_id("agent-code").input_value()
    token = await page.get_by_test_id("agent-token").input_value()
    assert code
    assert token
    enrol = f"siberius-agent enroll --server {office.url} --code {code} --folder"
    command = page.get_by_test_id("agent-command")
    assert f"/opt/siberius/bin/{enrol} /srv/pdf " in await command.input_value()
    await page.get_by_test_id("system-windows").click()
    await page.get_by_test_id("field-folder").fill("D:\\Maria's PDFs")
    assert f"{enrol} 'D:\\Maria''s PDFs' " in await command.input_value()
    await page.get_by_test_id("agent-done").click()
    agent = _agent(page, "PC reception")
    await expect(agent).to_have_attribute("data-state", "never_seen")
    assert token not in await page.content()
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-delete").click()
    await page.get_by_test_id("confirm").click()
    await expect(agent).to_have_count(0)


async def test_blocking_is_asked_about_and_can_be_undone(open_page: OpenPage) -> None:
    page = await open_page("/agents")
    agent = _agent(page, "PC curitiba")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-block").click()
    await page.get_by_test_id("confirm").click()
    await expect(agent).to_have_attribute("data-state", "blocked")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-unblock").click()
    await expect(agent).not_to_have_attribute("data-state", "blocked")


async def test_a_resync_is_asked_for(open_page: OpenPage) -> None:
    page = await open_page("/agents")
    agent = _agent(page, "PC campinas")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-resync").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("compares its files now")


async def test_files_leave_the_list_when_a_manager_says_that_they_are_really_gone(
    office: Office, open_page: OpenPage
) -> None:
    recife = Branch(office.stack, "recife")
    gone = [f"recife-{number}.pdf" for number in range(3)]
    for name in gone:
        recife.drop(name, small_pdf(f"Recife {name}"))
    recife.agent.start()
    page = await open_page("/documents?q=recife")
    rows = page.get_by_test_id("documents-row")
    await expect(rows).to_have_count(3, timeout=60_000)
    for name in gone:
        (recife.folder / name).unlink()

    await page.goto("/agents")
    agent = _agent(page, "PC recife")
    emptied = agent.get_by_test_id("agent-emptied")
    await expect(emptied).to_contain_text("3 of 3 files are not there any more", timeout=60_000)
    await page.goto("/documents?q=recife")
    await expect(rows).to_have_count(3)
    for index in range(3):
        await expect(rows.nth(index)).to_have_attribute("data-availability", "branch_online")

    await page.goto("/agents")
    await emptied.get_by_test_id("really-gone").click()
    await page.get_by_test_id("confirm").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("leave the list")
    await expect(emptied).to_have_count(0, timeout=60_000)
    await page.goto("/documents?q=recife")
    await expect(rows).to_have_count(3)
    for index in range(3):
        await expect(rows.nth(index)).to_have_attribute("data-availability", "gone")

    # They are found until they are hidden, which the address keeps.
    await page.get_by_test_id("filter-present").click()
    await expect(page.get_by_test_id("empty")).to_have_text("No document matches.")
    await expect(page).to_have_url(re.compile("present=yes"))
    await page.reload()
    await expect(page.get_by_test_id("filter-present")).to_have_attribute("aria-pressed", "true")
    await expect(rows).to_have_count(0)
    await page.get_by_test_id("search").fill("orc-2026")
    await expect(rows).to_have_count(len(QUOTES))
    await page.get_by_test_id("filter-present").click()
    await page.get_by_test_id("search").fill("recife-2")
    await expect(rows).to_have_count(1)
    recife.agent.terminate()


async def test_the_details_have_an_address_and_the_log(office: Office, open_page: OpenPage) -> None:
    page = await open_page("/agents")
    await _agent(page, "PC campinas").get_by_test_id("agent-open").click()
    await page.wait_for_url("**/agents/*")
    await page.reload()
    detail = page.get_by_test_id("agent-detail")
    await expect(detail).to_contain_text(str(office.campinas.folder))
    await expect(detail).to_contain_text("Memory")
    await page.get_by_test_id("agent-log").click()
    await expect(page.get_by_test_id("agent-lines")).not_to_be_empty()
    await page.get_by_test_id("agent-rename").click()
    await page.get_by_test_id("field-name").fill("PC campinas, hall")
    await page.get_by_test_id("agent-rename-submit").click()
    await expect(_agent(page, "PC campinas, hall")).to_be_visible()
    await page.get_by_test_id("dialog-close").click()
    await page.get_by_test_id("toast-action").click()
    await expect(_agent(page, "PC campinas, hall")).to_have_count(0)
    assert page.url.endswith("/agents")


async def test_an_agent_that_is_away_has_no_log_to_show(open_page: OpenPage) -> None:
    page = await open_page("/agents")
    await _agent(page, "PC curitiba").get_by_test_id("agent-open").click()
    await page.get_by_test_id("agent-log").click()
    await expect(page.get_by_test_id("away")).to_contain_text("not connected")


async def test_the_agents_fit_a_phone(open_page: OpenPage) -> None:
    page = await open_page("/agents", viewport={"width": 360, "height": 740})
    agent = _agent(page, "PC campinas")
    await expect(agent).to_be_visible()
    assert await has_no_sideways_scroll(page)
    await agent.get_by_test_id("agent-open").click()
    await expect(page.get_by_test_id("agent-detail")).to_be_visible()
    assert await has_no_sideways_scroll(page)
