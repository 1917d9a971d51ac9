"""Nothing of one company is ever visible to another, on any route; nor of one branch to the
users of another.

Every route of the application has an entry in `ROUTES` that says how to call it. A route that
is added without one fails `test_every_route_is_walked`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import inspect as sa_inspect
from sqlalchemy import select, text

from app.db.base import Base, Tenanted
from app.db.scope import SYSTEM, Scope
from app.domains.identity.models import Tenant
from app.feed.models import FeedCounter
from tests.api.conftest import PASSWORD, Api
from tests.api.furniture import Side, furnish, heartbeat

US, THEM = "walrus", "zebra"


@dataclass(frozen=True)
class Call:
    """One request and the status it must get. `who` is `admin`, `agent` or `nobody`."""

    status: int
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    json: Any = None
    who: str = "admin"
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    foreign: bool = False
    """It names something of theirs: for a branch, 403 is as good as 404."""


Calls = Callable[[Side, Side], list[Call]]


def once(status: int = 200, **more: Any) -> Calls:
    """A route that names nothing."""
    return lambda _us, _them: [Call(status, **more)]


def collection(us: Side, them: Side) -> list[Call]:
    """A page, a page after one of their ids, all pages from the start of the feed."""
    return [Call(200), Call(200, query={"after": them.open_transfer_id}), Call(200)]


def entity(
    name: str, pick: Callable[[Side], UUID], status: int = 200, refused: int = 404, **more: Any
) -> Calls:
    """A route that names one thing: theirs is not there, ours is."""
    return lambda us, them: [
        Call(refused, {name: pick(them)}, foreign=True, **more),
        Call(status, {name: pick(us)}, **more),
    ]


def agent(status: int = 200, **more: Any) -> Calls:
    return entity("agent_id", lambda side: side.agent_id, status, **more)


def pdf(status: int = 200, **more: Any) -> Calls:
    return entity("pdf_id", lambda side: side.cached_pdf_id, status, **more)


def _pdfs(us: Side, them: Side) -> list[Call]:
    return [
        *collection(us, them),
        Call(200, query={"q": THEM}),
        Call(200, query={"branchId": them.branch_id}),
        Call(200, query={"agentId": them.agent_id}),
    ]


def selection(status: int = 200, **more: Any) -> Calls:
    """A route that names several: what is not seen is passed over in silence."""
    return lambda us, them: [
        Call(status, json={"ids": [str(side.cached_pdf_id)], **more}) for side in (them, us)
    ]


def _upload(us: Side, them: Side) -> list[Call]:
    boundary = "b"
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        + us.content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    sent: dict[str, Any] = {
        "who": "agent",
        "content": body,
        "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    }
    query = {"fileHash": us.sha256, "size": len(us.content)}
    return [
        Call(404, query={**query, "transferId": them.open_transfer_id}, **sent),
        Call(404, query={**query, "transferId": them.done_transfer_id}, **sent),
        Call(200, query={**query, "transferId": us.done_transfer_id}, **sent),
    ]


def _new_user(us: Side, them: Side) -> list[Call]:
    new = {"email": f"new@{us.mark}.example", "name": "N", "password": PASSWORD, "role": "viewer"}
    return [
        Call(422, json={**new, "branchIds": [str(them.branch_id)]}, foreign=True),
        Call(
            422, json={**new, "branchIds": [str(them.branch_id), str(us.branch_id)]}, foreign=True
        ),
        Call(201, json={**new, "branchIds": [str(us.branch_id)]}),
    ]


def _new_agent(us: Side, them: Side) -> list[Call]:
    return [
        Call(404, json={"name": "n", "branchId": str(them.branch_id)}, foreign=True),
        Call(201, json={"name": "n", "branchId": str(us.branch_id)}),
    ]


def _login(us: Side, _them: Side) -> list[Call]:
    return [Call(200, json={"email": us.admin.email, "password": PASSWORD}, who="nobody")]


def _changes(us: Side, them: Side) -> list[Call]:
    return [Call(200), Call(200, query={"collections": "users,agents,pdfs,branches,transfers"})]


ROUTES: dict[str, Calls] = {
    "GET /health": once(who="nobody"),
    "GET /health/ready": once(who="nobody"),
    "GET /health/realtime": once(who="nobody"),
    "GET /health/detailed": once(),
    "GET /api/metrics/realtime": once(),
    "GET /api/me": once(),
    "PATCH /api/me": once(json={"name": "Me"}),
    "GET /api/branches": collection,
    "GET /api/users": collection,
    "GET /api/agents": collection,
    "GET /api/admin/agents": collection,
    "GET /api/transfers": collection,
    "GET /api/pdfs": _pdfs,
    "GET /api/changes": _changes,
    "GET /api/audit": lambda us, them: [
        *collection(us, them),
        Call(200, query={"userId": them.admin.id}),
    ],
    "GET /api/admin/settings": once(),
    "PATCH /api/admin/settings": once(json={"retentionDays": 20}),
    "GET /api/me/preferences": once(),
    "PUT /api/me/preferences": once(json={"language": "en"}),
    "POST /api/me/second-factor": once(json={"password": PASSWORD}),
    "POST /api/me/second-factor/confirm": once(422, json={"code": "000000"}),
    "POST /api/me/second-factor/recovery-codes": once(422, json={"code": "000000"}),
    "DELETE /api/me/second-factor": once(422, json={"password": PASSWORD, "code": "000000"}),
    "GET /api/sessions": lambda us, them: [
        Call(200),
        Call(404, query={"userId": them.user.id}, foreign=True),
        Call(200, query={"userId": us.user.id}),
    ],
    "GET /api/pdfs/{pdf_id}": pdf(),
    "GET /api/pdfs/{pdf_id}/status": pdf(),
    "GET /api/pdfs/{pdf_id}/download": pdf(),
    "GET /api/pdfs/{pdf_id}/preview": pdf(),
    "POST /api/pdfs/{pdf_id}/request": pdf(json={}),
    "PATCH /api/pdfs/{pdf_id}/fields": pdf(json={"number": f"number {US}"}),
    "GET /api/pdfs/{pdf_id}/history": pdf(),
    "PUT /api/pdfs/{pdf_id}/pin": pdf(),
    "DELETE /api/pdfs/{pdf_id}/pin": pdf(),
    "POST /api/pdfs/{pdf_id}/reread": pdf(202),
    "POST /api/pdfs/request": selection(),
    "POST /api/pdfs/pin": selection(204, pinned=True),
    "POST /api/pdfs/reread": selection(202),
    "POST /api/pdfs/archive": selection(),
    "GET /api/overview": once(),
    "POST /api/transfers/{transfer_id}/retry": entity(
        "transfer_id", lambda side: side.done_transfer_id
    ),
    "GET /api/admin/agents/{agent_id}": agent(),
    "PATCH /api/admin/agents/{agent_id}": agent(json={"name": f"agent {US}"}),
    "GET /api/admin/agents/{agent_id}/logs": agent(409),
    "POST /api/admin/agents/{agent_id}/resync": agent(409, json={}),
    "POST /api/admin/agents/{agent_id}/really-gone": agent(
        409, json={"path": "", "state": "0123456789abcdef"}
    ),
    "POST /api/admin/agents/{agent_id}/disconnect": agent(204),
    "POST /api/admin/agents": _new_agent,
    "POST /api/agent/auth": lambda us, _them: [
        Call(200, json={"enrolmentCode": None}, who="agent")
    ],
    "POST /api/agent/heartbeat": once(who="agent", json=heartbeat(US)),
    "GET /api/agent/status": once(who="agent"),
    "POST /api/agent/upload": _upload,
    "POST /api/transfers/{transfer_id}/cancel": entity(
        "transfer_id", lambda side: side.open_transfer_id
    ),
    "POST /api/branches": once(201, json={"name": "n", "code": "new"}),
    "PATCH /api/branches/{branch_id}": entity(
        "branch_id", lambda side: side.branch_id, json={"city": "x"}
    ),
    "DELETE /api/branches/{branch_id}": entity("branch_id", lambda side: side.branch_id, 409),
    "POST /api/users": _new_user,
    "PATCH /api/users/{user_id}": entity("user_id", lambda side: side.user.id, json={"name": "x"}),
    # What ends something comes last.
    "DELETE /api/users/{user_id}/second-factor": entity("user_id", lambda side: side.user.id, 204),
    "DELETE /api/sessions/{session_id}": entity("session_id", lambda side: side.session_id, 204),
    "POST /api/admin/agents/{agent_id}/block": agent(json={"blocked": True}),
    "POST /api/admin/agents/{agent_id}/rotate-token": agent(),
    "DELETE /api/admin/agents/{agent_id}": agent(204),
    "POST /api/auth/login": _login,
    "POST /api/auth/refresh": lambda us, _them: [
        Call(200, json={"refreshToken": us.admin.tokens["refreshToken"]}, who="nobody")
    ],
    "POST /api/auth/logout": once(204),
}
"""In the order in which they are walked."""

COMPANY_WIDE = {
    "POST /api/branches",
    "GET /api/audit",
    "GET /api/admin/settings",
    "PATCH /api/admin/settings",
}
"""Not for the administrator of a branch."""

NOT_FOR_TENANTS = {"GET /metrics"}
"""For the operator alone; the load balancer does not let it out."""


async def test_every_route_is_walked(api: Api) -> None:
    documented = {
        f"{method.upper()} {path}"
        for path, methods in api.app.openapi()["paths"].items()
        for method in methods
    }
    assert documented - NOT_FOR_TENANTS == set(ROUTES)


async def test_no_company_sees_another(api: Api) -> None:
    us = await furnish(api, await api.company(f"Company-{US}"), US, admin_of_branch=False)
    them = await furnish(api, await api.company(f"Company-{THEM}"), THEM, admin_of_branch=False)
    await _login_fails(api, them)
    before = await _everything_of(api, them.company.id)
    empty = [name for name, rows in before.items() if not rows]
    assert not empty, f"the walk proves nothing for {empty}: let furnish() make such rows"
    secrets = _texts(before)
    assert them.ids() < secrets
    for key, call, answer in [item async for item in _walk(api, us, them)]:
        assert answer.status_code == call.status, f"{key} {call}: {answer.text}"
        _assert_silent(f"{key} {call}", answer, secrets)
    assert await _everything_of(api, them.company.id) == before


async def test_no_branch_sees_another(api: Api) -> None:
    company = await api.company("Company")
    us = await furnish(api, company, US, admin_of_branch=True)
    them = await furnish(api, company, THEM, admin_of_branch=True)
    # Branches themselves are known to everyone in the company.
    secrets = them.ids() | {
        *(them.user.email, them.agent_token, them.sha256, f"agent {THEM}", f"customer {THEM}"),
        *(f"host-{THEM}", f"folder {THEM}", f"cached {THEM}", f"local {THEM}", f"title {THEM}"),
    }
    for key, call, answer in [item async for item in _walk(api, us, them)]:
        company_wide = key in COMPANY_WIDE
        refused = {403, 404, 422} if call.foreign else {403}
        allowed = refused if call.foreign or company_wide else {call.status}
        assert answer.status_code in allowed, f"{key} {call}: {answer.text}"
        _assert_silent(f"{key} {call}", answer, secrets)


async def test_the_database_holds_where_the_sessions_filter_does_not(
    api: Api, request: pytest.FixtureRequest
) -> None:
    """Row-level security: plain SQL, which no filter of ours touches, sees one company."""
    if api.runtime.database.url.get_backend_name() != "postgresql":
        return  # SQLite has no such thing; there the session's filter stands alone
    us = await api.company("Us")
    them = await api.company("Them")
    await us.branch("ours")
    await them.branch("theirs")
    seen: dict[str, set[UUID]] = {}
    async with api.runtime.database.read(Scope(us.id, "test")) as session:
        for table in _tenant_tables():
            rows = await session.execute(text(f"SELECT DISTINCT tenant_id FROM {table}"))
            seen[table] = set(rows.scalars())
    assert set().union(*seen.values()) == {us.id}
    assert {"users", "branches", "changes", "login_sessions", "feed_counters"} <= {
        table for table, tenants in seen.items() if tenants
    }
    with pytest.raises(Exception, match="row-level security"):
        async with api.runtime.database.unit_of_work(Scope(us.id, "test")) as unit:
            await unit.session.execute(
                text(
                    "INSERT INTO audit_entries (id, occurred_at, actor, action, address, details,"
                    " tenant_id) SELECT gen_random_uuid(), now(), '', '', '', '{}',"
                    " CAST(:tenant AS uuid)"
                ),
                {"tenant": str(them.id)},
            )
    async with api.runtime.database.write_engine.begin() as connection:
        rows = await connection.execute(text("SELECT count(*) FROM users"))
        assert rows.scalar_one() == 0  # a connection that names no company sees none


async def _walk(api: Api, us: Side, them: Side) -> Any:
    clients = {"admin": us.admin.client, "agent": us.agent, "nobody": api.client()}
    for key, calls in ROUTES.items():
        method, path = key.split(" ")
        for call in calls(us, them):
            answer = await clients[call.who].request(
                method,
                path.format(**call.path),
                params=call.query,
                json=call.json,
                content=call.content,
                headers=call.headers,
            )
            yield key, call, answer
            if key.startswith("GET") and "since" in _parameters(api, path):
                async for delta in _deltas(clients[call.who], path):
                    yield key, Call(200, query={"since": "…"}), delta


async def _deltas(client: httpx.AsyncClient, path: str) -> Any:
    """Everything that ever happened, as far as the client may know it."""
    now = (await client.get(path)).json()
    if "cursor" not in now:
        return
    answer = await client.get(path, params={"since": f"{now['cursor'].rpartition('-')[0]}-0"})
    yield answer
    while answer.json()["hasMore"]:
        answer = await client.get(path, params={"since": answer.json()["cursor"]})
        yield answer


def _parameters(api: Api, path: str) -> set[str]:
    operation = api.app.openapi()["paths"][path]["get"]
    return {parameter["name"] for parameter in operation.get("parameters", [])}


def _assert_silent(what: str, answer: httpx.Response, secrets: set[str]) -> None:
    said = answer.text + str(answer.headers)
    heard = sorted(secret for secret in secrets if secret in said)
    assert not heard, f"{what} tells {heard}"


async def _login_fails(api: Api, side: Side) -> None:
    body = {"email": side.user.email, "password": "wrong"}
    assert (await api.client().post("/api/auth/login", json=body)).status_code == 401


def _tenant_tables() -> list[str]:
    tenanted = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Tenanted)]
    return sorted({str(m.local_table) for m in tenanted} | {str(FeedCounter.__table__)})


async def _everything_of(api: Api, tenant_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tenant, by table."""
    everything: dict[str, list[dict[str, Any]]] = {}
    async with api.runtime.database.read(SYSTEM) as session:
        for mapper in Base.registry.mappers:
            owner = getattr(mapper.class_, "tenant_id", None)
            if mapper.class_ is Tenant:
                owner = Tenant.id
            if owner is None:
                continue
            found = await session.scalars(select(mapper.class_).where(owner == tenant_id))
            keys = [attribute.key for attribute in sa_inspect(mapper.class_).column_attrs]
            rows = [{key: getattr(row, key) for key in keys} for row in found]
            everything[str(mapper.local_table)] = sorted(rows, key=str)
    return everything


def _texts(everything: dict[str, list[dict[str, Any]]]) -> set[str]:
    """The ids, and every text that bears their mark or is a hash."""
    found: set[str] = set()
    for rows in everything.values():
        for row in rows:
            for key, value in row.items():
                if isinstance(value, UUID):
                    found.add(str(value))
                elif isinstance(value, str) and (THEM in value.lower() or key.endswith("_hash")):
                    found.add(value)
    return found
