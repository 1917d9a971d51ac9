"""A thousand sockets on one worker: what each costs, and how soon it is told.

Another replica commits, so that a change takes the whole way: Postgres, Redis, the relay, the
push window, the socket. All sockets see every change, which is the worst case. The clients are a
process of their own.
"""

import asyncio
import multiprocessing
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import select

from app.db.database import Database
from app.db.scope import SYSTEM, Scope
from app.domains.identity.models import Branch, Tenant
from app.main import create_app
from app.runtime.parts import build
from app.settings import Settings
from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.cluster.ledger import sign_in
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.replica import ReplicaServer
from tests.support.socket_crowd import gather_crowd

SOCKETS = sized(1000, short=200)
TIMED = sized(100, short=20)
"""So many note how old what they hear is; the rest only count."""
WRITES_PER_S = 50
WRITERS = 10
SECONDS = sized(10, short=3)
GOAL_KB = 45
GOAL_P99_MS = 100


@dataclass(frozen=True)
class Heard:
    """What a crowd was told: data updates, and the ages in seconds of what the timed heard."""

    updates: int
    ages: list[float]


class _Moments:
    """What the process of clients says, and is told."""

    gathered: Event
    written: Event


def _share(gathered: Event, written: Event) -> None:
    _Moments.gathered, _Moments.written = gathered, written


def run() -> list[Figure]:
    """Memory with all sockets idle; then deliveries while another replica writes."""
    context = multiprocessing.get_context("spawn")
    gathered, written = context.Event(), context.Event()
    with PostgresServer() as postgres, RedisServer() as redis:
        settings: dict[str, Any] = {
            "workers": 1,
            "secret_key": "only for the bench, but long enough",
            "database_url": postgres.create_database(),
            "redis_url": redis.url,
            "password_memory_kib": 1024,
        }
        replica = ReplicaServer(**settings)
        replica.make_company()
        with (
            replica,
            ProcessPoolExecutor(1, context, _share, (gathered, written)) as clients,
        ):
            (worker,) = replica.workers()
            token = asyncio.run(sign_in(replica.url))
            # Once before: what the first connections load is not the sockets'.
            written.set()
            clients.submit(_crowd, replica.port, token, 50).result()
            gathered.clear()
            written.clear()
            idle = _memory(worker)
            crowd = clients.submit(_crowd, replica.port, token, SOCKETS)
            if not gathered.wait(120):
                raise RuntimeError(f"{SOCKETS} sockets are not there after two minutes")
            time.sleep(1)  # they are idle
            per_socket = (_memory(worker) - idle) / SOCKETS
            spent = sum(worker.cpu_times()[:2])
            commits = asyncio.run(_write(Settings(profile="clustered", **settings)))
            spent = sum(worker.cpu_times()[:2]) - spent
            written.set()
            heard = crowd.result()
    ages_ms = [age * 1000 for age in heard.ages]
    percentiles = statistics.quantiles(ages_ms, n=100)
    return [
        figure(
            f"memory per socket, {SOCKETS:,} on a worker", per_socket / 1024, "kB", at_most=GOAL_KB
        ),
        figure("writes while they listen", commits / SECONDS, "writes/s"),
        figure("commit to client, p50", percentiles[49], "ms"),
        figure("commit to client, p99", percentiles[98], "ms", at_most=GOAL_P99_MS),
        figure("deliveries", heard.updates / SECONDS, "messages/s"),
        figure("worker's share of a core meanwhile", 100 * spent / SECONDS, "%"),
    ]


def _memory(process: psutil.Process) -> int:
    """What only this process has, in bytes."""
    return int(process.memory_full_info().uss)


def _crowd(port: int, token: str, count: int) -> Heard:
    return asyncio.run(_listen(port, token, count))


async def _listen(port: int, token: str, count: int) -> Heard:
    sockets = await gather_crowd(port, token, "branches", count, timed=TIMED)
    _Moments.gathered.set()
    await asyncio.to_thread(_Moments.written.wait)
    await asyncio.sleep(1)  # what is still on its way
    for socket in sockets:
        socket.close()
    ages = [age for socket in sockets for age in socket.ages]
    return Heard(sum(socket.heard for socket in sockets), ages)


async def _write(settings: Settings) -> int:
    """Rename branches at an even pace, each to the time just before its commit."""
    async with AsyncExitStack() as stack:
        runtime = build(settings)
        app = create_app(runtime)
        await stack.enter_async_context(app.router.lifespan_context(app))
        async with runtime.database.unit_of_work(SYSTEM) as unit:
            tenant_id = (await unit.session.scalars(select(Tenant.id))).one()
        scope = Scope(tenant_id, "bench")
        async with runtime.database.unit_of_work(scope) as unit:
            branches = [Branch(name=f"Branch {n}", code=str(n)) for n in range(WRITERS)]
            unit.session.add_all(branches)
        pace = WRITERS / WRITES_PER_S
        rename = partial(_rename, runtime.database, scope, pace)
        # One after another: a company's commits wait for each other.
        turns = (
            rename(branch.id, first_after=number * pace / WRITERS)
            for number, branch in enumerate(branches)
        )
        return sum(await asyncio.gather(*turns))


async def _rename(
    database: Database, scope: Scope, pace: float, branch_id: UUID, *, first_after: float
) -> int:
    """Rename a branch every `pace` seconds; the number of commits, fewer where they took longer."""
    await asyncio.sleep(first_after)
    written, started = 0, time.monotonic()
    while time.monotonic() - started < SECONDS:
        async with database.unit_of_work(scope) as unit:
            branch = await unit.session.get_one(Branch, branch_id)
            branch.name = f"at {time.monotonic_ns()}"
        written += 1
        await asyncio.sleep(pace - (time.monotonic() - started) % pace)
    return written
