"""Comparing a list that is very long."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from agent.contract.reconcile import Question, pack
from app.db.ids import new_id
from app.db.scope import Scope
from app.domains.pdfs import reconciling
from app.domains.pdfs.models import Pdf, PdfLocation
from tests.api.conftest import Company
from tests.support.branch import enrolled
from tests.support.documents import document

ASKED = 500


async def _seconds(company: Company, agent_id: UUID, keys: list[str]) -> float:
    """The best of three answers to a question after these keys and their twins."""
    question = Question(n=pack(keys), twins_within_s=3600)
    now = datetime.now(UTC)
    best = float("inf")
    for _ in range(3):
        async with company.api.runtime.database.read(Scope(company.id, "test")) as session:
            began = time.perf_counter()
            answer = await reconciling.answer(session, agent_id, question, now)
            best = min(best, time.perf_counter() - began)
        assert None not in (answer.paths or [None])
    return best


async def _add(company: Company, agent_id: UUID, branch_id: UUID, numbers: range) -> list[str]:
    """Documents as if the agent had reported them; the keys of their files."""
    pdfs = [document(company.id, branch_id, number) for number in numbers]
    places: list[dict[str, Any]] = [
        {
            "agent_id": agent_id,
            "path_key": pdf["id"].hex,
            "path": pdf["file_name"],
            "pdf_id": pdf["id"],
            "branch_id": branch_id,
            "item_key": new_id().hex[-16:],
            "size": pdf["size"],
            "mtime_ns": 1,
            "seen_at": datetime.now(UTC) - timedelta(minutes=1),
            "tenant_id": company.id,
            "result": "ok",
            "rules_version": "1",
            "fields": {},
        }
        for pdf in pdfs
    ]
    async with company.api.runtime.database.write_engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql("SELECT set_config('siberius.tenant', '*', true)")
        await connection.execute(insert(Pdf), pdfs)
        await connection.execute(insert(PdfLocation), places)
    return [place["item_key"] for place in places]


@pytest.mark.alone
async def test_an_answer_costs_what_is_asked_and_not_the_whole_list(company: Company) -> None:
    branch_id = await company.branch("north")
    agent = await enrolled(company, branch_id)
    asked = await _add(company, agent.id, branch_id, range(ASKED))
    short = await _seconds(company, agent.id, asked)
    await _add(company, agent.id, branch_id, range(ASKED, 20_000))
    assert await _seconds(company, agent.id, asked) < 4 * short
