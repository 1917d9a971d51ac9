"""Transactions that lost a race are run again: another one won, and a second look may end well."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

log = logging.getLogger(__name__)
ATTEMPTS = 3
RACES = (StaleDataError, IntegrityError, OperationalError)
"""What a lost race looks like; `lost_a_race` says whether it was one."""
_RETRIED_SQLSTATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock
T = TypeVar("T")


def lost_a_race(error: Exception) -> bool:
    """Whether another transaction won."""
    if isinstance(error, StaleDataError | IntegrityError):
        return True
    sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
    return sqlstate in _RETRIED_SQLSTATES


async def retrying(work: Callable[[], Awaitable[T]], attempts: int = ATTEMPTS) -> T:
    """Run `work`, which opens a unit of work of its own, again as long as it loses races."""
    for attempt in range(1, attempts + 1):
        try:
            return await work()
        except RACES as error:
            if attempt == attempts or not lost_a_race(error):
                raise
            log.info("a transaction lost a race, again")
    raise AssertionError("unreachable")
