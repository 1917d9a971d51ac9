"""The process: logging, signals, and an end within three seconds."""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading

from agent.config import Settings
from agent.log import LogRing, setup
from agent.service import Agent

log = logging.getLogger(__name__)

_M_ARENA_MAX = -8
STOP_S = 2.5
"""Stopping takes no longer, whatever hangs (a dead network share, say): nothing is to be saved."""


def run(settings: Settings) -> int:
    """Run the agent until SIGTERM or SIGINT. Returns the exit code. Raises `ConfigError`."""
    _use_one_heap()
    ring = setup(
        settings.log_level, as_json=settings.log_json, secret=settings.token.get_secret_value()
    )
    return asyncio.run(_run(settings, ring))


def _use_one_heap() -> None:
    """glibc gives every thread a heap of its own, which costs 2 MB here and gains nothing."""
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, 1)


async def _run(settings: Settings, ring: LogRing) -> int:
    agent = Agent(settings, ring)
    work = asyncio.create_task(agent.run())

    def stop(name: str) -> None:
        log.info("stopping (%s)", name)
        deadline = threading.Timer(STOP_S, os._exit, [0])
        deadline.daemon = True
        deadline.start()
        work.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no handlers in the loop; there Ctrl-C cancels by itself.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop, number.name)
    try:
        await work
    except asyncio.CancelledError:
        log.info("stopped")
        return 0
    except Exception:
        log.critical("the agent cannot go on", exc_info=True)
        return 1
    return 0
