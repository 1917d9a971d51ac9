"""The engines: how the two databases are connected to."""

import asyncio
from collections.abc import Generator
from contextvars import ContextVar
from typing import Any, Self
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection, IsolationLevel, waiting
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.db.outage import Leader, current_patience

_CONNECTING = {
    # A host that vanished says nothing: it is given up after about ten seconds.
    "connect_timeout": "3",
    "tcp_user_timeout": "10000",
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}
_PROBE_TIMEOUT_S = 5.0


_ATTEMPTS: ContextVar[list[Generator[Any, Any, Any]]] = ContextVar("attempts")
"""The connections that this task has begun to make."""


class PatientConnection(AsyncConnection[Any]):
    """A connection on which nobody waits for longer than their patience.

    It is closed then, and when its task is cancelled: asking a server that may be gone to
    cancel a statement would take longer than either of them has.
    """

    @classmethod
    async def connect(cls, conninfo: str = "", **options: Any) -> Self:
        """Connect; an attempt that is given up is closed at once. Left to the collector, it would
        keep a slot of the server's until `authentication_timeout`."""
        attempts: list[Generator[Any, Any, Any]] = []
        token = _ATTEMPTS.set(attempts)
        try:
            return await super().connect(conninfo, **options)
        except BaseException:
            for attempt in attempts:
                attempt.close()
            raise
        finally:
            _ATTEMPTS.reset(token)

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Any:
        attempt = super()._connect_gen(conninfo)
        _ATTEMPTS.get().append(attempt)
        return attempt

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """Run one exchange with the server."""
        patience = current_patience()
        if patience is not None:
            timeout = patience.left_s()
        try:
            return await waiting.wait_async(
                gen, self.pgconn.socket, interval=interval, timeout=timeout
            )
        except (asyncio.CancelledError, psycopg.OperationalError):
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def leader_url(url: URL) -> URL:
    """Of several hosts, the one that can be written to."""
    return _prefer(url, "read-write")


def replica_url(url: URL) -> URL:
    """Of several hosts, one that is not the leader, as long as there is one."""
    return _prefer(url, "prefer-standby")


def postgres_engine(
    url: URL, *, pool_size: int, pool_timeout: float, prepare: bool, writes: bool = False
) -> AsyncEngine:
    """An engine over Postgres; without `writes` each transaction is one read-only snapshot."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        # The newest connection first: after a storm the others age and are closed.
        pool_use_lifo=True,
        connect_args={
            **{name: value for name, value in _CONNECTING.items() if name not in url.query},
            "async_creator_fn": PatientConnection.connect,
            **({} if prepare else {"prepare_threshold": None}),
        },
    )
    if not writes:

        @event.listens_for(engine.sync_engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            # Once for the connection: execution options would be set at every checkout, and
            # a task that is cancelled just then leaks the connection.
            connection.run_async(_only_snapshots)

    return engine


def drop_lost_connections(engine: AsyncEngine, leader: Leader) -> None:
    """Let no connection out of the pool that leads to a leader that was lost, and make none
    while it is gone: those who queued for the pool before would knock one after another."""

    @event.listens_for(engine.sync_engine, "do_connect")
    def _refuse(_dialect: Any, _record: Any, _args: Any, _options: Any) -> None:
        if leader.is_lost:
            raise psycopg.OperationalError("the leader is gone")

    @event.listens_for(engine.sync_engine, "connect")
    def _mark(_connection: Any, record: Any) -> None:
        record.info["generation"] = leader.generation

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get("generation") != leader.generation:
            raise DisconnectionError  # the pool makes a new one in its place


async def probe(engine: AsyncEngine) -> None:
    """Return if the server of `engine` can be written to; else raise. It takes a connection of
    its own, so that it is not held up by those that wait."""
    _, where = engine.dialect.create_connect_args(engine.url)
    async with asyncio.timeout(_PROBE_TIMEOUT_S):
        connection = await PatientConnection.connect(**{**_CONNECTING, **where}, autocommit=True)
        async with connection:
            answer = await (await connection.execute("SHOW transaction_read_only")).fetchone()
    if answer is None or answer[0] != "off":
        raise ConnectionError("it is read-only")


def sqlite_engine(url: URL, *, writes: bool, pool_size: int) -> AsyncEngine:
    """An engine over SQLite.

    SQLite has one writer: one connection makes the others queue in order, in this process;
    busy_timeout is for other processes, such as the command line.
    """
    engine = create_async_engine(
        url, pool_size=1 if writes else pool_size, max_overflow=0, pool_timeout=60
    )

    drivers: set[Any] = set()
    _DRIVERS[engine] = drivers

    @event.listens_for(engine.sync_engine, "close")
    def _closed(connection: Any, _record: Any) -> None:
        drivers.discard(connection.driver_connection)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        drivers.add(connection.driver_connection)
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


_DRIVERS: WeakKeyDictionary[AsyncEngine, set[Any]] = WeakKeyDictionary()
"""The driver's connections of each SQLite engine that the pool has not closed."""


async def dispose(engine: AsyncEngine) -> None:
    """Close every connection, also one that the pool lost with a task that was cancelled: its
    thread would outlive the event loop."""
    await engine.dispose()
    for driver in list(_DRIVERS.pop(engine, set())):  # closing one takes it out of the set
        await driver.close()


async def _only_snapshots(connection: AsyncConnection[Any]) -> None:
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)


def _prefer(url: URL, attributes: str) -> URL:
    hosts = url.query.get("host", ())
    several = not isinstance(hosts, str) and len(hosts) > 1
    if not several or "target_session_attrs" in url.query:
        return url
    return url.update_query_dict({"target_session_attrs": attributes})
