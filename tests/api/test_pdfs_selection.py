"""Several documents at once, and how much happens."""

import io
import unicodedata
import zipfile
from typing import Any
from uuid import uuid4

from app.domains.pdfs.archive import MISSING
from app.domains.pdfs.selection import MOST, RequestOutcomes
from tests.api.conftest import Api, Company
from tests.support.branch import BranchAgent, cached, documents, enrolled, item, make_pdf, requested


async def _branch(api: Api) -> tuple[Company, BranchAgent]:
    company = await api.company()
    return company, await enrolled(company, await company.branch("SP"))


async def _ids(company: Company) -> dict[str, str]:
    return {row["fileName"]: row["id"] for row in await documents(company)}


async def _post(company: Company, path: str, **body: Any) -> Any:
    answer = await company.admin.client.post(f"/api/pdfs/{path}", json=body)
    assert answer.is_success, answer.text
    return answer


async def test_each_is_asked_for_and_one_that_cannot_come_keeps_nobody(api: Api) -> None:
    company, agent = await _branch(api)
    here = await cached(company, agent, "here.pdf", make_pdf("here"))
    await agent.index(item("there.pdf", make_pdf("there")), item("broken.pdf"))
    ids = await _ids(company)
    asked = [ids["broken.pdf"], here, ids["there.pdf"], str(uuid4())]
    answer = (await _post(company, "request", ids=asked)).json()
    RequestOutcomes.model_validate(answer)
    broken, first, second = answer["data"]
    assert [row["id"] for row in answer["data"]] == asked[:3]
    assert broken["problem"]["code"] == "not_readable"
    assert (first["status"], first["transferId"]) == ("cached", None)
    assert second["status"] == "uploading"
    joined = await requested(company, ids["there.pdf"])
    assert joined["id"] == second["transferId"]


async def test_pins_are_set_and_taken_off_together(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.index(item("a.pdf", make_pdf("a")), item("b.pdf", make_pdf("b")))
    ids = list((await _ids(company)).values())
    await _post(company, "pin", ids=ids, pinned=True)
    assert [row["pinned"] for row in await documents(company)] == [True, True]
    await _post(company, "pin", ids=ids[:1], pinned=False)
    assert sorted(row["pinned"] for row in await documents(company)) == [False, True]


async def test_an_archive_has_what_is_here_and_names_what_is_not(api: Api) -> None:
    company, agent = await _branch(api)
    one, two = make_pdf("one"), make_pdf("two")
    first = await cached(company, agent, "2026/quote.pdf", one)
    second = await cached(company, agent, "2027/quote.pdf", two)
    await agent.index(item("away.pdf", make_pdf("away")))
    ids = [first, second, (await _ids(company))["away.pdf"]]
    answer = await _post(company, "archive", ids=ids)
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert archive.read("quote.pdf") == one
    assert archive.read("quote (2).pdf") == two
    assert archive.read(MISSING).decode() == "away.pdf\n"


async def test_names_in_an_archive_are_safe(api: Api) -> None:
    company, agent = await _branch(api)
    pdf_id = await cached(company, agent, 'a:b?"..pdf', make_pdf("odd"))
    archive = zipfile.ZipFile(io.BytesIO((await _post(company, "archive", ids=[pdf_id])).content))
    assert archive.namelist() == ["a_b__..pdf"]


async def test_names_in_an_archive_stay_apart_on_every_system(api: Api) -> None:
    company, agent = await _branch(api)
    wishes = [
        unicodedata.normalize("NFC", "Orçamento João.pdf"),
        unicodedata.normalize("NFD", "Orçamento João.pdf"),
        "CON.pdf",
        "_con.pdf",
    ]
    contents = [make_pdf(f"document {number}") for number in range(len(wishes))]
    ids = [
        await cached(company, agent, f"{number}/{wish}", contents[number])
        for number, wish in enumerate(wishes)
    ]
    archive = zipfile.ZipFile(io.BytesIO((await _post(company, "archive", ids=ids)).content))
    names = ["Orçamento João.pdf", "Orçamento João (2).pdf", "_CON.pdf", "_con (2).pdf"]
    assert archive.namelist() == names
    assert [archive.read(name) for name in names] == contents


async def test_long_names_in_an_archive_keep_their_ending_and_fit_a_disk(api: Api) -> None:
    company, agent = await _branch(api)
    name = f"Orçamento {'ã' * 200}.pdf"
    ids = [
        await cached(company, agent, f"{folder}/{name}", make_pdf(folder)) for folder in ("1", "2")
    ]
    archive = zipfile.ZipFile(io.BytesIO((await _post(company, "archive", ids=ids)).content))
    first, second = archive.namelist()
    assert first.startswith("Orçamento ãã")
    assert first.endswith("ã.pdf")
    assert second == first.replace(".pdf", " (2).pdf")
    assert max(len(name.encode()) for name in (first, second)) <= 255


async def test_too_many_or_none_are_refused(api: Api) -> None:
    company, _ = await _branch(api)
    for ids in ([], [str(uuid4()) for _ in range(MOST + 1)], ["x"]):
        answer = await company.admin.client.post("/api/pdfs/request", json={"ids": ids})
        assert answer.status_code == 422, answer.text


async def test_a_transfer_that_ended_is_tried_again(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.index(item("a.pdf", make_pdf("a")))
    pdf_id = (await _ids(company))["a.pdf"]
    first = await requested(company, pdf_id)
    client = company.admin.client
    early = await client.post(f"/api/transfers/{first['id']}/retry")
    assert (early.status_code, early.json()["code"]) == (409, "transfer_open")
    await client.post(f"/api/transfers/{first['id']}/cancel")
    again = await client.post(f"/api/transfers/{first['id']}/retry")
    assert again.status_code == 202, again.text
    second = again.json()["transfer"]
    assert second["id"] != first["id"]
    assert (await agent.upload(second, make_pdf("a"))).status_code == 200
    done = await client.post(f"/api/transfers/{first['id']}/retry")
    assert (done.status_code, done.json()["transfer"]) == (200, None)


async def test_activity_is_counted_by_day(api: Api) -> None:
    company, agent = await _branch(api)
    await cached(company, agent, "a.pdf", make_pdf("a"))
    await agent.index(item("b.pdf", make_pdf("b")))
    await requested(company, (await _ids(company))["b.pdf"])
    days = (await company.admin.client.get("/api/overview", params={"days": 3})).json()["days"]
    today = api.runtime.clock.now().date()
    assert [day["day"] for day in days][-1] == today.isoformat()
    assert len(days) == 3
    assert days[-1] == {
        "day": today.isoformat(),
        "indexed": 2,
        "requested": 2,
        "downloaded": 1,
    }
    assert days[0]["indexed"] == 0
