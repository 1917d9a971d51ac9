"""From paths to acknowledged batches: what changed is read, gathered by ten and sent.

One indexer lives as long as one connection. It holds at most `CAPACITY` changes; what does
not fit is forgotten and `overflowed` is called, because the reconciliation finds it again. So
there is never a backlog in memory and nothing to save.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import islice

from agent.contract.files import Fields, IndexedFile, Result
from agent.contract.messages import BATCH_SIZE, IndexAck, IndexBatch, Rejected
from agent.link import NoAckError, ServerSaysError

log = logging.getLogger(__name__)

CAPACITY = 100
READERS = 4
"""Two parser processes, each with a file at work and one that waits in its pipe."""
READ_AHEAD = 2 * BATCH_SIZE
MAX_GONE = 1000
MAX_REASON = 500
LINGER_S = 0.2
"""A batch that is not full waits so long for more, and only while more is being read."""
RETRY_S = (1.0, 2.0, 5.0, 10.0)

Read = Callable[[str], Awaitable[IndexedFile | None]]
"""Reads one file of the folder; null where it is not there any more."""
Send = Callable[[IndexBatch], Awaitable[IndexAck]]
"""Sends a batch and waits until it is committed.

Raises `NoAckError`, `ServerSaysError` and `LinkDownError`."""


@dataclass
class Totals:
    """Counts since the agent started."""

    indexed: int = 0
    failed: int = 0


class Indexer:
    """Takes paths, sends batches. Every path is in one place only: changed, being read, read
    or gone; the newest word on a path wins."""

    def __init__(
        self,
        read: Read,
        send: Send,
        totals: Totals,
        *,
        rejected: Callable[[IndexedFile, str], None],
        overflowed: Callable[[], None],
        capacity: int = CAPACITY,
    ) -> None:
        self._read = read
        self._send = send
        self._totals = totals
        self._rejected = rejected
        self._overflowed = overflowed
        self._capacity = capacity
        self._changed: dict[str, None] = {}
        self._backlog: deque[str] = deque()
        self._reading: set[str] = set()
        self._ready: dict[str, IndexedFile] = {}
        self._gone: dict[str, str | None] = {}
        self._feeding = False
        self._sending = False
        self._moved = asyncio.Condition()

    @property
    def queued(self) -> int:
        """Changes that wait, in any state."""
        return (
            len(self._changed)
            + len(self._backlog)
            + len(self._reading)
            + len(self._ready)
            + len(self._gone)
        )

    async def changed(self, path: str) -> None:
        """A file is new or was written."""
        if path not in self._changed and self._is_full():
            return
        self._gone.pop(path, None)
        self._ready.pop(path, None)
        self._changed[path] = None
        await self._wake()

    async def removed(self, path: str) -> None:
        """A file is no longer there."""
        if self._is_full():
            return
        self._forget(path)
        self._gone[path] = None
        await self._wake()

    async def renamed(self, old: str, new: str) -> None:
        """A file has another path: both facts leave in the same batch."""
        if self._is_full():
            return
        self._forget(old)
        self._gone[old] = new
        await self.changed(new)

    async def feed(self, path: str, *, gone: bool) -> None:
        """Take work of the reconciliation; waits while there is enough to do."""
        async with self._moved:
            self._feeding = True
            await self._moved.wait_for(
                lambda: len(self._backlog) < READ_AHEAD and len(self._gone) < MAX_GONE
            )
            if gone:
                self._gone[path] = None
            elif path not in self._changed and path not in self._reading:
                self._gone.pop(path, None)
                self._backlog.append(path)
            self._moved.notify_all()

    async def drain(self) -> None:
        """Wait until everything taken so far is acknowledged."""
        async with self._moved:
            self._feeding = False
            self._moved.notify_all()
            await self._moved.wait_for(lambda: not self.queued and not self._sending)

    async def run(self) -> None:
        """Read and send until cancelled. Raises `LinkDownError`."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(READERS):
                tasks.create_task(self._read_on())
            tasks.create_task(self._send_on())

    def _is_full(self) -> bool:
        if len(self._changed) + len(self._gone) < self._capacity:
            return False
        self._overflowed()
        return True

    def _forget(self, path: str) -> None:
        self._changed.pop(path, None)
        self._ready.pop(path, None)

    async def _wake(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    # Reading

    async def _read_on(self) -> None:
        while True:
            path = await self._next_path()
            try:
                file = await self._read(path)
            finally:
                self._reading.discard(path)
            # Gone or written again while it was read: then this is not the newest word.
            if file and path not in self._gone and path not in self._changed:
                self._ready[path] = file
            await self._wake()

    async def _next_path(self) -> str:
        async with self._moved:
            await self._moved.wait_for(
                lambda: len(self._ready) < READ_AHEAD and (self._readable() or self._backlog)
            )
            path = self._readable()
            if path is not None:
                del self._changed[path]
            else:
                path = self._backlog.popleft()
            self._reading.add(path)
            self._moved.notify_all()
            return path

    def _readable(self) -> str | None:
        """The oldest change; one that is being read already waits, so its order is kept."""
        return next((path for path in self._changed if path not in self._reading), None)

    # Sending

    async def _send_on(self) -> None:
        while True:
            batch = await self._next_batch()
            self._sending = True
            try:
                await self._deliver(batch)
            finally:
                self._sending = False
            await self._wake()

    async def _next_batch(self) -> IndexBatch:
        async with self._moved:
            await self._moved.wait_for(lambda: self._ready or self._sendable_gone())
            try:
                async with asyncio.timeout(LINGER_S):
                    await self._moved.wait_for(lambda: self._is_full_batch() or self._is_idle())
            except TimeoutError:
                pass
            paths = list(self._ready)[:BATCH_SIZE]
            items = [self._ready.pop(path) for path in paths]
            gone = self._sendable_gone()
            for path in gone:
                del self._gone[path]
            self._moved.notify_all()
            return IndexBatch(items=items, gone=gone)

    def _sendable_gone(self) -> list[str]:
        """What is gone, but a renamed file only together with its new path, and a file that is
        being read only once its reader has noticed."""
        batch = set(list(self._ready)[:BATCH_SIZE])
        waiting = self._changed.keys() | self._reading | (self._ready.keys() - batch)
        sendable = (
            path
            for path, new in self._gone.items()
            if new not in waiting and path not in self._reading
        )
        return list(islice(sendable, MAX_GONE))

    def _is_full_batch(self) -> bool:
        return len(self._ready) >= BATCH_SIZE or len(self._gone) >= MAX_GONE

    def _is_idle(self) -> bool:
        return not (self._feeding or self._changed or self._backlog or self._reading)

    async def _deliver(self, batch: IndexBatch) -> None:
        """Send until it is acknowledged; where the server cannot take a batch, file by file."""
        attempt = 0
        while True:
            try:
                ack = await self._send(batch)
            except (NoAckError, ServerSaysError) as error:
                if isinstance(error, ServerSaysError) and error.code == "invalid":
                    await self._deliver_singly(batch, str(error))
                    return
                delay = RETRY_S[min(attempt, len(RETRY_S) - 1)]
                attempt += 1
                log.warning("a batch was not taken (%s); again in %.0f s", error, delay)
                await asyncio.sleep(delay)
            else:
                self._count(batch, ack.rejected)
                return

    async def _deliver_singly(self, batch: IndexBatch, why: str) -> None:
        parts = [IndexBatch(items=[item]) for item in batch.items]
        parts += [IndexBatch(gone=[path]) for path in batch.gone]
        if len(parts) > 1:
            for part in parts:
                await self._deliver(part)
            return
        path = batch.items[0].path if batch.items else batch.gone[0]
        self._count(batch, [Rejected(path=path, code="invalid", message=why)])

    def _count(self, batch: IndexBatch, rejected: list[Rejected]) -> None:
        refused = {item.path: item for item in rejected}
        for item in batch.items:
            if (no := refused.get(item.path)) is not None:
                log.warning("the server refuses %s: %s", item.path, no.message)
                self._refuse(item, no.message)
            else:
                self._totals.indexed += 1

    def _refuse(self, item: IndexedFile, why: str) -> None:
        """A file that the server does not take is said again without what was read from it."""
        plain = without_facts(item, why)
        if plain == item:
            self._rejected(item, why)
            self._totals.failed += 1
        elif item.path not in self._gone and item.path not in self._changed:
            self._ready.setdefault(item.path, plain)


def without_facts(file: IndexedFile, why: str) -> IndexedFile:
    """The file by its name only, with the reason for that; itself where it is that already."""
    if file.reason_code == "refused":
        return file
    return file.model_copy(
        update={
            "result": Result.NO_TEXT if file.file_hash else Result.DAMAGED,
            "reason_code": "refused",
            "reason": f"The server did not take what was read from this file: {why}"[:MAX_REASON],
            "pages": None,
            "title": None,
            "fields": Fields(),
        }
    )
