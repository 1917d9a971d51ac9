"""Leases: one holder at a time, in the database, so that they work on both profiles."""

from datetime import datetime, timedelta

from sqlalchemy import String, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.database import Database
from app.db.scope import SYSTEM
from app.runtime.clock import Clock


class Lease(Base):
    """Who holds `name`, and until when. A holder that died is simply too late."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]


class Leases:
    """Takes leases for `holder`, which must name this process and no other."""

    def __init__(self, database: Database, clock: Clock, holder: str) -> None:
        self._database = database
        self._clock = clock
        self._holder = holder

    async def take(self, name: str, duration: timedelta) -> bool:
        """Take or renew the lease; False where someone else holds it."""
        now = self._clock.now()
        try:
            async with self._database.unit_of_work(SYSTEM) as unit:
                taken = await unit.session.execute(
                    update(Lease)
                    .where(
                        Lease.name == name,
                        or_(Lease.expires_at <= now, Lease.holder == self._holder),
                    )
                    .values(holder=self._holder, expires_at=now + duration)
                )
                if taken.rowcount:  # type: ignore[attr-defined]
                    return True
                if await unit.session.scalar(select(Lease.name).where(Lease.name == name)):
                    return False
                unit.session.add(Lease(name=name, holder=self._holder, expires_at=now + duration))
        except IntegrityError:
            return False  # another process took it in the same moment
        return True

    async def release(self, name: str) -> None:
        """Give the lease back, so that another need not wait for its end."""
        async with self._database.unit_of_work(SYSTEM) as unit:
            await unit.session.execute(
                update(Lease)
                .where(Lease.name == name, Lease.holder == self._holder)
                .values(expires_at=self._clock.now())
            )
