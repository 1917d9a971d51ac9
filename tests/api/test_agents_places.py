"""Places that were emptied: shown, confirmed by a person, and what waits for them."""

from typing import Any
from uuid import UUID

import pytest

from agent.contract.messages import PLACE_AWAY, HeartbeatAck
from agent.contract.reconcile import Question, item_key, pack
from app.domains.agents.presence import config
from app.domains.agents.schemas import AgentRow
from app.domains.identity.models import Role
from app.domains.pdfs import reconciling, transfers
from tests.api.conftest import Api, Company
from tests.support.branch import BranchAgent, documents, enrolled, item, make_pdf, requested

STATE = "00c0ffee00c0ffee"
OTHER = "0123456789abcdef"


def emptied(missing: int = 12_430, state: str = STATE, path: str = "disk") -> dict[str, Any]:
    return {"path": path, "missing": missing, "known": 12_500, "state": state}


async def _branch(api: Api) -> tuple[Company, BranchAgent]:
    company = await api.company()
    return company, await enrolled(company, await company.branch("SP"))


async def _row(company: Company) -> dict[str, Any]:
    (row,) = (await company.admin.client.get("/api/agents")).json()["data"]
    AgentRow.model_validate(row)
    return dict(row)


async def test_an_emptied_place_is_shown_until_it_is_back(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.beat()
    assert (await _row(company))["emptied"] == []

    await agent.beat(emptied=[emptied()])
    row = await _row(company)
    assert row["emptied"] == [{**emptied(), "confirmed": False}]
    await agent.beat(emptied=[emptied()])
    again = await _row(company)
    assert (again["emptied"], again["version"]) == (row["emptied"], row["version"])

    await agent.beat()
    assert (await _row(company))["emptied"] == []


@pytest.mark.parametrize(
    "bad",
    [
        [emptied(missing=0)],
        [emptied(state="none")],
        [emptied(path="x" * 5000)],
        [emptied(path="a\0b")],
        [emptied()] * 101,
    ],
)
async def test_a_place_that_makes_no_sense(api: Api, bad: list[dict[str, Any]]) -> None:
    _, agent = await _branch(api)
    assert (await agent.beat(emptied=bad)).status_code == 422


async def test_what_was_shown_is_confirmed_and_nothing_else(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.beat(emptied=[emptied(), emptied(20, OTHER, "year")])
    url = f"/api/admin/agents/{agent.id}/really-gone"

    stale = await company.admin.client.post(url, json={"path": "disk", "state": OTHER})
    assert (stale.status_code, stale.json()["code"]) == (409, "place_changed")
    answer = await company.admin.client.post(url, json={"path": "disk", "state": STATE})
    assert answer.status_code == 200, answer.text
    assert [place["confirmed"] for place in answer.json()["emptied"]] == [True, False]
    entry = (await company.admin.client.get("/api/audit")).json()["data"][0]
    assert (entry["action"], entry["details"]) == (
        "agent.really_gone",
        {"path": "disk", "files": 12_430},
    )

    # Still there in the next heartbeat: it stays confirmed, and more that vanished is not.
    await agent.beat(emptied=[emptied()])
    assert [place["confirmed"] for place in (await _row(company))["emptied"]] == [True]
    await agent.beat(emptied=[emptied(12_431, OTHER)])
    assert [place["confirmed"] for place in (await _row(company))["emptied"]] == [False]


async def test_only_managers_confirm(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.beat(emptied=[emptied()])
    operator = await company.person(Role.OPERATOR)
    answer = await operator.client.post(
        f"/api/admin/agents/{agent.id}/really-gone", json={"path": "disk", "state": STATE}
    )
    assert answer.status_code == 403


async def test_the_agents_disks_are_kept_for_it(api: Api) -> None:
    _, agent = await _branch(api)

    async def told(**more: Any) -> dict[str, str] | None:
        return HeartbeatAck.model_validate((await agent.beat(**more)).json()).disks

    assert await told() is None
    assert await told(disks={"": "a1", "usb": "b2"}) is None
    # It started anew, twice, before it could learn of them.
    assert await told() == {"": "a1", "usb": "b2"}
    assert await told() == {"": "a1", "usb": "b2"}
    assert await told(disks={"": "a1"}) is None
    assert await told() == {"": "a1"}


async def test_a_request_waits_for_a_disk_that_is_away(api: Api) -> None:
    company, agent = await _branch(api)
    await agent.index(item("disk/quote.pdf", make_pdf("quote")))
    (row,) = await documents(company)
    transfer = await requested(company, row["id"])
    await agent.beat(emptied=[emptied(1)])

    async def fail() -> dict[str, Any]:
        async with api.runtime.database.unit_of_work((await agent.identity()).scope) as unit:
            await transfers.failed(
                unit,
                api.runtime,
                await agent.identity(),
                UUID(transfer["id"]),
                code=PLACE_AWAY,
                message="is the disk connected?",
            )
        (now,) = (await company.admin.client.get("/api/transfers")).json()["data"]
        return dict(now)

    for _ in range(2 * transfers.MAX_ASKS):
        now = await fail()
        assert (now["state"], now["errorCode"], now["attempts"]) == ("queued", PLACE_AWAY, 0)
    (row,) = await documents(company)
    assert row["status"] == "uploading"


async def test_a_request_goes_to_an_agent_whose_disk_is_there(api: Api) -> None:
    company = await api.company()
    branch = await company.branch("SP")
    away, there = await enrolled(company, branch), await enrolled(company, branch, "other PC")
    for agent in (there, away):  # the one that is away saw it last
        await agent.beat()
        await agent.index(item("disk/quote.pdf", make_pdf("quote")))
    await away.beat(emptied=[emptied(1)])
    (row,) = await documents(company)
    assert (await requested(company, row["id"]))["agentId"] == str(there.id)


@pytest.mark.parametrize("proof", [{}, {"possession": None}], ids=["proven", "not proven"])
async def test_a_key_is_answered_with_the_new_paths_of_its_content(
    api: Api, proof: dict[str, None]
) -> None:
    _, agent = await _branch(api)
    content = make_pdf("quote")
    # What was listed before there were proofs is another document, and moved all the same.
    old = item("old/quote.pdf", content) | proof
    await agent.index(old, item("other.pdf", make_pdf("other")))
    key = item_key(old["path"], old["size"], old["mtimeNs"], old["rulesVersion"])
    identity = await agent.identity()

    async def twins(within_s: float | None) -> list[list[str]] | None:
        question = Question(n=pack([key, "00" * 8]), twins_within_s=within_s)
        now = api.runtime.clock.now()
        async with api.runtime.database.read(identity.scope) as session:
            answer = await reconciling.answer(session, agent.id, question, now)
        assert answer.paths == ["old/quote.pdf", None]
        return answer.twins

    assert await twins(3600) == [[], []]
    await agent.index(item("new/quote.pdf", content))
    assert await twins(3600) == [["new/quote.pdf"], []]
    assert await twins(0) == [[], []]
    assert await twins(1e300) == [["new/quote.pdf"], []]
    assert await twins(None) is None


async def test_the_company_says_from_how_many_files_on(api: Api) -> None:
    company, _ = await _branch(api)
    answer = await company.admin.client.patch("/api/admin/settings", json={"agentHoldFiles": 200})
    assert answer.status_code == 200, answer.text
    assert (await config(api.runtime, company.id)).hold_files == 200
