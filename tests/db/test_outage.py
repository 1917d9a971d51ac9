"""A leader that is lost: who meets it waits, and nothing happens twice or not at all.

A request is `retrying` over a unit of work; what HTTP adds is in `tests/api/test_failover.py`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import text

from app.db.database import Database
from app.db.outage import DatabaseAwayError, OutcomeUnknownError
from app.db.retry import retrying
from app.db.scope import SYSTEM
from app.errors import UnavailableError
from tests.support.proxy import Proxy
from tests.support.servers import PostgresPair, PostgresServer


@pytest.fixture
def url(postgres_database: str) -> str:
    with psycopg.connect(postgres_database.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE marks (mark text)")
    return postgres_database


@asynccontextmanager
async def behind(proxy: Proxy, url: str, patience_s: float = 20) -> AsyncIterator[Database]:
    """A database that is reached through the proxy, with a connection in its pool."""
    where, _, name = url.rpartition("/")
    host = where.rpartition(":")[0]
    database = Database(f"{host}:{proxy.port}/{name}", patience_s=patience_s)
    await database.reach()
    try:
        yield database
    finally:
        await database.close()


async def mark(database: Database, what: str, *, repeatable: bool = False) -> None:
    async def work() -> None:
        async with database.unit_of_work(SYSTEM) as unit:
            await unit.session.execute(text("INSERT INTO marks VALUES (:what)"), {"what": what})

    await retrying(work, repeatable=repeatable)


def marks(url: str) -> list[str]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return [str(row[0]) for row in connection.execute("SELECT mark FROM marks ORDER BY mark")]


async def test_a_statement_that_is_cut_off_is_run_again(
    url: str, postgres_server: PostgresServer
) -> None:
    async with Proxy(postgres_server.port) as proxy, behind(proxy, url) as database:
        proxy.cut_at(b"INSERT INTO marks", deliver=True)
        await mark(database, "one")
    assert marks(url) == ["one"]


@pytest.mark.parametrize(("deliver", "committed"), [(False, []), (True, ["one"])])
async def test_a_commit_that_is_cut_off_has_an_unknown_outcome(
    url: str, postgres_server: PostgresServer, deliver: bool, committed: list[str]
) -> None:
    async with Proxy(postgres_server.port) as proxy, behind(proxy, url) as database:
        proxy.cut_at(b"COMMIT", deliver=deliver)
        with pytest.raises(OutcomeUnknownError):
            await mark(database, "one")
        assert marks(url) == committed
        proxy.cut_at(b"COMMIT", deliver=deliver)
        await mark(database, "two", repeatable=True)
    assert set(marks(url)) == {*committed, "two"}


async def test_a_crowd_waits_behind_one_probe(url: str, postgres_server: PostgresServer) -> None:
    async with Proxy(postgres_server.port) as proxy, behind(proxy, url) as database:
        proxy.lead_to(1)  # nobody listens there
        proxy.cut()
        before = proxy.connections
        crowd = [asyncio.create_task(mark(database, str(number))) for number in range(100)]
        await asyncio.sleep(2)
        # A pool of ten lost its connections, and then one probe at a time knocks: three quick
        # ones, and one each quarter of a second.
        assert proxy.connections - before <= 25
        proxy.lead_to(postgres_server.port)
        await asyncio.gather(*crowd)
    assert len(marks(url)) == 100


async def test_patience_ends(url: str, postgres_server: PostgresServer) -> None:
    async with Proxy(postgres_server.port) as proxy, behind(proxy, url, 1) as database:
        proxy.lead_to(1)
        proxy.cut()
        async with asyncio.timeout(10):
            for _ in range(2):
                with pytest.raises(DatabaseAwayError):
                    await mark(database, "lost")
        proxy.lead_to(postgres_server.port)
        async with asyncio.timeout(10):
            while not marks(url):  # each try waits at most as long as its patience
                with contextlib.suppress(DatabaseAwayError):
                    await mark(database, "one")
    assert marks(url) == ["one"]


async def test_a_leader_that_stopped_answering_is_waited_for_and_no_longer(
    url: str,
) -> None:
    with PostgresServer() as server:
        own = server.create_database()
        with psycopg.connect(own.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE marks (mark text)")
        short, long = Database(own, patience_s=1), Database(own, patience_s=30)
        for database in (short, long):
            await mark(database, "before")
        server.pause()
        waiting = asyncio.create_task(mark(long, "after"))
        async with asyncio.timeout(10):
            with pytest.raises(DatabaseAwayError):
                await mark(short, "never")
        server.resume()
        await waiting
        await mark(short, "after")
        assert marks(own) == ["after", "after", "before", "before"]
        for database in (short, long):
            await database.close()


async def test_a_full_disk_is_a_reason_to_come_back_and_no_lost_leader(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END$$"
        )
        connection.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON marks EXECUTE FUNCTION no_room()"
        )
        database = Database(url)
        with pytest.raises(UnavailableError) as refused:
            await mark(database, "never")
        assert (refused.value.code, refused.value.retry_after_s) == ("database_exhausted", 5)
        connection.execute("DROP TRIGGER no_room ON marks")
        await mark(database, "one")
        await database.close()
    assert marks(url) == ["one"]


async def test_a_standby_takes_over_from_a_leader_that_turns_read_only_and_dies() -> None:
    """What an orderly and what a disorderly failover show: an error of a statement, and of
    the connection."""
    with PostgresPair() as pair:
        on_leader = pair.leader.create_database()
        with psycopg.connect(on_leader.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE marks (mark text)")
        name = on_leader.rpartition("/")[2]
        async with Proxy(pair.leader.port) as proxy, behind(proxy, on_leader) as database:
            await mark(database, "before")
            with pair.leader.admin() as admin:
                admin.execute("ALTER SYSTEM SET default_transaction_read_only = on")
                admin.execute("SELECT pg_reload_conf()")
            acknowledged: list[str] = ["before"]

            async def write(number: int) -> None:
                what = f"{number:03}"
                await mark(database, what)
                acknowledged.append(what)

            crowd = [asyncio.create_task(write(number)) for number in range(50)]
            await asyncio.sleep(0.5)
            assert acknowledged == ["before"]
            pair.leader.kill()
            await asyncio.to_thread(pair.standby.promote)
            proxy.lead_to(pair.standby.port)
            await asyncio.gather(*crowd)
        assert marks(pair.standby.url(name)) == sorted(acknowledged)
