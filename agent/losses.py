"""Files that vanished while the agent runs, until the disk is quiet: only then can be told
whether they were moved, and how many of them there are."""

import asyncio
import time
from collections.abc import Callable

MAX_LOSSES = 100
"""More are not remembered: the comparison with the server finds them all."""
QUIET_S = 0.5
LONGEST_S = 30
"""A folder in which files vanish all the time is judged so often."""
_LOOK_S = 0.05


class Losses:
    """Wire paths of files that are not there any more. `is_busy` says whether the disk is just
    being looked through."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._is_busy = is_busy
        self._paths: dict[str, None] = {}
        self._last = 0.0
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._paths)

    def clear(self) -> None:
        self._paths.clear()
        self._some.clear()

    def add(self, path: str) -> None:
        """A file vanished."""
        self._last = time.monotonic()
        if len(self._paths) < MAX_LOSSES:
            self._paths[path] = None
        self._some.set()

    def drop(self, path: str) -> None:
        """A file is there again."""
        self._paths.pop(path, None)

    async def take(self) -> list[str]:
        """Wait for losses, and then until it is quiet."""
        await self._some.wait()
        await self.wait_until_quiet()
        paths = list(self._paths)
        self.clear()
        return paths

    async def wait_until_quiet(self) -> None:
        """Until nothing vanished for a moment and the disk was looked through; `LONGEST_S` at
        most."""
        begun = time.monotonic()
        while (now := time.monotonic()) - begun < LONGEST_S:
            if now - self._last >= QUIET_S and not self._is_busy():
                return
            await asyncio.sleep(_LOOK_S)
