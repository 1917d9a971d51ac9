"""A branch for API tests: an agent that speaks the contract over HTTP, and its PDFs."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from fpdf import FPDF

from agent.contract.files import possession
from agent.contract.messages import IndexAck
from app.domains.agents.credentials import AgentIdentity, identify
from app.domains.pdfs import indexing
from app.domains.pdfs.facts import parse_report
from tests.api.conftest import Api, Company

RULES = "2026.1-00000000"


@cache
def make_pdf(text: str = "Hello", *, password: str | None = None) -> bytes:
    """A real PDF of one page; the same text gives the same bytes."""
    pdf = FPDF()
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text=text)
    if password:
        pdf.set_encryption(owner_password=password, user_password=password)
    return bytes(pdf.output())


_CONTENTS: dict[str, bytes] = {}
"""What an agent of the tests has the bytes of, by their hash."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def item(path: str, content: bytes | None = None, **more: Any) -> dict[str, Any]:
    """An `IndexedFile` on the wire; without content, of a file that could not be read."""
    base: dict[str, Any] = {
        "path": path,
        "size": len(content or b""),
        "mtimeNs": 1_750_000_000_000_000_000,
        "result": "ok",
        "rulesVersion": RULES,
    }
    if content is None:
        base |= {"result": "damaged", "reasonCode": "unreadable", "reason": "May not be read."}
    else:
        base |= {"fileHash": sha256(content), "pages": 1}
        _CONTENTS[sha256(content)] = content
    return base | more


def read_as(**fields: str) -> dict[str, Any]:
    """The member `fields`, every value found with certainty."""
    return {
        "fields": {
            name: {"value": value, "confidence": 1, "page": 1, "source": value}
            for name, value in fields.items()
        }
    }


@dataclass
class BranchAgent:
    """An agent with its token."""

    api: Api
    id: UUID
    branch_id: UUID
    token: str
    code: str
    client: httpx.AsyncClient = field(init=False)
    _key: str | None = None

    def __post_init__(self) -> None:
        self.client = self.api.client(Authorization=f"Bearer {self.token}")

    async def identity(self) -> AgentIdentity:
        return await identify(self.api.runtime.database, self.token)

    async def index(self, *items: dict[str, Any], gone: tuple[str, ...] = ()) -> IndexAck:
        """Report files. What was made of bytes is proven, unless it says otherwise itself."""
        report = parse_report(
            {"items": [await self._proven(one) for one in items], "gone": list(gone)}
        )
        return await indexing.apply(self.api.runtime, await self.identity(), report)

    async def proof(self, content: bytes) -> str:
        """What proves that this agent has the bytes."""
        if self._key is None:
            answer = await self.client.post("/api/agent/auth", json={})
            self._key = str(answer.json()["config"]["possessionKey"])
        digest = possession(self._key)
        digest.update(content)
        return digest.hexdigest()

    async def _proven(self, one: dict[str, Any]) -> dict[str, Any]:
        content = _CONTENTS.get(one.get("fileHash") or "")
        if content is None or "possession" in one:
            return one
        return one | {"possession": await self.proof(content)}

    async def beat(self, **more: Any) -> httpx.Response:
        return await self.client.post("/api/agent/heartbeat", json=self.heartbeat() | more)

    def heartbeat(self) -> dict[str, Any]:
        return {
            "version": "0.1.0",
            "platform": "Linux",
            "hostname": "pc-1",
            "localAddress": "10.0.0.7",
            "memoryBytes": 50_000_000,
            "uptimeS": 12.5,
            "sentAt": self.api.runtime.clock.now().isoformat(),
            "watchMode": "events",
            "folder": "/srv/pdf",
            "folderState": "ok",
            "counters": {"files": 3},
        }

    async def upload(
        self, transfer: dict[str, Any] | str, content: bytes, **more: Any
    ) -> httpx.Response:
        """Upload for a transfer; `fileHash` and `size` are the content's unless given."""
        transfer_id = transfer if isinstance(transfer, str) else transfer["id"]
        params = {"transferId": transfer_id, "fileHash": sha256(content), "size": len(content)}
        return await self.client.post(
            "/api/agent/upload", params=params | more, files={"file": ("x.pdf", content)}
        )


async def enrolled(company: Company, branch_id: UUID, name: str = "PC") -> BranchAgent:
    """A new agent of a branch."""
    answer = await company.admin.client.post(
        "/api/admin/agents", json={"name": name, "branchId": str(branch_id)}
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return BranchAgent(
        company.api, UUID(body["agent"]["id"]), branch_id, body["token"], body["enrolmentCode"]
    )


async def documents(company: Company, **params: Any) -> list[dict[str, Any]]:
    """The documents the administrator sees, newest first."""
    answer = await company.admin.client.get("/api/pdfs", params=params)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


async def requested(company: Company, pdf_id: str, **body: Any) -> dict[str, Any]:
    """Ask for a document; the transfer."""
    answer = await company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json=body)
    assert answer.status_code == 202, answer.text
    transfer: dict[str, Any] = answer.json()["transfer"]
    return transfer


async def cached(company: Company, agent: BranchAgent, path: str, content: bytes) -> str:
    """Bring a document up, which is indexed if it was not; its id."""

    async def known() -> dict[str, Any] | None:
        rows = await documents(company)
        return next((row for row in rows if row["fileHash"] == sha256(content)), None)

    pdf = await known()
    if pdf is None:
        await agent.index(item(path, content))
        pdf = await known()
    assert pdf is not None
    transfer = await requested(company, pdf["id"])
    answer = await agent.upload(transfer, content)
    assert answer.status_code == 200, answer.text
    return str(pdf["id"])
