"""Companies to write to, things that can happen to them, and what must hold afterwards."""

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import Tracked
from app.db.database import Database, UnitOfWork
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.db.session import ScopedAsyncSession
from app.domains.agents.models import Agent
from app.domains.identity.models import Branch, Tenant
from app.domains.pdfs.models import Pdf, PdfBranch
from app.feed.append import open_feed
from app.feed.cursor import Cursor, epoch_for
from app.feed.models import Change as StoredChange
from app.feed.models import FeedCounter
from app.feed.read import read_counter, read_since
from tests.feed.reader import Accepted, Change, Pulled, Row

MODELS: dict[str, type[Tracked]] = {"agents": Agent, "pdfs": Pdf, "branches": Branch}
_numbers = itertools.count()


@dataclass
class Company:
    """A tenant with three branches."""

    id: UUID
    branches: list[UUID] = field(default_factory=list)

    def scope(self, branch_ids: frozenset[UUID] | None = None) -> Scope:
        return Scope(self.id, "test", branch_ids)


async def found(database: Database) -> Company:
    """Make a company."""
    company = Company(new_id())
    async with database.unit_of_work(SYSTEM) as unit:
        unit.session.add(Tenant(id=company.id, name="Acme", created_at=datetime.now(UTC)))
        await open_feed(unit.session, company.id)
    async with database.unit_of_work(company.scope()) as unit:
        branches = [Branch(id=new_id(), name=code, code=code) for code in "ABC"]
        unit.session.add_all(branches)
        company.branches = [branch.id for branch in branches]
    return company


def an_agent(branch_id: UUID | None, name: str = "PC") -> Agent:
    return Agent(
        id=new_id(),
        name=name,
        branch_id=branch_id,
        token_hash=new_id().hex * 2,
        created_at=datetime.now(UTC),
    )


def a_pdf(branch_ids: Iterable[UUID], name: str = "quote.pdf") -> Pdf:
    return Pdf(
        id=new_id(),
        content_key=new_id().hex,
        size=1,
        file_name=name,
        result="ok",
        rules_version="1",
        branch_ids=[str(branch_id) for branch_id in branch_ids],
        content_since=datetime.now(UTC),
        created_at=datetime.now(UTC),
    )


async def place(session: AsyncSession, pdf: Pdf, branch_ids: Iterable[UUID]) -> None:
    """Put a document into these branches and no others."""
    branch_ids = sorted(branch_ids)
    await session.flush()
    await session.execute(delete(PdfBranch).where(PdfBranch.pdf_id == pdf.id))
    session.add_all(PdfBranch(pdf_id=pdf.id, branch_id=branch_id) for branch_id in branch_ids)
    pdf.branch_ids = [str(branch_id) for branch_id in branch_ids]
    await session.flush()


async def something(unit: UnitOfWork, company: Company, rng: random.Random) -> None:
    """One random change of one random row."""
    session = unit.session
    agents = (await session.scalars(select(Agent).limit(8))).all()
    pdfs = (await session.scalars(select(Pdf).limit(8))).all()
    some = rng.sample(company.branches, rng.randint(1, 3))
    somewhere = rng.choice([*company.branches, None])
    match rng.choice("iiumdIUMDb"):
        case "i":
            session.add(an_agent(somewhere))
        case "u" if agents:
            rng.choice(agents).name = f"PC {next(_numbers)}"
        case "m" if agents:
            rng.choice(agents).branch_id = somewhere
        case "d" if agents:
            await session.delete(rng.choice(agents))
        case "I":
            pdf = a_pdf(some)
            session.add(pdf)
            await place(session, pdf, some)
        case "U" if pdfs:
            rng.choice(pdfs).file_name = f"quote {next(_numbers)}.pdf"
        case "M" if pdfs:
            await place(session, rng.choice(pdfs), some)
        case "D" if pdfs:
            await session.delete(rng.choice(pdfs))
        case "b":
            branch = await session.get(Branch, rng.choice(company.branches))
            assert branch is not None
            branch.city = f"City {next(_numbers)}"
    if rng.random() < 0.5:
        await session.flush()


@dataclass
class DatabaseSource:
    """Pulls straight from the database, with the eyes of `scope`."""

    database: Database
    scope: Scope
    limit: int = 1000

    async def rows(self, collection: str) -> tuple[list[Row], Cursor]:
        async with self.database.read(self.scope) as session:
            counter = await read_counter(session, self._tenant_id)
            cursor = Cursor(epoch_for(counter.epoch, self.scope.branch_ids), counter.seq)
            return await rows_of(session, collection), cursor

    async def changes(self, since: Cursor) -> Pulled:
        async with self.database.read(self.scope) as session:
            page = await read_since(
                session, self._tenant_id, since, collections=list(MODELS), limit=self.limit
            )
        changes = [
            Change(
                record.collection,
                record.op,
                str(record.entity_id),
                str(record.branch_id) if record.branch_id else None,
                record.seq,
                record.prev_seq,
                record.data,
            )
            for record in page.records
        ]
        if self.scope.branch_ids is None and page.records:
            await self._is_whole(since, page.cursor)
        return Pulled(changes, page.cursor, page.has_more, page.must_refetch)

    @property
    def _tenant_id(self) -> UUID:
        assert self.scope.tenant_id is not None
        return self.scope.tenant_id

    async def _is_whole(self, since: Cursor, to: Cursor) -> None:
        """No page begins or ends inside a transaction."""
        for edge in (since.seq, to.seq):
            async with self.database.read(self.scope) as session:
                across = await session.scalars(
                    select(StoredChange.seq).where(
                        StoredChange.seq == edge + 1, StoredChange.tx <= edge
                    )
                )
                assert not across.all(), f"a page is cut inside a transaction at {edge}"


async def rows_of(session: ScopedAsyncSession, collection: str) -> list[Row]:
    """A plain SELECT of a collection, for the session's eyes."""
    return [row.wire() for row in await session.scalars(select(MODELS[collection]))]


async def plain_select(database: Database, scope: Scope) -> dict[str, dict[str, Row]]:
    """What a reader must end equal to."""
    async with database.read(scope) as session:
        return {name: {row["id"]: row for row in await rows_of(session, name)} for name in MODELS}


async def check_feed(database: Database, company: Company) -> list[StoredChange]:
    """The feed of a company is gap-free, in whole transactions, and its rooms chain."""
    async with database.read(SYSTEM) as session:
        counter = await session.get_one(FeedCounter, company.id)
        found = await session.scalars(
            select(StoredChange)
            .where(StoredChange.tenant_id == company.id)
            .order_by(StoredChange.seq)
        )
        changes = list(found)
    assert [change.seq for change in changes] == list(range(counter.floor + 1, counter.seq + 1))
    tops: dict[Any, int] = {}
    tx = 0
    for change in changes:
        assert change.tx in {tx, change.seq}, "transactions are not interleaved"
        tx = change.tx
        room = (change.collection, change.branch_id)
        assert change.prev_seq == tops.get(room, counter.floor)
        tops[room] = change.seq
    return changes


def check_accepted(accepted: Iterable[Accepted], changes: Iterable[StoredChange]) -> None:
    """Every pushed message that was applied held the last state of all that it skipped over."""
    by_room: dict[Any, list[StoredChange]] = {}
    for change in changes:
        branch_id = str(change.branch_id) if change.branch_id else None
        by_room.setdefault((change.collection, branch_id), []).append(change)
    for message in accepted:
        last = {
            str(change.entity_id): change
            for change in by_room[message.room]
            if message.reached < change.seq <= message.seq
        }
        for row_id, change in last.items():
            row = message.rows[row_id]
            if change.data is None:
                assert row == {"id": row_id, "_operation": change.op}
            else:
                assert row | {"_operation": None} == change.data | {"_operation": None}
