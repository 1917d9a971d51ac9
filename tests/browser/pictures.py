"""`make pictures`: the pictures of the docs, taken in the demo as `make run` shows it, into the
folder that is named."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, async_playwright, expect

from app.demo.company import ADMIN_EMAIL, SAMPLES_PER_BRANCH
from tests.browser.conftest import sign_in
from tests.browser.screens import SCREENS
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.stack import PASSWORD, Process, documents, eventually
from tests.support.servers import free_port

BROUGHT_UP = 6
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2}
LIGHT = {"locale": "en-GB", "color_scheme": "light"}
DARK = {"locale": "pt-BR", "color_scheme": "dark"}
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "overview": ("/", {**DESKTOP, **LIGHT}),
    "documents": ("/documents", {**DESKTOP, **LIGHT}),
    "document": ("/documents/:id", {**DESKTOP, **LIGHT}),
    "dark": ("/documents", {**DESKTOP, **DARK}),
    "phone": ("/documents", {**PHONE, **LIGHT}),
}


async def take(folder: Path) -> None:
    """All of them, as PNGs with the names above."""
    async with _demo() as (url, client), async_playwright() as playwright:
        pdf, agent = await _use(client)
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        for name, (address, look) in PICTURES.items():
            screen = SCREENS[address]
            path = screen.path.format(pdf=pdf, agent=agent)
            await _take_one(browser, url + path, screen.shows, look, folder / f"{name}.png")
        await browser.close()


async def _take_one(
    browser: Browser, url: str, shows: str, look: dict[str, Any], file: Path
) -> None:
    context = await browser.new_context(**look)
    page = await context.new_page()
    await sign_in(page, url, ADMIN_EMAIL)
    await expect(page.locator(shows).first).to_be_visible()
    await expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "live")
    await expect(page.get_by_text("Loading…")).to_have_count(0)
    # Nothing is pointed at.
    await page.mouse.move(0, 0)
    await page.screenshot(path=file)
    await context.close()


async def _use(client: httpx.AsyncClient) -> tuple[str, str]:
    """Make it an office that has been at work; a document and an agent to look at."""

    async def all_listed() -> Any:
        listed = await documents(client)
        return listed if len(listed) >= 2 * SAMPLES_PER_BRANCH else None

    listed = await eventually(all_listed, what="the samples are listed", within_s=90)
    read = [pdf["id"] for pdf in listed.values() if pdf["total"] is not None][:BROUGHT_UP]
    for pdf in read:
        (await client.post(f"/api/pdfs/{pdf}/request")).raise_for_status()

    async def is_here() -> bool:
        return bool((await client.get(f"/api/pdfs/{read[0]}")).json()["status"] == "cached")

    await eventually(is_here, what="a document is brought up")
    agents = (await client.get("/api/agents")).json()["data"]
    return read[0], agents[0]["id"]


@asynccontextmanager
async def _demo() -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        demo = Process(
            "demo",
            [sys.executable, "-m", "app.cli", "demo"],
            {
                **os.environ,
                "SIBERIUS_DATA_DIR": folder,
                "SIBERIUS_PORT": str(port),
                "SIBERIUS_DEMO_PASSWORD": PASSWORD,
            },
            Path(folder) / "demo.log",
        )
        demo.start()
        try:
            async with httpx.AsyncClient(base_url=url, timeout=20) as client:

                async def token() -> Any:
                    body = {"email": ADMIN_EMAIL, "password": PASSWORD}
                    answer = await client.post("/api/auth/login", json=body)
                    return answer.json().get("accessToken")

                signed_in = await eventually(token, what="the demo is ready", within_s=90)
                client.headers["Authorization"] = f"Bearer {signed_in}"
                yield url, client
        finally:
            demo.terminate()


if __name__ == "__main__":
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(into))
