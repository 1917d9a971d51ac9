"""The audit log: every act is in it, once, and stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db.ids import new_id
from app.db.scope import SYSTEM
from app.domains.identity.audit import prune
from app.domains.identity.models import AuditEntry, Role
from tests.api.conftest import Api, Company
from tests.api.furniture import furnish
from tests.api.test_two_tenants import ROUTES, THEM, US, _walk

NO_ACT = {
    # They show something again, or are a machine's.
    "POST /api/auth/refresh",
    "POST /api/agent/auth",
    "POST /api/agent/heartbeat",
    "POST /api/agent/upload",
    # A user's own, and nobody else's business.
    "PUT /api/me/preferences",
}

NEVER_DONE = {
    # The walk only sees them refused: no agent is connected, no place is emptied, no code is right,
    # no branch empty.
    "POST /api/admin/agents/{agent_id}/resync",
    "POST /api/admin/agents/{agent_id}/really-gone",
    "DELETE /api/branches/{branch_id}",
    "POST /api/me/second-factor/confirm",
    "POST /api/me/second-factor/recovery-codes",
    "DELETE /api/me/second-factor",
}


async def _entries(company: Company, **query: Any) -> list[dict[str, Any]]:
    answer = await company.admin.client.get("/api/audit", params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def _count(api: Api) -> int:
    async with api.runtime.database.read(SYSTEM) as session:
        return len((await session.scalars(select(AuditEntry.id))).all())


async def test_every_act_leaves_an_entry_and_every_refusal_none(api: Api) -> None:
    us = await furnish(api, await api.company("Us"), US, admin_of_branch=False)
    them = await furnish(api, await api.company("Them"), THEM, admin_of_branch=False)
    told: dict[str, set[tuple[bool, int]]] = {}
    before = await _count(api)
    async for key, _call, answer in _walk(api, us, them):
        after = await _count(api)
        if not key.startswith("GET"):
            told.setdefault(key, set()).add((answer.is_success, after - before))
        before = after
    # Of several calls to a route, those for what is theirs may come to nothing.
    silent = {key for key, seen in told.items() if not any(ok and n for ok, n in seen)}
    assert silent - NEVER_DONE == NO_ACT
    assert [key for key, seen in told.items() if any(n for ok, n in seen if not ok)] == []
    assert set(told) == {key for key in ROUTES if not key.startswith("GET")}


async def test_it_tells_who_did_what_to_whom_from_where(api: Api) -> None:
    company = await api.company()
    admin = company.admin
    branch = await company.branch("north")
    person = await company.person(Role.OPERATOR)
    await api.client().post("/api/auth/login", json={"email": person.email, "password": "wrong"})
    body = {"refreshToken": person.tokens["refreshToken"]}
    await api.client().post("/api/auth/refresh", json=body)
    await api.client().post("/api/auth/refresh", json=body)
    again = await api.sign_in(person.email)
    await again.client.post("/api/auth/logout")
    secret = "another long password"
    await admin.client.patch(f"/api/users/{person.id}", json={"role": "viewer", "password": secret})
    await admin.client.delete(f"/api/branches/{branch}")
    await admin.client.patch("/api/admin/settings", json={"retentionDays": 7})
    entries = list(reversed(await _entries(company)))
    me, them = str(admin.id), str(person.id)
    assert [(entry["action"], entry["actorId"]) for entry in entries] == [
        ("auth.login", me),
        ("branch.create", me),
        ("user.create", me),
        ("auth.login", them),
        ("auth.login_failed", them),
        ("auth.token_reused", them),
        ("auth.login", them),
        ("auth.logout", them),
        ("user.update", me),
        ("branch.delete", me),
        ("settings.update", me),
    ]
    assert {entry["address"] for entry in entries} == {"127.0.0.1"}
    assert {entry["actorName"] for entry in entries} == {"Administrator", "operator of Acme"}
    changed, closed = entries[-3], entries[-2]
    assert (changed["subjectType"], changed["subjectId"]) == ("user", them)
    assert changed["subjectName"] == "operator of Acme"
    assert changed["details"] == {"changes": {"role": "viewer"}, "password": True}
    assert (closed["subjectName"], closed["details"]) == ("Acme north", {"code": "north"})
    assert secret not in str(entries)


async def test_it_is_paged_newest_first_and_filtered(api: Api) -> None:
    company = await api.company()
    for code in ("a", "b", "c"):
        await company.branch(code)
    person = await company.person(Role.ADMIN)
    await person.client.patch("/api/me", json={"name": "Another"})
    everything = [entry["id"] for entry in await _entries(company)]
    assert everything == sorted(everything, reverse=True)
    walked: list[str] = []
    after: dict[str, str] = {}
    while after is not None:
        page = (await company.admin.client.get("/api/audit", params={"limit": 2, **after})).json()
        walked += [entry["id"] for entry in page["data"]]
        if page["nextAfter"] is None:
            break
        after = {"after": page["nextAfter"]}
    assert walked == everything
    branches = await _entries(company, action="branch")
    assert [entry["subjectName"] for entry in branches] == ["Acme c", "Acme b", "Acme a"]
    assert await _entries(company, action="branch.create") == branches
    assert await _entries(company, action="bran") == []
    theirs = await _entries(company, userId=str(person.id))
    assert [entry["action"] for entry in theirs] == ["user.update", "auth.login"]
    middle = branches[1]["at"]
    since = await _entries(company, action="branch", **{"from": middle})
    until = await _entries(company, action="branch", to=middle)
    assert [entry["subjectName"] for entry in since] == ["Acme c", "Acme b"]
    assert [entry["subjectName"] for entry in until] == ["Acme a"]
    naive = await company.admin.client.get("/api/audit", params={"from": "2026-01-01T00:00:00"})
    assert naive.status_code == 422
    assert naive.json()["errors"][0]["field"] == "from"


async def test_an_act_that_is_refused_is_not_in_it(api: Api) -> None:
    company = await api.company()
    before = await _entries(company)
    await company.admin.client.patch(f"/api/users/{company.admin.id}", json={"role": "viewer"})
    assert await _entries(company) == before


@pytest.mark.parametrize(
    "way",
    [
        lambda: update(AuditEntry).values(actor="somebody else"),
        lambda: delete(AuditEntry),
        lambda: text("UPDATE audit_entries SET actor = 'somebody else'"),
        lambda: text("DELETE FROM audit_entries"),
    ],
)
async def test_the_database_refuses_to_change_it(api: Api, way: Any) -> None:
    company = await api.company()
    before = await _entries(company)
    with pytest.raises(DBAPIError, match="append-only"):
        async with api.runtime.database.unit_of_work(SYSTEM) as unit:
            await unit.session.execute(way())
    assert await _entries(company) == before


async def test_postgres_refuses_to_empty_it(api: Api) -> None:
    if api.runtime.database.url.get_backend_name() != "postgresql":
        return  # SQLite has no TRUNCATE; its DELETE is tested above
    with pytest.raises(DBAPIError, match="append-only"):
        async with api.runtime.database.unit_of_work(SYSTEM) as unit:
            await unit.session.execute(text("TRUNCATE audit_entries"))


async def test_it_is_pruned_as_each_company_wants(api: Api) -> None:
    one, two = await api.company("One"), await api.company("Two")
    answer = await one.admin.client.patch("/api/admin/settings", json={"auditRetentionDays": 40})
    assert answer.status_code == 200, answer.text
    now = api.runtime.clock.now()
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        for company in (one, two):
            for days in (35, 45, 400):
                unit.session.add(
                    AuditEntry(
                        id=new_id(),
                        tenant_id=company.id,
                        occurred_at=now - timedelta(days=days),
                        actor="system",
                        action="test.old",
                        subject_type="test",
                        subject_name=f"{days} days",
                        address="",
                    )
                )
    await prune(api.runtime)  # the scheduled job may have been there first
    kept = [
        {entry["subjectName"] for entry in await _entries(company, action="test")}
        for company in (one, two)
    ]
    assert kept == [{"35 days"}, {"35 days", "45 days"}]
