"""The replica: reads that need not be the newest, as long as they are new enough.

It lags behind the leader, so its snapshot is looked at first. Whatever is wrong with it costs
a request a moment: the leader has the same rows.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.outage import DatabaseAwayError, is_away
from app.db.scope import Scope
from app.db.session import ScopedAsyncSession
from app.metrics import registry

READS = Counter(
    "siberius_replica_reads",
    "Reads that a replica may serve: served by it (hit), or by the leader, because the replica "
    "was behind or away.",
    ["outcome"],
    registry=registry,
)
_LOOK_S = 1.0
"""The longest a request waits for the replica before it asks the leader."""
_REST_S = 5.0
"""After a failure, for so long nobody asks it at all."""

Enough = Callable[[ScopedAsyncSession], Awaitable[bool]]
"""Whether the snapshot of a session is new enough."""


class Replica:
    """Reads from `engine`, or says that somebody else should."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._rests_until = 0.0

    @asynccontextmanager
    async def read(self, scope: Scope, enough: Enough) -> AsyncIterator[ScopedAsyncSession | None]:
        """A session with a snapshot that is `enough`, or none.

        Raises `DatabaseAwayError` where it is lost in the block; the next try goes elsewhere.
        """
        if time.monotonic() < self._rests_until:
            READS.labels("away").inc()
            yield None
            return
        async with ScopedAsyncSession(self._engine, scope=scope, expire_on_commit=False) as session:
            outcome = await self._look(session, enough)
            READS.labels(outcome).inc()
            if outcome == "hit":
                try:
                    yield session
                except DBAPIError as error:
                    if not is_away(error):
                        raise
                    self._rest()
                    raise DatabaseAwayError from error
                return
        yield None

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def _look(self, session: ScopedAsyncSession, enough: Enough) -> str:
        try:
            async with asyncio.timeout(_LOOK_S):
                return "hit" if await enough(session) else "behind"
        except (TimeoutError, PoolTimeoutError):
            pass
        except DBAPIError as error:
            if not is_away(error):
                raise
        self._rest()
        return "away"

    def _rest(self) -> None:
        self._rests_until = time.monotonic() + _REST_S
