"""What one caller was answered, another is answered from memory, as long as it holds."""

from typing import Any

from app.domains.identity.models import Role
from app.feed.causal import HEADER
from app.http.answers import Answers
from tests.api.conftest import Company, Person
from tests.api.test_collections import add, counted_statements, get, page
from tests.support.branch import enrolled, item


async def from_memory(company: Company, person: Person, **params: Any) -> Any:
    """The page, if no statement was sent for it."""
    with counted_statements(company.api) as sent:
        answer = await page(person, "/api/agents", **params)
    return None if sent else answer


def _branch(number: int) -> dict[str, str]:
    return {"name": f"Branch {number}", "code": str(number)}


async def test_a_delta_is_read_once_for_all(company: Company) -> None:
    other = await company.person(Role.VIEWER)
    since = (await page(company.admin, "/api/agents"))["cursor"]
    await page(other, "/api/agents")
    await add(company, None)
    delta = await page(company.admin, "/api/agents", since=since)
    assert await from_memory(company, other, since=since) == delta
    await company.branch("A")
    assert await from_memory(company, other, since=since) == delta, "that was another collection"
    second = await add(company, None)
    assert await from_memory(company, other, since=since) is None
    delta = await page(other, "/api/agents", since=since)
    assert second in {row["id"] for row in delta["data"]}
    assert await from_memory(company, company.admin, since=since) == delta


async def test_other_eyes_are_answered_for_themselves(company: Company) -> None:
    of_b = await company.person(Role.VIEWER, branches=[b := await company.branch("B")])
    for branch_id in (await company.branch("A"), b):
        agent = await enrolled(company, branch_id)
        await agent.index(item("quote.pdf", branch_id.bytes))
    everything = await page(company.admin, "/api/pdfs")
    assert len(everything["data"]) == 2
    theirs = (await page(of_b, "/api/pdfs"))["data"]
    assert [row["branchIds"] for row in theirs] == [[str(b)]]
    assert await page(company.admin, "/api/pdfs") == everything


async def test_a_page_without_a_cursor_is_what_the_database_has(company: Company) -> None:
    """Also where this process has not yet heard of a change of another one."""
    other = await company.api.replica()
    there = await other.sign_in(company.admin.email)
    for number in range(5):
        while await page(company.admin, "/api/branches") != await page(
            company.admin, "/api/branches"
        ):
            pass  # not before this process has heard of the last one
        await there.client.post("/api/branches", json=_branch(number))
        assert len((await page(company.admin, "/api/branches"))["data"]) == number + 1


async def test_a_caller_who_has_seen_more_is_not_shown_less(company: Company) -> None:
    other = await company.api.replica()
    there = await other.sign_in(company.admin.email)
    for number in range(5):
        since = (await page(company.admin, "/api/branches"))["cursor"]
        await page(company.admin, "/api/branches", since=since)
        made = await there.client.post("/api/branches", json=_branch(number))
        seen = {HEADER: f"{since}, {made.headers[HEADER]}"}
        answer = await company.admin.client.get(
            "/api/branches", params={"since": since}, headers=seen
        )
        assert [row["name"] for row in answer.json()["data"]] == [f"Branch {number}"]


async def test_what_starts_anew_is_not_remembered(company: Company) -> None:
    await page(company.admin, "/api/agents")
    for _ in range(2):
        assert (await page(company.admin, "/api/agents", since="gone-1"))["mustRefetch"]
        assert await from_memory(company, company.admin, since="gone-1") is None


async def test_the_least_used_are_forgotten(company: Company) -> None:
    for number in range(5):
        long = {"name": "n" * 100, "city": "c" * 100}
        await company.admin.client.post("/api/branches", json=_branch(number) | long)
    counted: list[bool] = []
    size = len((await get(company.admin, "/api/branches", limit=1)).content)
    answers = Answers(lambda _, hit: counted.append(hit), max_bytes=3 * size)
    company.api.app.state.answers = answers
    for limit, hit in [(1, 0), (1, 1), (2, 0), (1, 1), (3, 0), (1, 0), (5, 0), (5, 0)]:
        counted.clear()
        await page(company.admin, "/api/branches", limit=limit)
        assert counted == [hit == 1], (limit, hit)
