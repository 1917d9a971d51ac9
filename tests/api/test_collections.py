"""Collections, their deltas, `/api/changes` and 304: one way to read them all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, update

from app.db.scope import SYSTEM, Scope
from app.domains.agents.models import Agent
from app.domains.identity.models import Role
from app.feed.cursor import Cursor
from app.feed.models import FeedCounter
from app.feed.prune import prune
from app.feed.routes import ChangeRow
from app.http.collections import CollectionPage
from tests.api.conftest import Api, Company, Person
from tests.feed.world import an_agent


@pytest.fixture
async def company(api: Api) -> Company:
    company = await api.company()
    for code in "AB":
        await company.branch(code)
    return company


async def add(company: Company, branch_id: UUID | None) -> str:
    """A new agent."""
    async with company.api.runtime.database.unit_of_work(Scope(company.id, "test")) as unit:
        agent = an_agent(branch_id)
        unit.session.add(agent)
    return str(agent.id)


async def change(company: Company, agent_id: str, **values: Any) -> None:
    """Change an agent; delete it, where nothing is to be changed."""
    async with company.api.runtime.database.unit_of_work(Scope(company.id, "test")) as unit:
        agent = await unit.session.get_one(Agent, UUID(agent_id))
        for name, value in values.items():
            setattr(agent, name, value)
        if not values:
            await unit.session.delete(agent)


async def get(person: Person, path: str, etag: str | None = None, **params: Any) -> Any:
    headers = {"If-None-Match": etag} if etag else {}
    return await person.client.get(path, params=params or None, headers=headers)


async def page(person: Person, path: str, **params: Any) -> dict[str, Any]:
    answer = await get(person, path, **params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert body["etag"] == answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"
    return body


_counting: ContextVar[bool] = ContextVar("counting", default=False)


@contextmanager
def counted_statements(api: Api) -> Iterator[list[str]]:
    """What requests send to the database meanwhile; not the scheduler's and the relay's own
    tasks, which began before."""
    sent: list[str] = []

    def record(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _counting.get():
            sent.append(statement)

    database = api.runtime.database
    engines = [database.write_engine.sync_engine, database.read_engine.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    token = _counting.set(True)
    yield sent
    _counting.reset(token)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", record)


async def test_pages_go_by_id_newest_first(company: Company) -> None:
    ids = [await add(company, None) for _ in range(5)]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        part = await page(company.admin, "/api/agents", limit=2, **after)
        assert len(part["data"]) <= 2
        seen += [row["id"] for row in part["data"]]
        assert part["hasMore"] == (part["nextAfter"] is not None)
        if part["nextAfter"] is None:
            break
        after = {"after": part["nextAfter"]}
    assert seen == ids[::-1]


async def test_a_delta_is_the_last_state_of_what_changed(company: Company) -> None:
    a, b = company.branches.values()
    kept, renamed, deleted = [await add(company, a) for _ in range(3)]
    start = await page(company.admin, "/api/agents")
    await change(company, renamed, name="first")
    await change(company, renamed, name="second")
    await change(company, deleted)
    new = await add(company, b)
    await change(company, new, name="new")
    delta = await page(company.admin, "/api/agents", since=start["cursor"])
    assert (delta["isDelta"], delta["hasMore"], delta["mustRefetch"]) == (True, False, False)
    assert [(row["id"], row["_operation"], row.get("name")) for row in delta["data"]] == [
        (renamed, "update", "second"),
        (deleted, "delete", None),
        (new, "insert", "new"),
    ]
    assert kept not in {row["id"] for row in delta["data"]}
    again = await page(company.admin, "/api/agents", since=delta["cursor"])
    assert again["data"] == []


async def test_a_long_delta_comes_in_parts(company: Company) -> None:
    start = await page(company.admin, "/api/agents")
    ids = [await add(company, None) for _ in range(7)]
    seen, cursor, more = [], start["cursor"], True
    while more:
        delta = await page(company.admin, "/api/agents", since=cursor, limit=3)
        seen += [row["id"] for row in delta["data"]]
        cursor, more = delta["cursor"], delta["hasMore"]
    assert seen == ids


async def test_a_row_that_moves_leaves_one_reader_and_arrives_at_another(company: Company) -> None:
    a, b = company.branches.values()
    of_a = await company.person(Role.VIEWER, branches=[a])
    of_b = await company.person(Role.VIEWER, branches=[b])
    agent = await add(company, a)
    starts = {p.id: await page(p, "/api/agents") for p in (of_a, of_b, company.admin)}
    assert [row["id"] for row in starts[of_a.id]["data"]] == [agent]
    assert starts[of_b.id]["data"] == []
    await change(company, agent, branch_id=b)
    for person, operation in ((of_a, "delete"), (of_b, "insert"), (company.admin, "insert")):
        delta = await page(person, "/api/agents", since=starts[person.id]["cursor"])
        assert [(row["id"], row["_operation"]) for row in delta["data"]] == [(agent, operation)]


@pytest.mark.parametrize("path", ["/api/agents", "/api/changes"])
async def test_pruned_foreign_and_senseless_cursors(company: Company, path: str) -> None:
    old = (await page(company.admin, path))["cursor"]
    await add(company, None)
    new = Cursor.parse((await page(company.admin, path))["cursor"])
    await prune(company.api.runtime.database, company.api.runtime.clock.now())
    for since in (old, f"foreign-{new.seq}", f"{new.epoch}-{new.seq + 1}"):
        answer = await page(company.admin, path, since=since)
        assert (answer["data"], answer["isDelta"], answer["mustRefetch"]) == ([], False, True)
        assert answer["cursor"] == str(new)
    assert not (await page(company.admin, path, since=str(new)))["mustRefetch"]
    answer = await get(company.admin, path, since="nonsense")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


async def test_bad_parameters_are_named(company: Company) -> None:
    for path, field in (
        ("/api/agents?limit=0", "limit"),
        ("/api/agents?limit=1001", "limit"),
        ("/api/agents?after=x", "after"),
        ("/api/changes?wait=31", "wait"),
        ("/api/changes?limit=x", "limit"),
    ):
        answer = await get(company.admin, path)
        assert answer.status_code == 422, path
        assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("path", ["/api/branches", "/api/changes"])
async def test_304_comes_from_memory(company: Company, path: str) -> None:
    first = await page(company.admin, path)
    with counted_statements(company.api) as sent:
        for sent_tag in (first["etag"], f'"other", W/{first["etag"]}', "*"):
            answer = await get(company.admin, path, etag=sent_tag)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == first["etag"]
            assert answer.headers["cache-control"] == "private, no-cache"
        assert sent == []
        counted = f'route="{path}",status="304"}}'
        assert counted in (await company.api.client().get("/metrics")).text
        await get(company.admin, "/api/agents")
        assert sent, "what a request sends is counted"
    await company.branch("new")
    answer = await get(company.admin, path, etag=first["etag"])
    assert answer.status_code == 200
    assert answer.headers["etag"] != first["etag"]


async def test_another_collections_change_leaves_the_tag_alone(company: Company) -> None:
    tag = (await page(company.admin, "/api/branches"))["etag"]
    await add(company, None)
    assert (await get(company.admin, "/api/branches", etag=tag)).status_code == 304


async def test_304_is_only_for_those_who_are_signed_in(company: Company) -> None:
    tag = (await page(company.admin, "/api/agents"))["etag"]
    stranger = company.api.client(**{"If-None-Match": tag})
    assert (await stranger.get("/api/agents")).status_code == 401
    await company.admin.client.post("/api/auth/logout")
    assert (await get(company.admin, "/api/agents", etag=tag)).status_code == 401


async def test_a_tag_of_other_eyes_does_not_match(company: Company) -> None:
    a, b = company.branches.values()
    tags: set[str] = set()
    for branches in (None, [a], [b], [a, b]):
        person = await company.person(Role.VIEWER, branches=branches)
        tag = (await page(person, "/api/agents"))["etag"]
        for known in tags:
            assert (await get(person, "/api/agents", etag=known)).status_code == 200
        tags.add(tag)
    assert len(tags) == 4


async def test_who_is_given_other_branches_fetches_anew(company: Company) -> None:
    a, b = company.branches.values()
    person = await company.person(Role.VIEWER, branches=[a])
    await add(company, b)
    before = await page(person, "/api/agents")
    answer = await company.admin.client.patch(
        f"/api/users/{person.id}", json={"branchIds": [str(a), str(b)]}
    )
    assert answer.status_code == 200, answer.text
    person = await company.api.sign_in(person.email)
    assert (await get(person, "/api/agents", etag=before["etag"])).status_code == 200
    assert (await page(person, "/api/agents", since=before["cursor"]))["mustRefetch"]


async def test_a_viewer_cannot_poll_users(company: Company) -> None:
    tag = (await page(company.admin, "/api/users"))["etag"]
    assert (await get(company.admin, "/api/users", etag=tag)).status_code == 304
    viewer = await company.person(Role.VIEWER)
    for etag in (None, tag, "*"):
        assert (await get(viewer, "/api/users", etag=etag)).status_code == 403


async def test_changes_are_all_collections_in_one_stream(company: Company) -> None:
    start = await page(company.admin, "/api/changes")
    assert (start["data"], start["isDelta"]) == ([], False)
    agent = await add(company, company.branches["A"])
    await change(company, agent, name="renamed")
    branch = str(await company.branch("C"))
    await company.person(Role.VIEWER)
    stream = await page(company.admin, "/api/changes", since=start["cursor"])
    CollectionPage[ChangeRow].model_validate(stream)
    told = [(c["collection"], c["operation"], c["id"]) for c in stream["data"]]
    assert told[:3] == [
        ("agents", "insert", agent),
        ("agents", "update", agent),
        ("branches", "insert", branch),
    ]
    assert "users" in {collection for collection, _, _ in told}
    renamed = stream["data"][1]
    assert renamed["changedFields"] == ["name"]
    assert renamed["branchId"] == str(company.branches["A"])
    assert renamed["prevSeq"] == stream["data"][0]["seq"]
    assert renamed["row"]["name"] == "renamed"
    viewer = await company.person(Role.VIEWER)
    stream = await page(viewer, "/api/changes", since=start["cursor"])
    assert {c["collection"] for c in stream["data"]} == {"agents", "branches"}
    only = await page(viewer, "/api/changes", since=start["cursor"], collections="branches,users")
    assert {c["collection"] for c in only["data"]} == {"branches"}
    assert only["cursor"] == stream["cursor"]


async def test_a_long_poll_returns_when_something_happens(company: Company) -> None:
    start = await page(company.admin, "/api/changes")
    loop = asyncio.get_running_loop()
    began = loop.time()
    waiting = asyncio.create_task(
        get(company.admin, "/api/changes", etag=start["etag"], since=start["cursor"], wait=20)
    )
    await asyncio.sleep(0.3)
    assert not waiting.done()
    agent = await add(company, None)
    answer = (await waiting).json()
    assert loop.time() - began < 10
    assert [c["id"] for c in answer["data"]] == [agent]


async def test_a_long_poll_without_news_ends_in_time(company: Company) -> None:
    start = await page(company.admin, "/api/changes")
    tagged = await get(
        company.admin, "/api/changes", etag=start["etag"], since=start["cursor"], wait=0.3
    )
    assert tagged.status_code == 304
    plain = await page(company.admin, "/api/changes", since=start["cursor"], wait=0.3)
    assert (plain["data"], plain["cursor"]) == ([], start["cursor"])


async def test_a_restored_backup_ends_every_old_cursor(company: Company) -> None:
    """Also for those who are waiting at that moment."""
    start = await page(company.admin, "/api/changes")
    waiting = asyncio.create_task(
        page(company.admin, "/api/changes", since=start["cursor"], wait=20)
    )
    await asyncio.sleep(0.2)
    async with company.api.runtime.database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(
            update(FeedCounter).where(FeedCounter.tenant_id == company.id).values(epoch="restored")
        )
    async with asyncio.timeout(10):
        assert (await waiting)["mustRefetch"]
    answer = await page(company.admin, "/api/agents", since=start["cursor"])
    assert answer["mustRefetch"]
    assert answer["cursor"].startswith("restored-")
    assert (await get(company.admin, "/api/agents", etag=start["etag"])).status_code == 200
