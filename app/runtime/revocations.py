"""Revocations: which sessions have ended, known in time for the next request.

The database is the truth. A process trusts its word on a session for `TRUST_S`, so that most
requests ask nobody, and this part says earlier that the word no longer holds. A revocation
that gets lost on the way therefore costs seconds.
"""

import secrets
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Protocol, cast
from uuid import UUID

from redis.asyncio import Redis

from app.runtime.redis_guard import RedisGuard

TRUST_S = 5.0
_CAPACITY = 50_000
_GENERATION = "siberius:revocations:generation"


class Revocations(Protocol):
    """What is known of sessions without asking the database."""

    async def revoke(self, session_id: UUID, until: datetime) -> None:
        """The session has ended; its last access token expires at `until`."""

    async def is_revoked(self, session_id: UUID) -> bool | None:
        """None means unknown: ask the database, and `confirm` a session that lives."""

    def confirm(self, session_id: UUID) -> None:
        """The database just said that the session lives."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryRevocations:
    """What this process ended and confirmed itself."""

    def __init__(self) -> None:
        self._ended: OrderedDict[UUID, datetime] = OrderedDict()
        self._trusted: OrderedDict[UUID, float] = OrderedDict()

    async def revoke(self, session_id: UUID, until: datetime) -> None:
        """The session has ended; its last access token expires at `until`."""
        self._trusted.pop(session_id, None)
        self._ended[session_id] = until
        now = datetime.now(UTC)
        while next(iter(self._ended.values()), until) < now:
            self._ended.popitem(last=False)

    async def is_revoked(self, session_id: UUID) -> bool | None:
        """None means unknown: ask the database, and `confirm` a session that lives."""
        if session_id in self._ended:
            return True
        return False if self._trusted.get(session_id, 0.0) > time.monotonic() else None

    def confirm(self, session_id: UUID) -> None:
        """The database just said that the session lives."""
        self._trusted[session_id] = time.monotonic() + TRUST_S
        self._trusted.move_to_end(session_id)
        while len(self._trusted) > _CAPACITY:
            self._trusted.popitem(last=False)

    def distrust(self) -> None:
        """Forget what was confirmed."""
        self._trusted.clear()

    async def close(self) -> None:
        """Nothing to let go of."""


class RedisRevocations:
    """What any process ended, through Redis.

    While Redis is away nothing is known but what this process ended. A Redis that lost its
    memory has a new generation, and what was confirmed under the old one is distrusted.
    """

    def __init__(self, redis: RedisGuard) -> None:
        self._redis = redis
        self._local = MemoryRevocations()
        self._generation: str | None = None

    async def revoke(self, session_id: UUID, until: datetime) -> None:
        """The session has ended; its last access token expires at `until`."""
        await self._local.revoke(session_id, until)
        seconds = max(1, int((until - datetime.now(UTC)).total_seconds()) + 1)
        await self._redis.ask(lambda redis: redis.set(_key(session_id), "1", ex=seconds))

    async def is_revoked(self, session_id: UUID) -> bool | None:
        """None means unknown: ask the database, and `confirm` a session that lives."""
        known_here = await self._local.is_revoked(session_id)
        if known_here is True:
            return True
        answer = await self._redis.ask(lambda redis: _look(redis, session_id))
        if answer is None:
            return None
        ended, generation = answer
        if ended:
            return True
        if generation != self._generation:
            self._generation = generation
            self._local.distrust()
            return None
        return known_here

    def confirm(self, session_id: UUID) -> None:
        """The database just said that the session lives."""
        self._local.confirm(session_id)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.close()


async def _look(redis: Redis, session_id: UUID) -> tuple[bool, str]:
    """Whether the session is listed, and the generation of the memory that says so."""
    ended, generation = cast("list[str | None]", await redis.mget(_key(session_id), _GENERATION))
    if generation is None:
        await redis.set(_GENERATION, secrets.token_hex(8), nx=True)
        generation = cast("str | None", await redis.get(_GENERATION))
    return ended is not None, generation or ""


def _key(session_id: UUID) -> str:
    return f"siberius:revoked:{session_id}"
