"""The dashboard with 100,000 documents, as Debian's Chromium shows it from the real server.

Times are the browser's own: from the start of the navigation to the frame that shows rows, from
a key's event to the frame that shows what was found. The heap is what is left after a collection.
"""

import asyncio
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import (
    BrowserContext,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.stack import ADMIN, PASSWORD, Stack
from tests.support.dashboard import until, until_kept
from tests.support.documents import fill

ROWS = sized(100_000, short=3_000)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
RELOADS = sized(5, short=1)
SEARCHES = sized(
    ["padaria", "sao joao 0001", "orc-00999", "1234,", "sol nasc", "movei 9", "colegio be"],
    short=["sao joao 0001"],
)
MEGABYTE = 1024 * 1024

# Before anything of the page runs: what the browser saw of it.
PROBE = """
window.bench = {painted: null, keys: [], long: []};
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) bench.long.push([task.startTime, task.duration]);
}).observe({type: 'longtask', buffered: true});
// A task that is queued in a frame's callback runs after the frame is painted.
const afterPaint = (done) => requestAnimationFrame(() => {
  const {port1, port2} = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(null);
});
const row = '[data-testid="documents-row"]';
new MutationObserver((_, observer) => {
  if (!document.querySelector(row)) return;
  observer.disconnect();
  afterPaint((now) => { bench.painted = now; });
}).observe(document, {childList: true, subtree: true});
addEventListener('input', (event) => {
  const pressed = event.timeStamp;
  afterPaint((now) => bench.keys.push(now - pressed));
}, true);
"""

SCROLL = """
async () => {
  const scroller = document.querySelector('.document-scroller');
  const start = performance.now();
  let frames = 0;
  await new Promise((done) => {
    const step = () => {
      const passed = performance.now() - start;
      frames += 1;
      // Slowly, quickly, and in leaps, as with a wheel, a thumb and the bar.
      if (passed < 2000) scroller.scrollTop += 60;
      else if (passed < 4000) scroller.scrollTop += 2000;
      else if (passed < 5000) scroller.scrollTop = Math.random() * scroller.scrollHeight;
      else return done();
      requestAnimationFrame(step);
    };
    step();
  });
  const tasks = bench.long.filter(([at]) => at >= start).map(([, ms]) => ms);
  return {frames, tasks};
}
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), SIBERIUS_LOGIN_LIMIT_PER_MINUTE="1000")
        try:
            return asyncio.run(_measure_with(stack))
        finally:
            stack.close()


async def _measure_with(stack: Stack) -> list[Figure]:
    await fill(f"sqlite+aiosqlite:///{stack.root}/data/siberius.db", ROWS)
    await stack.start_server(within_s=120)
    return await measure(stack.url)


async def measure(url: str) -> list[Figure]:
    """Of a server that has the documents."""
    figures: list[Figure] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[*CHROMIUM_FLAGS, "--enable-precise-memory-info"],
        )
        context = await browser.new_context(base_url=url, viewport=DESKTOP)
        await context.add_init_script(PROBE)
        page = await context.new_page()
        await _sign_in(page)
        cold = await _cold(context, page, url)
        figures.append(
            figure("dashboard: first rows, cold", cold.painted_ms / 1000, "s", at_most=1.5)
        )
        figures.append(
            figure("dashboard: initial transfer", cold.program_bytes / 1024, "KB", at_most=250)
        )
        figures.append(
            figure("dashboard: data until the first rows are seen", cold.data_bytes / 1024, "KB")
        )
        figures.append(figure(f"dashboard: all of {ROWS:,} rows here, cold", cold.whole_s, "s"))
        longest = "dashboard: longest task while loading"
        figures.append(figure(longest, cold.longest_ms, "ms", none_is_fine=True))
        await until_kept(page)
        figures += await _use(page, "dashboard")
        warm = [await _warm(page) for _ in range(RELOADS)]
        figures.append(
            figure("dashboard: first rows from the copy", statistics.median(warm), "s", at_most=0.5)
        )
        await _whole(page)
        session = await context.new_cdp_session(page)
        await page.set_viewport_size(PHONE)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        figures += [
            {**each, "goal": None, "met": True}
            for each in await _use(page, "dashboard, 4x slower phone")
        ]
        await browser.close()
    return figures


@dataclass(frozen=True, slots=True)
class Cold:
    painted_ms: float
    program_bytes: float
    data_bytes: float
    whole_s: float
    longest_ms: float


async def _sign_in(page: Page) -> None:
    await page.goto("/documents")
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("documents-row").first).to_be_visible(timeout=60_000)


async def _cold(context: BrowserContext, page: Page, url: str) -> Cold:
    """A browser that has the cookie and nothing else: no file, no copy, no worker."""
    await page.goto("about:blank")
    session = await context.new_cdp_session(page)
    kinds = "indexeddb,local_storage,cache_storage,service_workers"
    await session.send("Network.clearBrowserCache")
    await session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": kinds})
    asked: dict[str, dict[str, Any]] = {}
    loaded: list[dict[str, Any]] = []

    def note(sent: dict[str, Any]) -> None:
        asked.setdefault(sent["requestId"], sent)

    def finished(done: dict[str, Any]) -> None:
        loaded.append(done)

    session.on("Network.requestWillBeSent", note)
    session.on("Network.loadingFinished", finished)
    await session.send("Network.enable")
    await page.goto("/documents")
    painted = await _painted(page)
    # What the page is made of, and apart from it the data it shows, until the rows are seen.
    seen_at = min(sent["timestamp"] for sent in asked.values()) + painted / 1000
    sizes = {"program": 0.0, "data": 0.0}
    for done in loaded:
        if done["timestamp"] <= seen_at and (sent := asked.get(done["requestId"])):
            kind = "data" if sent["type"] in {"Fetch", "XHR"} else "program"
            sizes[kind] += done["encodedDataLength"]
    await _whole(page)
    whole = await page.evaluate("performance.now()")
    longest = await page.evaluate("Math.max(0, ...bench.long.map(([, ms]) => ms))")
    await session.detach()
    return Cold(painted, sizes["program"], sizes["data"], whole / 1000, longest)


async def _warm(page: Page) -> float:
    """A reload: files and rows are here; in seconds."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.reload()
    painted = await _painted(page)
    page.remove_listener("request", note)
    if pages := [url for url in asked if "/api/pdfs" in url]:
        raise RuntimeError(f"the rows did not come from the copy: {pages}")
    return painted / 1000


async def _painted(page: Page) -> float:
    await until(page, "bench.painted !== null")
    return float(await page.evaluate("bench.painted"))


async def _whole(page: Page) -> None:
    count = "document.querySelector('[data-testid=\"count\"]').textContent"
    await until(page, f"{count}.includes('{ROWS:,}') && !{count}.includes('…')")


async def _use(page: Page, where: str) -> list[Figure]:
    """Search and scroll; the heap after it."""
    box = page.get_by_test_id("search")
    await box.click()
    await page.evaluate("bench.keys.length = 0")
    for text in SEARCHES:
        await box.press_sequentially(text, delay=120)
        await box.fill("")
    keys = sorted(await page.evaluate("bench.keys"))
    p95 = keys[int(len(keys) * 0.95)]
    await expect(page.get_by_test_id("documents-row").first).to_be_visible()
    scrolled = await page.evaluate(SCROLL)
    long = [task for task in scrolled["tasks"] if task > 50]
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.enable")
    await session.send("HeapProfiler.collectGarbage")
    heap = await session.send("Runtime.getHeapUsage")
    await session.detach()
    return [
        figure(f"{where}: key to painted result, p95 of {len(keys)}", p95, "ms", at_most=100),
        figure(
            *(f"{where}: tasks over 50 ms in 5 s of scrolling", len(long), "tasks"),
            at_most=0,
            none_is_fine=True,
        ),
        figure(
            *(f"{where}: longest task while scrolling", max(scrolled["tasks"], default=0), "ms"),
            none_is_fine=True,
        ),
        figure(f"{where}: frames while scrolling", scrolled["frames"] / 5, "1/s"),
        figure(f"{where}: heap", heap["usedSize"] / MEGABYTE, "MB", at_most=150),
    ]
