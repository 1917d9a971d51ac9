"""Two processes and a Redis that dies: nobody gets in who should not, and nobody waits long."""

import time
from pathlib import Path

import pytest

from app.domains.identity.models import Role
from app.settings import Settings
from tests.api.conftest import PASSWORD, Api, api_settings
from tests.support.servers import RedisServer


@pytest.fixture
def settings(postgres_url: str, redis_server: RedisServer, tmp_path: Path) -> Settings:
    return api_settings(postgres_url, tmp_path, redis_url=redis_server.url)


@pytest.mark.parametrize("failure", [None, "kill", "pause"])
async def test_a_logout_holds_in_every_process(
    api: Api, redis_server: RedisServer, failure: str | None
) -> None:
    company = await api.company()
    person, bystander = await company.person(Role.VIEWER), await company.person(Role.VIEWER)
    replica = await api.replica()
    token = f"Bearer {person.tokens['accessToken']}"
    elsewhere = replica.client(Authorization=token)
    assert (await elsewhere.get("/api/me")).status_code == 200
    if failure is not None:
        getattr(redis_server, failure)()
    assert (await person.client.post("/api/auth/logout")).status_code == 204
    started = time.monotonic()
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert time.monotonic() - started < 2
    elsewhere.headers["Authorization"] = f"Bearer {bystander.tokens['accessToken']}"
    assert (await elsewhere.get("/api/me")).status_code == 200


async def test_a_redis_that_comes_back_empty_lets_nobody_in(
    api: Api, redis_server: RedisServer
) -> None:
    person = await (await api.company()).person(Role.VIEWER)
    elsewhere = (await api.replica()).client(Authorization=f"Bearer {person.tokens['accessToken']}")
    assert (await elsewhere.get("/api/me")).status_code == 200
    await person.client.post("/api/auth/logout")
    redis_server.kill()
    redis_server.start()
    assert (await elsewhere.get("/api/me")).status_code == 401


@pytest.mark.parametrize("failure", [None, "kill"])
async def test_wrong_passwords_are_counted_over_all_processes_and_nobody_is_locked_out(
    api: Api, redis_server: RedisServer, failure: str | None
) -> None:
    """Without Redis each counts for itself, so that three let through three times as many."""
    redis_server.clear()
    person = await (await api.company()).person(Role.VIEWER)
    replicas = [api, await api.replica(), await api.replica()]
    if failure is not None:
        getattr(redis_server, failure)()
    body = {"email": person.email, "password": "not the password"}
    clients = [replica.client(address="192.0.2.1") for replica in replicas]
    answers = [await client.post("/api/auth/login", json=body) for client in clients * 12]
    tried = 10 if failure is None else 30
    assert [a.status_code for a in answers] == [401] * tried + [429] * (36 - tried)
    body["password"] = PASSWORD
    for replica in replicas:
        answer = await replica.client().post("/api/auth/login", json=body)
        assert answer.status_code == 200
