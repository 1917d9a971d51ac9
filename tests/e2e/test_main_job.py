"""The product's main job, as a person sees it: found at once, brought up on demand."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.e2e.samples import large_pdf, quote_pdf
from tests.e2e.stack import ADMIN, PASSWORD, Branch, Stack, documents, eventually
from tests.support.proxy import Proxy

LISTED_WITHIN_S = 2.0
_A_BLOB = re.compile("^blob:")


async def _sign_in(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.url}/documents")
    await page.get_by_test_id("login-email").fill(ADMIN)
    await page.get_by_test_id("login-password").fill(PASSWORD)
    await page.get_by_test_id("login-submit").click()
    await expect(page.get_by_test_id("connection-state")).to_be_visible()


def _row(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-testid="documents-row"][data-file-name="{name}"]')


@pytest.mark.alone
async def test_drop_listed_requested_opened_expired_requested_again(
    stack: Stack, page: Page
) -> None:
    async with Proxy(stack.port, bytes_per_second=6_000_000) as line:
        branch = Branch(stack, "campinas", server_url=line.url)
        await stack.start_server()
        branch.agent.start()
        async with stack.client() as client:

            async def online() -> bool:
                rows = (await client.get("/api/agents")).json()["data"]
                return [row["status"] for row in rows] == ["online"]

            await eventually(online, what="the agent is online")
            await _sign_in(page, stack)

            # Dropped: in the list without a reload.
            event = datetime.now(UTC).date() + timedelta(days=10)
            quote = quote_pdf(
                "ORC-2026/0154", "Padaria Estrela Ltda.", f"{event:%d/%m/%Y}", "1.234,56"
            )
            branch.drop("quote.pdf", quote)
            dropped = time.monotonic()
            await expect(_row(page, "quote.pdf")).to_be_visible(timeout=10_000)
            assert time.monotonic() - dropped <= LISTED_WITHIN_S
            await expect(_row(page, "quote.pdf")).to_contain_text("ORC-2026/0154")
            await expect(_row(page, "quote.pdf")).to_have_attribute(
                "data-availability", "branch_online"
            )

            # Requested: a progress bar, then it opens.
            branch.drop("plan.pdf", large_pdf(12_000_000))
            row = _row(page, "plan.pdf")
            await expect(row).to_be_visible(timeout=10_000)
            async with page.context.expect_page() as opened:
                await row.get_by_test_id("open").click()
            await expect(row.get_by_test_id("progress")).to_be_visible()
            viewer = await opened.value
            await expect(row).to_have_attribute("data-status", "cached", timeout=30_000)
            await expect(viewer).to_have_url(_A_BLOB, timeout=10_000)

            # Opened again: at once, and the branch is not asked.
            sent = line.up
            async with page.context.expect_page() as again:
                await row.get_by_test_id("open").click()
            await expect(await again.value).to_have_url(_A_BLOB, timeout=5_000)
            assert line.up - sent < 100_000

            # Expired: the nightly job, six weeks later; the page learns of it.
            stack.cli("jobs", "run", "expiry", SIBERIUS_CLOCK_OFFSET_S=str(40 * 86400))
            await expect(row).to_have_attribute("data-status", "expired", timeout=10_000)

            # Requested again.
            async with page.context.expect_page():
                await row.get_by_test_id("open").click()
            await expect(row).to_have_attribute("data-status", "cached", timeout=30_000)
            plan = (await documents(client))["plan.pdf"]
            detail = (await client.get(f"/api/pdfs/{plan['id']}")).json()
            assert [transfer["state"] for transfer in detail["transfers"]] == ["done", "done"]


async def test_a_request_waits_for_a_branch_that_is_offline(stack: Stack, page: Page) -> None:
    branch = Branch(stack, "campinas")
    branch.drop("quote.pdf", quote_pdf("ORC-7", "Ana", "10/10/2027", "10,00"))
    await stack.start_server()
    branch.agent.start()
    async with stack.client() as client:

        async def listed() -> bool:
            return "quote.pdf" in await documents(client)

        await eventually(listed, what="the quote is listed")
        branch.agent.kill()
        await _sign_in(page, stack)
        row = _row(page, "quote.pdf")
        await row.get_by_test_id("open").click()
        branch.agent.start()
        await expect(row).to_have_attribute("data-status", "cached", timeout=30_000)


async def test_one_document_in_two_branches(stack: Stack) -> None:
    campinas, curitiba = Branch(stack, "campinas"), Branch(stack, "curitiba")
    content = quote_pdf("ORC-8", "Ana", "10/10/2027", "10,00")
    campinas.drop("here.pdf", content)
    curitiba.drop("there.pdf", content)
    await stack.start_server()
    campinas.agent.start()
    curitiba.agent.start()
    async with stack.client() as client:

        async def both() -> bool:
            rows = (await client.get("/api/pdfs")).json()["data"]
            return len(rows) == 1 and len(rows[0]["branchIds"]) == 2

        await eventually(both, what="one document with two locations")
        (campinas.folder / "here.pdf").rename(campinas.folder / "renamed.pdf")
        row = (await client.get("/api/pdfs")).json()["data"][0]

        async def renamed() -> bool:
            detail = (await client.get(f"/api/pdfs/{row['id']}")).json()
            return {place["path"] for place in detail["locations"]} == {"renamed.pdf", "there.pdf"}

        await eventually(renamed, what="the rename is followed")
        curitiba.agent.kill()
        (campinas.folder / "renamed.pdf").unlink()
        assert (await client.post(f"/api/pdfs/{row['id']}/request")).status_code == 202
        curitiba.agent.start()

        async def cached() -> bool:
            status = (await client.get(f"/api/pdfs/{row['id']}/status")).json()["status"]
            return bool(status == "cached")

        await eventually(cached, what="the other branch sent it")
