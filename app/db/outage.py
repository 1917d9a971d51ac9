"""A leader that is gone: who meets it waits here, and one probe asks for all when it is back.

    contact ──── an error that says "gone" ───→ closed ──── the probe may write ───→ open
                                                   │
                                   patience is over │
                                                   ↓
                                            DatabaseAwayError

Nothing else happens to a leader: a failover, a restart and a network that comes and goes all
look the same from here.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass

import psycopg
from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import UnavailableError
from app.metrics import registry

log = logging.getLogger(__name__)

OUTAGES = Counter(
    "siberius_database_outages", "Times this process lost the database's leader.", registry=registry
)
_GONE = frozenset(
    {
        "25006",  # read only: a leader no longer, or not yet
        "25P03",  # thrown out while idle in a transaction
        "57P01",  # shutting down
        "57P02",  # another backend crashed
        "57P03",  # starting
        "57P05",  # thrown out while idle
    }
)
PROBE_S = (0.05, 0.25)
"""The pause between two probes: the first, and the longest."""


class DatabaseAwayError(UnavailableError):
    """There is no leader, and nothing has happened: trying again is safe."""

    def __init__(self) -> None:
        super().__init__(
            "database_unavailable", "the database does not answer, try again", retry_after_s=5
        )


class OutcomeUnknownError(UnavailableError):
    """The leader was lost during a commit: it may have happened, or not."""

    def __init__(self) -> None:
        super().__init__(
            "outcome_unknown",
            "the database was lost at the last moment: look whether it was done before you "
            "try again, or send an Idempotency-Key and try again at once",
            retry_after_s=5,
        )


@dataclass
class Patience:
    """How long one request waits for a leader, counted from the first time it misses one.

    `limit_s` is set by the database it waits for.
    """

    limit_s: float = 30.0
    _until: float | None = None

    def left_s(self) -> float:
        """What is left of it; all of it while nothing went wrong."""
        if self._until is None:
            return self.limit_s
        return max(0.0, self._until - time.monotonic())

    def begin(self, waited_s: float = 0.0) -> None:
        """Something went wrong, and cost `waited_s` already. Only the first time counts."""
        if self._until is None:
            self._until = time.monotonic() + self.limit_s - waited_s


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patient() -> Iterator[Patience]:
    """The patience of this request, begun here unless it was before."""
    known = _patience.get()
    if known is not None:
        yield known
        return
    patience = Patience()
    token = _patience.set(patience)
    try:
        yield patience
    finally:
        _patience.reset(token)


def current_patience() -> Patience | None:
    """That of the request this runs in; none for what may take its time, such as a job."""
    return _patience.get()


def is_away(error: BaseException) -> bool:
    """Whether the error says that there is no leader, rather than that a statement is wrong."""
    if not isinstance(error, DBAPIError) or not isinstance(error.orig, psycopg.Error):
        return False
    sqlstate = error.orig.sqlstate
    if sqlstate is None:  # not from the server: it was not reached, or fell silent
        return isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)
    return sqlstate in _GONE or sqlstate.startswith("08")


def is_exhausted(error: DBAPIError) -> bool:
    """Whether a leader that is well has no room for this: on its disk, in its memory, or among
    its connections. Nothing has happened then."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    return sqlstate is not None and sqlstate.startswith("53")


class Leader:
    """The way to the leader. `probe` returns when it may be written to, and raises otherwise."""

    def __init__(self, probe: Callable[[], Awaitable[None]], *, patience_s: float) -> None:
        self.generation = 0
        """Connections of an older generation lead to a leader that was lost."""
        self._probe = probe
        self._patience_s = patience_s
        self._open = asyncio.Event()
        self._open.set()
        self._probing: asyncio.Task[None] | None = None

    @property
    def is_lost(self) -> bool:
        """Whether it is known to be gone."""
        return not self._open.is_set()

    @asynccontextmanager
    async def contact(self) -> AsyncIterator[None]:
        """The time in which the leader is talked to.

        Waits as long as it is known to be gone. Raises `DatabaseAwayError` where it stays
        away, or is lost in the block, and `UnavailableError` where it can take no more.
        """
        patience = _patience.get() or Patience()
        patience.limit_s = self._patience_s
        await self._wait(patience)
        generation = self.generation
        started = time.monotonic()
        try:
            yield
        except PoolTimeoutError as error:
            raise UnavailableError(
                "database_busy", "too much is going on here, try again", retry_after_s=5
            ) from error
        except OutcomeUnknownError:
            self._lost(generation, patience, started)
            raise
        except DBAPIError as error:
            if is_exhausted(error):
                raise UnavailableError(
                    "database_exhausted", "the database has no room for this now", retry_after_s=5
                ) from error
            if not is_away(error):
                raise
            self._lost(generation, patience, started)
            raise DatabaseAwayError from error

    async def close(self) -> None:
        """End the probe."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    async def _wait(self, patience: Patience) -> None:
        if not self.is_lost:
            return
        patience.begin()
        try:
            async with asyncio.timeout(patience.left_s()):
                await self._open.wait()
        except TimeoutError:
            raise DatabaseAwayError from None

    def _lost(self, generation: int, patience: Patience, started: float) -> None:
        patience.begin(time.monotonic() - started)
        if generation != self.generation or self.is_lost:
            return  # an echo: it is known already, or it was another leader
        log.warning("the leader of the database is lost")
        OUTAGES.inc()
        self.generation += 1
        self._open.clear()
        self._probing = asyncio.create_task(
            self._look_for_it(),
            name="database-probe",
            context=Context(),  # it works for all, and not with the patience of the first
        )

    async def _look_for_it(self) -> None:
        pause, longest = PROBE_S
        lost_at = time.monotonic()
        while True:
            # Jitter: the processes of a cluster lose their leader in the same moment.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
            try:
                await self._probe()
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.info("no leader yet: %s", error)
                pause = min(longest, pause * 2)
            else:
                log.warning("a leader is back after %.1f s", time.monotonic() - lost_at)
                self._open.set()
                return
