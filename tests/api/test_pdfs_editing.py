"""What people do to documents: put fields right, pin, read again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.contract.reconcile import Question, digest
from app.domains.identity.models import Role
from app.domains.pdfs import expiry, reconciling
from app.domains.pdfs.schemas import PdfDetail
from app.runtime.clock import ManualClock
from tests.api.conftest import Api, Company
from tests.support.branch import (
    RULES,
    BranchAgent,
    cached,
    documents,
    enrolled,
    item,
    make_pdf,
    read_as,
    sha256,
)

QUOTE = make_pdf("quote")
READ = read_as(number="ORC-1", customer="Padaria Estrela", eventDate="2027-01-15", total="10.00")


async def _known(api: Api) -> tuple[Company, BranchAgent, str]:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("quote.pdf", QUOTE, **READ))
    return company, agent, (await documents(company))[0]["id"]


async def _correct(company: Company, pdf_id: str, **fields: Any) -> dict[str, Any]:
    answer = await company.admin.client.patch(f"/api/pdfs/{pdf_id}/fields", json=fields)
    assert answer.status_code == 200, answer.text
    detail: dict[str, Any] = answer.json()
    PdfDetail.model_validate(detail)
    return detail


async def test_a_correction_counts_and_says_who_made_it(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    detail = await _correct(company, pdf_id, customer="Padaria Estrêla", total="12.5")
    assert (detail["customer"], detail["total"]) == ("Padaria Estrêla", "12.50")
    assert detail["corrected"] == ["customer", "total"]
    field = detail["fields"]["customer"]
    assert (field["value"], field["readValue"]) == ("Padaria Estrêla", "Padaria Estrela")
    assert field["correctedBy"] == (await company.admin.client.get("/api/me")).json()["name"]
    assert field["evidence"]["text"] == "Padaria Estrela"
    assert detail["fields"]["number"]["correctedBy"] is None


async def test_the_same_total_written_otherwise_is_no_correction(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    assert (await _correct(company, pdf_id, total="10"))["corrected"] == []
    detail = await _correct(company, pdf_id, total="0012.5")
    assert (detail["total"], detail["fields"]["total"]["value"]) == ("12.50", "12.50")


async def test_what_is_read_later_does_not_undo_it(api: Api) -> None:
    company, agent, pdf_id = await _known(api)
    await _correct(company, pdf_id, number="ORC-7")
    newer = {**READ, "rulesVersion": RULES.replace("2026.1", "2026.2")}
    newer["fields"] = {**READ["fields"], **read_as(number="ORC-2", total="99.00")["fields"]}
    await agent.index(item("quote.pdf", QUOTE, **newer))
    (row,) = await documents(company)
    assert (row["number"], row["total"], row["corrected"]) == ("ORC-7", "99.00", ["number"])
    detail = await _correct(company, pdf_id, number=None)
    assert (detail["number"], detail["corrected"]) == ("ORC-2", [])


async def test_the_search_finds_what_was_corrected(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    await _correct(company, pdf_id, customer="Colégio Monte Belo")
    assert [row["id"] for row in await documents(company, q="monte colegio")] == [pdf_id]
    assert await documents(company, q="padaria") == []


async def test_a_field_that_was_not_read_can_be_filled(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    detail = await _correct(company, pdf_id, type="quote")
    assert detail["type"] == "quote"
    assert detail["fields"]["type"]["evidence"] is None


async def test_correcting_to_what_was_read_is_no_correction(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    assert (await _correct(company, pdf_id, number="ORC-1"))["corrected"] == []


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"eventDate": "15/01/2027"}, "eventDate"),
        ({"eventDate": "2027-02-30"}, "eventDate"),
        ({"total": "1.234,56"}, "total"),
        ({"type": "invoice"}, "type"),
        ({"number": "   "}, "number"),
        ({"customer": "a\0b"}, "customer"),
        ({"customer": "x" * 501}, "customer"),
    ],
)
async def test_nonsense_is_refused_by_name(api: Api, fields: dict[str, str], name: str) -> None:
    company, _, pdf_id = await _known(api)
    answer = await company.admin.client.patch(f"/api/pdfs/{pdf_id}/fields", json=fields)
    assert answer.status_code == 422, answer.text
    assert name in answer.text
    assert (await documents(company))[0]["corrected"] == []


async def test_a_new_date_moves_the_expiry(api: Api) -> None:
    company, agent, _ = await _known(api)
    pdf_id = await cached(company, agent, "quote.pdf", QUOTE)
    detail = await _correct(company, pdf_id, eventDate="2027-03-01")
    assert detail["expiresAt"].startswith("2027-03-16")


async def test_what_is_pinned_does_not_expire(api: Api) -> None:
    company, agent, _ = await _known(api)
    pdf_id = await cached(company, agent, "quote.pdf", QUOTE)
    assert (await company.admin.client.put(f"/api/pdfs/{pdf_id}/pin")).json()["pinned"] is True
    later = replace(api.runtime, clock=ManualClock(api.runtime.clock.now() + timedelta(days=2000)))
    assert (await expiry.run(later))["expired"] == 0
    assert (await company.admin.client.delete(f"/api/pdfs/{pdf_id}/pin")).json()["pinned"] is False
    assert (await expiry.run(later))["expired"] == 1


async def test_reading_again_makes_the_agent_find_a_difference(api: Api) -> None:
    company, agent, pdf_id = await _known(api)
    assert (await agent.index(item("quote.pdf", QUOTE, **READ))).accepted == 1
    before = await _root(agent)
    answer = await company.admin.client.post(f"/api/pdfs/{pdf_id}/reread")
    assert answer.status_code == 202, answer.text
    assert await _root(agent) != before
    await agent.index(item("quote.pdf", QUOTE, **READ))
    assert await _root(agent) == before


async def _root(agent: BranchAgent) -> object:
    """What the server answers an agent that says it has nothing."""
    identity = await agent.identity()
    async with agent.api.runtime.database.read(identity.scope) as session:
        return await reconciling.answer(
            session, agent.id, Question(q={"": digest([])}), agent.api.runtime.clock.now()
        )


async def test_a_viewer_only_looks(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    viewer = await company.person(Role.VIEWER)
    for answer in (
        await viewer.client.patch(f"/api/pdfs/{pdf_id}/fields", json={"number": "x"}),
        await viewer.client.put(f"/api/pdfs/{pdf_id}/pin"),
        await viewer.client.post("/api/pdfs/request", json={"ids": [pdf_id]}),
        await viewer.client.post(f"/api/pdfs/{pdf_id}/reread"),
    ):
        assert answer.status_code == 403


async def test_a_correction_of_a_shared_document_is_seen_from_both_branches(api: Api) -> None:
    company = await api.company()
    one = await enrolled(company, await company.branch("SP"))
    two = await enrolled(company, await company.branch("RJ"), "PC 2")
    for agent in (one, two):
        await agent.index(item("quote.pdf", QUOTE, **READ))
    person = await company.person(Role.OPERATOR, branches=[one.branch_id])
    other = await company.person(Role.OPERATOR, branches=[two.branch_id])
    (row,) = (await person.client.get("/api/pdfs")).json()["data"]
    assert row["fileHash"] == sha256(QUOTE)
    answer = await person.client.patch(f"/api/pdfs/{row['id']}/fields", json={"number": "N-9"})
    assert answer.status_code == 200, answer.text
    (seen,) = (await other.client.get("/api/pdfs")).json()["data"]
    assert seen["number"] == "N-9"


async def test_the_history_says_who_did_what(api: Api) -> None:
    company, _, pdf_id = await _known(api)
    await _correct(company, pdf_id, number="N-1")
    await company.admin.client.put(f"/api/pdfs/{pdf_id}/pin")
    entries = (await company.admin.client.get(f"/api/pdfs/{pdf_id}/history")).json()["data"]
    assert [entry["action"] for entry in entries] == ["pdf.pin", "pdf.correct"]
    assert entries[1]["details"] == {"fields": ["number"]}
    assert entries[0]["actorName"] == (await company.admin.client.get("/api/me")).json()["name"]
