"""Uploads on demand: a priority queue, three at once, streamed, never as another file.

The hash is computed while the file streams, and its last block is held back until the hash
is known to be the one asked for. So the file is read once, and of a file that changed the
server never gets a whole body, however the change and the reading fall together.
"""

import asyncio
import functools
import hashlib
import heapq
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from agent import api
from agent.contract.base import WireModel
from agent.contract.messages import (
    AgentConfig,
    AgentError,
    UploadAnswer,
    UploadComplete,
    UploadProgress,
    UploadRequest,
)

log = logging.getLogger(__name__)

BLOCK = 128 * 1024
PROGRESS_S = 0.25
ANSWER_S = 120
"""The server checks and stores the whole file before it answers."""
MAX_RETRY_AFTER_S = 60
REMEMBERED = 1000
"""Finished transfers whose request may come again."""


class UploadError(Exception):
    """The transfer failed for good. `code` is the one the server learns."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class UploadSettings:
    """Waits in seconds; `retry_s` has one entry less than there are tries."""

    server: str
    token: str
    retry_s: tuple[float, ...]
    stall_s: float


@dataclass
class UploadTotals:
    """Counts since the agent started."""

    done: int = 0
    failed: int = 0


@dataclass(order=True)
class _Waiting:
    rank: tuple[int, int]
    request: UploadRequest = field(compare=False)


class _Running(NamedTuple):
    request: UploadRequest
    task: asyncio.Task[None]


class Uploader:
    """Holds the transfers of this agent. They outlive a lost socket: they are plain HTTP."""

    def __init__(
        self,
        settings: UploadSettings,
        *,
        locate: Callable[[str], Awaitable[Path | None]],
        open_session: Callable[[], aiohttp.ClientSession],
        report: Callable[[str, WireModel], Awaitable[None]],
        progress: Callable[[UploadProgress], Awaitable[None]],
        changed: Callable[[str], Awaitable[None]],
    ) -> None:
        """`locate` finds the file of a wire path, null where there is none, and may raise
        `UploadError`; `report` delivers an event as well as it can; `changed` has a path
        indexed anew."""
        self._settings = settings
        self._locate = locate
        self._open_session = open_session
        self._report = report
        self._progress = progress
        self._changed = changed
        self._limits = AgentConfig()
        self._queue: list[_Waiting] = []
        self._order = 0
        self._running: dict[UUID, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: OrderedDict[UUID, str] = OrderedDict()
        self.totals = UploadTotals()

    def configure(self, limits: AgentConfig) -> None:
        """Take new limits; running transfers are not touched."""
        self._limits = limits
        self._start_more()

    async def request(self, request: UploadRequest) -> UploadAnswer:
        """Take a transfer in hand, once. Asked for with other content, which its document has
        by now, it begins anew."""
        transfer = request.transfer_id
        if request.size > self._limits.max_upload_bytes:
            limit = self._limits.max_upload_bytes // (1024 * 1024)
            message = f"the file has {request.size} bytes, and the limit is {limit} MB"
            return UploadAnswer(accepted=False, code="too_large", message=message)
        if self._done.get(transfer) == request.file_hash:
            # The server asks because the word got lost.
            complete = UploadComplete(transfer_id=transfer, file_hash=self._done[transfer])
            await self._report("agent:upload_complete", complete)
        elif not self._has_in_hand(request):
            self.cancel(transfer)
            self._order += 1
            rank = (-request.priority, self._order)
            heapq.heappush(self._queue, _Waiting(rank, request))
            self._start_more()
        return UploadAnswer(accepted=True)

    def cancel(self, transfer: UUID) -> None:
        """Stop a transfer, wherever it is; unknown ones are not an error."""
        self._queue = [one for one in self._queue if one.request.transfer_id != transfer]
        heapq.heapify(self._queue)
        if (running := self._running.pop(transfer, None)) is not None:
            log.info("upload %s cancelled", transfer)
            running.task.cancel()

    async def close(self) -> None:
        """Stop everything; the server asks again after the next connect."""
        self._queue.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _has_in_hand(self, request: UploadRequest) -> bool:
        running = self._running.get(request.transfer_id)
        if running is not None:
            # What is open goes on also where its name has changed.
            return running.request.file_hash == request.file_hash
        return any(
            (one.transfer_id, one.path, one.file_hash)
            == (request.transfer_id, request.path, request.file_hash)
            for one in (waiting.request for waiting in self._queue)
        )

    def _start_more(self) -> None:
        while self._queue and len(self._running) < self._limits.max_uploads:
            request = heapq.heappop(self._queue).request
            task = asyncio.create_task(self._transfer(request))
            self._running[request.transfer_id] = _Running(request, task)
            self._tasks.add(task)
            task.add_done_callback(functools.partial(self._ended, request.transfer_id))

    def _ended(self, transfer: UUID, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        running = self._running.get(transfer)
        if running is not None and running.task is task:
            del self._running[transfer]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("upload %s broke", transfer, exc_info=error)
        self._start_more()

    async def _transfer(self, request: UploadRequest) -> None:
        try:
            await self._try_thrice(request)
        except UploadError as error:
            # The server may ask again while it is being told.
            del self._running[request.transfer_id]
            self.totals.failed += 1
            log.warning("upload of %s failed: %s (%s)", request.path, error, error.code)
            if error.code == "file_changed":
                await self._changed(request.path)
            await self._report(
                "agent:error",
                AgentError(
                    code=error.code, message=str(error)[:500], transfer_id=request.transfer_id
                ),
            )
        else:
            self.totals.done += 1
            log.info("uploaded %s (%d bytes)", request.path, request.size)
            self._done[request.transfer_id] = request.file_hash
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)
            await self._report(
                "agent:upload_complete",
                UploadComplete(transfer_id=request.transfer_id, file_hash=request.file_hash),
            )

    async def _try_thrice(self, request: UploadRequest) -> None:
        """Raises `UploadError`."""
        for wait in (*self._settings.retry_s, None):
            try:
                await self._send(request)
            except api.RefusedError as error:
                if error.status < 500 and error.status != 429:
                    raise UploadError(error.code[:40], str(error)) from error
                failure: api.ServerError = error
            except api.ServerError as error:
                failure = error
            else:
                return
            if wait is None:
                raise UploadError("upload_failed", str(failure)) from failure
            asked = failure.retry_after if isinstance(failure, api.RefusedError) else None
            delay = min(max(wait, asked or 0), MAX_RETRY_AFTER_S)
            log.warning("upload of %s: %s; again in %.0f s", request.path, failure, delay)
            await asyncio.sleep(delay)

    async def _send(self, request: UploadRequest) -> None:
        """One try. Raises `UploadError` and `api.ServerError`."""
        path = await self._locate(request.path)
        if path is None:
            raise _gone()
        file = await asyncio.to_thread(_open, path, request.size)
        deadline = asyncio.timeout(self._settings.stall_s)
        part = _FilePart(file, request, self._alive(deadline, request))
        try:
            async with deadline:
                await self._post(request, part)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # What the body raises reaches us as a connection error of the library.
            if part.failure is not None:
                raise part.failure from error
            raise api.UnreachableError(api.explain(error, self._settings.server)) from error
        finally:
            file.close()

    async def _post(self, request: UploadRequest, part: Payload) -> None:
        form = aiohttp.MultipartWriter("form-data")
        form.append_payload(part)
        async with (
            self._open_session() as http,
            http.post(
                f"{self._settings.server}/api/agent/upload",
                params={
                    "transferId": str(request.transfer_id),
                    "fileHash": request.file_hash,
                    "size": str(request.size),
                },
                data=form,
                headers={"Authorization": f"Bearer {self._settings.token}"},
                # A transfer that is closed or too large is refused before a byte is sent.
                expect100=True,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=15),
                allow_redirects=False,
            ) as response,
        ):
            if response.status != 200:
                raise await api.refusal(response)

    def _alive(
        self, deadline: asyncio.Timeout, request: UploadRequest
    ) -> Callable[[int], Awaitable[None]]:
        """Called with the bytes sent so far: moves the deadline, reports at most 4 times/s."""
        loop = asyncio.get_running_loop()
        last = 0.0

        async def sent(count: int) -> None:
            nonlocal last
            done = count == request.size
            deadline.reschedule(loop.time() + (ANSWER_S if done else self._settings.stall_s))
            if done or time.monotonic() - last >= PROGRESS_S:
                last = time.monotonic()
                await self._progress(
                    UploadProgress(
                        transfer_id=request.transfer_id, sent_bytes=count, total_bytes=request.size
                    )
                )

        return sent


class _FilePart(Payload):
    """The part `file` of the form: streams the file, and ends only if it is the one asked for.

    An error of the file is kept in `failure`: the library reports it as one of its own.
    """

    def __init__(
        self, file: BinaryIO, request: UploadRequest, sent: Callable[[int], Awaitable[None]]
    ) -> None:
        super().__init__(file, content_type="application/pdf")
        # The name stays here: the server knows it, and a file name may hold anything.
        self.set_content_disposition("form-data", name="file", filename="file.pdf")
        self._size = request.size
        self._file = file
        self._hash = request.file_hash
        self._sent = sent
        self.failure: UploadError | None = None

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:  # noqa: ARG002
        raise TypeError("a streamed file has no text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        try:
            await self._stream(writer)
        except UploadError as error:
            self.failure = error
            raise

    async def _stream(self, writer: AbstractStreamWriter) -> None:
        digest = hashlib.sha256()
        self._file.seek(0)
        held = b""
        count = 0
        while block := await asyncio.to_thread(self._next_block, digest):
            if held:
                await writer.write(held)
                count += len(held)
                await self._sent(count)
            held = block
            if count + len(held) > (self._size or 0):
                raise _changed_meanwhile()
        if digest.hexdigest() != self._hash:
            raise _changed_meanwhile()
        await writer.write(held)
        await self._sent(count + len(held))

    def _next_block(self, digest: "hashlib._Hash") -> bytes:
        try:
            block = self._file.read(BLOCK)
        except OSError as error:
            raise _unreadable(error) from error
        digest.update(block)
        return block


def _open(path: Path, size: int) -> BinaryIO:
    """Raises `UploadError`."""
    try:
        file = path.open("rb")
        found = os.fstat(file.fileno()).st_size
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise _gone() from None
    except OSError as error:
        raise _unreadable(error) from error
    if found != size:
        file.close()
        raise _changed_meanwhile()
    return file


def _gone() -> UploadError:
    return UploadError("file_gone", "the file is no longer in the folder")


def _unreadable(error: OSError) -> UploadError:
    return UploadError("unreadable", f"the file cannot be read ({error.strerror or error})")


def _changed_meanwhile() -> UploadError:
    return UploadError("file_changed", "the file changed since it was indexed")
