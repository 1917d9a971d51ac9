"""When an agent was seen last: its newest heartbeat, whoever asks, without a change in the feed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent.contract.messages import Handshake
from app.domains.agents import presence
from app.domains.identity.models import Role
from app.runtime.clock import ManualClock
from tests.api.conftest import Api, Company
from tests.api.test_collections import counted_statements
from tests.support.branch import BranchAgent, enrolled


async def _branch(api: Api) -> tuple[Company, BranchAgent, ManualClock]:
    clock = ManualClock(api.runtime.clock.now())
    object.__setattr__(api.runtime, "clock", clock)
    company = await api.company()
    return company, await enrolled(company, await company.branch("SP")), clock


async def _beat_for(agent: BranchAgent, clock: ManualClock, minutes: int) -> datetime:
    """Beats every half minute; when the last one was."""
    for _ in range(minutes * 2):
        clock.advance(timedelta(seconds=30))
        assert (await agent.beat()).status_code == 200
    return clock.now()


async def _get(company: Company, path: str, **headers: str) -> Any:
    answer = await company.admin.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _seen(row: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["lastSeenAt"]) if row["lastSeenAt"] else None


async def test_it_is_the_last_beat_and_not_the_last_change(api: Api) -> None:
    company, agent, clock = await _branch(api)
    (row,) = (await _get(company, "/api/agents"))["data"]
    assert _seen(row) is None, "never seen"
    await agent.beat()
    before = await _get(company, "/api/agents")
    last = await _beat_for(agent, clock, minutes=3)
    clock.advance(timedelta(seconds=20))
    after = await _get(company, "/api/agents")
    paths = ("/api/agents", "/api/admin/agents", "/api/agents?limit=1")
    rows = [(await _get(company, path))["data"][0] for path in paths]
    rows.append(await _get(company, f"/api/admin/agents/{agent.id}"))
    rows.append((await agent.client.get("/api/agent/status")).json()["agent"])
    assert [_seen(row) for row in rows] == [last] * len(rows)
    assert {row["status"] for row in rows} == {"online"}
    assert after["cursor"] == before["cursor"], "a heartbeat is no change"
    delta = await _get(company, f"/api/agents?since={before['cursor']}")
    assert delta["data"] == []


async def test_304_is_only_for_who_has_seen_the_last_beat(api: Api) -> None:
    company, agent, clock = await _branch(api)
    await agent.beat()
    client = company.admin.client
    for path in ("/api/agents", "/api/admin/agents", "/api/agents?limit=1"):
        listed = await client.get(path)
        shown = {"If-None-Match": listed.headers["etag"]}
        again = await client.get(path, headers=shown)
        assert (again.status_code, again.headers["etag"]) == (304, listed.headers["etag"])
        last = await _beat_for(agent, clock, minutes=1)
        (row,) = (await _get(company, path, **shown))["data"]
        assert _seen(row) == last
        # A delta tells changes, and a heartbeat is none.
        delta = f"/api/agents?since={listed.json()['cursor']}"
        with counted_statements(api) as sent:
            assert (await client.get(delta, headers=shown)).status_code == 304
        assert sent == [], "from memory"


async def test_every_process_knows_it_also_after_a_restart(api: Api) -> None:
    company, agent, clock = await _branch(api)
    last = await _beat_for(agent, clock, minutes=1)
    other = await api.replica()
    headers = {"Authorization": company.admin.client.headers["Authorization"]}
    for _ in range(2):
        answer = await other.client(**headers).get("/api/agents")
        assert [_seen(row) for row in answer.json()["data"]] == [last]
        last = await _beat_for(agent, clock, minutes=1)


async def test_silence_is_dated_from_the_last_beat(api: Api) -> None:
    company, agent, clock = await _branch(api)
    last = await _beat_for(agent, clock, minutes=2)
    cursor = (await _get(company, "/api/agents"))["cursor"]
    runtime = replace(api.runtime, clock=clock)
    for seconds, status in ((50, "reconnecting"), (300, "offline")):
        clock.advance(timedelta(seconds=seconds))
        await presence.sweep(runtime)
        # What the feed tells is in a browser's copy: it must not be the moment it was noticed.
        (told,) = (await _get(company, f"/api/agents?since={cursor}"))["data"]
        (read,) = (await _get(company, "/api/agents"))["data"]
        assert (told["status"], _seen(told)) == (status, last)
        assert (read["status"], _seen(read)) == (status, last)


async def test_a_socket_that_breaks_is_no_sign_of_life(api: Api) -> None:
    company, agent, clock = await _branch(api)
    identity = await agent.identity()
    hello = Handshake.model_validate(
        {"token": agent.token, "contract": 1, "version": "1", "platform": "x", "hostname": "pc"}
    )
    await presence.connected(api.runtime, identity, hello, node="a", sid="1")
    (row,) = (await _get(company, "/api/agents"))["data"]
    assert _seen(row) == clock.now(), "it has just said who it is"
    last = await _beat_for(agent, clock, minutes=1)
    clock.advance(timedelta(seconds=25))
    await presence.disconnected(api.runtime, identity, "1")
    (row,) = (await _get(company, "/api/agents"))["data"]
    assert (row["status"], _seen(row)) == ("reconnecting", last)


async def test_a_viewer_of_a_branch_sees_it_of_his_branch(api: Api) -> None:
    company, agent, clock = await _branch(api)
    other = await enrolled(company, await company.branch("RJ"))
    viewer = await company.person(Role.VIEWER, branches=[company.branches["SP"]])
    await other.beat()
    last = await _beat_for(agent, clock, minutes=1)
    (row,) = (await viewer.client.get("/api/agents")).json()["data"]
    assert (row["id"], _seen(row)) == (str(agent.id), last)
