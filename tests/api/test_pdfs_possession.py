"""What an agent says is its own: sight of a content needs proof of it, and what was read belongs
to the location that read it."""

import json
from typing import Any
from uuid import UUID

import pytest

from agent.pdf.rules.version import RULES_VERSION
from app.db.scope import SYSTEM
from app.domains.identity.models import Role
from app.domains.pdfs import comparing, orphans, storage
from app.domains.pdfs.models import Pdf
from app.runtime.blobs import blob_key
from tests.api.conftest import Api, Company, Person
from tests.support.branch import (
    BranchAgent,
    documents,
    enrolled,
    item,
    make_pdf,
    read_as,
    requested,
    sha256,
)

SECRET = make_pdf("a contract of the north")


@pytest.fixture
async def owner(company: Company) -> BranchAgent:
    return await enrolled(company, await company.branch("N"))


@pytest.fixture
async def liar(company: Company) -> BranchAgent:
    return await enrolled(company, await company.branch("S"))


def claims(possession: str | None, **more: Any) -> dict[str, Any]:
    """A report of what is known by its hash alone."""
    return item("mine.pdf", SECRET, possession=possession, **more)


async def viewer(company: Company, agent: BranchAgent) -> Person:
    return await company.person(Role.VIEWER, branches=[agent.branch_id])


async def seen_by(person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await person.client.get("/api/pdfs")).json()["data"]
    return rows


@pytest.mark.parametrize("possession", [None, "0" * 64], ids=["no proof", "a wrong one"])
@pytest.mark.parametrize("first", [False, True], ids=["after", "before"])
async def test_a_hash_alone_gives_no_sight_of_what_others_have(
    company: Company, owner: BranchAgent, liar: BranchAgent, possession: str | None, first: bool
) -> None:
    if first:
        await liar.index(claims(possession))
    pdf_id = await cached_of(company, owner, "secret.pdf")
    if not first:
        await liar.index(claims(possession))
    person = await viewer(company, liar)
    (row,) = await seen_by(person)
    assert row["id"] != pdf_id
    assert (row["status"], row["agentIds"]) == ("available_local", [str(liar.id)])
    refused = await person.client.get(f"/api/pdfs/{row['id']}/download")
    assert refused.json()["code"] == "not_cached"
    for path in ("", "/status", "/download", "/history", "/preview"):
        assert (await person.client.get(f"/api/pdfs/{pdf_id}{path}")).status_code == 404
    mine = next(row for row in await documents(company) if row["id"] == pdf_id)
    assert mine["branchIds"] == [str(owner.branch_id)]


async def cached_of(company: Company, agent: BranchAgent, path: str) -> str:
    """The owner's document, brought up; others may say that they have the same."""
    await agent.index(item(path, SECRET))
    row = next(row for row in await documents(company) if str(agent.id) in row["agentIds"])
    answer = await agent.upload(await requested(company, row["id"]), SECRET)
    assert answer.status_code == 200, answer.text
    return str(row["id"])


async def test_the_bytes_are_proof_and_the_proof_is_shown_to_nobody(
    api: Api, company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    pdf_id = await cached_of(company, owner, "secret.pdf")
    await liar.index(item("copy.pdf", SECRET))
    (row,) = await documents(company)
    assert set(row["agentIds"]) == {str(owner.id), str(liar.id)}
    proof = await owner.proof(SECRET)
    answers = [
        await company.admin.client.get(path)
        for path in (
            "/api/pdfs",
            f"/api/pdfs/{pdf_id}",
            f"/api/pdfs/{pdf_id}/history",
            "/api/changes?since=",
            f"/api/admin/agents/{owner.id}",
            "/api/admin/settings",
        )
    ]
    shown = json.dumps([answer.text for answer in answers])
    assert proof not in shown
    assert owner._key is not None
    assert owner._key not in shown
    other = await api.company("Other")
    stranger = await enrolled(other, await other.branch("X"))
    assert await stranger.proof(SECRET) != proof, "each company has a key of its own"


async def test_an_upload_proves_what_was_an_agents_word(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    await owner.index(item("old-agent.pdf", SECRET, possession=None))
    (row,) = await documents(company)
    answer = await owner.upload(await requested(company, row["id"]), SECRET)
    assert answer.status_code == 200, answer.text
    await liar.index(item("copy.pdf", SECRET))
    (row,) = await documents(company)
    assert len(row["agentIds"]) == 2


async def test_an_agent_that_learns_to_prove_keeps_its_document(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    await owner.index(item("a.pdf", SECRET, possession=None))
    (before,) = await documents(company)
    await company.admin.client.patch(f"/api/pdfs/{before['id']}/fields", json={"number": "7"})
    await owner.index(item("a.pdf", SECRET))
    await owner.index(item("a.pdf", SECRET, possession=None), item("b.pdf", SECRET))
    (row,) = await documents(company)
    assert (row["id"], row["number"]) == (before["id"], "7")
    # Two that were each an agent's word are one when both prove it.
    other = make_pdf("elsewhere")
    await liar.index(item("o.pdf", other, possession=None))
    await owner.index(item("o.pdf", other))
    await liar.index(item("o.pdf", other))
    assert len(await documents(company)) == 2


async def test_documents_of_the_release_before_stay_together(
    api: Api, company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    await owner.index(item("a.pdf", SECRET))
    await liar.index(item("b.pdf", SECRET))
    (row,) = await documents(company)
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        pdf = await unit.session.get_one(Pdf, UUID(row["id"]))
        pdf.content_key = sha256(SECRET)  # as it was joined then
    await liar.index(item("b.pdf", SECRET, possession=None, mtimeNs=2))
    await owner.index(item("a.pdf", SECRET, mtimeNs=2))
    await liar.index(item("b.pdf", SECRET, mtimeNs=3))
    (row,) = await documents(company)
    assert len(row["agentIds"]) == 2


async def test_bytes_are_deleted_when_no_document_needs_them(
    api: Api, company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    """An agent that cannot prove it, but has it: two documents with the same bytes."""
    pdf_id = await cached_of(company, owner, "a.pdf")
    await liar.index(claims(None))
    theirs = next(row for row in await documents(company) if row["id"] != pdf_id)
    answer = await liar.upload(await requested(company, theirs["id"]), SECRET)
    assert answer.status_code == 200, answer.text
    runtime, key = api.runtime, blob_key(company.id, sha256(SECRET))
    found = await comparing.compare(runtime)
    assert (found["documents"], found["blobs"], found["missing"]) == (2, 1, [])
    await owner.index(item("a.pdf", make_pdf("changed"), mtimeNs=2))
    assert await runtime.blobs.stat(key) is not None, "the other one has it still"
    assert not await storage.discard(runtime, company.id, sha256(SECRET))
    await orphans.sweep(runtime)
    got = await company.admin.client.get(f"/api/pdfs/{theirs['id']}/download")
    assert got.content == SECRET
    await liar.index(item("mine.pdf", make_pdf("changed too"), mtimeNs=2))
    assert await runtime.blobs.stat(key) is None


async def test_one_agents_reading_never_replaces_anothers(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    newest = "9999.9-ffffffff"
    await owner.index(
        item("a.pdf", SECRET, rulesVersion=RULES_VERSION, title="Read", **read_as(total="1.00"))
    )
    await liar.index(
        item("b.pdf", SECRET, rulesVersion=newest, title="Made up", **read_as(total="666.00"))
    )
    (row,) = await documents(company)
    assert (row["total"], row["title"]) == ("1.00", "Read")
    await owner.index(
        item("a.pdf", SECRET, rulesVersion=RULES_VERSION, title="Again", **read_as(total="2.00"))
    )
    (row,) = await documents(company)
    assert (row["total"], row["title"]) == ("2.00", "Again"), "its own it may replace"
    await owner.index(gone=("a.pdf",))
    (row,) = await documents(company)
    assert row["total"] == "666.00", "there is no other any more"


async def test_the_newest_known_rules_then_who_could_read_then_who_came_first(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    async def total() -> str | None:
        (row,) = await documents(company)
        return str(row["total"])

    slow = {"result": "timeout", "reasonCode": "timeout", "reason": "Slow."}
    await owner.index(item("a.pdf", SECRET, **slow))
    await liar.index(item("b.pdf", SECRET, **read_as(total="2.00")))
    assert await total() == "2.00", "one could read it"
    await owner.index(item("a.pdf", SECRET, mtimeNs=2, **read_as(total="1.00")))
    assert await total() == "1.00", "the one that is known longest"
    known = {"rulesVersion": "2026.1-0353ea98"}
    await liar.index(item("b.pdf", SECRET, mtimeNs=2, **known, **read_as(total="3.00")))
    assert await total() == "3.00", "rules that are known"
    own = {"rulesVersion": RULES_VERSION}
    await owner.index(item("a.pdf", SECRET, mtimeNs=3, **own, **read_as(total="4.00")))
    assert await total() == "4.00", "the newest ones"


async def test_a_deleted_agent_takes_what_it_read_with_it(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    await liar.index(item("b.pdf", SECRET, rulesVersion=RULES_VERSION, **read_as(total="666.00")))
    await owner.index(item("a.pdf", SECRET, rulesVersion=RULES_VERSION, **read_as(total="1.00")))
    (row,) = await documents(company)
    assert row["total"] == "666.00"
    deleted = await company.admin.client.delete(f"/api/admin/agents/{liar.id}")
    assert deleted.status_code == 204
    (row,) = await documents(company)
    assert (row["total"], row["fileName"]) == ("1.00", "a.pdf")
    assert (await documents(company, q="b.pdf")) == []


async def test_another_branchs_transfers_are_not_shown(
    company: Company, owner: BranchAgent, liar: BranchAgent
) -> None:
    """Both branches have the document; the transfer is the first one's."""
    await owner.index(item("confidential folder/a.pdf", SECRET))
    await liar.index(item("b.pdf", SECRET))
    await owner.beat()
    (row,) = await documents(company)
    transfer = await requested(company, row["id"])
    assert transfer["agentId"] == str(owner.id)
    person = await company.person(Role.OPERATOR, branches=[liar.branch_id])
    base = f"/api/pdfs/{row['id']}"
    joined = await person.client.post(f"{base}/request", json={})
    assert (joined.status_code, joined.json()["transfer"]) == (202, None)
    assert joined.json()["status"] == "uploading"
    both = await person.client.post("/api/pdfs/request", json={"ids": [row["id"]]})
    assert both.json()["data"][0]["transferId"] is None
    answers = [
        joined,
        both,
        await person.client.get(base),
        await person.client.get(f"{base}/status"),
        await person.client.get(f"{base}/history"),
        await person.client.get("/api/transfers"),
        await person.client.get("/api/changes"),
        await person.client.patch(f"{base}/fields", json={"number": "7"}),
    ]
    for answer in answers:
        assert answer.status_code in {200, 202}, answer.text
        assert "confidential" not in answer.text, answer.url
        assert transfer["id"] not in answer.text, answer.url
    for act in ("cancel", "retry"):
        answer = await person.client.post(f"/api/transfers/{transfer['id']}/{act}", json={})
        assert answer.status_code == 404
    # Who sees the branch sees the transfer.
    mine = await company.person(Role.OPERATOR, branches=[owner.branch_id])
    detail = (await mine.client.get(base)).json()
    assert [one["id"] for one in detail["transfers"]] == [transfer["id"]]
    assert (await mine.client.get(f"{base}/status")).json()["transfer"]["id"] == transfer["id"]
