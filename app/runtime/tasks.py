"""Ending tasks."""

import asyncio
from collections.abc import Collection

_AGAIN_S = 0.1


async def end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for them; again where that was swallowed: redis-py does so while it
    closes a connection that is gone."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_AGAIN_S)
    # Whoever failed before is told of nowhere else.
    await asyncio.gather(*tasks, return_exceptions=True)
