"""Disks that come and go under 100,000 files: seconds until the list is right, and bytes on the
agent's line. The play is that of `tests/e2e/test_places.py`; it needs the right to mount."""

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure, figure
from tests.bench.size import sized
from tests.e2e.places import Scene
from tests.e2e.stack import Stack
from tests.support.proxy import Proxy

FILES = sized(100_000, short=60)
PATIENCE_S = 3600
SLEPT_S = sized(60, short=1)


def run(files: int = FILES) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_play(Path(folder), files))


async def _play(folder: Path, files: int) -> list[Figure]:
    # One sign-in is to last for all of it.
    stack = Stack(folder, SIBERIUS_ACCESS_TOKEN_MINUTES="60")
    with contextlib.ExitStack() as closing:
        async with Proxy(stack.port) as line:
            scene = Scene(stack, line, files, patience_s=PATIENCE_S, slept_s=SLEPT_S)
            closing.callback(scene.disks.close)
            closing.callback(stack.close)
            await scene.run(seeded=True)
    return [
        *(
            each
            for step in scene.steps
            for each in (
                figure(f"{files:,} files, {step.name}", step.seconds, "s"),
                figure(f"{files:,} files, {step.name}, on the line", step.bytes, "B"),
            )
        ),
        figure(f"{files:,} files, false deletions", scene.lost, "", at_most=0, none_is_fine=True),
    ]


if __name__ == "__main__":
    for each in run(int(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        sys.stdout.write(f"{each['name']}: {each['value']:,.1f} {each['unit']}\n")
