"""A fleet is updated in waves: agents of the release before work with this server, and agents of
this release with a server of the release before."""

from typing import Any

import pytest

from tests.e2e.samples import quote_pdf
from tests.e2e.stack import Branch, Stack, eventually
from tests.support.release import environment_of, previous_release


@pytest.fixture(params=["agent", "server"])
def older(request: pytest.FixtureRequest) -> str:
    """Which side is of the release before."""
    return str(request.param)


@pytest.fixture
def server_settings(older: str) -> dict[str, str]:
    return environment_of(previous_release()) if older == "server" else {}


@pytest.mark.timeout(300)
async def test_one_side_is_of_the_release_before(stack: Stack, older: str) -> None:
    """Found before and after the start, renamed, changed, brought up, deleted, resynced."""
    settings = environment_of(previous_release()) if older == "agent" else {}
    branch = Branch(stack, "campinas", **settings)
    first = quote_pdf("ORC-1", "Ana", "10/10/2027", "10,00")
    branch.drop("first.pdf", first)
    await stack.start_server(within_s=90)
    branch.agent.start()
    async with stack.client() as client:

        async def there() -> dict[str, dict[str, Any]]:
            # 0.1.0 keeps a row for what a file said before, as gone.
            rows = (await client.get("/api/pdfs", params={"limit": 1000})).json()["data"]
            return {row["fileName"]: row for row in rows if row["agentIds"]}

        async def listed(**names: str) -> bool:
            numbers = {name: row["number"] for name, row in (await there()).items()}
            return numbers == {f"{name}.pdf": number for name, number in names.items()}

        async def exactly(**names: str) -> None:
            await eventually(lambda: listed(**names), what=f"listed is {names}")

        await exactly(first="ORC-1")
        branch.drop("second.pdf", quote_pdf("ORC-2", "Rui", "11/10/2027", "20,00"))
        await exactly(first="ORC-1", second="ORC-2")
        (branch.folder / "second.pdf").rename(branch.folder / "renamed.pdf")
        await exactly(first="ORC-1", renamed="ORC-2")
        branch.drop("renamed.pdf", quote_pdf("ORC-3", "Rui", "12/10/2027", "30,00"))
        await exactly(first="ORC-1", renamed="ORC-3")

        pdf = (await there())["first.pdf"]
        assert (await client.post(f"/api/pdfs/{pdf['id']}/request")).status_code == 202

        async def cached() -> bool:
            status = (await client.get(f"/api/pdfs/{pdf['id']}/status")).json()["status"]
            return bool(status == "cached")

        await eventually(cached, what="the document is brought up")
        assert (await client.get(f"/api/pdfs/{pdf['id']}/download")).content == first

        (branch.folder / "renamed.pdf").unlink()
        await exactly(first="ORC-1")
        branch.agent.kill()
        branch.drop("third.pdf", quote_pdf("ORC-4", "Eva", "13/10/2027", "40,00"))
        branch.agent.start()
        await exactly(first="ORC-1", third="ORC-4")
