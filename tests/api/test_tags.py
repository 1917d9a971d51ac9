"""A tag stands for one answer: whoever follows cursors and tags ends equal to the table."""

import random
from typing import Any

import pytest

from app.db.scope import Scope
from app.domains.identity.models import Role
from app.feed.causal import HEADER
from tests.api.conftest import Api, Company, Person
from tests.api.test_collections import add, change, get, page
from tests.feed import world
from tests.support.branch import enrolled, item, make_pdf

STEPS = 50

ANY = {"If-None-Match": "*"}


@pytest.fixture
async def company(api: Api) -> Company:
    company = await api.company()
    for code in "ABC":
        await company.branch(code)
    return company


async def something(company: Company, rng: random.Random) -> None:
    """A transaction of one to three random changes."""
    theirs = world.Company(company.id, list(company.branches.values()))
    async with company.api.runtime.database.unit_of_work(Scope(company.id, "test")) as unit:
        for _ in range(rng.randint(1, 3)):
            await world.something(unit, theirs, rng)


class Follower:
    """A client of the worst kind: it shows the newest tag it has to whatever it asks."""

    def __init__(self, person: Person, collection: str, rng: random.Random) -> None:
        self.clients = [person.client]
        self.rows: dict[str, Any] = {}
        self._person = person
        self._rng = rng
        self._collection = collection
        self._cursor: str | None = None
        self._tag = '""'
        self.not_modified = 0

    async def step(self) -> bool:
        """One request; whether the client thinks that it has everything now."""
        if self._cursor is None:
            await self._read()
            return False
        changes = self._rng.random() < 0.5
        path = "/api/changes" if changes else f"/api/{self._collection}"
        params: dict[str, Any] = {"since": self._cursor, "limit": self._rng.randint(1, 4)}
        if changes and self._rng.random() < 0.5:
            params["collections"] = self._collection
        client = self._rng.choice(self.clients)
        answer = await client.get(path, params=params, headers={"If-None-Match": self._tag})
        if answer.status_code == 304:
            self.not_modified += 1
            return True
        body = answer.json()
        if body["mustRefetch"]:
            self._cursor = None
            return False
        self._cursor, self._tag = body["cursor"], body["etag"]
        for told in body["data"]:
            self._apply(told if not changes else _row_of(told), told.get("collection"))
        return not body["hasMore"] and not body["data"]

    async def _read(self) -> None:
        """Every page, each asked for with the tag of the one before."""
        self.rows, first = {}, None
        after: dict[str, str] = {}
        while True:
            headers = {"If-None-Match": self._tag}
            if first is not None:
                headers[HEADER] = first
            params: dict[str, Any] = {"limit": self._rng.randint(1, 4), **after}
            client = self._rng.choice(self.clients)
            answer = await client.get(f"/api/{self._collection}", params=params, headers=headers)
            assert answer.status_code == 200, "it has not seen this page"
            body = answer.json()
            first, self._tag = first or body["cursor"], body["etag"]
            for row in body["data"]:
                self.rows[row["id"]] = row
            if body["nextAfter"] is None:
                break
            after = {"after": body["nextAfter"]}
        self._cursor = first

    def _apply(self, row: dict[str, Any], collection: str | None) -> None:
        if collection not in {None, self._collection}:
            return
        known = self.rows.get(row["id"])
        if row["_operation"] == "delete":
            self.rows.pop(row["id"], None)
        elif known is None or known["version"] <= row["version"]:
            self.rows[row["id"]] = {k: v for k, v in row.items() if k != "_operation"}


def _row_of(change: dict[str, Any]) -> dict[str, Any]:
    # What left a branch is told again in the same transaction, where the reader still sees it.
    gone = change["operation"] in {"delete", "leave"}
    return {
        "id": change["id"],
        "_operation": "delete" if gone else "update",
        **(change["row"] or {}),
    }


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("collection", ["agents", "branches"])
async def test_who_follows_tags_and_cursors_ends_equal_to_the_table(
    company: Company, collection: str, seed: int
) -> None:
    """Through two processes, one of which hears of changes late."""
    rng = random.Random(seed)
    other = await (await company.api.replica()).sign_in(company.admin.email)
    follower = Follower(company.admin, collection, rng)
    follower.clients.append(other.client)
    for _ in range(STEPS):
        if rng.random() < 0.5:
            await something(company, rng)
        else:
            await follower.step()
    while not await follower.step():
        pass
    follower.clients.pop()  # one process knows at once, and has the last word
    while not await follower.step():
        pass
    table = await page(company.admin, f"/api/{collection}", limit=1000)
    assert follower.rows == {row["id"]: row for row in table["data"]}


@pytest.mark.parametrize("seed", range(2))
async def test_304_is_what_a_plain_request_would_say(company: Company, seed: int) -> None:
    """Any tag shown to any address: 304 only where the caller holds that very answer, or asks
    with a cursor that nothing came after."""
    rng = random.Random(seed)
    a, b, _ = company.branches.values()
    people = [company.admin, *[await company.person(Role.VIEWER, branches=[x]) for x in (a, b)]]
    held: dict[tuple[int, str, str], Any] = {}
    tags, cursors, hits = ['""'], [(await page(company.admin, "/api/changes"))["cursor"]], 0
    for _ in range(2 * STEPS):
        if rng.random() < 0.2:
            await something(company, rng)
        who = rng.randrange(len(people))
        url = _some_address(rng, cursors)
        # Mostly what was told last, as clients do.
        tag = tags[-1] if rng.random() < 0.6 else rng.choice(tags)
        plain = await get(people[who], url)
        answer = await get(people[who], url, etag=tag)
        assert answer.status_code in {200, 304}, answer.text
        if answer.status_code == 304:
            hits += 1
            known = held.get((who, url, tag), [])
            assert known == plain.json()["data"], (url, tag)
        tags.append(plain.json()["etag"])
        cursors.append(plain.json()["cursor"])
        held[who, url, tags[-1]] = plain.json()["data"]
    assert hits, "there was something to see"


def _some_address(rng: random.Random, cursors: list[str]) -> str:
    path = rng.choice(["/api/agents", "/api/pdfs", "/api/branches", "/api/changes"])
    query = [f"limit={rng.choice([1, 2, 100])}"] if rng.random() < 0.5 else []
    if rng.random() < 0.7:
        query.append(f"since={cursors[-1] if rng.random() < 0.7 else rng.choice(cursors)}")
    elif path == "/api/pdfs" and rng.random() < 0.5:
        query.append(rng.choice(["q=quote", "status=cached"]))
    return "?".join(filter(None, [path, "&".join(query)]))


@pytest.mark.parametrize("path", ["/api/agents", "/api/changes"])
async def test_the_tag_of_a_part_is_not_that_of_the_rest(company: Company, path: str) -> None:
    start = await page(company.admin, path)
    for _ in range(3):
        await add(company, None)
    part = await page(company.admin, path, since=start["cursor"], limit=1)
    assert part["hasMore"]
    rest = await get(company.admin, path, etag=part["etag"], since=part["cursor"])
    assert rest.status_code == 200
    assert len(rest.json()["data"]) == 2
    again = await get(company.admin, path, etag=part["etag"], since=start["cursor"], limit=1)
    assert again.status_code == 304, "this one the caller has"
    last = rest.json()
    assert (
        await get(company.admin, path, etag=last["etag"], since=last["cursor"])
    ).status_code == 304


async def test_an_old_cursor_is_not_answered_with_a_new_tag(company: Company) -> None:
    """Who has the newest tag from elsewhere, and not the rows."""
    old = (await page(company.admin, "/api/agents"))["cursor"]
    agent = await add(company, None)
    for path in ("/api/agents", "/api/changes"):
        tag = (await page(company.admin, path))["etag"]
        answer = await get(company.admin, path, etag=tag, since=old)
        assert answer.status_code == 200, path
        assert [row["id"] for row in answer.json()["data"]] == [agent]


async def test_pages_sizes_and_filters_have_tags_of_their_own(company: Company) -> None:
    for _ in range(3):
        await add(company, None)
    tags = [
        (await page(company.admin, "/api/agents", **params))["etag"]
        for params in ({}, {"limit": 1}, {"limit": 2})
    ]
    tags += [(await page(company.admin, "/api/pdfs", q=q))["etag"] for q in ("a", "b")]
    tags.append((await page(company.admin, "/api/pdfs"))["etag"])
    assert len(set(tags)) == len(tags)


async def test_a_search_looks_at_the_names_of_branches_and_the_states_of_agents(
    company: Company,
) -> None:
    agent = await enrolled(company, company.branches["A"])
    await agent.beat()
    await agent.index(item("quote.pdf", make_pdf("quote")))

    async def search(q: str, etag: str = "") -> Any:
        return await get(company.admin, "/api/pdfs", etag=etag, q=q)

    async def rename() -> None:
        branch = f"/api/branches/{company.branches['A']}"
        answer = await company.admin.client.patch(branch, json={"name": "North"})
        assert answer.status_code == 200

    async def goes_offline() -> None:
        await change(company, str(agent.id), status="offline")

    for q, happens in (("north", rename), ("branch offline", goes_offline)):
        before = await search(q)
        assert before.json()["data"] == []
        tag = before.json()["etag"]
        assert (await search(q, tag)).status_code == 304
        await happens()
        after = await search(q, tag)
        assert (after.status_code, len(after.json()["data"])) == (200, 1), q


async def test_who_has_written_elsewhere_is_not_told_that_nothing_happened(
    company: Company,
) -> None:
    """A process that has not heard of the write yet does not answer from what it remembers."""
    other = await (await company.api.replica()).sign_in(company.admin.email)
    for path in ("/api/branches", "/api/branches?limit=2", "/api/changes"):
        for number in range(3):
            tag = (await page(company.admin, path))["etag"]
            body = {"name": "Branch", "code": f"{len(path)}-{number}"}
            made = await other.client.post("/api/branches", json=body)
            seen = {HEADER: made.headers[HEADER], "If-None-Match": tag}
            assert (await company.admin.client.get(path, headers=seen)).status_code == 200


async def test_a_change_and_its_reversal_is_a_change(company: Company) -> None:
    agent = await add(company, None)
    tag = (await page(company.admin, "/api/agents"))["etag"]
    await change(company, agent, name="another")
    await change(company, agent, name="PC")
    assert (await get(company.admin, "/api/agents", etag=tag)).status_code == 200


async def test_who_holds_anything_still_hears_that_a_request_is_none(company: Company) -> None:
    """`*` of `If-None-Match` is every answer; a refusal is none."""
    for path in ("/api/branches", "/api/agents", "/api/changes"):
        asked = {
            query: (await company.admin.client.get(f"{path}?{query}", headers=ANY)).status_code
            for query in ("", "since=nothing", "limit=none")
        }
        assert asked == {"": 304, "since=nothing": 400, "limit=none": 422}, path
