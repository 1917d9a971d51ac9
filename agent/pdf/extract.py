"""The supervisor of the parsing process: any file in, one of five results out, on time."""

import asyncio
import base64
import contextlib
import json
import logging
import os
import signal
import sys
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent.contract.files import Fields, Result

_log = logging.getLogger(__name__)

REASONS: dict[str, tuple[Result, str]] = {
    "empty": (Result.DAMAGED, "The file is empty."),
    "not_pdf": (Result.DAMAGED, "The file is named .pdf but is no PDF."),
    "incomplete": (
        Result.DAMAGED,
        "The end of the file is missing: it was probably not copied completely.",
    ),
    "unreadable": (Result.DAMAGED, "The agent may not read this file, or the disk failed."),
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
"""Files handed to the child at a time: the next one waits in its pipe, so it never idles."""
FILES_PER_CHILD = 500
_START_SECONDS = 30
_MAX_ANSWER_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Seconds are wall clock, bytes are address space."""

    seconds: float = 10
    memory_bytes: int = 256 * 1024 * 1024


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
    """Reads files in one bounded child process: an async context manager.

    The child is started for the first file, replaced after it was killed, has grown or has
    read `FILES_PER_CHILD`, and ended after `idle_seconds` without work.
    """

    def __init__(self, limits: Limits | None = None, *, idle_seconds: float = 10) -> None:
        self._limits = limits or Limits()
        self._idle_seconds = idle_seconds
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._jobs: deque[_Job] = deque()
        self._work = asyncio.Event()
        self._child: _Child | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="pdf-extractor")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for job in self._jobs:
            job.done.cancel()

    @property
    def child_pid(self) -> int | None:
        """The running child, for who measures memory; null while there is none."""
        return self._child.pid if self._child else None

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

    async def render(self, path: Path, width: int) -> bytes:
        """The first page as PNG, `width` pixels wide. Raises `RenderError`."""
        answer = await self._ask({"path": str(path), "width": width})
        if answer["code"] is not None:
            raise RenderError(answer["code"])
        return base64.b64decode(answer["png"])

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        async with self._slots:
            if self._task is None or self._task.done():
                raise RuntimeError("the Extractor is not running")
            job = _Job(request, asyncio.get_running_loop().create_future())
            self._jobs.append(job)
            if self._child:
                self._child.send(job)
            self._work.set()
            return await job.done

    async def _run(self) -> None:
        """Answer the jobs, oldest first. The child works in order, so whatever happens to it
        happened because of the oldest one; the others are handed to its successor."""
        try:
            while True:
                if not self._jobs:
                    await self._rest()
                    continue
                child = self._child or await self._start_child()
                if child is None:
                    continue
                answer = await child.answer(self._limits.seconds)
                job = self._jobs.popleft()
                if not job.done.done():
                    job.done.set_result(answer)
                if answer.get("last") or child.served >= FILES_PER_CHILD:
                    await self._end_child()
        finally:
            await self._end_child()

    async def _start_child(self) -> "_Child | None":
        try:
            child = await _Child.start(self._limits)
        except (OSError, RuntimeError) as error:
            # No process can be started (no memory, broken installation): nobody may wait for it.
            while self._jobs:
                job = self._jobs.popleft()
                if not job.done.done():
                    job.done.set_exception(error)
            return None
        for job in self._jobs:
            child.send(job)
        self._child = child
        return child

    async def _rest(self) -> None:
        self._work.clear()
        try:
            async with asyncio.timeout(self._idle_seconds if self._child else None):
                await self._work.wait()
        except TimeoutError:
            await self._end_child()

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            await child.kill()


@dataclass(slots=True)
class _Job:
    request: dict[str, Any]
    done: asyncio.Future[dict[str, Any]]


class _Child:
    """One parsing process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the parsing process has no pipes")
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self.served = 0
        self.pid = process.pid

    @classmethod
    async def start(cls, limits: Limits) -> Self:
        """Start a process and wait until it has its limits.

        Raises `RuntimeError` where it does not come up (a broken installation).
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agent.pdf.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        child = cls(process)
        # CPU time may pass the wall clock only where the supervisor is gone.
        child._write({"limits": {"memory": limits.memory_bytes, "cpu": limits.seconds + 1}})
        if not (await child.answer(_START_SECONDS)).get("ready"):
            await child.kill()
            raise RuntimeError("the parsing process does not start: is the installation complete?")
        child.served = 0
        return child

    def send(self, job: _Job) -> None:
        self._write(job.request)

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        self._stdin.write(len(body).to_bytes(4) + body)

    async def answer(self, seconds: float) -> dict[str, Any]:
        """The next answer; where the process dies or takes too long, its obituary."""
        try:
            async with asyncio.timeout(seconds):
                size = int.from_bytes(await self._stdout.readexactly(4))
                if size > _MAX_ANSWER_BYTES:
                    return {"code": "crash", "last": True}
                answer: dict[str, Any] = json.loads(await self._stdout.readexactly(size))
        except TimeoutError:
            return {"code": "timeout", "last": True}
        except (asyncio.IncompleteReadError, ConnectionError):
            return {"code": _cause(await self._process.wait()), "last": True}
        self.served += 1
        if "detail" in answer:
            _log.info("the parser raised %s", answer["detail"])
        return answer

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._stdin.close()


def _cause(returncode: int) -> str:
    """pdfium aborts where memory is refused to it; any other death is a crash."""
    if sys.platform == "win32":
        return "crash"
    causes = {-signal.SIGABRT: "memory", -signal.SIGXCPU: "timeout", -signal.SIGKILL: "memory"}
    return causes.get(returncode, "crash")


def _environment() -> dict[str, str]:
    """What Python needs to start, and no secret that the agent was given."""
    inherited = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LC_CTYPE")
    environment = {name: os.environ[name] for name in inherited if name in os.environ}
    return environment | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONUTF8": "1",
        # One thread, one arena: glibc would reserve address space that counts as memory.
        "MALLOC_ARENA_MAX": "1",
    }
