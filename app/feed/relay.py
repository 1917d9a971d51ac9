"""The relay: one for each process; brings every commit of the cluster to this process's outlets.

A hint that continues what the relay has is delivered as it is; any other makes the relay read
the database. It also ticks, so a lost hint costs a moment, not data.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from app.db.database import Database
from app.db.scope import SYSTEM
from app.feed.append import Batch
from app.feed.cursor import Cursor, epoch_for
from app.feed.hints import TOPIC, decode, encode
from app.feed.models import Change, FeedCounter
from app.feed.read import read_batch, read_counter
from app.runtime.bus import Bus

log = logging.getLogger(__name__)

Outlet = Callable[[Batch], None]
"""Gets every batch once, in order. It must not block; it may buffer and send later."""

Note = Callable[[Mapping[UUID, Cursor]], Awaitable[None]]


@dataclass
class Head:
    """What this process knows of a tenant's feed: where it stands, and the last change of
    each collection; `floor` stands for those that were pruned."""

    epoch: str
    seq: int
    floor: int
    collections: dict[str, int]
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def cursor(self) -> Cursor:
        """The head as a cursor of someone who sees every branch."""
        return self.cursor_for(None)

    def cursor_for(self, branch_ids: Collection[UUID] | None) -> Cursor:
        """The head as a reader of these branches is told it (null: all of them)."""
        return Cursor(epoch_for(self.epoch, branch_ids), self.seq)

    def knows(self, cursor: Cursor) -> bool:
        """Whether it is of the same history, and not beyond what this process has heard of."""
        return cursor.history == self.epoch and cursor.seq <= self.seq

    def last_change(self, collection: str | None = None) -> int:
        """The newest change of a collection, or of the whole feed."""
        return self.seq if collection is None else self.collections.get(collection, self.floor)

    def move(self) -> None:
        """Wake those who wait for the head to move."""
        self.moved.set()
        self.moved.clear()


class Relay:
    """See the module. `tick_s` bounds how long a lost hint can delay a change; `note` is told at
    each tick how far the feeds have come."""

    def __init__(
        self, database: Database, bus: Bus, *, tick_s: float = 1.0, note: Note | None = None
    ) -> None:
        self._database = database
        self._bus = bus
        self._tick_s = tick_s
        self._note = note
        self._heads: dict[UUID, Head] = {}
        self._outlets: list[Outlet] = []
        self._behind: set[UUID] = set()
        self._learning: dict[UUID, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()
        self._reading = asyncio.Lock()

    def add_outlet(self, outlet: Outlet) -> None:
        """Deliver every later batch to `outlet` too."""
        self._outlets.append(outlet)

    def publish(self, batches: list[Batch]) -> None:
        """The database's publisher: a commit of this process, delivered here at once."""
        for batch in batches:
            self._take(batch)
            self._bus.publish(TOPIC, encode(batch))

    async def head(self, tenant_id: UUID) -> Head:
        """The head of a tenant, from memory after the first time."""
        if tenant_id not in self._heads:
            # Those who ask for the same tenant share one look; those who ask for others do not
            # wait for it, which is what counts while the database is away.
            learning = self._learning.get(tenant_id)
            if learning is None:
                learning = asyncio.create_task(self._learn(tenant_id), name="relay-learn")
                self._learning[tenant_id] = learning
                learning.add_done_callback(lambda _: self._learning.pop(tenant_id, None))
            await asyncio.shield(learning)
        return self._heads[tenant_id]

    def known_head(self, tenant_id: UUID) -> Head | None:
        """The head if this process has it in memory."""
        return self._heads.get(tenant_id)

    def heads(self) -> list[tuple[UUID, Head]]:
        """Every head this process has in memory."""
        return list(self._heads.items())

    async def wait_beyond(self, tenant_id: UUID, seq: int, timeout_s: float) -> None:
        """Return when the tenant's feed has passed `seq` or has a new epoch, or after the
        timeout."""
        head = await self.head(tenant_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while head.seq <= seq and self._heads.get(tenant_id) is head:
                    await head.moved.wait()

    async def run(self) -> None:
        """Listen for hints and tick, until cancelled."""
        async with self._bus.subscribe(TOPIC, self._on_hint):
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._tick_s):
                        await self._wake.wait()
                self._wake.clear()
                try:
                    await self._catch_up()
                except Exception:
                    # The database may be failing over; the next tick reads what was missed.
                    log.warning("the relay could not read the feed", exc_info=True)

    def _on_hint(self, payload: bytes) -> None:
        self._take(decode(payload))

    def _take(self, batch: Batch) -> None:
        head = self._heads.get(batch.tenant_id)
        if head is None:
            return  # nobody here reads this tenant yet
        if batch.epoch == head.epoch and batch.seq <= head.seq:
            return  # seen before
        if batch.epoch == head.epoch and batch.after == head.seq:
            self._deliver(head, batch)
        else:
            self._behind.add(batch.tenant_id)
            self._wake.set()

    def _deliver(self, head: Head, batch: Batch) -> None:
        head.seq = batch.seq
        for record in batch.records:
            head.collections[record.collection] = record.seq
        head.move()
        for outlet in self._outlets:
            try:
                outlet(batch)
            except Exception:
                log.exception("an outlet of the feed failed")

    async def _catch_up(self) -> None:
        async with self._reading:
            async with self._database.read(SYSTEM) as session:
                counters = await session.execute(
                    select(FeedCounter.tenant_id, FeedCounter.epoch, FeedCounter.seq)
                )
                stand = {tenant_id: Cursor(epoch, seq) for tenant_id, epoch, seq in counters}
            for tenant_id, at in stand.items():
                head = self._heads.get(tenant_id)
                if head is not None and (head.epoch != at.epoch or head.seq < at.seq):
                    self._behind.add(tenant_id)
            if self._note is not None:
                await self._note(stand)
            while self._behind:
                await self._read_tenant(self._behind.pop())

    async def _read_tenant(self, tenant_id: UUID) -> None:
        head = self._heads[tenant_id]
        while True:
            async with self._database.read(SYSTEM) as session:
                batch = await read_batch(session, tenant_id, head.seq)
            if batch.epoch != head.epoch:
                # History was replaced. Old cursors are foreign now; their readers refetch.
                del self._heads[tenant_id]
                await self._learn(tenant_id)
                head.move()
                return
            if batch.seq <= head.seq:
                return
            if batch.after == head.seq:
                self._deliver(head, batch)

    async def _learn(self, tenant_id: UUID) -> None:
        async with self._database.read(SYSTEM) as session:
            counter = await read_counter(session, tenant_id)
            last = await session.execute(
                select(Change.collection, func.max(Change.seq))
                .where(
                    Change.tenant_id == tenant_id,
                    Change.seq > counter.floor,
                    Change.seq <= counter.seq,
                )
                .group_by(Change.collection)
            )
            head = Head(counter.epoch, counter.seq, counter.floor, dict(last.all()))
        self._heads.setdefault(tenant_id, head)
