"""What callers see of a failover and of a replica: a slow answer, never a wrong one."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.db.replica import READS
from app.feed.causal import HEADER
from tests.api.conftest import Api, Company, api_settings, start
from tests.support.proxy import Proxy
from tests.support.servers import PostgresPair, PostgresServer

BRANCHES = b" branches"
"""Said by the transaction that is cut off, and not by a scheduled job."""


@pytest.fixture
async def proxy(postgres_server: PostgresServer) -> AsyncIterator[Proxy]:
    async with Proxy(postgres_server.port) as proxy:
        yield proxy


@pytest.fixture
async def api(
    proxy: Proxy, postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> AsyncIterator[Api]:
    """The application, with a line to its database that can be cut."""
    url = postgres_server.url(postgres_url.rpartition("/")[2], proxy.port)
    async with AsyncExitStack() as stack:
        yield await start(api_settings(url, tmp_path), stack)


async def codes(company: Company) -> list[str]:
    answer = await company.admin.client.get("/api/branches")
    return sorted(row["code"] for row in answer.json()["data"])


def branch(code: str) -> dict[str, str]:
    return {"name": code, "code": code}


@pytest.mark.parametrize("deliver", [True, False])
async def test_a_lost_commit_with_a_key_is_done_once(api: Api, proxy: Proxy, deliver: bool) -> None:
    company = await api.company()
    proxy.cut_at(b"COMMIT", after=BRANCHES, deliver=deliver)
    headers = {"Idempotency-Key": "once"}
    answer = await company.admin.client.post("/api/branches", json=branch("a"), headers=headers)
    assert answer.status_code == 201, answer.text
    assert ("Idempotency-Replayed" in answer.headers) == deliver
    assert await codes(company) == ["a"]


async def test_a_lost_change_with_a_key_is_repeated_too(api: Api, proxy: Proxy) -> None:
    company = await api.company()
    branch_id = await company.branch("a")
    proxy.cut_at(b"COMMIT", after=BRANCHES, deliver=True)
    answer = await company.admin.client.request(
        "DELETE", f"/api/branches/{branch_id}", headers={"Idempotency-Key": "gone"}
    )
    assert answer.status_code == 204, answer.text
    assert await codes(company) == []


async def test_a_lost_commit_without_a_key_is_admitted(api: Api, proxy: Proxy) -> None:
    company = await api.company()
    proxy.cut_at(b"COMMIT", after=BRANCHES, deliver=True)
    answer = await company.admin.client.post("/api/branches", json=branch("a"))
    assert answer.status_code == 503
    assert answer.json()["code"] == "outcome_unknown"
    assert int(answer.headers["Retry-After"]) >= 1
    assert await codes(company) == ["a"]


async def test_requests_wait_for_a_leader_and_for_nobody_else(
    api: Api, proxy: Proxy, postgres_server: PostgresServer
) -> None:
    """Companies this process does not know yet are no exception: they would be looked up one
    after another, each with the whole patience of the one before."""
    companies = [await api.company(f"Firm{number}") for number in range(5)]
    replica = await api.replica()
    proxy.lead_to(1)
    proxy.cut()
    reads = [
        asyncio.create_task(
            replica.client(Authorization=f"Bearer {company.admin.tokens['accessToken']}").get(
                "/api/changes", params={"since": "x-1"}
            )
        )
        for company in companies
    ]
    writes = [
        asyncio.create_task(company.admin.client.post("/api/branches", json=branch("a")))
        for company in companies
    ]
    await asyncio.sleep(1)
    assert not any(task.done() for task in (*reads, *writes))
    proxy.lead_to(postgres_server.port)
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*reads, *writes)
    assert {answer.status_code for answer in answers} == {200, 201}


async def test_past_the_deadline_it_is_503(api: Api, proxy: Proxy, tmp_path: Path) -> None:
    company = await api.company()
    settings = api.runtime.settings.model_copy(update={"failover_patience_s": 0.5})
    async with AsyncExitStack() as stack:
        hasty = await start(settings, stack)
        client = hasty.client(Authorization=company.admin.client.headers["Authorization"])
        proxy.lead_to(1)
        proxy.cut()
        async with asyncio.timeout(10):
            answers = await asyncio.gather(
                client.get("/api/branches"), client.post("/api/branches", json=branch("a"))
            )
        for answer in answers:
            assert answer.status_code == 503
            assert answer.json()["code"] == "database_unavailable"
            assert "Retry-After" in answer.headers


@pytest.fixture
def pair_url(postgres_pair: PostgresPair) -> Iterator[str]:
    """An empty database on the leader of the pair, which the standby shows too."""
    url = postgres_pair.leader.create_database()
    yield url
    postgres_pair.leader.drop_database(url)


async def test_a_user_sees_his_own_write_though_the_replica_lags(
    postgres_pair: PostgresPair, pair_url: str, tmp_path: Path
) -> None:
    pair = postgres_pair
    replica_url = pair.standby.url(pair_url.rpartition("/")[2])
    settings = api_settings(pair_url, tmp_path, read_database_url=replica_url)
    async with AsyncExitStack() as stack:
        # The write goes to one process and the read to another, which has not heard of it:
        # without a bus, and between two ticks.
        here = await start(settings.model_copy(update={"feed_tick_s": 3600.0}), stack)
        there = await start(settings.model_copy(update={"feed_tick_s": 3600.0}), stack)
        company = await here.company()
        await company.branch("a")
        elsewhere = there.client(Authorization=company.admin.client.headers["Authorization"])
        cursor = (await elsewhere.get("/api/branches")).json()["cursor"]
        limits = itertools.count(10)
        pair.wait_for_standby()

        async def seen(**headers: str) -> tuple[list[str], dict[str, float]]:
            before = _reads()
            # Another limit each time: no answer but this one is from memory.
            url = f"/api/branches?limit={next(limits)}"
            answer = await elsewhere.get(url, headers={HEADER: cursor, **headers})
            after = _reads()
            served = {name: after[name] - before[name] for name in after}
            return sorted(row["code"] for row in answer.json()["data"]), served

        assert await seen() == (["a"], {"hit": 1, "behind": 0, "away": 0})
        pair.pause_replay()
        written = await company.admin.client.post("/api/branches", json=branch("b"))
        assert await seen() == (["a"], {"hit": 1, "behind": 0, "away": 0})  # it lags indeed
        mine = {HEADER: written.headers[HEADER]}
        assert await seen(**mine) == (["a", "b"], {"hit": 0, "behind": 1, "away": 0})
        since = {"since": cursor}
        delta = await elsewhere.get("/api/changes", params=since, headers=mine)
        assert [row["row"]["code"] for row in delta.json()["data"]] == ["b"]
        pair.resume_replay()
        pair.wait_for_standby()
        assert await seen(**mine) == (["a", "b"], {"hit": 1, "behind": 0, "away": 0})


async def test_a_replica_that_is_away_is_done_without(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    async with Proxy(postgres_server.port) as line, AsyncExitStack() as stack:
        replica_url = postgres_server.url(postgres_url.rpartition("/")[2], line.port)
        settings = api_settings(postgres_url, tmp_path, read_database_url=replica_url)
        company = await (await start(settings, stack)).company()
        cursor = (await company.admin.client.get("/api/branches")).json()["cursor"]
        limits = itertools.count(10)  # no answer is from memory

        async def read() -> int:
            url = f"/api/branches?limit={next(limits)}"
            return (await company.admin.client.get(url, headers={HEADER: cursor})).status_code

        for break_it in (line.cut, line.freeze):
            assert await read() == 200
            break_it()
            async with asyncio.timeout(5):
                assert await read() == 200
            line.thaw()


def _reads() -> dict[str, float]:
    return {name: READS.labels(name)._value.get() for name in ("hit", "behind", "away")}
