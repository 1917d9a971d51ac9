"""What agents report becomes documents: one for each content, with many locations."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from app.domains.identity.models import Role
from app.domains.pdfs.facts import parse_report
from app.domains.pdfs.schemas import PdfDetail, PdfRow
from app.errors import UnprocessableError
from tests.api.conftest import Api, api_settings, start
from tests.support.branch import (
    BranchAgent,
    documents,
    enrolled,
    item,
    make_pdf,
    read_as,
    sha256,
)

QUOTE = make_pdf("quote")


@pytest.fixture
async def sqlite_api(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """For what no database decides."""
    async with AsyncExitStack() as stack:
        yield await start(api_settings(sqlite_url, tmp_path), stack)


async def test_a_report_becomes_a_row_with_columns_and_evidence(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"), "Balcão")
    fields = read_as(
        type="quote", number="4711", customer="João", eventDate="2026-12-24", total="1234.56"
    )
    ack = await agent.index(item("2026/orçamento.pdf", QUOTE, title="Orçamento", **fields))
    assert (ack.accepted, ack.rejected) == (1, [])
    (row,) = await documents(company)
    PdfRow.model_validate(row)
    assert row["fileName"] == "orçamento.pdf"
    assert (row["type"], row["number"], row["customer"]) == ("quote", "4711", "João")
    assert (row["eventDate"], row["total"]) == ("2026-12-24", "1234.56")
    assert row["status"] == "available_local"
    assert row["branchIds"] == [str(agent.branch_id)]
    assert row["agentIds"] == [str(agent.id)]
    detail = (await company.admin.client.get(f"/api/pdfs/{row['id']}")).json()
    PdfDetail.model_validate(detail)
    assert detail["availability"] == "branch_offline"
    assert detail["fields"]["total"]["evidence"]["text"] == "1234.56"
    (location,) = detail["locations"]
    assert location["path"] == "2026/orçamento.pdf"
    assert location["agentName"] == "Balcão"
    assert location["modifiedAt"] == "2025-06-15T15:06:40Z"


async def test_the_same_batch_twice_changes_nothing(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("a.pdf", QUOTE), item("b.pdf"))
    before = await documents(company)
    await agent.index(item("a.pdf", QUOTE), item("b.pdf"))
    assert await documents(company) == before


async def test_one_document_for_the_same_content_in_two_branches(api: Api) -> None:
    company = await api.company()
    north = await enrolled(company, await company.branch("N"))
    south = await enrolled(company, await company.branch("S"))
    await north.index(item("first.pdf", QUOTE))
    await south.index(item("second.pdf", QUOTE))
    (row,) = await documents(company)
    assert set(row["branchIds"]) == {str(north.branch_id), str(south.branch_id)}
    assert set(row["agentIds"]) == {str(north.id), str(south.id)}
    assert row["fileName"] == "first.pdf", "the first location names it"
    for agent in (north, south):
        viewer = await company.person(Role.VIEWER, branches=[agent.branch_id])
        seen = (await viewer.client.get("/api/pdfs")).json()["data"]
        assert [pdf["id"] for pdf in seen] == [row["id"]]
    await north.index(gone=("first.pdf",))
    (row,) = await documents(company)
    assert row["fileName"] == "second.pdf"
    assert row["branchIds"] == [str(south.branch_id)]
    viewer = await company.person(Role.VIEWER, branches=[north.branch_id])
    assert (await viewer.client.get("/api/pdfs")).json()["data"] == []


async def test_a_rename_keeps_the_document_and_renames_it(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("old.pdf", QUOTE))
    (before,) = await documents(company)
    await agent.index(item("new.pdf", QUOTE), gone=("old.pdf",))
    (after,) = await documents(company)
    assert after["id"] == before["id"]
    assert after["fileName"] == "new.pdf"
    assert await documents(company, q="old") == []


async def test_a_file_that_could_not_be_read_is_listed_and_goes_with_its_path(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("broken.pdf"))
    (row,) = await documents(company, result="damaged")
    assert (row["fileHash"], row["reason"]) == (None, "May not be read.")
    refused = await company.admin.client.post(f"/api/pdfs/{row['id']}/request", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_readable")
    await agent.index(item("broken.pdf", QUOTE, mtimeNs=2))
    (row,) = await documents(company)
    assert row["fileHash"] == sha256(QUOTE)


async def test_two_agents_index_the_same_new_content_at_once(api: Api) -> None:
    company = await api.company()
    agents = [await enrolled(company, await company.branch(str(n))) for n in range(4)]
    contents = [make_pdf(f"shared {n}") for n in range(10)]

    async def report(agent: BranchAgent) -> None:
        await agent.index(*(item(f"{n}.pdf", content) for n, content in enumerate(contents)))

    await asyncio.gather(*(report(agent) for agent in agents))
    rows = await documents(company)
    assert len(rows) == 10
    assert all(len(row["agentIds"]) == 4 for row in rows)


@pytest.mark.parametrize(
    "bad",
    [
        read_as(eventDate="24.12.2026"),
        read_as(eventDate="2026-02-30"),
        read_as(total="1.234,56"),
        read_as(total="1e400"),
        read_as(total="١٢"),
        read_as(type="invoice"),
        read_as(number="x" * 501),
        read_as(customer="a\0b"),
        {"title": "\ud800"},
        {"fileHash": "ABC"},
        {"fileHash": None},
        {"size": -1},
        {"size": 2**64},
        {"mtimeNs": "yesterday"},
        {"pages": 2**40},
        {"result": "splendid"},
        {"rulesVersion": "v" * 81},
        {"path": ""},
        {"path": "x" * 5000},
        {"path": "a\0.pdf"},
        {"path": 7},
    ],
    ids=lambda bad: str(bad)[:60],
)
async def test_a_bad_value_is_rejected_with_its_path_and_spoils_nothing(
    sqlite_api: Api, bad: dict[str, Any]
) -> None:
    company = await sqlite_api.company()
    agent = await enrolled(company, await company.branch("SP"))
    ack = await agent.index(item("good.pdf", QUOTE), item("bad.pdf", make_pdf("bad")) | bad)
    assert ack.accepted == 1
    (rejected,) = ack.rejected
    assert rejected.code == "invalid"
    assert rejected.message
    assert [row["fileName"] for row in await documents(company)] == ["good.pdf"]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"items": [item(f"{n}.pdf", QUOTE) for n in range(11)]},
        {"items": "many"},
        {"gone": ["x"] * 1001},
        {"gone": [1]},
        {"gone": ["\ud800"]},
    ],
    ids=["null", "list", "11 items", "text", "1001 gone", "number", "surrogate"],
)
def test_what_is_no_batch_is_refused_as_a_whole(payload: Any) -> None:
    with pytest.raises(UnprocessableError) as refusal:
        parse_report(payload)
    assert refusal.value.code == "invalid"


@pytest.mark.parametrize(
    "name", ["línea\nnova.pdf", "e" * 255, "名前.pdf", "a\\xffb.pdf", "'; DROP TABLE pdfs; --"]
)
async def test_odd_names_are_kept_as_they_are(sqlite_api: Api, name: str) -> None:
    company = await sqlite_api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item(f"folder/{name}", QUOTE))
    (row,) = await documents(company)
    assert row["fileName"] == name


async def test_search_finds_all_words_whatever_the_accents(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(
        item("Orçamento 100%.pdf", QUOTE, **read_as(customer="São João", type="quote")),
        item("other.pdf", make_pdf("other"), **read_as(number="OS-77", type="assembly")),
    )

    async def names(**params: Any) -> list[str]:
        return [row["fileName"] for row in await documents(company, **params)]

    assert await names(q="sao ORCAMENTO") == ["Orçamento 100%.pdf"]
    assert await names(q="orcamento 77") == []
    assert await names(q="%") == ["Orçamento 100%.pdf"]
    assert await names(q="_") == []
    assert await names(q="os-77") == ["other.pdf"]
    assert await names(type="assembly") == ["other.pdf"]
    assert len(await names(branchId=agent.branch_id, agentId=agent.id)) == 2
    assert await names(status="cached") == []
    for bad in ({"q": "x" * 201}, {"status": "lost"}, {"branchId": "7"}, {"limit": 0}):
        answer = await company.admin.client.get("/api/pdfs", params=bad)
        assert answer.status_code == 422, bad
    both = await company.admin.client.get("/api/pdfs", params={"q": "x", "since": "a-1"})
    assert (both.status_code, both.json()["code"]) == (400, "filter_with_since")


@pytest.mark.alone
async def test_a_batch_is_quick(sqlite_api: Api) -> None:
    company = await sqlite_api.company()
    agent = await enrolled(company, await company.branch("SP"))
    times = []
    for batch in range(20):
        items = [
            item(f"{batch}/{n}.pdf", b"x", fileHash=f"{batch:032x}{n:032x}") for n in range(10)
        ]
        started = time.perf_counter()
        await agent.index(*items)
        times.append(time.perf_counter() - started)
    print(f"a batch of 10: median {sorted(times)[10] * 1000:.1f} ms")
    assert sorted(times)[10] < 0.15, "ten times the aim: machines are noisy"


async def test_deleting_an_agent_takes_its_locations_back(api: Api) -> None:
    company = await api.company()
    keeps = await enrolled(company, await company.branch("A"))
    leaves = await enrolled(company, await company.branch("B"))
    await keeps.index(item("both.pdf", QUOTE))
    await leaves.index(item("both.pdf", QUOTE), item("own.pdf", make_pdf("own")), item("bad.pdf"))
    url = f"/api/admin/agents/{leaves.id}"
    assert (await company.admin.client.delete(url)).status_code == 204
    assert (await company.admin.client.get(url)).status_code == 404
    assert (await leaves.beat()).json()["code"] == "bad_token"
    rows = {row["fileName"]: row for row in await documents(company)}
    assert set(rows) == {"both.pdf", "own.pdf"}
    assert rows["both.pdf"]["agentIds"] == [str(keeps.id)]
    assert rows["own.pdf"]["agentIds"] == []
