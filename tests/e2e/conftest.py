"""The whole product as processes, and a browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.e2e.stack import Stack

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def server_settings() -> dict[str, str]:
    """Variables of the server's environment; a module that needs some overrides this."""
    return {}


@pytest.fixture
def stack(
    tmp_path: Path, request: pytest.FixtureRequest, server_settings: dict[str, str]
) -> Iterator[Stack]:
    """A server that is not started yet, and no branches."""
    made = Stack(tmp_path, **server_settings)
    yield made
    failed = getattr(request.node, "rep_call", None)
    made.close()
    if failed is not None and failed.failed:
        for process in made.processes:
            if process.log.exists():
                print(f"--- {process.name}\n{process.log.read_text(errors='replace')[-4000:]}")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A tab of Debian's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        yield await context.new_page()
        await browser.close()
