"""What tests and benches ask of a page of the dashboard."""

import asyncio

from playwright.async_api import Page

COPY_IS_WHOLE = """
async () => {
  const names = (await indexedDB.databases()).map(({name}) => name);
  const name = names.find((one) => one.startsWith('siberius-copy-'));
  if (!name) return false;
  const open = indexedDB.open(name);
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const get = db.transaction('state').objectStore('state').get('state');
  const state = await new Promise((done) => { get.onsuccess = () => done(get.result); });
  db.close();
  return Boolean(state?.cursor);
}
"""


async def until(page: Page, condition: str, within_s: float = 180) -> None:
    """Playwright's own way evaluates strings in the page, which its policy does not allow."""
    async with asyncio.timeout(within_s):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.1)


async def until_kept(page: Page) -> None:
    """Until the browser has a copy of all rows, which is written in the background."""
    await until(page, COPY_IS_WHOLE)
