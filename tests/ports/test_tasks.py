"""Tasks end, also those that swallow their cancellation now and then."""

import asyncio

from app.runtime.tasks import end


async def test_a_task_whose_library_swallows_a_cancellation_ends() -> None:
    swallowed = 0

    async def work() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    async def fail() -> None:
        raise OSError("gone")

    tasks = [asyncio.create_task(work()), asyncio.create_task(fail())]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end(tasks)
    assert swallowed == 2
    assert all(task.done() for task in tasks)
