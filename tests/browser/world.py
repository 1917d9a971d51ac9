"""An office in which every screen has something to show, and a company that has nothing."""

from typing import TYPE_CHECKING, Any

from tests.browser.screens import Screen
from tests.e2e.samples import quote_pdf
from tests.e2e.stack import PASSWORD, eventually

if TYPE_CHECKING:
    from tests.browser.conftest import Office

BROUGHT_UP = "walk.pdf"


class World:
    """`url` is the server's; what a screen's path leaves open is chosen here."""

    def __init__(self, office: "Office") -> None:
        self.office = office
        self.url = office.url
        self.empty_admin = "nobody@empty.example"
        self._chosen: dict[str, str] = {}

    async def furnish(self) -> None:
        """Bring up a document, which makes a transfer, change settings, and found the company that
        has nothing."""
        quote = quote_pdf("ORC-88", "Hotel Sol Nascente", "15/12/2026", "7.350,00")
        self.office.campinas.drop(BROUGHT_UP, quote)
        self.office.stack.cli(
            *("tenant", "create", "--name", "Empty", "--admin-email", self.empty_admin),
            "--admin-password-stdin",
            stdin=PASSWORD + "\n",
        )
        async with self.office.stack.client() as client:

            async def listed() -> Any:
                # Of the office's other documents two may have the same name.
                rows = (await client.get("/api/pdfs", params={"limit": 1000})).json()["data"]
                return next((row for row in rows if row["fileName"] == BROUGHT_UP), None)

            pdf = await eventually(listed, what="the document is listed")
            asked = await client.post(f"/api/pdfs/{pdf['id']}/request")
            asked.raise_for_status()

            async def is_up() -> bool:
                return bool((await listed())["status"] == "cached")

            await eventually(is_up, what="the document is brought up")
            # As the form sends them: most are the server's own.
            settings = {"retentionDays": None, "secondFactorRequired": False}
            (await client.patch("/api/admin/settings", json=settings)).raise_for_status()
            agents = (await client.get("/api/agents")).json()["data"]
        self._chosen = {"pdf": pdf["id"], "agent": agents[0]["id"]}

    def path(self, screen: Screen) -> str:
        return screen.path.format(**self._chosen)
