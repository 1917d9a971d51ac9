"""Agents over HTTP: credentials, administration, presence."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from agent.contract.messages import AuthAnswer, HeartbeatAck
from app.db.scope import SYSTEM
from app.domains.agents import presence
from app.domains.agents.models import Agent, EnrolmentCode
from app.domains.agents.schemas import AgentDetail, AgentRow, CredentialsAnswer
from app.domains.identity.models import AuditEntry, Role
from app.runtime.clock import ManualClock
from tests.api.conftest import Api, Company, api_settings, start
from tests.support.branch import enrolled, item, make_pdf


def _code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


async def _auth(api: Api, **body: str) -> httpx.Response:
    return await api.client().post("/api/agent/auth", json=body)


async def _agents(company: Company) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await company.admin.client.get("/api/agents")).json()["data"]
    return rows


async def _audited(api: Api, company: Company) -> list[str]:
    async with api.runtime.database.read(SYSTEM) as session:
        entries = await session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.tenant_id == company.id)
            .order_by(AuditEntry.id)
        )
        return [action for action in entries if action.startswith("agent.")]


async def test_credentials_are_shown_once_and_never_stored(api: Api) -> None:
    company = await api.company()
    branch = await company.branch("SP")
    answer = await company.admin.client.post(
        "/api/admin/agents", json={"name": " Balcão ", "branchId": str(branch)}
    )
    assert answer.status_code == 201
    made = CredentialsAnswer.model_validate(answer.json())
    assert len(made.token) == 43
    assert [len(part) for part in made.enrolment_code.split("-")] == [4, 4, 4]
    lasts = made.enrolment_expires_at - datetime.now(UTC)
    assert timedelta(hours=23) < lasts <= timedelta(hours=24)
    (row,) = await _agents(company)
    AgentRow.model_validate(row)
    assert (row["name"], row["status"], row["blocked"]) == ("Balcão", "never_seen", False)
    assert "token" not in str(row).lower()
    async with api.runtime.database.read(SYSTEM) as session:
        agent = await session.get_one(Agent, made.agent.id)
        assert len(agent.token_hash) == 64
        assert made.token not in agent.token_hash
        code = (await session.scalars(select(EnrolmentCode))).one()
        assert made.enrolment_code.replace("-", "") not in code.code_hash
    assert await _audited(api, company) == ["agent.create"]


async def test_a_code_is_exchanged_for_a_token_once(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    shown = agent.code.replace("-", "").lower().replace("0", "o").replace("1", "l")
    answer = await _auth(api, enrolmentCode=f" {shown[:6]}-{shown[6:]} ", hostname="pc-1")
    assert answer.status_code == 200, answer.text
    enrolment = AuthAnswer.model_validate(answer.json())
    assert enrolment.agent_id == agent.id
    assert (enrolment.branch, enrolment.tenant) == ("Acme SP", "Acme")
    assert enrolment.token is not None
    assert enrolment.config.max_upload_bytes == 50 * 1024 * 1024
    assert _code(await _auth(api, enrolmentCode=agent.code), 401) == "bad_code"
    assert _code(await agent.beat(), 401) == "bad_token", "the first token is void"
    agent.client.headers["Authorization"] = f"Bearer {enrolment.token}"
    who = (await agent.client.post("/api/agent/auth", json={})).json()
    assert who["agentId"] == str(agent.id)
    assert "token" not in who
    assert await _audited(api, company) == ["agent.create", "agent.enrol"]


async def test_an_old_or_replaced_code_is_refused(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        code = (await unit.session.scalars(select(EnrolmentCode))).one()
        code.expires_at = api.runtime.clock.now()
    assert _code(await _auth(api, enrolmentCode=agent.code), 401) == "bad_code"
    rotated = await company.admin.client.post(f"/api/admin/agents/{agent.id}/rotate-token")
    assert rotated.status_code == 200
    assert _code(await _auth(api, enrolmentCode=agent.code), 401) == "bad_code"
    fresh = rotated.json()["enrolmentCode"]
    assert (await _auth(api, enrolmentCode=fresh)).status_code == 200
    assert _code(await _auth(api, enrolmentCode="é" * 10), 401) == "bad_code"
    assert _code(await _auth(api, enrolmentCode="a\0"), 422) == "invalid_input"


async def test_rotating_ends_the_old_token(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    assert (await agent.beat()).status_code == 200
    answer = await company.admin.client.post(f"/api/admin/agents/{agent.id}/rotate-token")
    assert _code(await agent.beat(), 401) == "bad_token"
    agent.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert (await agent.beat()).status_code == 200


async def test_a_blocked_agent_is_refused_everywhere_until_it_is_let_in(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    url = f"/api/admin/agents/{agent.id}/block"
    answer = await company.admin.client.post(url, json={"blocked": True})
    assert answer.json()["blocked"] is True
    for _ in range(2):
        assert _code(await agent.beat(), 403) == "agent_blocked"
    assert _code(await agent.client.get("/api/agent/status"), 403) == "agent_blocked"
    assert _code(await agent.client.post("/api/agent/auth", json={}), 403) == "agent_blocked"
    assert _code(await agent.upload("0" * 32, b""), 403) == "agent_blocked"
    assert _code(await _auth(api, enrolmentCode=agent.code), 403) == "agent_blocked"
    await company.admin.client.post(url, json={"blocked": False})
    assert (await agent.beat()).status_code == 200
    assert await _audited(api, company) == [
        "agent.create",
        "agent.block",
        "agent.refuse",
        "agent.unblock",
    ]


async def test_a_known_agent_is_let_in_from_memory(api: Api) -> None:
    """Its requests are counted in the cache's metric, from which the hit rate follows."""
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    assert (await agent.beat()).status_code == 200  # it becomes known, and changes to online

    async def read(outcome: str) -> float:
        line = f'siberius_cache_reads_total{{collection="agents",outcome="{outcome}"}} '
        metrics = (await api.client().get("/metrics")).text.splitlines()
        return sum(float(each.removeprefix(line)) for each in metrics if each.startswith(line))

    hits, misses = await read("hit"), await read("miss")
    for _ in range(10):
        assert (await agent.client.get("/api/agent/status")).status_code == 200
    hits, misses = await read("hit") - hits, await read("miss") - misses
    assert (hits, misses) == (9, 1)
    assert hits / (hits + misses) > 0.8


async def test_what_ends_at_one_replica_ends_at_all_at_once(api: Api) -> None:
    company = await api.company()
    branch = await company.branch("SP")
    other = await api.replica()
    for path, body, code in (
        ("block", {"blocked": True}, "agent_blocked"),
        ("rotate-token", None, "bad_token"),
    ):
        agent = await enrolled(company, branch, path)
        elsewhere = other.client(Authorization=f"Bearer {agent.token}")
        for _ in range(2):
            assert (await elsewhere.get("/api/agent/status")).status_code == 200
        url = f"/api/admin/agents/{agent.id}/{path}"
        assert (await company.admin.client.post(url, json=body)).status_code == 200
        refused = await elsewhere.get("/api/agent/status")
        assert refused.json()["code"] == code


async def test_wrong_tokens_are_limited_and_right_ones_are_not(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        settings = api_settings(sqlite_url, tmp_path, agent_auth_limit_per_minute=3)
        api = await start(settings, stack)
        company = await api.company()
        agent = await enrolled(company, await company.branch("SP"))
        stranger = api.client(Authorization="Bearer wrong")
        codes = [(await stranger.get("/api/agent/status")).json()["code"] for _ in range(5)]
        assert codes == ["bad_token"] * 3 + ["rate_limited"] * 2
        assert (await agent.client.get("/api/agent/status")).status_code == 200
        for _ in range(3):
            assert _code(await _auth(api, enrolmentCode="WRONG"), 401) == "bad_code"
        assert _code(await _auth(api, enrolmentCode=agent.code), 429) == "rate_limited"


async def test_an_agent_that_is_refused_keeps_no_new_one_out(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        settings = api_settings(sqlite_url, tmp_path, agent_auth_limit_per_minute=3)
        api = await start(settings, stack)
        company = await api.company()
        branch_id = await company.branch("SP")
        stranger = api.client(Authorization="Bearer wrong")
        for _ in range(10):
            await stranger.get("/api/agent/status")
        for _ in range(10):  # right ones are not counted
            agent = await enrolled(company, branch_id)
            assert (await _auth(api, enrolmentCode=agent.code)).status_code == 200


async def test_who_may_administer(api: Api) -> None:
    company = await api.company()
    mine, other = await company.branch("SP"), await company.branch("RJ")
    theirs = await enrolled(company, other)
    operator = await company.person(Role.OPERATOR)
    assert (await operator.client.get("/api/agents")).status_code == 200
    assert _code(await operator.client.get("/api/admin/agents"), 403) == "role_required"
    manager = await company.person(Role.MANAGER, branches=[mine])
    body = {"name": "A", "branchId": str(mine)}
    assert (await manager.client.post("/api/admin/agents", json=body)).status_code == 201
    refused = await manager.client.post("/api/admin/agents", json=body | {"branchId": str(other)})
    assert _code(refused, 404) == "not_found"
    listed = (await manager.client.get("/api/admin/agents")).json()["data"]
    assert [row["name"] for row in listed] == ["A"]
    url = f"/api/admin/agents/{theirs.id}"
    for method, path, json in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/rotate-token", None),
        ("POST", "/block", {"blocked": True}),
        ("POST", "/disconnect", None),
        ("POST", "/resync", {"deep": True}),
        ("GET", "/logs", None),
    ):
        answer = await manager.client.request(method, url + path, json=json)
        assert _code(answer, 404) == "not_found", path
    for bad in ({"name": "", "branchId": str(mine)}, {"name": "A"}, {"name": "A", "branchId": 7}):
        assert (await manager.client.post("/api/admin/agents", json=bad)).status_code == 422


async def test_renaming_and_what_needs_a_connection(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    url = f"/api/admin/agents/{agent.id}"
    renamed = await company.admin.client.patch(url, json={"name": "New"})
    assert renamed.json()["name"] == "New"
    assert renamed.json()["version"] == 2
    resync = await company.admin.client.post(f"{url}/resync", json={})
    assert _code(resync, 409) == "agent_offline"
    assert _code(await company.admin.client.get(f"{url}/logs"), 409) == "agent_offline"
    assert (await company.admin.client.post(f"{url}/disconnect")).status_code == 204


async def test_a_heartbeat_shows_what_a_person_would_see_and_is_no_change_after(
    api: Api,
) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    answer = await agent.beat()
    ack = HeartbeatAck.model_validate(answer.json())
    assert abs(ack.clock_skew_s) < 5
    (row,) = await _agents(company)
    assert (row["status"], row["agentVersion"], row["localAddress"]) == (
        "online",
        "0.1.0",
        "10.0.0.7",
    )
    assert (row["folderState"], row["watchMode"], row["files"]) == ("ok", "events", 3)
    await agent.beat(memoryBytes=60_000_000, uptimeS=42.5)
    (again,) = await _agents(company)
    assert again == row | {"lastSeenAt": again["lastSeenAt"]}, "only the presence changed"
    detail = (await company.admin.client.get(f"/api/admin/agents/{agent.id}")).json()
    AgentDetail.model_validate(detail)
    assert (detail["beat"]["memoryBytes"], detail["connected"]) == (60_000_000, False)
    await agent.beat(folderState="missing")
    assert (await _agents(company))[0]["folderState"] == "missing"
    status = (await agent.client.get("/api/agent/status")).json()
    assert status["agent"]["id"] == str(agent.id)
    assert status["transfers"] == []


@pytest.mark.parametrize(
    "bad",
    [
        {"folderState": "fine"},
        {"memoryBytes": "much"},
        {"memoryBytes": 2**70},
        {"hostname": "a\0b"},
        {"sentAt": "now"},
    ],
)
async def test_a_heartbeat_that_makes_no_sense(api: Api, bad: dict[str, Any]) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    assert (await agent.beat(**bad)).status_code == 422
    assert (await _agents(company))[0]["status"] == "never_seen"


async def test_a_wrong_clock_is_shown_until_it_is_right(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    wrong = (api.runtime.clock.now() + timedelta(minutes=7)).isoformat()
    ack = (await agent.beat(sentAt=wrong)).json()
    assert 410 < ack["clockSkewS"] <= 420
    (row,) = await _agents(company)
    assert 410 < row["clockSkewS"] <= 420
    assert "7 min ahead of the server" in row["lastError"]
    await agent.beat(sentAt=wrong)
    (again,) = await _agents(company)
    assert again == row | {"lastSeenAt": again["lastSeenAt"]}
    await agent.beat()
    (row,) = await _agents(company)
    assert (row["clockSkewS"], row["lastError"]) == (None, None)
    assert (await agent.beat(sentAt="2020-01-01T00:00:00")).status_code == 200
    assert "h behind the server" in (await _agents(company))[0]["lastError"]


async def test_silence_is_reconnecting_then_offline_whichever_process_looks(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.beat()
    clock = ManualClock(datetime.now(UTC))
    later = replace(api.runtime, clock=clock)
    other = replace((await api.replica()).runtime, clock=clock)

    async def status_after(seconds: float, changed: int) -> str:
        clock.advance(timedelta(seconds=seconds))
        assert (await presence.sweep(later))["changed"] == changed
        assert (await presence.sweep(other))["changed"] == 0
        return str((await _agents(company))[0]["status"])

    assert await status_after(40, 0) == "online"
    assert await status_after(10, 1) == "reconnecting"
    assert await status_after(30, 0) == "reconnecting"
    assert await status_after(20, 1) == "offline"
    assert await status_after(3600, 0) == "offline"
    await agent.beat()
    assert (await _agents(company))[0]["status"] == "online"


async def test_a_deleted_agent_leaves_its_history(api: Api) -> None:
    company = await api.company()
    agent = await enrolled(company, await company.branch("SP"))
    await agent.index(item("a.pdf", make_pdf()))
    client = company.admin.client
    pdf_id = (await client.get("/api/pdfs")).json()["data"][0]["id"]
    await client.post(f"/api/pdfs/{pdf_id}/request", json={})
    assert (await client.delete(f"/api/admin/agents/{agent.id}")).status_code == 204
    assert await _agents(company) == []
    (transfer,) = (await client.get("/api/transfers")).json()["data"]
    assert (transfer["state"], transfer["agentId"]) == ("failed", str(agent.id))
    assert await _audited(api, company) == ["agent.create", "agent.delete"]
    assert (await client.delete(f"/api/admin/agents/{agent.id}")).status_code == 404


@pytest.fixture
async def sqlite_api(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """For what no database decides."""
    async with AsyncExitStack() as stack:
        yield await start(api_settings(sqlite_url, tmp_path), stack)
