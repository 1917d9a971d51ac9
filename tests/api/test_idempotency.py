"""`Idempotency-Key` over the whole layer: the effect happens once, the answer is repeated."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from app.db.scope import SYSTEM
from app.domains.identity.models import Branch, LoginSession, Role
from app.http.idempotency import IdempotencyRecord
from tests.api.conftest import PASSWORD, Api, Company

BRANCH = {"name": "North", "code": "north"}
REPLAYED = "idempotency-replayed"


async def _post(
    client: httpx.AsyncClient, key: str, body: dict[str, Any] = BRANCH, path: str = "/api/branches"
) -> httpx.Response:
    return await client.post(path, json=body, headers={"Idempotency-Key": key})


async def _count(api: Api, model: type[Any]) -> int:
    async with api.runtime.database.read(SYSTEM) as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_the_same_key_gets_the_same_answer(api: Api, company: Company) -> None:
    first = await _post(company.admin.client, "k")
    again = await _post(company.admin.client, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert await _count(api, Branch) == 1


async def test_without_a_key_nothing_is_recorded(api: Api, company: Company) -> None:
    await company.branch("north")
    assert await _count(api, IdempotencyRecord) == 0


async def test_twenty_at_once_have_one_effect(api: Api, company: Company) -> None:
    answers = await asyncio.gather(*(_post(company.admin.client, "k") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum(REPLAYED not in answer.headers for answer in answers) == 1
    assert await _count(api, Branch) == 1


async def test_two_processes_have_one_effect(api: Api, company: Company) -> None:
    replica = await api.replica()
    token = f"Bearer {company.admin.tokens['accessToken']}"
    clients = [company.admin.client, replica.client(Authorization=token)]
    answers = await asyncio.gather(*(_post(clients[n % 2], "k") for n in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await _count(api, Branch) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/branches", {**BRANCH, "name": "South"}),
        ("/api/branches?dry=1", BRANCH),
        ("/api/auth/logout", {}),
    ],
)
async def test_a_key_is_for_one_request(
    api: Api, company: Company, path: str, body: dict[str, Any]
) -> None:
    await _post(company.admin.client, "k")
    other = await _post(company.admin.client, "k", body, path)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert (await company.admin.client.get("/api/me")).status_code == 200


async def test_keys_belong_to_their_user(api: Api, company: Company) -> None:
    manager = await company.person(Role.MANAGER)
    await _post(company.admin.client, "k")
    other = await _post(manager.client, "k", {"name": "South", "code": "south"})
    assert other.status_code == 201
    assert REPLAYED not in other.headers
    assert await _count(api, Branch) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there"])
async def test_a_key_that_cannot_be_is_refused(api: Api, company: Company, key: str) -> None:
    answer = await _post(company.admin.client, key)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_idempotency_key"
    assert await _count(api, Branch) == 0


async def test_a_refusal_is_not_recorded(api: Api, company: Company) -> None:
    north = await company.branch("north")
    taken = await _post(company.admin.client, "k")
    assert taken.status_code == 409
    assert await _count(api, IdempotencyRecord) == 0
    await company.admin.client.delete(f"/api/branches/{north}")
    later = await _post(company.admin.client, "k")
    assert later.status_code == 201
    assert REPLAYED not in later.headers


async def test_a_refusal_that_has_an_effect_is_not_recorded_either(
    api: Api, company: Company
) -> None:
    token = {"refreshToken": company.admin.tokens["refreshToken"]}
    await _post(api.client(), "k1", token, "/api/auth/refresh")
    reused = await _post(api.client(), "k2", token, "/api/auth/refresh")
    assert reused.json()["code"] == "refresh_token_reused"
    again = await _post(api.client(), "k2", token, "/api/auth/refresh")
    assert again.json()["code"] == "session_ended"
    assert await _count(api, IdempotencyRecord) == 1


async def test_after_a_rollback_nothing_is_recorded(
    api: Api, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit itself fails: neither the effect nor the answer is there."""
    database = api.runtime.database

    def fail(*_: object) -> None:
        raise RuntimeError("the feed cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr(database, "_recorder", fail)
        answer = await _post(company.admin.client, "k")
    assert answer.status_code == 500
    assert await _count(api, IdempotencyRecord) == await _count(api, Branch) == 0
    later = await _post(company.admin.client, "k")
    assert later.status_code == 201
    assert REPLAYED not in later.headers


async def test_a_caller_that_left_finds_the_answer(api: Api, company: Company) -> None:
    """The client drops the connection once the server has committed, and asks again."""
    committed = asyncio.Event()
    publish = api.app.state.relay.publish

    def notice(batches: Any) -> None:
        committed.set()
        publish(batches)

    api.runtime.database.publish_with(notice)
    lost = asyncio.create_task(_post(company.admin.client, "k"))
    await committed.wait()
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    again = await _post(company.admin.client, "k")
    assert again.status_code == 201
    assert again.headers[REPLAYED] == "true"
    assert await _count(api, Branch) == 1
    async with api.runtime.database.read(SYSTEM) as session:
        assert await session.get(Branch, UUID(again.json()["id"])) is not None


async def test_a_repeated_login_is_one_session(api: Api, company: Company) -> None:
    body = {"email": company.admin.email, "password": PASSWORD}
    before = await _count(api, LoginSession)
    answers = await asyncio.gather(
        *(_post(api.client(), "k", body, "/api/auth/login") for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1
    assert await _count(api, LoginSession) == before + 1


async def test_who_does_not_know_the_password_gets_no_replay(api: Api, company: Company) -> None:
    body = {"email": company.admin.email, "password": PASSWORD}
    await _post(api.client(), "k", body, "/api/auth/login")
    guess = await _post(api.client(), "k", {**body, "password": "a guess"}, "/api/auth/login")
    assert guess.status_code == 401
    assert REPLAYED not in guess.headers


async def test_parallel_refreshes_with_one_key_have_one_answer(api: Api, company: Company) -> None:
    token = {"refreshToken": company.admin.tokens["refreshToken"]}
    answers = await asyncio.gather(
        *(_post(api.client(), "k", token, "/api/auth/refresh") for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (await company.admin.client.get("/api/me")).status_code == 200


async def test_recorded_answers_are_sealed(api: Api, company: Company) -> None:
    body = {"email": company.admin.email, "password": PASSWORD}
    answer = await _post(api.client(), "k", body, "/api/auth/login")
    async with api.runtime.database.read(SYSTEM) as session:
        stored = (await session.scalars(select(IdempotencyRecord.answer))).one()
    assert answer.json()["refreshToken"].encode() not in stored
    assert company.admin.email.encode() not in stored
