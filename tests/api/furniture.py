"""A company, or one branch of it, with every kind of row that a client or an agent can make."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pyotp
from fpdf import FPDF

from app.domains.agents.credentials import identify
from app.domains.identity.models import Role
from app.domains.pdfs import indexing
from app.domains.pdfs.facts import parse_report
from tests.api.conftest import Api, Company, Person


@dataclass
class Side:
    """What one side of a comparison owns. Its texts contain `mark`, and nobody else's do."""

    company: Company
    mark: str
    admin: Person
    branch_id: UUID
    user: Person
    agent_id: UUID
    agent_token: str
    enrolment_code: str
    agent: httpx.AsyncClient
    content: bytes
    cached_pdf_id: UUID
    local_pdf_id: UUID
    done_transfer_id: UUID
    open_transfer_id: UUID
    session_id: UUID

    @property
    def sha256(self) -> str:
        """Of the document that is cached."""
        return hashlib.sha256(self.content).hexdigest()

    def ids(self) -> set[str]:
        """The ids of what lies in the branch."""
        return {
            str(entity_id)
            for entity_id in (
                self.user.id,
                self.agent_id,
                self.cached_pdf_id,
                self.local_pdf_id,
                self.done_transfer_id,
                self.open_transfer_id,
                self.session_id,
            )
        }


async def furnish(api: Api, company: Company, mark: str, *, admin_of_branch: bool) -> Side:
    """A branch of `company` with a user, an agent, and documents that are here, on their way
    and only there. With `admin_of_branch` the side's administrator sees that branch alone."""
    branch_id = await company.branch(f"code-{mark}")
    admin = company.admin
    if admin_of_branch:
        admin = await company.person(Role.ADMIN, branches=[branch_id])
    user = await company.person(Role.OPERATOR, branches=[branch_id])
    made = await _ok(
        company.admin.client.post(
            "/api/admin/agents", json={"name": f"agent {mark}", "branchId": str(branch_id)}
        )
    )
    agent_id = UUID(made["agent"]["id"])
    agent = api.client(Authorization=f"Bearer {made['token']}")
    await _ok(agent.post("/api/agent/heartbeat", json=heartbeat(mark)))
    content = document(mark)
    files = {f"cached {mark}.pdf": content, f"local {mark}.pdf": content + b"\n"}
    await _index(api, made["token"], mark, files)
    listed = await _ok(company.admin.client.get(f"/api/pdfs?agentId={agent_id}"))
    pdf_ids = {row["fileName"]: UUID(row["id"]) for row in listed["data"]}
    cached, local = pdf_ids[f"cached {mark}.pdf"], pdf_ids[f"local {mark}.pdf"]
    await _saved_again(api, company, made["token"], mark, local)
    done = await _request(company, cached)
    session_id = await _private_things(company, user, mark)
    await _ok(
        agent.post(
            f"/api/agent/upload?transferId={done}&fileHash={hashlib.sha256(content).hexdigest()}"
            f"&size={len(content)}",
            files={"file": ("a.pdf", content, "application/pdf")},
        )
    )
    return Side(
        company=company,
        mark=mark,
        admin=admin,
        branch_id=branch_id,
        user=user,
        agent_id=agent_id,
        agent_token=made["token"],
        enrolment_code=made["enrolmentCode"],
        agent=agent,
        content=content,
        cached_pdf_id=cached,
        local_pdf_id=local,
        done_transfer_id=done,
        open_transfer_id=await _request(company, local),
        session_id=session_id,
    )


async def _private_things(company: Company, user: Person, mark: str) -> UUID:
    """Settings, preferences and a second factor; answers the user's new session."""
    await _ok(company.admin.client.patch("/api/admin/settings", json={"retentionDays": 16}))
    await _ok(user.client.put("/api/me/preferences", json={"mark": mark}))
    enrolment = await _ok(
        user.client.post("/api/me/second-factor", json={"password": user.password})
    )
    code = pyotp.TOTP(enrolment["secret"]).now()
    await _ok(user.client.post("/api/me/second-factor/confirm", json={"code": code}))
    (session,) = (await _ok(user.client.get("/api/sessions")))["data"]
    return UUID(session["id"])


def document(mark: str) -> bytes:
    """A small PDF that says `mark`."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(text=f"Quote for {mark}")
    return bytes(pdf.output())


def heartbeat(mark: str) -> dict[str, Any]:
    """A heartbeat whose texts say `mark`."""
    return {
        "version": "0.1.0",
        "platform": f"linux {mark}",
        "hostname": f"host-{mark}",
        "localAddress": "192.0.2.7",
        "memoryBytes": 1,
        "uptimeS": 1.0,
        "sentAt": datetime.now(UTC).isoformat(),
        "watchMode": "events",
        "folder": f"/srv/{mark}",
        "folderState": "ok",
    }


async def _saved_again(api: Api, company: Company, token: str, mark: str, pdf_id: UUID) -> None:
    """Somebody puts a field right, and then the file has another content."""
    fields = {"number": f"number {mark}"}
    await _ok(company.admin.client.patch(f"/api/pdfs/{pdf_id}/fields", json=fields))
    await _index(api, token, mark, {f"local {mark}.pdf": document(mark) + b"\n\n"})


async def _index(api: Api, token: str, mark: str, files: dict[str, bytes]) -> None:
    """What an agent says over its socket."""
    identity = await identify(api.runtime.database, token)
    report = {
        "items": [
            {
                "path": f"folder {mark}/{name}",
                "fileHash": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "mtimeNs": 1,
                "result": "ok",
                "pages": 1,
                "title": f"title {mark}",
                "rulesVersion": "1",
                "fields": {
                    "customer": {
                        "value": f"customer {mark}",
                        "confidence": 0.9,
                        "page": 1,
                        "source": f"Quote for {mark}",
                    }
                },
            }
            for name, data in files.items()
        ]
    }
    answer = await indexing.apply(api.runtime, identity, parse_report(report))
    assert answer.accepted == len(files), answer


async def _request(company: Company, pdf_id: UUID) -> UUID:
    answer = await _ok(company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json={}))
    return UUID(answer["transfer"]["id"])


async def _ok(answering: Any) -> Any:
    answer: httpx.Response = await answering
    assert answer.is_success, answer.text
    return answer.json()
