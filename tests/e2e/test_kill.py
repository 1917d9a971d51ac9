"""Any process may die at any moment: nothing is lost and nothing is doubled."""

import asyncio
import hashlib
import random
from pathlib import Path

import httpx
import pytest

from tests.e2e.samples import large_pdf, small_pdf
from tests.e2e.stack import Branch, Stack, documents, eventually
from tests.support.proxy import Proxy


async def _in_sight(client: httpx.AsyncClient, names: set[str]) -> bool:
    return set(await documents(client)) == names


async def _check_equals_disk(client: httpx.AsyncClient, branch: Branch) -> None:
    """Every file is one document with one location, under its hash; and there is no other."""
    on_disk = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in branch.folder.glob("*.pdf")
    }
    listed = await documents(client)
    assert {name: row["fileHash"] for name, row in listed.items()} == on_disk
    for row in listed.values():
        detail = (await client.get(f"/api/pdfs/{row['id']}")).json()
        assert [place["path"] for place in detail["locations"]] == [row["fileName"]]


async def test_agent_killed_while_indexing(stack: Stack) -> None:
    branch = Branch(stack, "campinas")
    names = {f"order-{n}.pdf" for n in range(60)}
    for name in names:
        branch.drop(name, small_pdf(name))
    await stack.start_server()
    async with stack.client() as client:
        for _ in range(3):
            branch.agent.start()
            await asyncio.sleep(random.uniform(0.6, 1.6))
            branch.agent.kill()
        branch.drop("while-dead.pdf", small_pdf("while dead"))
        (branch.folder / "order-0.pdf").unlink()
        branch.agent.start()
        names = names - {"order-0.pdf"} | {"while-dead.pdf"}

        async def converged() -> bool:
            rows = await documents(client)
            here = {name for name, row in rows.items() if row["agentIds"]}
            return here == names

        await eventually(converged, what="the server knows what is on the disk")
        rows = await documents(client)
        assert set(rows) - names <= {"order-0.pdf"}, "nothing but the deleted file is left over"


async def test_server_killed_while_indexing(stack: Stack) -> None:
    branch = Branch(stack, "campinas")
    names = {f"order-{n}.pdf" for n in range(80)}
    for name in names:
        branch.drop(name, small_pdf(name))
    await stack.start_server()
    branch.agent.start()
    for _ in range(3):
        await asyncio.sleep(random.uniform(0.5, 1.5))
        stack.server.kill()
        await stack.start_server()
    async with stack.client() as client:
        await eventually(lambda: _in_sight(client, names), what="every file is listed")
        await _check_equals_disk(client, branch)


async def test_server_killed_during_an_upload(stack: Stack) -> None:
    content = large_pdf(12_000_000)
    async with Proxy(stack.port, bytes_per_second=4_000_000) as line:
        branch = Branch(stack, "campinas", server_url=line.url)
        branch.drop("plan.pdf", content)
        await stack.start_server()
        branch.agent.start()
        async with stack.client() as client:
            await eventually(lambda: _in_sight(client, {"plan.pdf"}), what="the file is listed")
            pdf_id = (await documents(client))["plan.pdf"]["id"]
            answer = await client.post(
                f"/api/pdfs/{pdf_id}/request", headers={"Idempotency-Key": "once"}
            )
            assert answer.status_code == 202
            before = line.up
            await eventually(_passed(line, before + 3_000_000), what="the upload is under way")
            stack.server.kill()
            await asyncio.sleep(0.5)
            await stack.start_server()
            # The same request again, as a client does that saw the line break.
            again = await client.post(
                f"/api/pdfs/{pdf_id}/request", headers={"Idempotency-Key": "once"}
            )
            assert again.json() == answer.json()

            async def cached() -> bool:
                status = (await client.get(f"/api/pdfs/{pdf_id}/status")).json()["status"]
                return bool(status == "cached")

            await eventually(cached, what="the file is up", within_s=60)
            download = await client.get(f"/api/pdfs/{pdf_id}/download")
            assert hashlib.sha256(download.content).digest() == hashlib.sha256(content).digest()
            transfers = (await client.get("/api/transfers")).json()["data"]
            assert [transfer["state"] for transfer in transfers] == ["done"]
            blobs = [path for path in _blobs(stack.root) if path.stat().st_size == len(content)]
            assert len(blobs) == 1, "one document, one object"


async def test_agent_killed_during_an_upload(stack: Stack) -> None:
    content = large_pdf(12_000_000)
    async with Proxy(stack.port, bytes_per_second=4_000_000) as line:
        branch = Branch(stack, "campinas", server_url=line.url)
        branch.drop("plan.pdf", content)
        await stack.start_server()
        branch.agent.start()
        async with stack.client() as client:
            await eventually(lambda: _in_sight(client, {"plan.pdf"}), what="the file is listed")
            pdf_id = (await documents(client))["plan.pdf"]["id"]
            await client.post(f"/api/pdfs/{pdf_id}/request")
            await eventually(_passed(line, line.up + 3_000_000), what="the upload is under way")
            branch.agent.kill()
            await asyncio.sleep(0.5)
            branch.agent.start()

            async def cached() -> bool:
                status = (await client.get(f"/api/pdfs/{pdf_id}/status")).json()["status"]
                return bool(status == "cached")

            await eventually(cached, what="the file is up", within_s=60)
            transfers = (await client.get("/api/transfers")).json()["data"]
            assert [transfer["state"] for transfer in transfers] == ["done"]


@pytest.mark.parametrize("stop", ["kill", "terminate"])
async def test_a_restart_keeps_sessions_and_documents(stack: Stack, stop: str) -> None:
    branch = Branch(stack, "campinas")
    branch.drop("a.pdf", small_pdf("a"))
    await stack.start_server()
    branch.agent.start()
    async with stack.client() as client:
        await eventually(lambda: _in_sight(client, {"a.pdf"}), what="the file is listed")
        getattr(stack.server, stop)()
        await stack.start_server()
        assert await _in_sight(client, {"a.pdf"})
        await _check_equals_disk(client, branch)


def _passed(line: Proxy, position: int):  # type: ignore[no-untyped-def]
    async def passed() -> bool:
        return line.up >= position

    return passed


def _blobs(root: Path) -> list[Path]:
    return [path for path in (root / "data" / "blobs").rglob("*") if path.is_file()]
