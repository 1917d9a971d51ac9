"""The watched folder: which PDFs are in it, and what happens to them."""

from agent.watch.watcher import Changes, Mode, Pace, Watcher

__all__ = ["Changes", "Mode", "Pace", "Watcher"]
