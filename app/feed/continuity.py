"""Whether the database is the one that was left. One that came back from a backup gives its
numbers out a second time, for other changes: its feeds get new epochs, before anybody reads them.

What a backup brings back cannot tell that it was brought back, so marks are kept beside it.
"""

import logging
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.append import renew
from app.feed.cursor import Cursor
from app.feed.models import FeedCounter
from app.runtime.marks import Marks

log = logging.getLogger(__name__)


async def mark_beginning(marks: Marks, counter: FeedCounter) -> None:
    """The first mark of a new company's feed: a process that starts in the moment before
    another's next note has no reason to doubt it."""
    await marks.write(_marks({counter.tenant_id: counter.cursor}))


class Continuity:
    """Checks at the start, notes from then on."""

    def __init__(self, database: Database, marks: Marks) -> None:
        self._database = database
        self._marks = marks
        self._checked = False
        self._noted: dict[UUID, Cursor] = {}

    async def check(self) -> None:
        """Give a new epoch to each feed that is not further than its mark, or has none.

        Where the marks do not answer, `note` checks as soon as they do.
        """
        # Before the database is read: whatever it is at then, it was at the marks before.
        marks = await self._marks.read()
        if marks is None:
            log.warning("whether the database was set back is not known yet: no marks")
            return
        async with self._database.read(SYSTEM) as session:
            counters = (await session.scalars(select(FeedCounter))).all()
        if not all(_goes_on(counter, marks) for counter in counters):
            await self._renew()
        self._checked = True

    async def note(self, heads: Mapping[UUID, Cursor]) -> None:
        """These are in the database now."""
        if not self._checked:
            await self.check()
            return
        news = {
            tenant_id: head
            for tenant_id, head in heads.items()
            if self._noted.get(tenant_id) != head
        }
        if news:
            await self._marks.write(_marks(news))
            self._noted |= news

    async def _renew(self) -> None:
        async with self._database.unit_of_work(SYSTEM) as unit:
            locked = select(FeedCounter).order_by(FeedCounter.tenant_id).with_for_update()
            counters = (await unit.session.scalars(locked)).all()
            # Of many processes that start at once the first does it, and the others see it here.
            marks = await self._marks.read() or {}
            lost = [counter for counter in counters if not _goes_on(counter, marks)]
            for counter in lost:
                log.warning(
                    "the feed of company %s is at %s, and was last known to be at %s: it has a new "
                    "epoch, and everybody reads anew",
                    counter.tenant_id,
                    counter.cursor,
                    marks.get(str(counter.tenant_id), "nothing"),
                )
                renew(counter)
            await self._marks.write(_marks({each.tenant_id: each.cursor for each in lost}))


def _marks(heads: Mapping[UUID, Cursor]) -> dict[str, str]:
    return {str(tenant_id): str(head) for tenant_id, head in heads.items()}


def _goes_on(counter: FeedCounter, marks: Mapping[str, str]) -> bool:
    mark = marks.get(str(counter.tenant_id))
    if mark is None:
        return False
    seen = Cursor.parse(mark)
    return seen.epoch == counter.epoch and seen.seq <= counter.seq
