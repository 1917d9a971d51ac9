"""Scheduled jobs: any process may run one, one process at a time does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select

from app.db.database import Database
from app.db.scope import SYSTEM
from app.operations.leases import Leases
from app.operations.models import JobRun
from app.runtime.clock import Clock

log = logging.getLogger(__name__)
KEPT_RUNS = timedelta(days=60)

Work = Callable[[], Awaitable[Mapping[str, Any]]]
"""Does the job and says what it did, as JSON."""


class Schedule(Protocol):
    """When a job is due."""

    @property
    def period(self) -> timedelta:
        """About how long it is between two runs."""

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether it is time, having run last at `last`."""


@dataclass(frozen=True)
class Every:
    """Again and again, `period` apart."""

    period: timedelta

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether `period` has passed."""
        return last is None or now - last >= self.period


@dataclass(frozen=True)
class Nightly:
    """Once a day, at the full hour `hour_utc`, or as soon after as a process is there."""

    hour_utc: int
    period: timedelta = timedelta(days=1)

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether today's hour (or yesterday's, before it) came after the last run."""
        latest = now.replace(hour=self.hour_utc, minute=0, second=0, microsecond=0)
        if latest > now:
            latest -= self.period
        return last is None or last < latest


@dataclass(frozen=True)
class Job:
    """A piece of work with its schedule. `recorded` runs are kept as `JobRun` rows, which
    also tell other processes that it was done."""

    name: str
    schedule: Schedule
    work: Work
    recorded: bool = False


class Scheduler:
    """Runs `jobs` in this process, whenever it gets their lease."""

    def __init__(
        self, database: Database, clock: Clock, node: str, jobs: Sequence[Job], *, tick_s: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._node = node
        self._jobs = {job.name: job for job in jobs}
        self._leases = Leases(database, clock, node)
        self._tick_s = tick_s
        self._last: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look every tick what is due, until cancelled."""
        while True:
            for job in self._jobs.values():
                try:
                    await self._run_if_due(job)
                except Exception:
                    log.exception("job %s failed", job.name)
            await asyncio.sleep(self._tick_s)

    async def run_now(self, name: str) -> Mapping[str, Any]:
        """Run a job at once, whatever its schedule. Raises `KeyError` for an unknown name."""
        return await self._execute(self._jobs[name])

    @property
    def names(self) -> list[str]:
        """The jobs there are."""
        return sorted(self._jobs)

    async def _run_if_due(self, job: Job) -> None:
        now = self._clock.now()
        if not job.schedule.due(self._last.get(job.name), now):
            return
        # The lease outlives one period, so its holder keeps the job while it is alive.
        duration = min(3 * job.schedule.period, timedelta(minutes=15))
        if not await self._leases.take(f"job:{job.name}", duration):
            return
        if job.recorded:
            last = await self._last_recorded(job.name)
            if last is not None and not job.schedule.due(last, now):
                self._last[job.name] = last
                return
        self._last[job.name] = now
        await self._execute(job)

    async def _execute(self, job: Job) -> Mapping[str, Any]:
        started = self._clock.now()
        report: Mapping[str, Any] = {}
        error: str | None = None
        try:
            report = await job.work()
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"[:500]
            raise
        finally:
            if job.recorded:
                await self._record(job, started, report, error)
        return report

    async def _record(
        self, job: Job, started: datetime, report: Mapping[str, Any], error: str | None
    ) -> None:
        now = self._clock.now()
        async with self._database.unit_of_work(SYSTEM) as unit:
            unit.session.add(
                JobRun(
                    job=job.name,
                    node=self._node,
                    started_at=started,
                    finished_at=now,
                    report=dict(report),
                    error=error,
                )
            )
            await unit.session.execute(delete(JobRun).where(JobRun.started_at < now - KEPT_RUNS))

    async def _last_recorded(self, name: str) -> datetime | None:
        async with self._database.read(SYSTEM) as session:
            return await session.scalar(
                select(JobRun.started_at)
                .where(JobRun.job == name, JobRun.error.is_(None))
                .order_by(JobRun.started_at.desc())
                .limit(1)
            )
