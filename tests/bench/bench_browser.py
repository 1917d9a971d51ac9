"""From a file's close to its row in a browser: real processes, real Chromium, no reload."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.samples import quote_pdf
from tests.e2e.stack import ADMIN, PASSWORD, Branch, Stack, eventually

FILES = sized(15, short=1)
GOAL_S = 2.0


def run() -> list[Figure]:
    """The median and the slowest of some files, each dropped into an idle branch."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder))
        try:
            seconds = asyncio.run(_measure(stack))
        finally:
            stack.close()
    row = "file close to row in the browser"
    return [
        figure(f"{row}, median", statistics.median(seconds), "s", at_most=GOAL_S),
        figure(f"{row}, slowest", max(seconds), "s", at_most=GOAL_S),
    ]


async def _measure(stack: Stack) -> list[float]:
    branch = Branch(stack, "campinas")
    await stack.start_server()
    branch.agent.start()
    async with stack.client() as client, async_playwright() as playwright:

        async def online() -> bool:
            rows = (await client.get("/api/agents")).json()["data"]
            return [row["status"] for row in rows] == ["online"]

        await eventually(online, what="the agent is online")
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        page = await browser.new_page()
        await page.goto(f"{stack.url}/documents")
        await page.get_by_test_id("login-email").fill(ADMIN)
        await page.get_by_test_id("login-password").fill(PASSWORD)
        await page.get_by_test_id("login-submit").click()
        await expect(page.get_by_test_id("connection-state")).to_have_attribute(
            "data-state", "live", timeout=15_000
        )
        return [await _drop(branch, page, number) for number in range(FILES)]


async def _drop(branch: Branch, page: Page, number: int) -> float:
    name = f"quote-{number}.pdf"
    content = quote_pdf(f"ORC-{number}", "Padaria Estrela Ltda.", "10/10/2027", "1.234,56")
    branch.drop(name, content)
    closed = time.monotonic()
    row = page.locator(f'[data-testid="documents-row"][data-file-name="{name}"]')
    await row.wait_for(timeout=30_000)
    taken = time.monotonic() - closed
    await asyncio.sleep(0.5)  # the next one finds everything idle
    return taken
