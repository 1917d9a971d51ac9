"""The watched folder: which PDFs are in it, and what happens to them."""

from agent.watch.changes import Changes, Mode, Pace
from agent.watch.watcher import Watcher

__all__ = ["Changes", "Mode", "Pace", "Watcher"]
