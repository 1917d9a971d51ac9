"""Signing in, staying in, going out."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import jwt
import pytest
from sqlalchemy import select

from app.db.scope import SYSTEM
from app.domains.identity.access import authenticate_header
from app.domains.identity.models import LoginSession, RefreshToken, Role
from app.domains.identity.sessions import prune
from app.errors import UnauthenticatedError
from app.runtime.clock import ManualClock
from tests.api.conftest import PASSWORD, Api, Person


async def _login(
    client: httpx.AsyncClient, email: str, password: str = PASSWORD, **headers: str
) -> httpx.Response:
    body = {"email": email, "password": password}
    return await client.post("/api/auth/login", json=body, headers=headers)


async def _refresh(person: Person, token: str | None = None, **headers: str) -> httpx.Response:
    body = {"refreshToken": token or person.tokens["refreshToken"]}
    return await person.client.post("/api/auth/refresh", json=body, headers=headers)


def _code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


async def test_login_tells_who_one_is(api: Api) -> None:
    company = await api.company()
    answer = await _login(api.client(), f"  {company.admin.email.upper()} ")
    assert answer.status_code == 200
    body = answer.json()
    assert body["tokenType"] == "Bearer"
    assert body["expiresIn"] == 600
    assert body["user"] == {
        "id": str(company.admin.id),
        "email": company.admin.email,
        "name": "Administrator",
        "role": "admin",
        "branchIds": None,
        "tenant": {"id": str(company.id), "name": "Acme"},
        "secondFactor": False,
        "secondFactorRequired": False,
    }
    assert answer.headers["cache-control"] == "no-store"
    me = await api.client().get(
        "/api/me", headers={"Authorization": f"Bearer {body['accessToken']}"}
    )
    assert me.json() == body["user"]


async def test_the_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites(api: Api) -> None:
    company = await api.company()
    cookie = (await _login(api.client(), company.admin.email)).headers["set-cookie"].lower()
    assert cookie.startswith("siberius_refresh=")
    for attribute in ("httponly", "samesite=strict", "path=/api/auth", "max-age=2592000"):
        assert attribute in cookie
    assert "secure" not in cookie
    api.runtime.settings.secure_cookies = True
    cookie = (await _login(api.client(), company.admin.email)).headers["set-cookie"].lower()
    assert "; secure" in cookie


async def test_a_refused_login_does_not_say_why(api: Api) -> None:
    company = await api.company()
    viewer = await company.person(Role.VIEWER)
    await company.admin.client.patch(f"/api/users/{viewer.id}", json={"disabled": True})
    answers = [
        await _login(api.client(), company.admin.email, "not the password"),
        await _login(api.client(), "nobody@nowhere.example"),
        await _login(api.client(), viewer.email),
    ]
    assert {_code(answer, 401) for answer in answers} == {"bad_credentials"}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic YTpi", "bearer a.b.c"])
async def test_a_bad_authorization_header_is_refused(api: Api, header: str) -> None:
    answer = await api.client().get("/api/me", headers={"Authorization": header})
    assert _code(answer, 401) in {"not_authenticated", "bad_token"}
    assert answer.headers["www-authenticate"] == "Bearer"
    with pytest.raises(UnauthenticatedError):
        await authenticate_header(api.runtime, header)


async def test_a_tampered_token_is_refused(api: Api) -> None:
    person = (await api.company()).admin
    key = api.runtime.settings.signing_key
    token = person.tokens["accessToken"]
    claims = jwt.decode(token, key, algorithms=["HS256"], audience="siberius-api")
    for forged in (
        jwt.encode(claims, "another key that is long enough too", "HS256"),
        jwt.encode(claims, key * 2, "HS512"),
        jwt.encode(claims, "", "none"),
        jwt.encode({**claims, "aud": "other"}, key, "HS256"),
        jwt.encode({**claims, "iss": "other"}, key, "HS256"),
        jwt.encode({k: v for k, v in claims.items() if k != "branches"}, key, "HS256"),
        jwt.encode({**claims, "role": "owner"}, key, "HS256"),
        jwt.encode({**claims, "tid": 7}, key, "HS256"),
        token[:-2],
    ):
        answer = await api.client().get("/api/me", headers={"Authorization": f"Bearer {forged}"})
        assert _code(answer, 401) == "bad_token"


async def test_an_access_token_expires_although_its_reading_is_cached(api: Api) -> None:
    person = (await api.company()).admin
    assert (await person.client.get("/api/me")).status_code == 200
    clock = ManualClock(api.runtime.clock.now() + timedelta(minutes=10, seconds=1))
    object.__setattr__(api.runtime, "clock", clock)
    assert _code(await person.client.get("/api/me"), 401) == "token_expired"


async def test_refresh_spends_the_old_token(api: Api) -> None:
    person = (await api.company()).admin
    first = await _refresh(person)
    assert first.status_code == 200
    tokens = first.json()
    assert tokens["refreshToken"] != person.tokens["refreshToken"]
    second = await _refresh(person, tokens["refreshToken"])
    assert second.status_code == 200
    assert second.json()["user"]["id"] == str(person.id)


async def test_a_spent_token_ends_the_session_for_everyone(api: Api) -> None:
    person = (await api.company()).admin
    fresh = (await _refresh(person)).json()
    stolen = await _refresh(person)
    assert _code(stolen, 401) == "refresh_token_reused"
    assert 'siberius_refresh=""' in stolen.headers["set-cookie"]
    assert _code(await _refresh(person, fresh["refreshToken"]), 401) == "session_ended"
    for token in (person.tokens["accessToken"], fresh["accessToken"]):
        answer = await api.client().get("/api/me", headers={"Authorization": f"Bearer {token}"})
        assert _code(answer, 401) == "session_ended"


async def test_of_parallel_refreshes_one_wins_and_the_others_are_reuse(api: Api) -> None:
    person = (await api.company()).admin
    answers = await asyncio.gather(*(_refresh(person) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    codes = {_code(answer, 401) for answer in answers if answer.status_code == 401}
    assert codes <= {"refresh_token_reused", "session_ended"}
    assert "refresh_token_reused" in codes


async def test_who_lost_the_answer_of_a_refresh_gets_it_again(api: Api) -> None:
    person = (await api.company()).admin
    first = await _refresh(person, **{"Idempotency-Key": "k1"})
    again = await _refresh(person, **{"Idempotency-Key": "k1"})
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["set-cookie"] == first.headers["set-cookie"]
    assert (await _refresh(person, first.json()["refreshToken"])).status_code == 200


async def test_a_replay_by_cookie_needs_the_same_cookie(api: Api) -> None:
    company = await api.company()
    one = await api.sign_in(company.admin.email)
    other = await api.sign_in((await company.person(Role.VIEWER)).email)
    key = {"Idempotency-Key": "1"}
    first = await one.client.post("/api/auth/refresh", headers=key)
    second = await other.client.post("/api/auth/refresh", headers=key)
    assert first.json()["user"]["id"] == str(one.id)
    assert second.json()["user"]["id"] == str(other.id)
    nobody = await api.client().post("/api/auth/refresh", headers=key)
    assert nobody.status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://siberius.example"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://siberius.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_the_cookie_counts_only_from_our_pages(
    api: Api, headers: dict[str, str], status: int
) -> None:
    person = (await api.company()).admin
    answer = await person.client.post("/api/auth/refresh", headers=headers)
    assert answer.status_code == status, answer.text


async def test_logout_ends_the_session_at_once_everywhere(api: Api) -> None:
    person = (await api.company()).admin
    bystander = await api.sign_in(person.email)
    replica = await api.replica()
    elsewhere = replica.client(Authorization=f"Bearer {person.tokens['accessToken']}")
    answer = await person.client.post("/api/auth/logout")
    assert answer.status_code == 204
    assert 'siberius_refresh=""' in answer.headers["set-cookie"]
    assert _code(await person.client.get("/api/me"), 401) == "session_ended"
    assert _code(await _refresh(person), 401) == "session_ended"
    assert _code(await elsewhere.get("/api/me"), 401) == "session_ended"
    assert (await bystander.client.get("/api/me")).status_code == 200


async def test_a_session_ends_when_it_was_not_refreshed_for_long(api: Api) -> None:
    person = (await api.company()).admin
    object.__setattr__(
        api.runtime, "clock", ManualClock(api.runtime.clock.now() + timedelta(days=30, seconds=1))
    )
    assert _code(await _refresh(person), 401) == "session_ended"


async def test_sessions_that_are_over_are_forgotten(api: Api) -> None:
    person = (await api.company()).admin
    now = api.runtime.clock.now()
    assert await prune(api.runtime.database, now) == 0
    assert (await _refresh(person)).status_code == 200
    assert await prune(api.runtime.database, now + timedelta(days=31)) == 1
    assert _code(await _refresh(person), 401) == "bad_refresh_token"


async def test_only_hashes_of_refresh_tokens_are_stored(api: Api) -> None:
    person = (await api.company()).admin
    async with api.runtime.database.read(SYSTEM) as session:
        stored = (await session.scalars(select(RefreshToken.token_hash))).all()
        sessions = (await session.scalars(select(LoginSession))).all()
    assert len(stored) == len(sessions) == 1
    assert person.tokens["refreshToken"] not in stored


async def test_a_large_body_is_refused_while_it_comes(api: Api) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 64 * 1024

    headers = {"Content-Type": "application/json"}
    answer = await api.client().post("/api/auth/login", content=body(), headers=headers)
    assert _code(answer, 413) == "too_large"
    assert sent <= 17, "a megabyte, and the part that was too much"


async def test_another_site_cannot_sign_a_browser_in(api: Api) -> None:
    """A form of another site can send text, which must not pass for JSON."""
    company = await api.company()
    body = json.dumps({"email": company.admin.email, "password": PASSWORD})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": content_type} if content_type else {}
        answer = await api.client().post("/api/auth/login", content=body, headers=headers)
        assert answer.status_code == 422, content_type
        assert "set-cookie" not in answer.headers


async def test_a_cookie_that_is_no_longer_good_is_taken_away(api: Api) -> None:
    person = (await api.company()).admin
    cookie = person.tokens["refreshToken"]
    await person.client.post("/api/auth/logout")
    headers = {"Cookie": f"siberius_refresh={cookie}"}
    answer = await api.client().post("/api/auth/refresh", headers=headers)
    assert _code(answer, 401) == "session_ended"
    assert 'siberius_refresh=""' in answer.headers["set-cookie"]


async def test_a_process_that_starts_has_no_doubt_of_a_company_made_a_moment_ago(api: Api) -> None:
    old, new = await api.company("Old"), await api.company("New")
    epochs = {company.id: await _epoch(api, company.id) for company in (old, new)}
    replica = await api.replica()
    assert {company.id: await _epoch(replica, company.id) for company in (old, new)} == epochs


async def _epoch(process: Api, tenant_id: UUID) -> str:
    return str((await process.app.state.relay.head(tenant_id)).epoch)
