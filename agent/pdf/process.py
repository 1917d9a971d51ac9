"""One parsing process and its pipes: started under limits, asked, and buried."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_log = logging.getLogger(__name__)
_START_SECONDS = 30
_MAX_ANSWER_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Seconds are wall clock, bytes are address space."""

    seconds: float = 10
    memory_bytes: int = 256 * 1024 * 1024


class ParserProcess:
    """Answers come in the order of the requests."""

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
        child.send({"limits": {"memory": limits.memory_bytes, "cpu": limits.seconds + 1}})
        try:
            ready = (await child.answer(_START_SECONDS)).get("ready")
        except asyncio.CancelledError:
            await child.kill()
            raise
        if not ready:
            await child.kill()
            raise RuntimeError("the parsing process does not start: is the installation complete?")
        child.served = 0
        return child

    def send(self, message: dict[str, Any]) -> None:
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
