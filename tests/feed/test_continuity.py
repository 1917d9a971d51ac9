"""A database that was set back has feeds with new epochs, and no other has."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.continuity import Continuity
from app.feed.cursor import Cursor
from app.feed.models import FeedCounter
from tests.feed.world import found


class Kept:
    """Marks in memory; with `away` they do not answer."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self.away = False

    async def read(self) -> dict[str, str] | None:
        return None if self.away else dict(self.marks)

    async def write(self, marks: Mapping[str, str]) -> None:
        assert not self.away
        self.marks |= marks


async def _heads(database: Database) -> dict[UUID, Cursor]:
    async with database.read(SYSTEM) as session:
        counters = (await session.scalars(select(FeedCounter))).all()
    return {counter.tenant_id: counter.cursor for counter in counters}


async def _set_to(database: Database, tenant_id: UUID, seq: int) -> None:
    async with database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(
            update(FeedCounter).where(FeedCounter.tenant_id == tenant_id).values(seq=seq)
        )


@pytest.fixture
async def tenant_id(database: Database) -> UUID:
    """A company whose feed was left at 50, and noted."""
    company = await found(database)
    await _set_to(database, company.id, 50)
    return company.id


@pytest.fixture
async def kept(database: Database, tenant_id: UUID) -> Kept:
    """What a server that ran until then has noted."""
    kept = Kept()
    running = Continuity(database, kept)
    await running.check()
    await running.note(await _heads(database))
    return kept


@pytest.mark.parametrize(("seq", "goes_on"), [(50, True), (51, True), (49, False), (0, False)])
async def test_a_feed_goes_on_where_it_is_as_far_as_it_was(
    database: Database, tenant_id: UUID, kept: Kept, seq: int, goes_on: bool
) -> None:
    before = await _heads(database)
    await _set_to(database, tenant_id, seq)
    await Continuity(database, kept).check()
    after = await _heads(database)
    assert (after[tenant_id].epoch == before[tenant_id].epoch) is goes_on
    others = before.keys() - {tenant_id}
    assert {other: after[other] for other in others} == {other: before[other] for other in others}
    again = Continuity(database, kept)
    await again.check()
    assert await _heads(database) == after, "once is enough"


async def test_a_feed_without_a_mark_or_of_another_history_has_a_new_epoch(
    database: Database, tenant_id: UUID, kept: Kept
) -> None:
    for marks in ({}, {str(tenant_id): "0a0a0a0a-50"}):
        kept.marks = dict(marks)
        before = (await _heads(database))[tenant_id]
        await Continuity(database, kept).check()
        after = (await _heads(database))[tenant_id]
        assert after.epoch != before.epoch
        assert kept.marks[str(tenant_id)] == str(after)


async def test_marks_that_are_away_are_asked_until_they_answer(
    database: Database, tenant_id: UUID, kept: Kept
) -> None:
    await _set_to(database, tenant_id, 10)
    before = await _heads(database)
    kept.away = True
    starting = Continuity(database, kept)
    await starting.check()
    await starting.note(before)
    assert await _heads(database) == before
    kept.away = False
    await starting.note(before)
    after = await _heads(database)
    assert after[tenant_id].epoch != before[tenant_id].epoch
    await starting.note(after)
    assert kept.marks[str(tenant_id)] == str(after[tenant_id])


async def test_of_many_that_start_at_once_one_renews(database: Database, tenant_id: UUID) -> None:
    kept = Kept()
    epochs = []
    for _ in range(3):
        await Continuity(database, kept).check()
        epochs.append((await _heads(database))[tenant_id].epoch)
    assert len(set(epochs)) == 1
