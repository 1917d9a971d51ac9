"""Read sessions on Postgres: one snapshot, no writes, and no connection is lost."""

import asyncio
import gc
import random
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from app.db.database import Database
from app.db.scope import SYSTEM


async def test_a_read_session_is_one_snapshot_and_cannot_write(postgres_database: str) -> None:
    database = Database(postgres_database)
    for _ in range(2):  # the second takes the connection from the pool
        async with database.read(SYSTEM) as session:
            assert await session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
            with pytest.raises(InternalError, match="read-only"):
                await session.execute(text("CREATE TABLE forbidden ()"))
    async with database.unit_of_work(SYSTEM) as unit:
        level = await unit.session.scalar(text("SHOW transaction_isolation"))
    assert level == "read committed"
    await database.close()


async def test_a_cancelled_reader_gives_its_connection_back(postgres_database: str) -> None:
    """A lost connection would also be a warning, and so fail whatever test runs then."""
    database = Database(postgres_database, pool_size=1)

    async def read() -> None:
        async with database.read(SYSTEM) as session:
            await session.execute(text("SELECT 1"))

    await read()
    started = time.monotonic()
    await read()
    span = time.monotonic() - started
    chance = random.Random(7)
    for _ in range(200):
        task = asyncio.create_task(read())
        await asyncio.sleep(chance.uniform(0, 1.3 * span))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await read()  # the pool's only connection is there
    await database.close()


async def test_a_connection_that_is_given_up_is_closed_at_once() -> None:
    """Not when the garbage collector comes by: the server would keep its slot for a minute."""
    knocked, gone = asyncio.Event(), asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        knocked.set()
        while await reader.read(100):
            pass
        gone.set()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing")

    async def read() -> None:
        async with database.read(SYSTEM) as session:
            await session.execute(text("SELECT 1"))

    gc.disable()
    try:
        task = asyncio.create_task(read())
        async with asyncio.timeout(5):
            await knocked.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await gone.wait()
    finally:
        gc.enable()
    await database.close()
    server.close()
