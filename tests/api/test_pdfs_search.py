"""A search finds what the row of a document shows, in the words of either language.

The table is the dashboard's as well (`app/web/src/stores/documents/matching.test.ts`).
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from app.db.scope import SYSTEM
from app.domains.agents.models import Agent, AgentStatus
from tests.api.conftest import Api, Company
from tests.support.branch import documents, enrolled, item, make_pdf, read_as

_TABLE = json.loads((Path(__file__).parents[1] / "support" / "searches.json").read_text())


async def _furnish(api: Api) -> tuple[Company, dict[str, str]]:
    """The documents of the table; their names by the id of each."""
    company = await api.company()
    names = {document["branch"] for document in _TABLE["documents"].values()}
    agents = {}
    for number, name in enumerate(sorted(names)):
        branch_id = await company.branch(str(number))
        path = f"/api/branches/{branch_id}"
        renamed = await company.admin.client.patch(path, json={"name": name})
        assert renamed.status_code == 200, renamed.text
        agents[name] = await enrolled(company, branch_id)
    named = {}
    for key, document in _TABLE["documents"].items():
        read = {
            field: document[field]
            for field in ("type", "number", "customer", "eventDate", "total")
            if document[field] is not None
        }
        file = item(document["fileName"], make_pdf(key), **read_as(**read))
        await agents[document["branch"]].index(file)
        (row,) = [row for row in await documents(company) if row["id"] not in named]
        named[row["id"]] = key
    return company, named


async def _found(company: Company, named: dict[str, str], query: str) -> str:
    return "".join(sorted(named[row["id"]] for row in await documents(company, q=query)))


async def test_it_finds_what_the_row_shows(api: Api) -> None:
    company, named = await _furnish(api)
    wrong: list[Any] = []
    for search in _TABLE["searches"]:
        found = await _found(company, named, search["query"])
        if found != search["found"]:
            wrong.append((search["query"], found, search["found"]))
    assert wrong == []


async def test_it_follows_corrections_and_names_of_branches(api: Api) -> None:
    company, named = await _furnish(api)
    (first,) = [pdf_id for pdf_id, key in named.items() if key == "a"]
    client = company.admin.client
    values = {"total": "7777.00", "eventDate": "2027-08-30"}
    corrected = await client.patch(f"/api/pdfs/{first}/fields", json=values)
    assert corrected.status_code == 200, corrected.text
    for query, found in {"7.777,00": "a", "1.234,56": "", "30 ago": "a", "14/03/2026": ""}.items():
        assert await _found(company, named, query) == found, query
    branch_id = company.branches["1"]
    await client.patch(f"/api/branches/{branch_id}", json={"name": "Ribeirão"})
    assert await _found(company, named, "ribeirao") == "a"
    assert await _found(company, named, "paulo") == ""


async def test_where_it_can_be_had_is_found_by_that(api: Api) -> None:
    company, named = await _furnish(api)
    (row,) = await documents(company, q="paulo")
    async with api.runtime.database.unit_of_work(SYSTEM) as unit:
        agent = await unit.session.get_one(Agent, UUID(row["agentIds"][0]))
        agent.status = AgentStatus.ONLINE.value
    assert await _found(company, named, "online") == "a"
    assert await _found(company, named, "off-line") == "bc"
