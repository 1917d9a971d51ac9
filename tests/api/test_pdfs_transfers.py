"""From a request to a cached document, and every way it can end otherwise."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from app.db.database import UnitOfWork
from app.db.scope import SYSTEM
from app.domains.agents.models import AgentPresence
from app.domains.identity.models import Role
from app.domains.pdfs import comparing, expiry, orphans, transfers, uploads
from app.domains.pdfs.comparing import compare
from app.domains.pdfs.models import Pdf
from app.domains.pdfs.schemas import RequestAnswer, TransferRow
from app.runtime.blobs import blob_key
from app.runtime.clock import ManualClock
from tests.api.conftest import Api, Company, api_settings, start
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

QUOTE = make_pdf("quote")


async def _branch(api: Api, *items: dict[str, Any]) -> tuple[Company, BranchAgent, str]:
    """A company with an agent that reported files; the id of the newest document."""
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(*(items or (item("quote.pdf", QUOTE),)))
    return company, agent, (await documents(company))[0]["id"]


async def _status(company: Company, pdf_id: str) -> dict[str, Any]:
    answer = await company.admin.client.get(f"/api/pdfs/{pdf_id}/status")
    body: dict[str, Any] = answer.json()
    return body


async def _stored(api: Api) -> list[str]:
    return [blob.key async for blob in api.runtime.blobs.list()]


def _left_over(api: Api) -> list[Path]:
    data = api.runtime.settings.data_dir
    return [*(data / "incoming").glob("*"), *(data / "blobs" / "unfinished").glob("*")]


async def test_a_request_is_queued_joined_uploaded_and_repeated(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    answer = await company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json={"priority": 2})
    assert answer.status_code == 202
    RequestAnswer.model_validate(answer.json())
    transfer = answer.json()["transfer"]
    TransferRow.model_validate(transfer)
    assert answer.json()["status"] == "uploading"
    assert (transfer["state"], transfer["totalBytes"]) == ("queued", len(QUOTE))
    joined = await requested(company, pdf_id, priority=7)
    assert (joined["id"], joined["priority"]) == (transfer["id"], 7)
    assert (await requested(company, pdf_id, priority=1))["priority"] == 7

    first = await agent.upload(transfer, QUOTE)
    assert first.status_code == 200, first.text
    assert first.json() == {"pdfId": pdf_id, "status": "cached", "transferId": transfer["id"]}
    again = await agent.upload(transfer, QUOTE)
    assert (again.status_code, again.json()) == (200, first.json())
    status = await _status(company, pdf_id)
    assert (status["status"], status["availability"]) == ("cached", "cached")
    assert status["transfer"]["state"] == "done"
    assert await _stored(api) == [blob_key(company.id, sha256(QUOTE))]
    here = await company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert here.status_code == 200
    assert here.json() == {"id": pdf_id, "status": "cached", "transfer": None}
    listed = (await company.admin.client.get("/api/transfers")).json()["data"]
    assert [row["id"] for row in listed] == [transfer["id"]]
    assert _left_over(api) == []


async def test_many_requests_at_once_make_one_transfer(api: Api) -> None:
    company, _, pdf_id = await _branch(api)
    asked = await asyncio.gather(*(requested(company, pdf_id) for _ in range(8)))
    assert len({transfer["id"] for transfer in asked}) == 1


async def test_a_request_with_a_key_is_made_once(api: Api) -> None:
    company, _, pdf_id = await _branch(api)
    headers = {"Idempotency-Key": "request-1"}
    client, url = company.admin.client, f"/api/pdfs/{pdf_id}/request"
    first = await client.post(url, json={}, headers=headers)
    second = await client.post(url, json={}, headers=headers)
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first.json()


async def test_viewers_read_and_operators_request(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    viewer = await company.person(Role.VIEWER)
    assert (await viewer.client.get(f"/api/pdfs/{pdf_id}")).status_code == 200
    refused = await viewer.client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    elsewhere = await company.branch("RJ")
    stranger = await company.person(Role.OPERATOR, branches=[elsewhere])
    assert (await stranger.client.get(f"/api/pdfs/{pdf_id}")).status_code == 404
    hidden = await stranger.client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert hidden.status_code == 404
    operator = await company.person(Role.OPERATOR, branches=[agent.branch_id])
    asked = await operator.client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert asked.status_code == 202
    transfer_url = f"/api/transfers/{asked.json()['transfer']['id']}/cancel"
    assert (await stranger.client.post(transfer_url)).status_code == 404
    assert (await viewer.client.post(transfer_url)).status_code == 403
    assert (await operator.client.post(transfer_url)).json()["state"] == "cancelled"


async def test_a_document_of_two_branches_is_one_transfer_whoever_asks(api: Api) -> None:
    company = await api.company()
    north = await enrolled(company, await company.branch("N"))
    south = await enrolled(company, await company.branch("S"))
    await north.index(item("a.pdf", QUOTE))
    await south.index(item("a.pdf", QUOTE))
    await south.beat()
    pdf_id = (await documents(company))[0]["id"]
    person = await company.person(Role.OPERATOR, branches=[north.branch_id])
    asked = await person.client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert (asked.status_code, asked.json()["status"]) == (202, "uploading")
    transfer = await requested(company, pdf_id)
    assert transfer["agentId"] == str(south.id), "the one that is there"
    assert transfer["requestedBy"] == f"user:{person.id}", "the one that was asked for first"
    detail = (await person.client.get(f"/api/pdfs/{pdf_id}")).json()
    assert [location["agentId"] for location in detail["locations"]] == [str(north.id)]
    assert detail["transfers"] == [], "it is of a branch that this person does not see"


async def test_what_cannot_be_sent_is_refused_with_a_reason(sqlite_api: Api) -> None:
    too_large = item("large.pdf", b"x", size=51 * 1024 * 1024)
    company, agent, pdf_id = await _branch(sqlite_api, too_large)

    async def refusal() -> str:
        answer = await company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json={})
        assert answer.status_code == 409
        assert answer.json()["detail"]
        return str(answer.json()["code"])

    assert await refusal() == "too_large"
    await agent.index(gone=("large.pdf",))
    await agent.index(item("a.pdf", QUOTE))
    await agent.index(gone=("a.pdf",))
    pdf_id = (await documents(company))[0]["id"]
    assert await refusal() == "gone_from_branch"
    bad = await company.admin.client.post(f"/api/pdfs/{pdf_id}/request", json={"priority": 10})
    assert bad.status_code == 422


async def test_cancelling_gives_the_document_back(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    transfer = await requested(company, pdf_id)
    url = f"/api/transfers/{transfer['id']}/cancel"
    for _ in range(2):
        answer = await company.admin.client.post(url)
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (await _status(company, pdf_id))["status"] == "available_local"
    late = await agent.upload(transfer, QUOTE)
    assert (late.status_code, late.json()["code"]) == (409, "transfer_closed")
    assert await _stored(api) == []
    again = await requested(company, pdf_id)
    assert again["id"] != transfer["id"]
    assert (await agent.upload(again, QUOTE)).status_code == 200
    done = await company.admin.client.post(f"/api/transfers/{again['id']}/cancel")
    assert (done.status_code, done.json()["code"]) == (409, "transfer_closed")


@pytest.mark.parametrize(
    ("content", "reported", "code", "status"),
    [
        (QUOTE[:-100], {"fileHash": sha256(QUOTE), "size": len(QUOTE)}, "size_mismatch", 422),
        (b"", {"fileHash": sha256(QUOTE), "size": len(QUOTE)}, "size_mismatch", 422),
        (QUOTE, {"size": 1}, "size_mismatch", 422),
        (QUOTE, {"fileHash": "0" * 64}, "hash_mismatch", 422),
        (bytes(len(QUOTE)), {"fileHash": sha256(QUOTE)}, "not_a_pdf", 422),
        (QUOTE[:-1] + b"x", {"fileHash": sha256(QUOTE)}, "hash_mismatch", 422),
        (QUOTE, {"size": 51 * 1024 * 1024}, "too_large", 413),
        (QUOTE, {"fileHash": "xyz"}, "invalid_input", 422),
        (QUOTE, {"size": "many"}, "invalid_input", 422),
    ],
    ids=lambda value: str(value)[:30] if not isinstance(value, bytes) else "",
)
async def test_nothing_is_kept_of_a_refused_file(
    sqlite_api: Api, content: bytes, reported: dict[str, Any], code: str, status: int
) -> None:
    company, agent, pdf_id = await _branch(sqlite_api)
    transfer = await requested(company, pdf_id)
    refused = await agent.upload(transfer, content, **reported)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await _stored(sqlite_api) == []
    assert _left_over(sqlite_api) == []
    assert (await _status(company, pdf_id))["status"] == "uploading"
    assert (await agent.upload(transfer, QUOTE)).status_code == 200


async def test_a_body_over_the_limit_is_cut_off(sqlite_api: Api) -> None:
    company, agent, pdf_id = await _branch(sqlite_api)
    transfer = await requested(company, pdf_id)
    block = bytes(1024 * 1024)
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        for _ in range(51):
            read += 1
            yield block
        yield b"\r\n--x--\r\n"

    params = {"transferId": transfer["id"], "fileHash": sha256(QUOTE), "size": str(len(QUOTE))}
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    refused = await agent.client.post(
        "/api/agent/upload", params=params, content=body(), headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    stated = await agent.client.post(
        "/api/agent/upload",
        params=params,
        content=b"--x--",
        headers=headers | {"Content-Length": str(51 * 1024 * 1024)},
    )
    assert stated.status_code == 413
    assert await _stored(sqlite_api) == []
    assert _left_over(sqlite_api) == []


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/pdf"}, QUOTE),
        ({"Content-Type": "multipart/form-data"}, QUOTE),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--y\r\n\r\n"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--\r\n"),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nabc\r\n--x--\r\n',
        ),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-',
        ),
    ],
)
async def test_what_is_no_multipart_file_is_refused(
    sqlite_api: Api, headers: dict[str, str], body: bytes
) -> None:
    company, agent, pdf_id = await _branch(sqlite_api)
    transfer = await requested(company, pdf_id)
    params = {"transferId": transfer["id"], "fileHash": sha256(QUOTE), "size": str(len(QUOTE))}
    refused = await agent.client.post(
        "/api/agent/upload", params=params, content=body, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_multipart")
    assert _left_over(sqlite_api) == []


async def test_a_damaged_file_is_refused_and_an_encrypted_one_is_not(sqlite_api: Api) -> None:
    damaged = b"%PDF-1.7\n" + b"nothing of a PDF here\n" * 20 + b"%%EOF\n"
    locked = make_pdf("secret", password="pass")
    company, agent, _ = await _branch(
        sqlite_api,
        item("damaged.pdf", damaged),
        item("locked.pdf", locked, result="encrypted", reasonCode="password", reason="Locked."),
    )
    rows = {row["fileName"]: row["id"] for row in await documents(company)}
    transfer = await requested(company, rows["damaged.pdf"])
    refused = await agent.upload(transfer, damaged)
    assert (refused.status_code, refused.json()["code"]) == (422, "damaged_file")
    assert await _stored(sqlite_api) == []
    transfer = await requested(company, rows["locked.pdf"])
    assert (await agent.upload(transfer, locked)).status_code == 200
    preview = await company.admin.client.get(f"/api/pdfs/{rows['locked.pdf']}/preview")
    assert (preview.status_code, preview.json()["code"]) == (422, "no_preview")


async def test_an_agent_uploads_only_its_own_transfers(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    other = await enrolled(company, agent.branch_id, "other")
    transfer = await requested(company, pdf_id)
    foreign = await other.upload(transfer, QUOTE)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "transfer_not_found")
    unknown = await agent.upload("0198b6d2-0000-7000-8000-000000000000", QUOTE)
    assert unknown.status_code == 404
    nobody = await api.client(Authorization="Bearer wrong").post("/api/agent/upload")
    assert nobody.status_code == 401


async def test_two_uploads_of_one_transfer_at_once(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    transfer = await requested(company, pdf_id)
    answers = await asyncio.gather(*(agent.upload(transfer, QUOTE) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (await _status(company, pdf_id))["status"] == "cached"
    assert await _stored(api) == [blob_key(company.id, sha256(QUOTE))]


async def test_cancelled_while_it_is_uploaded(api: Api) -> None:
    company, agent, pdf_id = await _branch(api)
    transfer = await requested(company, pdf_id)
    framed = httpx.Request("POST", "http://x", files={"file": ("x.pdf", QUOTE)})
    content = framed.read()

    async def body() -> AsyncIterator[bytes]:
        yield content[:300]
        answer = await company.admin.client.post(f"/api/transfers/{transfer['id']}/cancel")
        assert answer.status_code == 200
        yield content[300:]

    answer = await agent.client.post(
        "/api/agent/upload",
        params={"transferId": transfer["id"], "fileHash": sha256(QUOTE), "size": str(len(QUOTE))},
        content=body(),
        headers={"Content-Type": framed.headers["Content-Type"]},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "transfer_closed")
    assert await _stored(api) == []
    assert (await _status(company, pdf_id))["status"] == "available_local"


async def test_a_death_between_the_bytes_and_the_commit_leaves_only_an_orphan(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, agent, pdf_id = await _branch(api)
    transfer = await requested(company, pdf_id)

    async def die(*_: Any) -> None:
        raise ConnectionError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_finish", die)
        assert (await agent.upload(transfer, QUOTE)).status_code == 500
    assert (await _status(company, pdf_id))["transfer"]["state"] == "queued"
    key = blob_key(company.id, sha256(QUOTE))
    assert await _stored(api) == [key]
    assert (await orphans.sweep(api.runtime))["blobs"] == 0, "an upload may be under way"
    monkeypatch.setattr(orphans, "GRACE", timedelta(seconds=-60))
    assert await orphans.sweep(api.runtime) == {
        "blobs": 1,
        "bytes": len(QUOTE),
        "unfinished": 0,
    }
    assert (await agent.upload(transfer, QUOTE)).status_code == 200
    assert (await orphans.sweep(api.runtime))["blobs"] == 0
    assert await _stored(api) == [key]


async def test_rows_and_blobs_are_compared_and_left_alone(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, agent, pdf_id = await _branch(api)
    whole = {"documents": 1, "blobs": 1, "missing": [], "unclaimed": []}
    assert await compare(api.runtime) == {**whole, "documents": 0, "blobs": 0}
    assert (await agent.upload(await requested(company, pdf_id), QUOTE)).status_code == 200
    assert await compare(api.runtime) == whole

    stray = tmp_path / "stray.pdf"
    stray.write_bytes(b"of nobody")
    nobodys = blob_key(company.id, sha256(b"of nobody"))
    await api.runtime.blobs.put(nobodys, stray)
    assert (await compare(api.runtime))["unclaimed"] == [], "an upload may be under way"
    monkeypatch.setattr(comparing, "GRACE", timedelta(seconds=-60))
    await api.runtime.blobs.delete(blob_key(company.id, sha256(QUOTE)))
    lost = {"tenantId": str(company.id), "pdfId": pdf_id, "fileName": "quote.pdf"}
    assert await compare(api.runtime) == {**whole, "missing": [lost], "unclaimed": [nobodys]}
    assert await _stored(api) == [nobodys]
    assert (await _status(company, pdf_id))["status"] == "cached"


async def test_uploads_are_limited_for_each_agent(sqlite_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        settings = api_settings(sqlite_url, tmp_path, upload_limit_per_15_minutes=2)
        api = await start(settings, stack)
        company, agent, pdf_id = await _branch(api)
        transfer = await requested(company, pdf_id)
        for _ in range(2):
            assert (await agent.upload(transfer, b"wrong")).status_code == 422
        limited = await agent.upload(transfer, QUOTE)
        assert (limited.status_code, limited.json()["code"]) == (429, "rate_limited")
        assert int(limited.headers["retry-after"]) > 0


async def test_expiry_goes_by_the_event_and_is_asked_for_again(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    event = (datetime.now(UTC) + timedelta(days=5)).date()
    await agent.index(item("event.pdf", QUOTE, **read_as(eventDate=event.isoformat())))
    pdf_id = await cached(company, agent, "event.pdf", QUOTE)
    row = (await documents(company))[0]
    assert row["expiresAt"] == f"{event + timedelta(days=15)}T00:00:00Z"
    old = make_pdf("old")
    await agent.index(item("old.pdf", old, **read_as(eventDate="2019-01-01")))
    await cached(company, agent, "old.pdf", old)
    row = (await documents(company))[0]
    lasts = datetime.fromisoformat(row["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=14, hours=23) < lasts <= timedelta(days=15), "from its upload"

    later = replace(api.runtime, clock=ManualClock(datetime.now(UTC) + timedelta(days=21)))
    report = await expiry.run(later)
    assert report == {
        "expired": 2,
        "bytes": len(QUOTE) + len(old),
        "deleted_blobs": 2,
        "kept_blobs": 0,
    }
    assert await _stored(api) == []
    status = await _status(company, pdf_id)
    assert (status["status"], status["availability"]) == ("expired", "branch_offline")
    download = await company.admin.client.get(f"/api/pdfs/{pdf_id}/download")
    assert (download.status_code, download.json()["code"]) == (409, "not_cached")
    transfer = await requested(company, pdf_id)
    await company.admin.client.post(f"/api/transfers/{transfer['id']}/cancel")
    assert (await _status(company, pdf_id))["status"] == "expired"
    transfer = await requested(company, pdf_id)
    assert (await agent.upload(transfer, QUOTE)).status_code == 200
    assert (await expiry.run(api.runtime))["expired"] == 0


async def test_an_expiry_between_bytes_and_commit_is_noticed(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow expiry of an earlier copy deletes the bytes that were just put."""
    company, agent, pdf_id = await _branch(api)
    transfer = await requested(company, pdf_id)
    finish, key, calls = uploads._finish, blob_key(company.id, sha256(QUOTE)), 0

    async def late(unit: UnitOfWork, *more: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await api.runtime.blobs.delete(key)
        await finish(unit, *more)

    monkeypatch.setattr(uploads, "_finish", late)
    assert (await agent.upload(transfer, QUOTE)).status_code == 200
    assert calls == 2
    assert await _stored(api) == [key]


async def test_a_place_that_vanishes_is_replaced_by_another_or_ends_the_transfer(
    api: Api,
) -> None:
    company, agent, pdf_id = await _branch(api)
    await agent.index(item("copy.pdf", QUOTE))
    transfer = await requested(company, pdf_id)
    other = {"quote.pdf": "copy.pdf", "copy.pdf": "quote.pdf"}[transfer["path"]]
    await agent.index(gone=(transfer["path"],))
    now = (await _status(company, pdf_id))["transfer"]
    assert (now["id"], now["state"], now["path"]) == (transfer["id"], "queued", other)
    changed = make_pdf("changed")
    await agent.index(item(other, changed, mtimeNs=5))
    now = (await _status(company, pdf_id))["transfer"]
    assert (now["id"], now["state"], now["totalBytes"]) == (transfer["id"], "queued", len(changed))
    await agent.index(gone=(other,))
    status = await _status(company, pdf_id)
    assert (status["status"], status["availability"]) == ("available_local", "gone")
    assert status["transfer"]["state"] == "failed"
    assert status["transfer"]["errorCode"] == "gone_from_branch"
    assert "deleted or changed" in status["transfer"]["error"]


async def test_a_failure_at_one_agent_goes_on_at_another(api: Api) -> None:
    company = await api.company()
    first = await enrolled(company, await company.branch("A"))
    second = await enrolled(company, await company.branch("B"))
    for agent in (first, second):
        await agent.index(item("a.pdf", QUOTE))
    pdf_id = (await documents(company))[0]["id"]
    transfer = await requested(company, pdf_id)
    agents = {str(agent.id): agent for agent in (first, second)}
    for _ in range(2):
        identity = await agents[transfer["agentId"]].identity()
        async with api.runtime.database.unit_of_work(identity.scope) as unit:
            await transfers.failed(
                unit, api.runtime, identity, UUID(transfer["id"]), code="unreadable", message="No."
            )
        failed_at, transfer = transfer["agentId"], (await _status(company, pdf_id))["transfer"]
        assert transfer["agentId"] != failed_at
        assert (transfer["state"], transfer["errorCode"]) == ("queued", "unreadable")


async def test_a_waiting_transfer_moves_to_an_agent_that_is_there(api: Api) -> None:
    company, _, pdf_id = await _branch(api)
    away = await requested(company, pdf_id)
    there = await enrolled(company, await company.branch("RJ"))
    await there.index(item("a.pdf", QUOTE))
    await there.beat()
    assert await transfers.dispatch_waiting(api.runtime) == {"moved": 0, "asked": 0}
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        presence = await unit.session.get_one(AgentPresence, there.id)
        presence.sid = "somewhere"
    assert (await transfers.dispatch_waiting(api.runtime))["moved"] == 1
    transfer = (await _status(company, pdf_id))["transfer"]
    assert (transfer["id"], transfer["agentId"]) == (away["id"], str(there.id))
    assert transfer["attempts"] == 1
    assert (await transfers.dispatch_waiting(api.runtime)) == {"moved": 0, "asked": 0}
    later = replace(api.runtime, clock=ManualClock(datetime.now(UTC) + timedelta(seconds=31)))
    assert (await transfers.dispatch_waiting(later)) == {"moved": 0, "asked": 1}


async def test_a_document_that_the_store_lost_can_be_asked_for_again(api: Api) -> None:
    company, agent, _ = await _branch(api)
    pdf_id = await cached(company, agent, "quote.pdf", QUOTE)
    assert await api.runtime.blobs.delete(blob_key(company.id, sha256(QUOTE)))
    lost = await company.admin.client.get(f"/api/pdfs/{pdf_id}/download")
    assert (lost.status_code, lost.json()["code"]) == (409, "not_cached")
    assert (await _status(company, pdf_id))["status"] == "expired"
    transfer = await requested(company, pdf_id)
    assert (await agent.upload(transfer, QUOTE)).status_code == 200
    assert (await company.admin.client.get(f"/api/pdfs/{pdf_id}/download")).content == QUOTE


async def test_tenants_do_not_share_documents_of_the_same_content(api: Api) -> None:
    ours, agent, _ = await _branch(api)
    pdf_id = await cached(ours, agent, "quote.pdf", QUOTE)
    theirs = await api.company("Other")
    for path in ("", "/status", "/download", "/preview"):
        answer = await theirs.admin.client.get(f"/api/pdfs/{pdf_id}{path}")
        assert answer.status_code == 404, path
    their_agent = await enrolled(theirs, await theirs.branch("SP"))
    await their_agent.index(item("same.pdf", QUOTE))
    (row,) = await documents(theirs)
    assert (row["status"], row["id"] != pdf_id) == ("available_local", True)
    async with api.runtime.database.read(SYSTEM) as session:
        rows = await session.scalars(select(Pdf.tenant_id).where(Pdf.file_hash == sha256(QUOTE)))
        assert set(rows) == {ours.id, theirs.id}


@pytest.fixture
async def sqlite_api(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """For what no database decides."""
    async with AsyncExitStack() as stack:
        yield await start(api_settings(sqlite_url, tmp_path), stack)
