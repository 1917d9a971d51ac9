"""Where a company asks for a second factor the server shows nothing to who has none."""

import asyncio
from uuid import uuid4

import httpx
import pyotp
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app.domains.identity import access
from app.domains.identity.models import Role
from tests.api.conftest import PASSWORD, Api, Company, Person
from tests.support.branch import cached, enrolled, make_pdf

OPEN = {
    "GET /api/me",
    "GET /api/me/preferences",
    "POST /api/auth/logout",
    "POST /api/me/second-factor",
    "POST /api/me/second-factor/confirm",
}
"""What one may do before."""


def _asks_who(dependant: Dependant) -> bool:
    return any(
        part.call is access._current_user or _asks_who(part) for part in dependant.dependencies
    )


def _routes(api: Api) -> dict[str, str]:
    """Every route of a signed-in user, as `METHOD /path`, with a path to call."""
    found = {}
    for route in iter_route_contexts(api.app.routes):
        if isinstance(route.original_route, APIRoute) and _asks_who(route.dependant):
            path = str(route.path_format)
            for name in route.param_convertors:
                path = path.replace(f"{{{name}}}", str(uuid4()))
            for method in route.methods or ():
                found[f"{method} {route.path_format}"] = path
    return found


async def require_second_factor(company: Company, *, required: bool = True) -> None:
    answer = await company.admin.client.patch(
        "/api/admin/settings", json={"secondFactorRequired": required}
    )
    assert answer.status_code == 200, answer.text


async def set_up_second_factor(person: Person) -> None:
    begun = await person.client.post("/api/me/second-factor", json={"password": PASSWORD})
    code = pyotp.TOTP(begun.json()["secret"]).now()
    done = await person.client.post("/api/me/second-factor/confirm", json={"code": code})
    assert done.status_code == 200, done.text


def _is_refused(answer: httpx.Response) -> bool:
    if answer.status_code != 403:
        return False
    if answer.request.method != "HEAD":
        assert answer.json()["code"] == "second_factor_missing", answer.text
    return True


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
async def test_no_route_is_open_before_it_is_set_up(api: Api, role: Role) -> None:
    """Also to a session that was there before the company began to ask."""
    company = await api.company()
    await set_up_second_factor(company.admin)
    person = await company.person(role)
    await require_second_factor(company)
    routes = _routes(api)
    assert len(routes) > 45
    assert routes.keys() >= OPEN
    for name, path in sorted(routes.items()):
        if name == "POST /api/auth/logout":
            continue
        answer = await person.client.request(name.split()[0], path, json={})
        assert _is_refused(answer) == (name not in OPEN), (name, answer.status_code, answer.text)
    fresh = await api.sign_in(person.email)
    assert fresh.tokens["user"]["secondFactorRequired"] is True
    assert _is_refused(await fresh.client.get("/api/pdfs"))
    assert (await fresh.client.get("/api/me")).json()["secondFactorRequired"] is True
    renewed = await fresh.client.post("/api/auth/refresh")
    assert renewed.status_code == 200
    assert (await fresh.client.post("/api/auth/logout")).status_code == 204


async def test_all_is_open_at_once_when_it_is_set_up_or_no_longer_asked_for(api: Api) -> None:
    company = await api.company()
    await set_up_second_factor(company.admin)
    one, other = [await company.person(Role.VIEWER) for _ in range(2)]
    replica = await api.replica()
    elsewhere = replica.client(Authorization=one.client.headers["Authorization"])
    await require_second_factor(company)
    assert _is_refused(await one.client.get("/api/pdfs"))
    async with asyncio.timeout(20):
        while not _is_refused(await elsewhere.get("/api/pdfs")):
            await asyncio.sleep(0.05)
    await set_up_second_factor(one)
    assert (await one.client.get("/api/pdfs")).status_code == 200
    assert (await elsewhere.get("/api/pdfs")).status_code == 200, "no other process is behind"
    assert _is_refused(await other.client.get("/api/pdfs"))
    await require_second_factor(company, required=False)
    assert (await other.client.get("/api/pdfs")).status_code == 200


async def test_who_gives_it_up_is_refused_again(api: Api) -> None:
    company = await api.company()
    await set_up_second_factor(company.admin)
    person = await company.person(Role.VIEWER)
    await set_up_second_factor(person)
    await require_second_factor(company)
    assert (await person.client.get("/api/pdfs")).status_code == 200
    gone = await company.admin.client.delete(f"/api/users/{person.id}/second-factor")
    assert gone.status_code == 204
    fresh = await api.sign_in(person.email)
    assert _is_refused(await fresh.client.get("/api/pdfs"))


async def test_nothing_is_answered_from_memory_either(api: Api) -> None:
    company = await api.company()
    await set_up_second_factor(company.admin)
    agent = await enrolled(company, await company.branch("SP"))
    pdf_id = await cached(company, agent, "quote.pdf", make_pdf("quote"))
    person = await company.person(Role.OPERATOR)
    listed = await person.client.get("/api/pdfs")
    kept = {"since": listed.json()["cursor"]}
    await company.admin.client.get("/api/pdfs", params=kept)
    here = (await person.client.get("/api/changes")).json()["cursor"]
    news = person.client.get("/api/changes", params={"since": here, "wait": 20})
    waiting = asyncio.create_task(news)
    await asyncio.sleep(0.2)
    await require_second_factor(company)
    assert _is_refused(await waiting), "it was let in before, and must not be told after"
    conditional = {"If-None-Match": listed.headers["etag"]}
    for path in ("/api/pdfs", f"/api/pdfs/{pdf_id}/download", f"/api/pdfs/{pdf_id}/preview"):
        assert _is_refused(await person.client.get(path, headers=conditional))
        assert _is_refused(await person.client.get(path, params=kept))
    assert _is_refused(await person.client.head(f"/api/pdfs/{pdf_id}/download"))
    zipped = await person.client.post("/api/pdfs/archive", json={"ids": [pdf_id]})
    assert _is_refused(zipped)
    assert (await agent.client.get("/api/agent/status")).status_code == 200, "agents are no people"
