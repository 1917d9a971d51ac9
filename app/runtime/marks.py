"""Marks: how far each feed has come, kept where a backup of the database does not reach.

They say at the next start whether the database is the one that was left. They are written a
moment after what they tell of, so they never run ahead of it.
"""

import json
import logging
import time
from collections.abc import Awaitable, Mapping
from itertools import chain
from pathlib import Path
from typing import Protocol, cast

from app.runtime.redis_guard import RedisGuard

log = logging.getLogger(__name__)
_KEY = "siberius:feed:marks"
_SAME_S = 10.0
"""Between the moment a file tells of and the one its system keeps; a copy is older than that."""


class Marks(Protocol):
    """Texts by name."""

    async def read(self) -> dict[str, str] | None:
        """All of them; none is null, where the place they are in does not answer."""

    async def write(self, marks: Mapping[str, str]) -> None:
        """Set these. It may fail in silence: the next ones tell more."""


class FileMarks:
    """In a file that knows when it was written. A system sets the time of a file's last change
    itself, also where a copy is given the times of its original: so a file that came back from a
    backup, alone or with the folder it is in, is told from one that was always here."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self) -> dict[str, str] | None:
        """All of them; empty where the file is missing or a copy."""
        try:
            kept = json.loads(self._path.read_bytes())
            written, marks = float(kept["written"]), dict(kept["marks"])
            changed = self._path.stat().st_ctime
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return marks if abs(changed - written) < _SAME_S else {}

    async def write(self, marks: Mapping[str, str]) -> None:
        """Set these."""
        new = self._path.with_suffix(".new")
        everything = {**(await self.read() or {}), **marks}
        try:
            new.write_text(json.dumps({"written": time.time(), "marks": everything}))
            new.replace(self._path)
        except OSError as error:
            log.warning("the feed's marks cannot be written: %s", error)


class RedisMarks:
    """In Redis, for all processes of a cluster."""

    def __init__(self, redis: RedisGuard) -> None:
        self._redis = redis

    async def read(self) -> dict[str, str] | None:
        """All of them; none is null while Redis is away."""
        return await self._redis.ask(
            lambda redis: cast("Awaitable[dict[str, str]]", redis.hgetall(_KEY))
        )

    async def write(self, marks: Mapping[str, str]) -> None:
        """Set these."""
        await self._redis.ask(lambda redis: redis.hset(_KEY, items=list(chain(*marks.items()))))
