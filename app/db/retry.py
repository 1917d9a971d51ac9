"""Transactions are run again where that may end well: another one won the race, or the leader
was lost and there will be a new one."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.db.outage import DatabaseAwayError, OutcomeUnknownError, patient

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


async def retrying(
    work: Callable[[], Awaitable[T]], attempts: int = ATTEMPTS, *, repeatable: bool = False
) -> T:
    """Run `work`, which opens a unit of work of its own, again as long as it loses races, and
    as long as patience lasts where it loses the leader.

    What is `repeatable` has the same effect twice as once, so it is run again also where
    nobody knows whether it was committed.
    """
    with patient() as patience:
        races = 0
        while True:
            try:
                return await work()
            except OutcomeUnknownError:
                if not repeatable or not patience.left_s():
                    raise
                log.info("a transaction may not have been committed, again")
            except DatabaseAwayError:
                if not patience.left_s():
                    raise
                log.info("a transaction lost its leader, again")
            except RACES as error:
                races += 1
                if races == attempts or not lost_a_race(error):
                    raise
                log.info("a transaction lost a race, again")
