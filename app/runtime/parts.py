"""The parts a process runs on, and the one place that chooses them."""

from dataclasses import dataclass

from app.db.database import Database
from app.feed.cache import FeedCache
from app.runtime.blobs import Blobs, LocalBlobs, S3Blobs
from app.runtime.bus import Bus, MemoryBus, RedisBus
from app.runtime.clock import Clock, SystemClock
from app.runtime.guesses import GuessBook, MemoryGuessBook, RedisGuessBook
from app.runtime.limits import Limiter, MemoryLimiter, RedisLimiter
from app.runtime.marks import FileMarks, Marks, RedisMarks
from app.runtime.private import close_to_others
from app.runtime.redis_guard import RedisGuard
from app.runtime.revocations import MemoryRevocations, RedisRevocations, Revocations
from app.runtime.signals import Signals
from app.settings import Settings


@dataclass(frozen=True)
class Runtime:
    """Everything outside the process, behind Protocols; the database by its URL."""

    settings: Settings
    clock: Clock
    database: Database
    cache: FeedCache
    bus: Bus
    signals: Signals
    blobs: Blobs
    limiter: Limiter
    guesses: GuessBook
    revocations: Revocations
    marks: Marks


def build(settings: Settings) -> Runtime:
    """The parts the settings ask for. Nothing is connected yet."""
    close_to_others(settings.data_dir)
    redis_url = settings.redis_url
    redis = RedisGuard(redis_url) if redis_url else None
    bus = RedisBus(redis_url) if redis_url else MemoryBus()
    database = Database(
        settings.effective_database_url,
        settings.read_database_url,
        pool_size=settings.database_pool_size,
        patience_s=settings.failover_patience_s,
        prepare=settings.database_prepared_statements,
    )
    return Runtime(
        settings=settings,
        clock=SystemClock(settings.clock_offset_s),
        database=database,
        cache=FeedCache(database),
        bus=bus,
        signals=Signals(bus),
        blobs=S3Blobs.from_settings(settings)
        if settings.s3_endpoint
        else LocalBlobs(settings.data_dir / "blobs"),
        limiter=RedisLimiter(redis) if redis else MemoryLimiter(),
        guesses=RedisGuessBook(redis) if redis else MemoryGuessBook(),
        revocations=RedisRevocations(redis) if redis else MemoryRevocations(),
        marks=RedisMarks(redis) if redis else FileMarks(settings.data_dir / "feed-marks.json"),
    )
