"""What goes on beside a drill until its block ends: threads, and sockets on an event loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def in_threads(*work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do all that until the block ends; each is told by an event to stop."""
    stop = threading.Event()
    threads = [threading.Thread(target=each, args=(stop,)) for each in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def on_a_loop(*work: Coroutine[Any, Any, None]) -> Iterator[asyncio.AbstractEventLoop]:
    """Do all that on an event loop in a thread of its own, until the block ends and cancels it."""
    running: Future[asyncio.AbstractEventLoop] = Future()
    stop = threading.Event()

    async def hold() -> None:
        running.set_result(asyncio.get_running_loop())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
            await asyncio.to_thread(stop.wait)
            for task in tasks:
                task.cancel()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(asyncio.run, hold())
        try:
            yield running.result()
        finally:
            stop.set()
        held.result()
