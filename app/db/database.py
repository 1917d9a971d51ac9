"""The engines, and the unit of work: the only place that commits.

A unit of work is one transaction: the rows a service changed, and, as its last statements,
the feed's record of them. Whatever must happen outside the database happens after the commit.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from app.db import engines
from app.db.outage import Leader, OutcomeUnknownError, is_away
from app.db.replica import Enough, Replica
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
    recorded: Any = None
    """What the recorder returned, once it is committed."""
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
    """SQLite, or Postgres: its leader for writes and reads, and a replica for the reads that
    need not be the newest.

    Whoever meets a leader that is gone waits for the next one, for `patience_s` at most.
    """

    def __init__(
        self,
        url: str,
        read_url: str | None = None,
        *,
        pool_size: int = 10,
        patience_s: float = 30.0,
        prepare: bool = True,
    ) -> None:
        self.url = make_url(url)
        self._replica: Replica | None = None
        if self.url.get_backend_name() == "sqlite":
            self._write = engines.sqlite_engine(self.url, writes=True, pool_size=pool_size)
            self._read = engines.sqlite_engine(self.url, writes=False, pool_size=pool_size)
        else:
            leader = engines.leader_url(self.url)
            pool: dict[str, Any] = {
                "pool_size": pool_size,
                "pool_timeout": patience_s,
                "prepare": prepare,
            }
            self._write = engines.postgres_engine(leader, writes=True, **pool)
            self._read = engines.postgres_engine(leader, **pool)
            if read_url is not None:
                replica = engines.replica_url(make_url(read_url))
                self._replica = Replica(engines.postgres_engine(replica, **pool))
        self._leader = Leader(lambda: engines.probe(self._write), patience_s=patience_s)
        for engine in (self._write, self._read):
            engines.drop_lost_connections(engine, self._leader)
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

    async def reach(self) -> None:
        """Return when the leader answers. Raises `DatabaseAwayError`."""
        async with self._leader.contact(), self._write.connect():
            pass

    def record_with(self, recorder: Recorder) -> None:
        """Let `recorder` write the changes of every unit of work before its commit."""
        self._recorder = recorder

    def publish_with(self, publisher: Publisher) -> None:
        """Let `publisher` know of every commit that changed tracked rows."""
        self._publisher = publisher

    @asynccontextmanager
    async def unit_of_work(self, scope: Scope) -> AsyncIterator[UnitOfWork]:
        """A transaction for `scope`: committed at the end of the block, or rolled back.

        Raises `DatabaseAwayError` where the leader is gone and nothing has happened, and
        `OutcomeUnknownError` where it was lost during the commit.
        """
        async with (
            self._leader.contact(),
            ScopedAsyncSession(
                self._write, scope=scope, expire_on_commit=False, autoflush=True
            ) as session,
        ):
            unit = UnitOfWork(session)
            yield unit
            unit.recorded = await session.run_sync(self._commit)
        if unit.recorded is not None and self._publisher is not None:
            self._publisher(unit.recorded)
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
        try:
            session.commit()
        except DBAPIError as error:
            if is_away(error):
                raise OutcomeUnknownError from error
            raise
        return recorded

    @asynccontextmanager
    async def read(
        self, scope: Scope, *, enough: Enough | None = None
    ) -> AsyncIterator[ScopedAsyncSession]:
        """A read-only transaction for `scope`: all its statements see one snapshot.

        It is the replica's where that has `enough`, and the leader's otherwise.
        """
        if enough is not None and self._replica is not None:
            async with self._replica.read(scope, enough) as session:
                if session is not None:
                    yield session
                    return
        async with (
            self._leader.contact(),
            ScopedAsyncSession(self._read, scope=scope, expire_on_commit=False) as session,
        ):
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._leader.close()
        await engines.dispose(self._write)
        await engines.dispose(self._read)
        if self._replica is not None:
            await self._replica.close()
