"""Disks that come and go, swaps, moves, storms and sleep: the list is what the disk has when it
is back, and nothing was deleted meanwhile. `tests/bench/bench_places.py` plays it with 100,000
files."""

import sys
from pathlib import Path

import pytest

from tests.e2e.places import Scene, may_mount
from tests.e2e.stack import Stack
from tests.support.proxy import Proxy

FILES = 120


@pytest.mark.timeout(600)
async def test_the_list_outlives_the_disks(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    if not may_mount(tmp_path / "probe"):
        pytest.skip("this user may not mount disks")
    async with Proxy(stack.port) as line:
        scene = Scene(stack, line, FILES, patience_s=60, slept_s=2)
        try:
            await scene.run(seeded=False)
        finally:
            scene.disks.close()
            for step in scene.steps:
                sys.stdout.write(f"{step.name}: {step.seconds:.1f} s, {step.bytes:,} B\n")
    assert scene.lost == 0
