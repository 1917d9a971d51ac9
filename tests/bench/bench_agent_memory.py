"""The agent's memory with 100,000 files watched by events: alone, with its child, and while it
indexes a folder in bulk, which takes two children.

The process imports what `siberius-agent run` imports, in the way it does. Memory is the
proportional set size (PSS), which counts a page that two processes share once.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, figure
from tests.bench.size import sized

if TYPE_CHECKING:
    from agent.pdf.extract import Extractor

FILES = sized(100_000, short=2_000)
FILES_PER_FOLDER = 200
GOAL_MB = 80
MOMENTS = {
    "idle": "idle",
    "one_child": "with its child",
    "bulk": "while bulk indexing, both children",
}
BULK_FILES = sized(800, short=40)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder) / "watched")
        _samples(Path(folder) / "samples")
        command = [sys.executable, "-m", "tests.bench.bench_agent_memory", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    return [
        *(
            figure(f"agent memory, {FILES:,} files, {when}", measured[key], "MB", at_most=GOAL_MB)
            for key, when in MOMENTS.items()
        ),
        figure(f"first look at {FILES:,} files", measured["seconds"], "s"),
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


def _samples(folder: Path) -> None:
    # Here and not above: the agent that is measured must not carry it.
    from app.demo.samples import KINDS, LANGUAGES, LAYOUTS, PRODUCERS, draw

    folder.mkdir()
    variants = itertools.product(KINDS, LANGUAGES, sorted(LAYOUTS), PRODUCERS)
    for seed, (kind, language, layout, producer) in enumerate(variants):
        pdf = draw(kind, language, layout, producer, seed).pdf
        (folder / f"{seed}.pdf").write_bytes(pdf)


def _measure(folder: Path) -> dict[str, float]:
    """In a process that is nothing but an agent."""
    from agent.cli import _hide_redis

    _hide_redis()
    import agent.main  # noqa: F401  (what the agent loads)
    from agent.pdf.extract import Extractor
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
        samples = sorted((folder / "samples").iterdir())
        async with Extractor(children=1) as extractor:
            for sample in samples[:20]:
                await _index(folder, sample, extractor)
            figures["one_child"] = _together(extractor, 1)
        async with Extractor(children=2) as extractor:
            figures["bulk"] = await _bulk(extractor, folder, samples)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return figures

    return asyncio.run(measure())


async def _bulk(extractor: "Extractor", folder: Path, samples: list[Path]) -> float:
    """The most that was held at once, with both children at work."""
    waiting = itertools.cycle(samples)
    peak, done = 0.0, 0

    async def reader() -> None:
        nonlocal done
        while done < BULK_FILES or len(extractor.child_pids) < 2:
            done += 1
            await _index(folder, next(waiting), extractor)

    async with asyncio.TaskGroup() as readers:
        for _ in range(4):
            readers.create_task(reader())
        while done < BULK_FILES:
            await asyncio.sleep(0.2)
            peak = max(peak, _together(extractor))
    return max(peak, _together(extractor, 2))


async def _index(folder: Path, sample: Path, extractor: "Extractor") -> None:
    from agent.contract.files import Result
    from agent.pdf.inspect import index_file

    indexed = await index_file(folder, sample, extractor)
    # What cannot be read needs no memory.
    if indexed is None or indexed.result is not Result.OK:
        raise RuntimeError(f"not indexed: {indexed}")


def _together(extractor: "Extractor", children: int | None = None) -> float:
    pids = extractor.child_pids
    if children is not None and len(pids) != children:
        raise RuntimeError(f"{len(pids)} children to measure, not {children}")
    return _pss("self") + sum(_pss(str(pid)) for pid in pids)


def _pss(process: str) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]))))
