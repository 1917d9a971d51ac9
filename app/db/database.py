"""The engines, and the unit of work: the only place that commits.

A unit of work is one transaction: the rows a service changed, and, as its last statements,
the feed's record of them. Whatever must happen outside the database happens after the commit.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg import AsyncConnection, IsolationLevel
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session

from app.db.scope import Scope
from app.db.session import ScopedAsyncSession, ScopedSession, Touched

log = logging.getLogger(__name__)

Recorder = Callable[[ScopedSession, Sequence[Touched]], Any]
"""Writes the feed's record of the touched rows in the same transaction; what it returns is
handed to the publisher after the commit. It runs inside `AsyncSession.run_sync`."""
Publisher = Callable[[Any], None]


@dataclass
class UnitOfWork:
    """One transaction that will be committed when its block ends without an error."""

    session: ScopedAsyncSession
    _after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        """Whom this unit of work acts for."""
        return self.session.scope

    def after_commit(self, action: Callable[[], Awaitable[None]]) -> None:
        """Run `action` once the transaction is committed, and never if it is not.

        For hints only: the process may die between the commit and the action.
        """
        self._after_commit.append(action)


class Database:
    """A write engine and a read engine over one database, SQLite or Postgres."""

    def __init__(self, url: str, read_url: str | None = None, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self._write = _engine(self.url, writes=True, pool_size=pool_size)
        self._read = _engine(
            make_url(read_url) if read_url else self.url, writes=False, pool_size=pool_size
        )
        self._recorder: Recorder | None = None
        self._publisher: Publisher | None = None

    @property
    def write_engine(self) -> AsyncEngine:
        """For migrations and measurements; everything else goes through `unit_of_work`."""
        return self._write

    @property
    def read_engine(self) -> AsyncEngine:
        """For measurements; everything else goes through `read`."""
        return self._read

    def record_with(self, recorder: Recorder) -> None:
        """Let `recorder` write the changes of every unit of work before its commit."""
        self._recorder = recorder

    def publish_with(self, publisher: Publisher) -> None:
        """Let `publisher` know of every commit that changed tracked rows."""
        self._publisher = publisher

    @asynccontextmanager
    async def unit_of_work(self, scope: Scope) -> AsyncIterator[UnitOfWork]:
        """A transaction for `scope`: committed at the end of the block, or rolled back."""
        async with ScopedAsyncSession(
            self._write, scope=scope, expire_on_commit=False, autoflush=True
        ) as session:
            unit = UnitOfWork(session)
            yield unit
            recorded = await session.run_sync(self._commit)
        if recorded is not None and self._publisher is not None:
            self._publisher(recorded)
        for action in unit._after_commit:
            try:
                await action()
            except Exception:
                # It is committed: an error now would make the caller say it is not.
                log.exception("an action after a commit failed")

    def _commit(self, session: Session) -> Any:
        assert isinstance(session, ScopedSession)  # noqa: S101 - it was made as one
        session.flush()
        recorded = None
        if self._recorder is not None and session.touched:
            recorded = self._recorder(session, session.touched_rows())
        session.commit()
        return recorded

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[ScopedAsyncSession]:
        """A read-only transaction for `scope`: all its statements see one snapshot."""
        async with ScopedAsyncSession(self._read, scope=scope, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._write.dispose()
        await self._read.dispose()


def _engine(url: URL, *, writes: bool, pool_size: int) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, writes=writes, pool_size=pool_size)
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_pre_ping=False, pool_timeout=30
    )
    if not writes:

        @event.listens_for(engine.sync_engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            # Once for the connection: execution options would be set at every checkout, and
            # a task that is cancelled just then leaks the connection.
            connection.run_async(_only_snapshots)

    return engine


async def _only_snapshots(connection: AsyncConnection[Any]) -> None:
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)


def _sqlite_engine(url: URL, *, writes: bool, pool_size: int) -> AsyncEngine:
    # SQLite has one writer: one connection makes the others queue in order, in this process;
    # busy_timeout is for other processes, such as the command line.
    engine = create_async_engine(
        url, pool_size=1 if writes else pool_size, max_overflow=0, pool_timeout=60
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the "begin" below decides, not the driver
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged write survives a power cut
            "foreign_keys=ON",
            "busy_timeout=30000",
            "cache_size=-32768",
            *(() if writes else ("query_only=ON",)),
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def _let_go(connection: Any, _record: Any, _error: Any) -> None:
        # A cancelled task's cursors may outlive the connection's close, and with them its
        # transaction, which would lock everyone else out.
        connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        # IMMEDIATE: a transaction that reads first and writes later cannot be upgraded
        # once another process has written.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
