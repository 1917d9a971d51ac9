"""The agent's memory with 100,000 files watched by events, alone and with its child.

The process imports what `siberius-agent run` imports, in the way it does. Memory is the
proportional set size (PSS), which counts a page that two processes share once.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypedDict

FILES = 100_000
FILES_PER_FOLDER = 200
GOAL_MB = 80


class Figure(TypedDict):
    name: str
    value: float
    unit: str
    goal: float | str | None
    met: bool


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder) / "watched")
        _sample(Path(folder) / "sample.pdf")
        command = [sys.executable, "-m", "tests.bench.bench_agent_memory", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    together = measured["reading"] + measured["child"]
    return [
        Figure(
            name="agent memory, 100,000 files, with its child",
            value=round(together, 1),
            unit="MB",
            goal=GOAL_MB,
            met=together <= GOAL_MB,
        ),
        Figure(
            name="agent memory, 100,000 files, idle",
            value=round(measured["idle"], 1),
            unit="MB",
            goal=GOAL_MB,
            met=measured["idle"] <= GOAL_MB,
        ),
        Figure(
            name="first look at 100,000 files",
            value=round(measured["seconds"], 2),
            unit="s",
            goal=None,
            met=True,
        ),
    ]


def _fill(folder: Path) -> None:
    """Empty files with the names and times of real ones: only their number matters here."""
    for number in range(FILES):
        parent = folder / str(2016 + number % 10) / f"cliente {number // FILES_PER_FOLDER:04}"
        path = parent / f"Orçamento {number:06} rev A.pdf"
        if number % FILES_PER_FOLDER < 10:  # the ten years of this customer
            parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        mtime_ns = 1_600_000_000_123_456_789 + number * 10**9
        os.utime(path, ns=(mtime_ns, mtime_ns))


def _sample(path: Path) -> None:
    # Here and not above: the agent that is measured must not carry it.
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    canvas.drawString(60, 780, "Cliente: Padaria Pão Quente Ltda")
    canvas.save()


def _measure(folder: Path) -> dict[str, float]:
    """In a process that is nothing but an agent."""
    from agent.cli import _hide_redis

    _hide_redis()
    import agent.main  # noqa: F401  (what the agent loads)
    from agent.pdf.extract import Extractor
    from agent.pdf.inspect import index_file
    from agent.watch import Changes, Watcher

    async def ignore(changes: Changes) -> None:
        """Nobody listens."""

    async def measure() -> dict[str, float]:
        loop = asyncio.get_running_loop()
        watcher = Watcher(folder / "watched")
        begun = loop.time()
        task = asyncio.create_task(watcher.run(ignore))
        await watcher.scanned.wait()
        seconds = loop.time() - begun
        await watcher.decided.wait()
        if (watcher.mode, len(watcher)) != ("events", FILES):
            raise RuntimeError(f"{watcher.mode}, {len(watcher)} files: {watcher.why}")
        figures = {"seconds": seconds, "idle": _pss("self")}
        async with Extractor() as extractor:
            for _ in range(20):
                await index_file(folder, folder / "sample.pdf", extractor)
            if extractor.child_pid is None:
                raise RuntimeError("there is no child to measure")
            figures |= {"reading": _pss("self"), "child": _pss(str(extractor.child_pid))}
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return figures

    return asyncio.run(measure())


def _pss(process: str) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]))))
