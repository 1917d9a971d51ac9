"""The filter no service writes, and the guard no service gets around."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.orm import aliased

from app.db.database import Database
from app.db.guard import BulkWriteError
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.db.session import ScopedAsyncSession, TenantMismatchError, UnscopedReadError
from app.domains.agents.models import Agent
from app.domains.identity.models import AuditEntry, Branch
from app.domains.pdfs.models import Pdf
from tests.feed.world import Company, a_pdf, an_agent, check_feed, found, place

_agents: Any = Agent.__table__
_branches: Any = Branch.__table__


async def _through_connection(session: ScopedAsyncSession) -> None:
    await (await session.connection()).execute(update(_branches).values(city="X"))


async def _through_driver(session: ScopedAsyncSession) -> None:
    await (await session.connection()).exec_driver_sql("UPDATE branches SET city = 'X'")


WAYS_AROUND: dict[str, Callable[[ScopedAsyncSession], Awaitable[Any]]] = {
    "update": lambda s: s.execute(update(Branch).values(city="X")),
    "update by primary key": lambda s: s.execute(
        update(Branch), [{"id": new_id(), "version": 1, "city": "X"}]
    ),
    "insert": lambda s: s.execute(insert(Branch).values(name="X", code="X")),
    "insert many": lambda s: s.execute(insert(Branch), [{"name": "X", "code": "X"}]),
    "delete": lambda s: s.execute(delete(Branch)),
    "core update": lambda s: s.execute(update(_branches).values(city="X")),
    "core insert": lambda s: s.execute(insert(_branches).values(name="X", code="X")),
    "core delete": lambda s: s.execute(delete(_branches)),
    "scalars": lambda s: s.scalars(update(Branch).values(city="X").returning(Branch)),
    "text": lambda s: s.execute(text("/* */ update  branches\nset city = 'X'")),
    "quoted text": lambda s: s.execute(text('DELETE FROM "branches"')),
    "connection": _through_connection,
    "driver": _through_driver,
    "bulk_save_objects": lambda s: s.run_sync(
        lambda sync: sync.bulk_save_objects([Branch(id=new_id(), name="X", code="X")])
    ),
    "bulk_insert_mappings": lambda s: s.run_sync(
        lambda sync: sync.bulk_insert_mappings(Branch, [{"name": "X", "code": "X"}])
    ),
    "bulk_update_mappings": lambda s: s.run_sync(
        lambda sync: sync.bulk_update_mappings(
            Branch, [{"id": new_id(), "version": 1, "city": "X"}]
        )
    ),
    "query": lambda s: s.run_sync(lambda sync: sync.query(Branch).update({"city": "X"})),
}


@pytest.mark.parametrize("of_the_system", [False, True])
async def test_bulk_sql_on_a_tracked_table_is_refused(
    database: Database, company: Company, of_the_system: bool
) -> None:
    before = len(await check_feed(database, company))
    scope = SYSTEM if of_the_system else company.scope()
    outcomes = {way: await _refusal(database, scope, way) for way in WAYS_AROUND}
    assert outcomes == dict.fromkeys(WAYS_AROUND, BulkWriteError)
    assert len(await check_feed(database, company)) == before


async def _refusal(database: Database, scope: Scope, way: str) -> type[Exception] | None:
    try:
        async with database.unit_of_work(scope) as unit:
            await WAYS_AROUND[way](unit.session)
    except (BulkWriteError, SQLAlchemyError) as error:
        return type(error)
    return None


async def test_a_data_modifying_cte_is_refused(database: Database, company: Company) -> None:
    moved = update(Branch).values(city="X").returning(Branch.id).cte()
    with pytest.raises((BulkWriteError, SQLAlchemyError)):
        async with database.unit_of_work(company.scope()) as unit:
            await unit.session.execute(select(moved))


async def test_untracked_tables_and_reads_are_not_in_the_way(
    database: Database, company: Company
) -> None:
    async with database.unit_of_work(company.scope()) as unit:
        await unit.session.execute(delete(AuditEntry))
        await unit.session.scalars(select(Branch).with_for_update())


async def test_only_the_unit_of_work_commits(database: Database, company: Company) -> None:
    async with database.unit_of_work(company.scope()) as unit:
        with pytest.raises(RuntimeError, match="only the unit of work"):
            await unit.session.commit()


async def test_every_statement_is_filtered_by_tenant(database: Database, company: Company) -> None:
    other = await found(database)
    # The order matters: a filter that was cached with the first tenant would show here.
    for each, foreign in ((company, other), (other, company), (company, other)):
        async with database.read(each.scope()) as session:
            again = aliased(Branch)
            for ids in (
                await session.scalars(select(Branch.id)),
                await session.scalars(select(again.id)),
                await session.scalars(select(Branch.id).join(again, again.id == Branch.id)),
                await session.scalars(select(select(Branch.id).subquery())),
                [branch.id for branch in await session.scalars(select(Branch))],
            ):
                assert set(ids) == set(each.branches)
            assert await session.scalar(select(func.count()).select_from(Branch)) == 3
            assert await session.get(Branch, foreign.branches[0]) is None
            assert await session.get(Branch, each.branches[0]) is not None


async def test_a_core_read_of_a_tenants_table_is_refused(
    database: Database, company: Company
) -> None:
    async with database.read(company.scope()) as session:
        for statement in (
            select(_branches),
            select(_agents.c.name).where(_agents.c.branch_id.in_(select(_branches.c.id))),
        ):
            with pytest.raises(UnscopedReadError):
                await session.execute(statement)


async def test_every_statement_is_filtered_by_branch(database: Database, company: Company) -> None:
    a, b, c = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        agents = {branch: an_agent(branch) for branch in (a, b, None)}
        unit.session.add_all(agents.values())
        places: list[tuple[UUID, ...]] = [(a,), (a, b), (c,)]
        pdfs = {branches: a_pdf(branches) for branches in places}
        for branches, pdf in pdfs.items():
            unit.session.add(pdf)
            await place(unit.session, pdf, branches)
    for eyes, seen_agents, seen_pdfs in (
        ({a}, {a, None}, {(a,), (a, b)}),
        ({b}, {b, None}, {(a, b)}),
        ({b, c}, {b, None}, {(a, b), (c,)}),
        (set(), {None}, set()),
    ):
        async with database.read(company.scope(frozenset(eyes))) as session:
            assert set(await session.scalars(select(Agent.id))) == {
                agents[branch].id for branch in seen_agents
            }
            assert set(await session.scalars(select(Pdf.id))) == {
                pdfs[branches].id for branches in seen_pdfs
            }
            hidden = agents[b if b not in eyes else a].id
            assert (await session.get(Agent, hidden) is None) == (
                hidden not in {agents[branch].id for branch in seen_agents}
            )


async def test_a_row_of_another_tenant_cannot_be_written(
    database: Database, company: Company
) -> None:
    other = await found(database)
    agent = an_agent(None)
    agent.tenant_id = other.id
    async with database.unit_of_work(company.scope()) as unit:
        unit.session.add(agent)
        with pytest.raises(TenantMismatchError):
            await unit.session.flush()
        unit.session.expunge(agent)


async def test_after_commit_runs_only_after_a_commit(database: Database, company: Company) -> None:
    ran: list[str] = []

    def note(name: str) -> Callable[[], Awaitable[None]]:
        async def action() -> None:
            ran.append(name)

        return action

    async def fail() -> None:
        raise ValueError("a hint that failed")

    async with database.unit_of_work(company.scope()) as unit:
        unit.after_commit(fail)
        unit.after_commit(note("committed"))
    with contextlib.suppress(ZeroDivisionError):
        async with database.unit_of_work(company.scope()) as unit:
            unit.after_commit(note("rolled back"))
            raise ZeroDivisionError
    assert ran == ["committed"]


async def test_a_failed_flush_cannot_be_committed(database: Database, company: Company) -> None:
    before = len(await check_feed(database, company))
    refused = None
    try:
        async with database.unit_of_work(company.scope()) as unit:
            unit.session.add(an_agent(None))
            await unit.session.flush()
            unit.session.add(Branch(name="twice", code="A"))
            with contextlib.suppress(IntegrityError):
                await unit.session.flush()
    except PendingRollbackError as error:
        refused = error
    assert refused is not None
    assert len(await check_feed(database, company)) == before


async def test_a_read_is_one_snapshot_and_cannot_write(
    database: Database, company: Company
) -> None:
    async with database.read(company.scope()) as session:
        assert len((await session.scalars(select(Agent.id))).all()) == 0
        async with database.unit_of_work(company.scope()) as unit:
            unit.session.add(an_agent(None))
        assert len((await session.scalars(select(Agent.id))).all()) == 0
        session.add(
            AuditEntry(
                occurred_at=(await session.get_one(Branch, company.branches[0])).updated_at,
                actor="x",
                action="x",
                subject_type="x",
                subject_name="x",
                address="x",
            )
        )
        with pytest.raises(DBAPIError):
            await session.flush()
