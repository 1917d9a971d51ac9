"""Files that no one here wrote: each gets one of the five results within its budget."""

import asyncio
import time
from collections import Counter

import psutil
import pytest

from agent.contract.files import Result
from agent.pdf.extract import Extractor
from agent.pdf.process import Limits
from tests.agent.pdf.documents import CORPUS

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")


async def _peak(extractor: Extractor, peaks: list[int]) -> None:
    """Sample the child's resident memory."""
    while True:
        if pid := extractor.child_pid:
            try:
                peaks.append(psutil.Process(pid).memory_info().rss)
            except psutil.NoSuchProcess:
                continue
            finally:
                await asyncio.sleep(0.01)
        else:
            await asyncio.sleep(0.01)


async def test_every_file_is_read_to_a_result_within_its_budget() -> None:
    limits = Limits()
    results: dict[str, Counter[str]] = {}
    slowest = (0.0, "")
    peaks: list[int] = []
    async with Extractor(limits) as extractor:
        sampling = asyncio.create_task(_peak(extractor, peaks))
        for path in sorted(path for path in CORPUS.rglob("*") if path.is_file()):
            begun = time.monotonic()
            found = await extractor.read(path)
            slowest = max(slowest, (time.monotonic() - begun, path.name))

            assert (found.reason is None) == (found.result is Result.OK), path
            assert found.reason_code not in {"crash", "vanished"}, path
            results.setdefault(path.parent.name, Counter())[found.result.value] += 1
        sampling.cancel()

    for folder, counts in sorted(results.items()):
        shown = "  ".join(f"{result.value} {counts[result.value]:3}" for result in Result)
        print(f"{folder:10} {shown}")
    print(f"slowest {slowest[0]:.2f} s ({slowest[1]}), peak {max(peaks) / 2**20:.0f} MB")
    assert slowest[0] < limits.seconds + 5
    assert max(peaks) < limits.memory_bytes
    assert results["zugferd"]["ok"] >= 30
