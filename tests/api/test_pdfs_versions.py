"""A path whose content changed is the same document with a new version."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.db.scope import SYSTEM
from app.domains.identity.models import Role
from app.domains.pdfs import gone, versions
from app.domains.pdfs.models import Pdf, Transfer
from tests.api.conftest import Api, Company
from tests.support.branch import (
    BranchAgent,
    cached,
    documents,
    enrolled,
    item,
    make_pdf,
    read_as,
    requested,
    sha256,
)

FIRST, SECOND, THIRD = (make_pdf(f"state {n}") for n in range(3))


async def later(api: Api, **span: Any) -> None:
    """Let everything that is known have been known for so long already."""
    moved = timedelta(**span)
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        for pdf in await unit.session.scalars(select(Pdf)):
            pdf.content_since -= moved
            if pdf.gone_at is not None:
                pdf.gone_at -= moved


async def one(company: Company) -> dict[str, Any]:
    rows = await documents(company)
    assert len(rows) == 1, [(row["fileName"], row["total"], row["agentIds"]) for row in rows]
    return rows[0]


async def history(company: Company, pdf_id: str) -> list[dict[str, Any]]:
    answer = await company.admin.client.get(f"/api/pdfs/{pdf_id}/history")
    found = answer.json()["data"]
    return [entry for entry in found if entry["action"] == "pdf.version"]


@pytest.fixture
async def agent(company: Company) -> BranchAgent:
    return await enrolled(company, await company.branch("SP"), "Balcão")


async def put_right(company: Company, pdf_id: str, **fields: Any) -> None:
    answer = await company.admin.client.patch(f"/api/pdfs/{pdf_id}/fields", json=fields)
    assert answer.status_code == 200, answer.text


async def test_saving_over_a_document_is_a_new_version_of_it(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    for n, content in enumerate((FIRST, SECOND, THIRD)):
        await agent.index(item("a.pdf", content, mtimeNs=n, **read_as(number="7", total=f"{n}.00")))
        await later(api, hours=1)
    row = await one(company)
    assert (row["fileHash"], row["total"]) == (sha256(THIRD), "2.00")
    newest, oldest = await history(company, row["id"])
    assert newest["actorName"] == "Balcão"
    assert newest["details"]["values"] == {"number": "7", "total": "1.00"}
    assert oldest["details"]["fileHash"] == sha256(FIRST)
    assert oldest["details"]["size"] == len(FIRST)


async def test_a_state_of_a_moment_leaves_nothing_behind(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST))
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert row["fileHash"] == sha256(SECOND)
    assert await history(company, row["id"]) == []


async def test_what_people_put_right_stays_where_the_same_was_read(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST, **read_as(customer="Jaoo", total="1.00")))
    pdf_id = (await one(company))["id"]
    await put_right(company, pdf_id, customer="João", total="10.00", number="77")
    await company.admin.client.put(f"/api/pdfs/{pdf_id}/pin")
    await later(api, hours=1)
    await agent.index(item("a.pdf", SECOND, mtimeNs=2, **read_as(customer="Jaoo", total="2.00")))
    row = await one(company)
    assert (row["id"], row["pinned"]) == (pdf_id, True)
    assert (row["customer"], row["total"], row["number"]) == ("João", "2.00", "77")
    assert row["corrected"] == ["customer", "number"]
    # Back to what it was: it is as right as it was then.
    await agent.index(item("a.pdf", FIRST, mtimeNs=3, **read_as(customer="Jaoo", total="1.00")))
    row = await one(company)
    assert (row["customer"], row["total"]) == ("João", "10.00")


async def test_a_file_that_cannot_be_read_for_a_while_stays_the_document(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    pdf_id = await cached(company, agent, "a.pdf", FIRST)
    await put_right(company, pdf_id, number="77")
    await agent.index(item("a.pdf"))
    row = await one(company)
    assert (row["id"], row["result"], row["number"]) == (pdf_id, "damaged", "77")
    assert row["status"] == "cached", "what was brought up can be opened"
    await agent.index(item("a.pdf", FIRST, mtimeNs=5))
    assert (await one(company))["result"] == "ok"
    # Half of it was there for a while, and then all of the new one.
    await later(api, hours=1)
    broken = {"result": "damaged", "reasonCode": "incomplete", "reason": "No end."}
    await agent.index(item("a.pdf", SECOND[:100], mtimeNs=6, **broken))
    await agent.index(item("a.pdf", SECOND, mtimeNs=7))
    row = await one(company)
    assert (row["number"], row["fileHash"]) == ("77", sha256(SECOND))


async def test_cached_bytes_of_the_old_version_go(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    pdf_id = await cached(company, agent, "a.pdf", FIRST)
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert (row["status"], row["cachedAt"], row["expiresAt"]) == ("available_local", None, None)
    assert [blob async for blob in api.runtime.blobs.list()] == []
    assert len(await history(company, pdf_id)) == 1, "it was asked for, so it is remembered"
    answer = await agent.upload(await requested(company, pdf_id), SECOND)
    assert answer.status_code == 200, answer.text
    got = await company.admin.client.get(f"/api/pdfs/{pdf_id}/download")
    assert got.content == SECOND


async def test_an_open_transfer_goes_on_for_the_new_version(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST))
    transfer = await requested(company, (await one(company))["id"])
    old = await agent.upload(transfer, SECOND)
    assert old.json()["code"] == "hash_mismatch", "not before it is reported"
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert row["status"] == "uploading"
    assert (await agent.upload(transfer, FIRST)).json()["code"] == "hash_mismatch"
    assert (await agent.upload(transfer, SECOND)).status_code == 200
    assert (await one(company))["status"] == "cached"


async def test_identical_content_elsewhere_keeps_its_row(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST, **read_as(customer="Jaoo")))
    original = await one(company)
    await put_right(company, original["id"], customer="João")
    await agent.index(item("copy.pdf", FIRST, **read_as(customer="Jaoo")))
    await agent.index(item("copy.pdf", SECOND, mtimeNs=2, **read_as(customer="Jaoo")))
    rows = {row["fileName"]: row for row in await documents(company)}
    assert rows["a.pdf"]["id"] == original["id"]
    assert rows["a.pdf"]["fileHash"] == sha256(FIRST)
    assert rows["copy.pdf"]["customer"] == "João"
    # Long after, it becomes the same as the other one again: that one is the document.
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        for pdf in await unit.session.scalars(select(Pdf)):
            pdf.created_at -= timedelta(days=1)
    await agent.index(item("a.pdf", SECOND, mtimeNs=3, **read_as(customer="Jaoo")))
    assert (await one(company))["id"] == rows["copy.pdf"]["id"]


async def test_two_files_that_are_swapped_keep_their_contents_rows(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST), item("b.pdf", SECOND))
    before = {row["fileHash"]: row["id"] for row in await documents(company)}
    await agent.index(item("a.pdf", SECOND, mtimeNs=2), item("b.pdf", FIRST, mtimeNs=2))
    rows = await documents(company)
    assert {row["fileHash"]: row["id"] for row in rows} == before
    assert {row["fileName"]: row["fileHash"] for row in rows} == {
        "a.pdf": sha256(SECOND),
        "b.pdf": sha256(FIRST),
    }


async def test_swapped_in_two_messages_there_are_still_two_rows(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST), item("b.pdf", SECOND))
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    await agent.index(item("b.pdf", FIRST, mtimeNs=2))
    assert {row["fileName"]: row["fileHash"] for row in await documents(company)} == {
        "a.pdf": sha256(SECOND),
        "b.pdf": sha256(FIRST),
    }


async def test_written_beside_and_renamed_over_it_is_a_version(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST))
    pdf_id = (await one(company))["id"]
    await agent.index(item("a-new.pdf", SECOND))
    await agent.index(item("a.pdf", SECOND, mtimeNs=2), gone=("a-new.pdf",))
    row = await one(company)
    assert (row["id"], row["fileName"], row["fileHash"]) == (pdf_id, "a.pdf", sha256(SECOND))


async def test_deleted_and_written_anew_it_is_found_again(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST))
    pdf_id = (await one(company))["id"]
    await agent.index(gone=("a.pdf",))
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert (row["id"], row["agentIds"]) == (pdf_id, [str(agent.id)])
    # A day later the name means something else: a scanner counts from 1 again.
    await agent.index(gone=("a.pdf",))
    await later(api, days=1)
    await agent.index(item("a.pdf", THIRD, mtimeNs=3))
    assert len(await documents(company)) == 2


async def test_two_agents_of_one_share_follow_each_other(company: Company) -> None:
    first, second = [await enrolled(company, await company.branch(code)) for code in "AB"]
    await first.index(item("a.pdf", FIRST, **read_as(total="1.00")))
    await second.index(item("a.pdf", FIRST, **read_as(total="1.00")))
    pdf_id = (await one(company))["id"]
    for n, content in enumerate((SECOND, THIRD), 2):
        for agent in (first, second):
            await agent.index(item("a.pdf", content, mtimeNs=n, **read_as(total=f"{n}.00")))
        row = await one(company)
        assert (row["id"], row["total"]) == (pdf_id, f"{n}.00")
        assert set(row["agentIds"]) == {str(first.id), str(second.id)}


async def test_edited_to_be_the_same_two_documents_are_one(
    company: Company, agent: BranchAgent
) -> None:
    await agent.index(item("a.pdf", FIRST), item("b.pdf", SECOND))
    pdf_ids = {row["fileName"]: row["id"] for row in await documents(company)}
    transfer = await requested(company, pdf_ids["a.pdf"])
    await agent.index(item("a.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert (row["id"], row["status"]) == (pdf_ids["b.pdf"], "uploading")
    assert (await agent.upload(transfer, SECOND)).status_code == 200
    status = (await company.admin.client.get(f"/api/pdfs/{row['id']}/status")).json()
    assert status["transfer"]["id"] == transfer["id"]


async def test_earlier_versions_are_of_the_branch_that_had_them(api: Api, company: Company) -> None:
    first, second = [await enrolled(company, await company.branch(code)) for code in "AB"]
    await first.index(item("secret name.pdf", FIRST))
    await second.index(item("b.pdf", SECOND))
    await later(api, hours=1)
    await first.index(item("secret name.pdf", SECOND, mtimeNs=2))
    row = await one(company)
    assert len(await history(company, row["id"])) == 1
    viewer = await company.person(Role.VIEWER, branches=[second.branch_id])
    answer = await viewer.client.get(f"/api/pdfs/{row['id']}/history")
    assert answer.json()["data"] == []


async def test_what_is_gone_for_long_and_was_never_needed_leaves_the_list(
    api: Api, company: Company, agent: BranchAgent
) -> None:
    kept = ("pinned", "corrected", "asked", "here")
    names = (*kept, "forgotten", "asked long ago")
    contents = {name: make_pdf(f"gone {name}") for name in names}
    for name, content in contents.items():
        await agent.index(item(f"{name}.pdf", content))
    ids = {row["fileName"].removesuffix(".pdf"): row["id"] for row in await documents(company)}
    await company.admin.client.put(f"/api/pdfs/{ids['pinned']}/pin")
    await put_right(company, ids["corrected"], number="1")
    await requested(company, ids["asked"])
    old = await requested(company, ids["asked long ago"])
    await agent.upload(await requested(company, ids["here"]), contents["here"])
    await agent.index(item("there.pdf", FIRST), gone=tuple(f"{name}.pdf" for name in names))
    assert await gone.forget(api.runtime) == {"forgotten": 0}
    gone_rows = await documents(company, present="false")
    assert {row["id"] for row in gone_rows} == set(ids.values()) - {ids["here"]}
    assert len(await documents(company, present="true")) == 2
    await later(api, days=api.runtime.settings.gone_days + 1)
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        transfer = await unit.session.scalar(select(Transfer).where(Transfer.id == UUID(old["id"])))
        assert transfer is not None
        transfer.requested_at -= timedelta(days=400)
    assert await gone.forget(api.runtime) == {"forgotten": 2}
    left = {row["fileName"].removesuffix(".pdf") for row in await documents(company)}
    assert left == {*kept, "there"}


def test_a_correction_survives_versions_that_could_not_be_read() -> None:
    def reading(result: str, **fields: str) -> dict[str, Any]:
        return {"result": result, **read_as(**fields)}

    made = {"total": {"value": "9.00", "by": "user:1", "at": "now"}}
    during = versions.carried(made, reading("ok", total="1.00"), reading("damaged"))
    assert during["total"]["value"] == "9.00"
    same = versions.carried(during, reading("damaged"), reading("ok", total="1.00"))
    assert same == made
    assert versions.carried(during, reading("damaged"), reading("ok", total="2.00")) == {}
