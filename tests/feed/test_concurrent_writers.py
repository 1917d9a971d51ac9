"""Many writers, and everything that interrupts them; readers behind a bus that lies."""

import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.append import Appender
from app.feed.models import Change
from app.feed.relay import Relay
from app.realtime.outbox import Outbox
from app.runtime.bus import Hub, MemoryBus
from tests.feed.reader import Copy, Reader
from tests.feed.world import (
    MODELS,
    Company,
    DatabaseSource,
    an_agent,
    check_accepted,
    check_feed,
    found,
    plain_select,
    something,
)

ROOT = Path(__file__).parents[2]


# The check grows with the copies and not with how long a slow machine took to write.
KEPT_COPIES = 6


class LossyBus(MemoryBus):
    """Drops a message, sends it twice, or holds it back until others have overtaken it."""

    def __init__(self, hub: Hub, rng: random.Random) -> None:
        super().__init__(hub)
        self._rng = rng

    def publish(self, topic: str, payload: bytes) -> None:
        for _ in range(self._rng.choice([0, 0, 1, 1, 1, 2])):
            delay = self._rng.choice([0, 0, 0.001, 0.02])
            asyncio.get_running_loop().call_later(delay, super().publish, topic, payload)


@dataclass
class Node:
    """One server process, in so far as the feed knows it."""

    database: Database
    relay: Relay
    rng: random.Random
    outbox: Outbox = field(default_factory=Outbox)
    readers: list[tuple[Company, Reader]] = field(default_factory=list)
    copies: dict[int, list[Copy]] = field(default_factory=dict)
    """By the reader's place in `readers`: what it kept at random moments."""
    wandering: bool = True

    def wander(self) -> None:
        """Now and then a reader keeps a copy, or goes on from any of its old copies."""
        for number, (_, reader) in enumerate(self.readers):
            if reader.cursor is None or reader.busy or not self.wandering:
                continue
            kept = self.copies.setdefault(number, [])
            if not kept or self.rng.random() < 0.1:
                kept.append(reader.copy())
                if len(kept) > KEPT_COPIES:
                    kept.pop(self.rng.randrange(KEPT_COPIES))
            elif self.rng.random() < 0.05:
                reader.resume(self.rng.choice(kept))

    async def push(self) -> None:
        """Send what is in the outbox; some messages are lost on the way, some come twice."""
        while True:
            await asyncio.sleep(self.rng.uniform(0, 0.02))
            self.wander()
            for room, update in self.outbox.take_updates():
                payload = update.to_wire(room)
                for company, reader in self.readers:
                    in_sight = reader.branch_ids is None or payload["branchId"] in {
                        None,
                        *reader.branch_ids,
                    }
                    if company.id == room.tenant_id and in_sight:
                        for _ in range(self.rng.choice([0, 1, 1, 1, 1, 2])):
                            await self._tell(reader, payload)

    async def _tell(self, reader: Reader, payload: dict[str, Any]) -> None:
        if not reader.receive(payload):
            await reader.pull()


@asynccontextmanager
async def cluster(url: str, rng: random.Random) -> AsyncIterator[list[Node]]:
    """Two nodes on one database and a bus that lies."""
    hub = Hub()
    nodes = []
    async with AsyncExitStack() as stack:
        for name in ("one", "two"):
            database = Database(url)
            stack.push_async_callback(database.close)
            relay = Relay(database, LossyBus(hub, rng), tick_s=0.05)
            database.record_with(Appender(name))
            database.publish_with(relay.publish)
            node = Node(database, relay, rng)
            relay.add_outlet(node.outbox.add)
            nodes.append(node)
            for work in (relay.run, node.push):
                stack.push_async_callback(_cancel, asyncio.create_task(work()))
        yield nodes


async def _cancel(task: asyncio.Task[None]) -> None:
    if task.done():
        task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


class PlannedError(Exception):
    """Makes a unit of work roll back."""


async def write(node: Node, company: Company, rng: random.Random, written: list[UUID]) -> None:
    """One transaction that may go wrong; `written` gets the agent it acknowledged."""
    agent = an_agent(rng.choice([*company.branches, None]))
    agent_id = agent.id
    try:
        async with node.database.unit_of_work(company.scope()) as unit:
            for _ in range(rng.randint(0, 2)):
                await something(unit, company, rng)
            unit.session.add(agent)
            match rng.randint(0, 9):
                case 0:
                    raise PlannedError
                case 1:
                    double = an_agent(None)
                    double.token_hash = agent.token_hash
                    unit.session.add(double)
                    await unit.session.flush()
                case 2:
                    task = asyncio.current_task()
                    assert task is not None
                    asyncio.get_running_loop().call_later(rng.uniform(0, 0.02), task.cancel)
                    await unit.session.flush()
    except (PlannedError, StaleDataError, DBAPIError):
        # DBAPIError: not unique, two changed the same row, or the connection was killed.
        return
    written.append(agent_id)


async def writer(
    nodes: list[Node], companies: list[Company], rng: random.Random
) -> dict[UUID, list[UUID]]:
    """Several transactions in a row; the acknowledged agents of each company."""
    written: dict[UUID, list[UUID]] = {company.id: [] for company in companies}
    for _ in range(6):
        company = rng.choice(companies)
        # A task of its own, because it may be cancelled.
        work = write(rng.choice(nodes), company, rng, written[company.id])
        await asyncio.gather(asyncio.create_task(work), return_exceptions=True)
    return written


async def kill_connections(database: Database, rng: random.Random) -> None:
    """Now and then terminate a connection that is in the middle of a transaction."""
    while True:
        await asyncio.sleep(rng.uniform(0.02, 0.2))
        async with database.write_engine.connect() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = current_user"
                    " AND pid <> pg_backend_pid() AND application_name <> 'killer'"
                    " AND state LIKE 'idle in%' AND xact_start < now() LIMIT 1"
                )
            )


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_readers_end_equal_to_a_plain_select(database_url: str, seed: int) -> None:
    rng = random.Random(seed)
    async with cluster(database_url, rng) as nodes:
        companies = [await found(nodes[0].database) for _ in range(2)]
        for company in companies:
            a, b, _ = company.branches
            for node in nodes:
                await node.relay.head(company.id)
                for branches in (None, frozenset({a}), frozenset({a, b})):
                    node.readers.append((company, _reader(node, company, branches, rng)))
        for _, reader in (pair for node in nodes for pair in node.readers):
            await reader.pull()
        written = await asyncio.gather(*(writer(nodes, companies, rng) for _ in range(6)))
        for company in companies:
            changes = await check_feed(nodes[0].database, company)
            acknowledged = {agent for each in written for agent in each[company.id]}
            _check_acknowledged(acknowledged, changes)
            for node in nodes:
                await _check_readers(node, company, changes)


def _reader(
    node: Node, company: Company, branches: frozenset[UUID] | None, rng: random.Random
) -> Reader:
    source = DatabaseSource(node.database, company.scope(branches), limit=rng.choice([2, 50]))
    eyes = None if branches is None else frozenset(str(branch) for branch in branches)
    return Reader(source, list(MODELS), eyes)


def _check_acknowledged(acknowledged: set[UUID], changes: list[Change]) -> None:
    """Each is in the feed exactly once. (One that was cancelled during its commit may be there
    without having been acknowledged.)"""
    versions: dict[UUID, list[int]] = {}
    for change in changes:
        if change.data is not None and change.collection == "agents":
            versions.setdefault(change.entity_id, []).append(change.data["version"])
    for agent_id in acknowledged:
        assert versions[agent_id] == sorted(set(versions[agent_id]))


async def _check_readers(node: Node, company: Company, changes: list[Change]) -> None:
    top = changes[-1].seq
    node.wandering = False
    # Hints may all be lost: the tick brings the relay to the head.
    await node.relay.wait_beyond(company.id, top - 1, 10)
    for number, (owner, reader) in enumerate(node.readers):
        if owner is company:
            check_accepted(reader.accepted, changes)
            await reader.pull()
            assert isinstance(reader.source, DatabaseSource)
            now = await plain_select(node.database, reader.source.scope)
            assert reader.rows == now
            for copy in node.copies.get(number, []):
                reader.resume(copy)
                await reader.pull()
                assert reader.rows == now, f"from {copy.cursor}"
            assert reader.refetches == 1


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_killed_connections_lose_nothing_that_was_acknowledged(
    postgres_url: str, seed: int
) -> None:
    rng = random.Random(seed)
    async with cluster(postgres_url, rng) as nodes:
        killer = Database(postgres_url + "?application_name=killer")
        company = await found(nodes[0].database)
        killing = asyncio.create_task(kill_connections(killer, rng))
        written = await asyncio.gather(*(writer(nodes, [company], rng) for _ in range(6)))
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        await killer.close()
        changes = await check_feed(nodes[0].database, company)
        _check_acknowledged({agent for each in written for agent in each[company.id]}, changes)
        await _check_readers(nodes[1], company, changes)


async def test_killed_processes_lose_nothing_that_was_acknowledged(
    database: Database, tmp_path: Path
) -> None:
    """Three writer processes on one database, killed at any moment, again and again."""
    company = await found(database)
    url = database.url.render_as_string(hide_password=False)
    rng = random.Random(7)
    ledgers = [tmp_path / f"ledger-{number}" for number in range(3)]
    writers = [_start_writer(url, company, ledger) for ledger in ledgers]
    try:
        await asyncio.to_thread(_wait_for_growth, ledgers)
        for _ in range(5):
            await asyncio.sleep(rng.uniform(0.05, 0.4))
            victim = rng.randrange(3)
            writers[victim].kill()
            writers[victim].wait()
            writers[victim] = _start_writer(url, company, ledgers[victim])
        await asyncio.to_thread(_wait_for_growth, ledgers)
    finally:
        for each in writers:
            each.kill()
            each.wait()
    acknowledged = {UUID(line) for ledger in ledgers for line in _lines(ledger)}
    await _until_quiet(database)
    changes = await check_feed(database, company)
    _check_acknowledged(acknowledged, changes)
    reader = Reader(DatabaseSource(database, company.scope()), list(MODELS))
    await reader.pull()
    assert reader.rows == await plain_select(database, company.scope())
    assert acknowledged <= {UUID(row_id) for row_id in reader.rows["agents"]}


def _start_writer(url: str, company: Company, ledger: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.feed.writer", url, str(company.id), str(ledger)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def _lines(ledger: Path) -> list[str]:
    return [line for line in ledger.read_text().splitlines(keepends=False) if len(line) == 36]


def _wait_for_growth(ledgers: list[Path]) -> None:
    """Wait until every writer has acknowledged something more."""
    sizes = [ledger.stat().st_size if ledger.exists() else 0 for ledger in ledgers]
    deadline = time.monotonic() + 60
    for ledger, size in zip(ledgers, sizes, strict=True):
        while not ledger.exists() or ledger.stat().st_size <= size:
            assert time.monotonic() < deadline, f"{ledger.name} does not grow"
            time.sleep(0.05)


async def _until_quiet(database: Database) -> None:
    """A killed process's last commit may still be under way in the server."""
    if database.url.get_backend_name() != "postgresql":
        return
    async with asyncio.timeout(20), database.read(SYSTEM) as session:
        while await session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
        ):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("kind", ["drop", "double", "reverse"])
async def test_hints_that_are_lost_doubled_or_reversed(sqlite_url: str, kind: str) -> None:
    """The relay's outlet gets every batch once and in order, whatever the bus does."""
    one, two = Database(sqlite_url), Database(sqlite_url)
    relay = Relay(two, MemoryBus(), tick_s=0.05)
    seen: list[int] = []
    relay.add_outlet(lambda batch: seen.extend(record.seq for record in batch.records))
    company = await found(one)
    start = (await relay.head(company.id)).seq
    hints: list[Any] = []
    one.record_with(Appender("one"))
    one.publish_with(hints.extend)
    for _ in range(6):
        async with one.unit_of_work(company.scope()) as unit:
            unit.session.add(an_agent(None))
    arriving = {"drop": [], "double": hints * 2, "reverse": hints[::-1]}[kind]
    running = asyncio.create_task(relay.run())
    for batch in arriving:
        relay.publish([batch])
    await relay.wait_beyond(company.id, start + 5, 5)
    await asyncio.sleep(0.1)
    await _cancel(running)
    assert seen == list(range(start + 1, start + 7))
    await one.close()
    await two.close()
