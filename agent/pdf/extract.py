"""The supervisor of the parsing processes: any file in, one of five results out, on time."""

import asyncio
import base64
import os
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent.contract.files import Fields, Result
from agent.pdf.process import Limits, ParserProcess

REASONS: dict[str, tuple[Result, str]] = {
    "empty": (Result.DAMAGED, "The file is empty."),
    "not_pdf": (Result.DAMAGED, "The file is named .pdf but is no PDF."),
    "incomplete": (
        Result.DAMAGED,
        "The end of the file is missing: it was probably not copied completely.",
    ),
    "unreadable": (Result.DAMAGED, "The agent may not read this file, or the disk failed."),
    "folder_unreadable": (
        Result.DAMAGED,
        "The agent may not look into this folder. PDFs in it are not listed, or stay as they were.",
    ),
    "vanished": (Result.DAMAGED, "There is no such file."),
    "changing": (Result.DAMAGED, "The file is being written right now."),
    "damaged": (Result.DAMAGED, "The file is damaged: no PDF reader can open it."),
    "crash": (Result.DAMAGED, "The file is damaged so badly that the PDF reader crashed."),
    "memory": (Result.DAMAGED, "Reading the file took more memory than it may (256 MB)."),
    "password": (Result.ENCRYPTED, "The file is protected by a password."),
    "scan": (Result.NO_TEXT, "The pages are pictures (a scan), so there is no text to search."),
    "blank": (Result.NO_TEXT, "The pages hold no text."),
    "timeout": (Result.TIMEOUT, "Reading the file took longer than it may (10 s)."),
}
"""What each reason code means: the result it belongs to, and the sentence for a person."""

IN_FLIGHT = 2
"""Files handed to a child at a time: the next one waits in its pipe, so it never idles."""
FILES_PER_CHILD = 500
MAX_CHILDREN = 2
SECOND_CHILD_AFTER = 1.0
"""Seconds of uninterrupted work; a single new document never costs a second process."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one file. `pages` and `title` are null where it could not be opened."""

    result: Result
    reason_code: str | None = None
    reason: str | None = None
    pages: int | None = None
    title: str | None = None
    fields: Fields = field(default_factory=Fields)

    @classmethod
    def of(cls, code: str, *, pages: int | None = None, title: str | None = None) -> Self:
        """The extraction of a file that is not `ok`, with the reason for `code`."""
        result, reason = REASONS[code]
        return cls(result, code, reason, pages, title)


class RenderError(Exception):
    """There is no picture of this file; `code` is one of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code][1])
        self.code = code


class Extractor:
    """Reads files in bounded child processes: an async context manager.

    One child is started for the first file, replaced after it was killed, has grown or has
    read `FILES_PER_CHILD`, and ended after `idle_seconds` without work. Where work does not
    end for `SECOND_CHILD_AFTER` seconds, a second one helps until it is done.
    """

    def __init__(
        self, limits: Limits | None = None, *, idle_seconds: float = 10, children: int | None = None
    ) -> None:
        count = children or min(MAX_CHILDREN, os.cpu_count() or 1)
        self._lanes = [_Lane(limits or Limits(), idle_seconds) for _ in range(count)]
        self._slots = asyncio.Semaphore(IN_FLIGHT * count)
        self._busy_since = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(lane.run(), name="pdf-lane") for lane in self._lanes]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    @property
    def child_pids(self) -> list[int]:
        """The running children, for who measures memory."""
        return [lane.child.pid for lane in self._lanes if lane.child]

    @property
    def child_pid(self) -> int | None:
        """The first of them; null while there is none."""
        return next(iter(self.child_pids), None)

    def prepare(self) -> None:
        """A file will come soon: start a child meanwhile, which takes about half a second."""
        self._lanes[0].prepare()

    async def read(self, path: Path) -> Extraction:
        """Read one file. A bad file is a result, never an error.

        Raises `OSError` or `RuntimeError` only where no child process can be started.
        """
        answer = await self._ask({"path": str(path)})
        pages, title = answer.get("pages"), answer.get("title")
        if answer["code"] is None:
            fields = Fields.model_validate(answer["fields"])
            if answer["complete"]:
                return Extraction(Result.OK, pages=pages, title=title, fields=fields)
            result, reason = REASONS["incomplete"]
            return Extraction(result, "incomplete", reason, pages, title, fields)
        code = answer["code"]
        if code == "damaged" and not answer.get("complete", True):
            code = "incomplete"
        return Extraction.of(code, pages=pages, title=title)

    async def render(self, path: Path, width: int, page: int = 1) -> bytes:
        """A page as PNG, `width` pixels wide; the first is 1. Raises `RenderError`."""
        answer = await self._ask({"path": str(path), "width": width, "page": page})
        if answer["code"] is not None:
            raise RenderError(answer["code"])
        return base64.b64decode(answer["png"])

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        async with self._slots:
            if not self._tasks:
                raise RuntimeError("the Extractor is not running")
            return await self._lane().ask(request)

    def _lane(self) -> "_Lane":
        """The least busy lane of those with a child, or another one where work goes on and on."""
        now = time.monotonic()
        if not any(lane.jobs for lane in self._lanes):
            self._busy_since = now
        first, *others = self._lanes
        started = [first, *(lane for lane in others if lane.child or lane.jobs)]
        if now - self._busy_since > SECOND_CHILD_AFTER:
            started = self._lanes
        return min(started, key=lambda lane: len(lane.jobs))


class _Lane:
    """A queue of files and the child that reads them, one after the other."""

    def __init__(self, limits: Limits, idle_seconds: float) -> None:
        self._limits = limits
        self._idle_seconds = idle_seconds
        self._work = asyncio.Event()
        self.jobs: deque[_Job] = deque()
        self.child: ParserProcess | None = None

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        job = _Job(request, asyncio.get_running_loop().create_future())
        self.jobs.append(job)
        if self.child:
            self.child.send(request)
        self._work.set()
        return await job.done

    def prepare(self) -> None:
        self._work.set()

    async def run(self) -> None:
        """Answer the jobs, oldest first. The child works in order, so whatever happens to it
        happened because of the oldest one; the others are handed to its successor."""
        try:
            while True:
                if not self.jobs and not await self._rest():
                    continue
                self._work.clear()
                child = self.child or await self._start_child()
                if child is None or not self.jobs:
                    continue
                answer = await child.answer(self._limits.seconds)
                job = self.jobs.popleft()
                if not job.done.done():
                    job.done.set_result(answer)
                if answer.get("last") or child.served >= FILES_PER_CHILD:
                    await self._end_child()
        finally:
            await self._end_child()
            for job in self.jobs:
                job.done.cancel()

    async def _rest(self) -> bool:
        """Wait for work; false where none came and the child was ended."""
        try:
            async with asyncio.timeout(self._idle_seconds if self.child else None):
                await self._work.wait()
        except TimeoutError:
            await self._end_child()
            return False
        return True

    async def _start_child(self) -> ParserProcess | None:
        try:
            child = await ParserProcess.start(self._limits)
        except (OSError, RuntimeError) as error:
            # No process can be started (no memory, broken installation): nobody may wait for it.
            while self.jobs:
                job = self.jobs.popleft()
                if not job.done.done():
                    job.done.set_exception(error)
            return None
        for job in self.jobs:
            child.send(job.request)
        self.child = child
        return child

    async def _end_child(self) -> None:
        if self.child:
            # Forgotten only once it is gone: a cancellation in between comes here again.
            await self.child.kill()
            self.child = None


@dataclass(slots=True)
class _Job:
    request: dict[str, Any]
    done: asyncio.Future[dict[str, Any]]
