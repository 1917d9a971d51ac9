"""Lighthouse's own judgement of the pages, made on this machine without a network."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from tests.browser.conftest import sign_in
from tests.browser.world import World
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
LIGHTHOUSE = ROOT / "app/web/node_modules/lighthouse/cli/index.js"
KILOBYTE = 1024
# How quick a busy machine is says nothing; what a page weighs and how it moves does.
MOST = {
    "total-byte-weight": 300 * KILOBYTE,
    "cumulative-layout-shift": 0.1,
    "dom-size": 1500,
}


@pytest.mark.parametrize("path", ["/", "/documents"])
async def test_lighthouse_is_content(world: World, tmp_path: Path, path: str) -> None:
    report = await _report(world.url, path, tmp_path)
    audits = report["audits"]
    faults = {
        audit["id"]: audit.get("explanation") or audit["title"]
        for category in ("accessibility", "best-practices")
        for audit in (audits[ref["id"]] for ref in report["categories"][category]["auditRefs"])
        if audit["score"] is not None and audit["score"] < 1
    }
    assert faults == {}
    measured = {name: audits[name]["numericValue"] for name in MOST}
    assert {name: value for name, value in measured.items() if value > MOST[name]} == {}


async def _report(url: str, path: str, folder: Path) -> dict[str, Any]:
    """Of a page that somebody who is signed in opens."""
    port = free_port()
    async with async_playwright() as playwright:
        # Lighthouse opens a tab of its own beside the one that has signed in.
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path="/usr/bin/chromium",
            args=[*CHROMIUM_FLAGS, f"--remote-debugging-port={port}"],
            base_url=url,
            locale="en-GB",
        )
        await sign_in(context.pages[0])
        await context.pages[0].goto("about:blank")
        report = folder / "report.json"
        process = await asyncio.create_subprocess_exec(
            *(ROOT / "ops/scripts/with-node", sys.prefix, "node", LIGHTHOUSE, url + path),
            *("--quiet", f"--port={port}", "--preset=desktop", "--disable-storage-reset"),
            *("--throttling-method=provided", "--no-enable-error-reporting"),
            "--only-categories=accessibility,best-practices,performance",
            *("--output=json", f"--output-path={report}"),
            stdin=asyncio.subprocess.DEVNULL,
        )
        assert await process.wait() == 0
        await context.close()
    result: dict[str, Any] = json.loads(report.read_text())
    return result
