"""The agents: their state, and what a manager does with them."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Office, OpenPage, has_no_sideways_scroll


def _agent(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_test_id("agent-row").filter(has_text=name)


async def test_each_agent_shows_its_state(office: Office, open_page: OpenPage) -> None:
    page = await open_page("/agents")
    campinas = _agent(page, "PC campinas")
    await expect(campinas).to_have_attribute("data-state", "online")
    await expect(campinas).to_contain_text(str(office.campinas.folder))
    await expect(_agent(page, "PC curitiba")).to_have_attribute("data-state", "offline")


async def test_a_new_agent_gets_its_secrets_once(office: Office, open_page: OpenPage) -> None:
    page = await open_page("/agents")
    await page.get_by_test_id("agent-create").click()
    await page.get_by_test_id("agent-name").fill("PC reception")
    await page.get_by_test_id("agent-branch").select_option(label="Campinas")
    await page.get_by_test_id("agent-submit").click()
    code = await page.get_by_test_id("agent-code").input_value()
    token = await page.get_by_test_id("agent-token").input_value()
    assert code
    assert token
    await expect(page.get_by_test_id("agent-command")).to_have_value(
        f"siberius-agent enroll --server {office.url} --code {code} --folder <path>"
    )
    await page.get_by_test_id("agent-done").click()
    await expect(_agent(page, "PC reception")).to_have_attribute("data-state", "never_seen")
    assert token not in await page.content()


async def test_blocking_is_seen_at_once_and_can_be_undone(open_page: OpenPage) -> None:
    page = await open_page("/agents")
    agent = _agent(page, "PC curitiba")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-block").click()
    await expect(agent).to_have_attribute("data-state", "blocked")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-block").click()
    await expect(agent).not_to_have_attribute("data-state", "blocked")


async def test_a_resync_is_asked_for(open_page: OpenPage) -> None:
    page = await open_page("/agents")
    agent = _agent(page, "PC campinas")
    await agent.get_by_test_id("agent-menu").click()
    await agent.get_by_test_id("agent-resync").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("compares its files now")


async def test_the_agents_fit_a_phone(open_page: OpenPage) -> None:
    page = await open_page("/agents", viewport={"width": 360, "height": 740})
    await expect(_agent(page, "PC campinas")).to_be_visible()
    assert await has_no_sideways_scroll(page)
