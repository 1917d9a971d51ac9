"""The recording and the reading, one writer at a time: every view can be rebuilt from the feed."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.db.database import Database
from app.db.scope import SYSTEM
from app.domains.agents.models import Agent
from app.domains.identity.models import Branch
from app.domains.pdfs.models import Pdf
from app.errors import BadRequestError
from app.feed.append import renew_feeds
from app.feed.cursor import Cursor
from app.feed.models import Change, FeedCounter
from app.feed.prune import prune
from app.feed.read import read_since
from tests.feed.reader import Reader
from tests.feed.world import (
    MODELS,
    Company,
    DatabaseSource,
    a_pdf,
    an_agent,
    check_feed,
    found,
    place,
    plain_select,
    something,
)


@pytest.fixture
async def company(database: Database) -> Company:
    return await found(database)


async def operations(database: Database, company: Company) -> list[tuple[str, UUID | None]]:
    """What the newest transaction did, in order."""
    changes = await check_feed(database, company)
    return [(c.op, c.branch_id) for c in changes if c.tx == changes[-1].tx]


async def head(database: Database, company: Company) -> Cursor:
    async with database.read(SYSTEM) as session:
        counter = await session.get_one(FeedCounter, company.id)
        return counter.cursor


def reader_of(database: Database, company: Company, *branches: UUID, limit: int = 1000) -> Reader:
    """A reader of some branches; of all, where none is named."""
    scope = company.scope(frozenset(branches) if branches else None)
    eyes = frozenset(str(branch) for branch in branches) if branches else None
    return Reader(DatabaseSource(database, scope, limit), list(MODELS), eyes)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), limit=st.sampled_from([1, 2, 7, 1000]))
async def test_every_view_can_be_rebuilt(database: Database, seed: int, limit: int) -> None:
    """Random transactions with savepoints that are kept or rolled back, and readers of every
    set of branches that pull now and then."""
    rng = random.Random(seed)
    company = await found(database)
    a, b, c = company.branches
    readers = [
        reader_of(database, company, *branches, limit=limit)
        for branches in ((), (a,), (b, c), (a, b, c))
    ]
    for _ in range(rng.randint(3, 12)):
        async with database.unit_of_work(company.scope()) as unit:
            for _ in range(rng.randint(1, 4)):
                savepoint = await unit.session.begin_nested() if rng.random() < 0.4 else None
                await something(unit, company, rng)
                if savepoint is not None:
                    await (savepoint.rollback() if rng.random() < 0.5 else savepoint.commit())
        for reader in readers:
            if rng.random() < 0.3:
                await reader.pull()
    await check_feed(database, company)
    for reader in readers:
        await reader.pull()
        assert isinstance(reader.source, DatabaseSource)
        assert reader.rows == await plain_select(database, reader.source.scope)
        assert reader.refetches == 1


async def test_a_move_is_left_in_one_branch_and_arrives_in_the_other(
    database: Database, company: Company
) -> None:
    a, b, _ = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        agent = an_agent(a)
        unit.session.add(agent)
    assert await operations(database, company) == [("insert", a)]
    async with database.unit_of_work(company.scope()) as unit:
        (await unit.session.get_one(Agent, agent.id)).branch_id = b
    assert await operations(database, company) == [("leave", a), ("insert", b)]
    async with database.unit_of_work(company.scope()) as unit:
        (await unit.session.get_one(Agent, agent.id)).branch_id = None
    assert await operations(database, company) == [("leave", b), ("insert", None)]


async def test_a_move_after_a_savepoint_that_expired_the_row(
    database: Database, company: Company
) -> None:
    a, b, c = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        agent = an_agent(a)
        unit.session.add(agent)
    async with database.unit_of_work(company.scope()) as unit:
        known = await unit.session.get_one(Agent, agent.id)
        savepoint = await unit.session.begin_nested()
        known.branch_id = c
        await unit.session.flush()
        await savepoint.rollback()
        await unit.session.refresh(known)
        known.branch_id = b
    assert await operations(database, company) == [("leave", a), ("insert", b)]


async def test_what_a_savepoint_took_back_was_never_there(
    database: Database, company: Company
) -> None:
    a, b, _ = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        unit.session.add(an_agent(a))
        await unit.session.flush()
        async with unit.session.begin_nested() as savepoint:
            unit.session.add(an_agent(b))
            await unit.session.flush()
            await savepoint.rollback()
    assert await operations(database, company) == [("insert", a)]


async def test_a_document_of_two_branches_has_a_change_in_each(
    database: Database, company: Company
) -> None:
    a, b, c = sorted(company.branches, key=str)
    async with database.unit_of_work(company.scope()) as unit:
        pdf = a_pdf([a, b])
        unit.session.add(pdf)
        await place(unit.session, pdf, [a, b])
    assert await operations(database, company) == [("insert", a), ("insert", b)]
    async with database.unit_of_work(company.scope()) as unit:
        await place(unit.session, await unit.session.get_one(Pdf, pdf.id), [b, c])
    assert await operations(database, company) == [("leave", a), ("update", b), ("insert", c)]
    async with database.unit_of_work(company.scope()) as unit:
        await unit.session.delete(await unit.session.get_one(Pdf, pdf.id))
    assert await operations(database, company) == [("delete", b), ("delete", c)]


async def test_several_flushes_are_one_change(database: Database, company: Company) -> None:
    a = company.branches[0]
    async with database.unit_of_work(company.scope()) as unit:
        agent = an_agent(a)
        unit.session.add(agent)
        await unit.session.flush()
        agent.name = "renamed"
        await unit.session.flush()
        agent.status = "online"
    changes = await check_feed(database, company)
    assert [(c.op, c.changed_fields) for c in changes[3:]] == [("insert", None)]
    assert changes[-1].data is not None
    assert (changes[-1].data["name"], changes[-1].data["version"]) == ("renamed", 3)
    async with database.unit_of_work(company.scope()) as unit:
        known = await unit.session.get_one(Agent, agent.id)
        known.name = "again"
        await unit.session.flush()
        known.status = "offline"
    changes = await check_feed(database, company)
    assert [(c.op, c.changed_fields) for c in changes[4:]] == [("update", ["name", "status"])]


async def test_a_row_that_came_and_went_was_never_there(
    database: Database, company: Company
) -> None:
    before = await head(database, company)
    async with database.unit_of_work(company.scope()) as unit:
        agent = an_agent(None)
        unit.session.add(agent)
        await unit.session.flush()
        await unit.session.delete(agent)
    assert await head(database, company) == before


async def test_deleted_and_made_again_is_an_update(database: Database, company: Company) -> None:
    a, b, _ = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        first = an_agent(a, "first")
        unit.session.add(first)
    async with database.unit_of_work(company.scope()) as unit:
        await unit.session.delete(await unit.session.get_one(Agent, first.id))
        await unit.session.flush()
        second = an_agent(b, "second")
        second.id = first.id
        unit.session.add(second)
    assert await operations(database, company) == [("leave", a), ("insert", b)]


async def test_nothing_changed_is_no_change(database: Database, company: Company) -> None:
    before = await head(database, company)
    async with database.unit_of_work(company.scope()) as unit:
        branch = await unit.session.get_one(Branch, company.branches[0])
        branch.name = str(branch.name)
    assert await head(database, company) == before


async def test_two_companies_in_one_transaction(database: Database, company: Company) -> None:
    other = await found(database)
    async with database.unit_of_work(SYSTEM) as unit:
        for each in (company, other):
            branch = await unit.session.get_one(Branch, each.branches[0])
            branch.city = "Porto"
    for each in (company, other):
        changes = await check_feed(database, each)
        assert (changes[-1].seq, changes[-1].op, changes[-1].actor) == (4, "update", "system")


async def test_pruned_and_foreign_cursors_are_told_to_refetch(
    database: Database, company: Company
) -> None:
    old = await head(database, company)
    scope = company.scope()
    for _ in range(5):
        async with database.unit_of_work(scope) as unit:
            unit.session.add(an_agent(None))
    new = await head(database, company)
    async with database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(
            update(Change)
            .where(Change.tenant_id == company.id, Change.seq <= 5)
            .values(occurred_at=datetime.now(UTC) - timedelta(days=30))
        )
    assert await prune(database, datetime.now(UTC) - timedelta(days=14)) == 5
    async with database.read(scope) as session:
        for cursor, must_refetch in (
            (old, True),  # before the floor
            (Cursor(new.epoch, 4), True),
            (Cursor(new.epoch, 5), False),  # at the floor
            (new, False),
            (Cursor(new.epoch, new.seq + 1), True),  # from the future
            (Cursor("another", new.seq), True),  # from another history
        ):
            page = await read_since(session, company.id, cursor)
            assert (page.must_refetch, page.cursor) == (must_refetch, new)
            assert [r.seq for r in page.records] == (
                [] if must_refetch else list(range(cursor.seq + 1, new.seq + 1))
            )
    await check_feed(database, company)
    async with database.unit_of_work(scope) as unit:
        (await unit.session.get_one(Branch, company.branches[0])).city = "Porto"
    changes = await check_feed(database, company)
    assert changes[-1].prev_seq == 5, "what was pruned shows as the floor"


async def test_pruning_all_leaves_cursors_at_the_head_alive(
    database: Database, company: Company
) -> None:
    here = await head(database, company)
    assert await prune(database, datetime.now(UTC) + timedelta(seconds=1)) == 3
    async with database.read(company.scope()) as session:
        page = await read_since(session, company.id, here)
        assert not page.must_refetch
        page = await read_since(session, company.id, Cursor(here.epoch, here.seq - 1))
        assert page.must_refetch
    assert await prune(database, datetime.now(UTC) + timedelta(seconds=1)) == 0


async def test_other_branches_are_another_history(database: Database, company: Company) -> None:
    a, b, _ = company.branches
    async with database.unit_of_work(company.scope()) as unit:
        unit.session.add_all([an_agent(a), an_agent(b)])
    reader = reader_of(database, company, a)
    await reader.pull()
    assert isinstance(reader.source, DatabaseSource)
    reader.source.scope = company.scope(frozenset({a, b}))
    await reader.pull()
    assert reader.refetches == 2
    assert reader.rows == await plain_select(database, reader.source.scope)


async def test_after_a_restored_backup_every_cursor_is_foreign(
    database: Database, company: Company
) -> None:
    other = await found(database)
    readers = [reader_of(database, each) for each in (company, other)]
    for reader in readers:
        await reader.pull()
    before = [reader.cursor for reader in readers]
    async with database.unit_of_work(SYSTEM) as unit:
        assert await renew_feeds(unit.session) >= 2
    for reader, old in zip(readers, before, strict=True):
        await reader.pull()
        assert reader.refetches == 2
        assert reader.cursor is not None
        assert old is not None
        assert reader.cursor.seq == old.seq
        assert reader.cursor.epoch != old.epoch


async def test_a_transaction_larger_than_a_page_comes_whole(
    database: Database, company: Company
) -> None:
    reader = reader_of(database, company, limit=10)
    await reader.pull()
    async with database.unit_of_work(company.scope()) as unit:
        unit.session.add_all(an_agent(None) for _ in range(1500))
    async with database.unit_of_work(company.scope()) as unit:
        unit.session.add(an_agent(None))
    assert reader.cursor is not None
    page = await reader.source.changes(reader.cursor)
    assert len(page.changes) >= 1500
    await reader.pull()
    async with database.read(company.scope()) as session:
        agents = (await session.scalars(select(Agent.id))).all()
    assert len(reader.rows["agents"]) == len(agents) == 1501


@pytest.mark.parametrize(
    "text", ["", "-", "abc", "abc-", "-5", "abc--5x", "abc-1e3", "a-" + "9" * 30]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        Cursor.parse(text)
    assert refused.value.code == "bad_cursor"
