"""watchdog's observer, kept out of the folders that are left out.

The systems of Windows and macOS tell of a whole tree. Linux is asked for each folder, which costs
a place in a table of the kernel, so no folder is asked for whose events would be thrown away.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

LeftOut = Callable[[bytes], bool]
"""Whether a folder is left out, by its full path."""


if sys.platform == "linux":
    from watchdog.observers.inotify import InotifyEmitter, InotifyObserver, InotifyWatchGroup

    @dataclass(eq=False)
    class _Folders(InotifyWatchGroup):
        """The folders that are watched below one root."""

        left_out: LeftOut = lambda _: False

        def _add_all_callbacks(self, path: bytes) -> None:
            if self.left_out(path):
                return
            self._add_callback(path)
            for folder, names, _ in os.walk(path):
                names[:] = [name for name in names if not self.left_out(os.path.join(folder, name))]  # noqa: PTH118 (paths are bytes)
                for name in names:
                    below = os.path.join(folder, name)  # noqa: PTH118
                    if not os.path.islink(below):  # noqa: PTH114
                        self._add_callback(below)

    def new_observer(left_out: LeftOut) -> BaseObserver:
        """An observer that is not started. Raises `OSError` where the system refuses one."""

        class Emitter(InotifyEmitter):
            def on_thread_start(self) -> None:
                self._inotify = _Folders(
                    self._inotify_fd,
                    os.fsencode(self.watch.path),
                    is_recursive=True,
                    event_mask=self.get_event_mask_from_filter(),
                    left_out=left_out,
                )

        observer = InotifyObserver()
        observer._emitter_class = Emitter
        return observer

else:

    def new_observer(left_out: LeftOut) -> BaseObserver:
        """An observer that is not started."""
        del left_out
        return Observer()
