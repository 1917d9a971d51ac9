"""Feed commits per second on one hot tenant, against the same SQL in pgbench.

Each commit inserts one tracked row and its change: every writer of the tenant waits for the
counter in turn, so what is measured is how long a transaction holds it. The SQL for pgbench
is what the unit of work sends, recorded; only ids and numbers are made by the script.
"""

import asyncio
import multiprocessing
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event, update

from app.db import migrate
from app.db.database import Database
from app.db.scope import SYSTEM, Scope
from app.feed.append import Appender
from app.feed.models import FeedCounter
from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.feed.world import an_agent, found
from tests.support.servers import PostgresServer

PROCESSES = sized(2, short=1)
WRITERS = 4
"""Concurrent writers in each process; pgbench has as many clients as all of them."""
SECONDS = sized(6.0, short=1.0)
ROUNDS = sized(3, short=1)
GOAL = 0.5
_MARK = 900_000_000_000
"""A sequence number that is found again in recorded SQL."""


def run() -> list[Figure]:
    """Measure in turns, so that a noisy neighbour disturbs both alike."""
    with PostgresServer(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        url = server.create_database()
        tenant_id, script = asyncio.run(_prepare(url))
        path = Path(folder) / "commit.sql"
        path.write_text(script)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(_unit_of_work(url, tenant_id))
            theirs.append(_pgbench(server, url, path))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    writers = f"{PROCESSES} processes x {WRITERS} writers"
    return [
        figure(f"feed commits, hot tenant, {writers}", statistics.median(ours), "commits/s"),
        figure("the same SQL in pgbench", statistics.median(theirs), "commits/s"),
        figure("feed commits against pgbench", ratio, "ratio", at_least=GOAL),
    ]


async def _prepare(url: str) -> tuple[UUID, str]:
    """The schema, a company, and the pgbench script for one commit of it."""
    database = Database(url)
    await migrate.upgrade(database)
    database.record_with(Appender("bench"))
    company = await found(database)
    async with database.unit_of_work(SYSTEM) as unit:
        await unit.session.execute(
            update(FeedCounter).where(FeedCounter.tenant_id == company.id).values(seq=_MARK - 1)
        )
    sent: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    engine = database.write_engine.sync_engine
    event.listen(engine, "before_cursor_execute", record)
    async with database.unit_of_work(company.scope()) as unit:
        agent = an_agent(None)
        unit.session.add(agent)
        made = {agent.id.hex: "gen_random_uuid()", agent.token_hash: _RANDOM_HASH}
    event.remove(engine, "before_cursor_execute", record)
    await database.close()
    return company.id, _script(url, sent, made)


_RANDOM_HASH = "md5(random()::text) || md5(random()::text)"


def _script(url: str, sent: list[tuple[str, Any]], made: dict[str, str]) -> str:
    with psycopg.connect(_plain(url)) as connection:
        cursor = psycopg.ClientCursor(connection)
        lines = [cursor.mogrify(statement, parameters) for statement, parameters in sent]
    body = []
    for line in lines:
        text = line.replace("\n", " ")
        for literal, expression in made.items():
            text = text.replace(f"'{literal}'", f"({expression})")
        text = re.sub(rf"'?{_MARK}'?", ":seq", text)
        body.append(text + (" \\gset" if text.startswith("UPDATE feed_counters") else ";"))
    return "\n".join(["BEGIN;", *body, "COMMIT;"]) + "\n"


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def _unit_of_work(url: str, tenant_id: UUID) -> float:
    """Commits per second of all processes together."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        return sum(pool.starmap(_work, [(url, tenant_id)] * PROCESSES))


def _work(url: str, tenant_id: UUID) -> float:
    return asyncio.run(_commit_for_a_while(url, tenant_id))


async def _commit_for_a_while(url: str, tenant_id: UUID) -> float:
    database = Database(url)
    database.record_with(Appender("bench"))
    scope = Scope(tenant_id, "bench")
    done = 0

    async def writer(seconds: float) -> None:
        nonlocal done
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            async with database.unit_of_work(scope) as unit:
                unit.session.add(an_agent(None))
            done += 1

    await asyncio.gather(*(writer(1.0) for _ in range(WRITERS)))  # caches, connections
    done, started = 0, time.monotonic()
    await asyncio.gather(*(writer(SECONDS) for _ in range(WRITERS)))
    rate = done / (time.monotonic() - started)
    await database.close()
    return rate


def _pgbench(server: PostgresServer, url: str, script: Path) -> float:
    clients = PROCESSES * WRITERS
    answer = subprocess.run(
        [
            *(str(server.bin / "pgbench"), "-n", "-M", "prepared", "-f", str(script)),
            *("-c", str(clients), "-j", str(PROCESSES), "-T", str(int(SECONDS)), _plain(url)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    found_rate = re.search(r"tps = ([\d.]+) \(without", answer.stdout)
    if found_rate is None:
        raise RuntimeError(answer.stdout + answer.stderr)
    return float(found_rate[1])
