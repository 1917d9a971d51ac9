"""What the operating system tells of changes, and whether it can be relied on.

An event is only a hint where to look: it may be lost, doubled or late. What is true stands
on the disk.
"""

import asyncio
import contextlib
import ctypes
import errno
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

from agent.watch.observer import new_observer
from agent.watch.paths import join, split, to_wire

CANARY_NAME = b".siberius-canary"
"""Written into the watched folder and removed at once, to see whether its event arrives."""
MAX_FOLDERS = 20_000
"""With more, watchdog's own tables cost more memory than the files'."""
MAX_HINTS = 5000
"""Where more are waiting, looking at everything is cheaper."""
_NETWORK_FILE_SYSTEMS = ("cifs", "smb", "nfs", "9p", "fuse.", "afs", "ceph", "glusterfs", "vboxsf")
_EVENTS: list[type[FileSystemEvent]] = [
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
]
"""Those of reading are left out, or the agent would hear itself."""


class EventSource(FileSystemEventHandler):
    """Hints from the operating system for one folder and all below it.

    `wake` is called in watchdog's thread whenever there is something to take. Of folders that are
    `left_out` (by their path below the root) nothing is told.
    """

    def __init__(
        self,
        root: bytes,
        wake: Callable[[], None],
        left_out: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        # Resolved, because inotify would watch a symlink itself and not what it leads to.
        self._root = os.path.realpath(root)
        self._wake = wake
        self._left_out = left_out
        self._hints: deque[bytes] = deque()
        self._observer: BaseObserver | None = None
        self.received = 0
        """Events so far."""
        self.lost = False
        """More came than were taken: everything has to be looked at."""
        self.canary_seen = False

    def start(self) -> None:
        """Watch; blocks while the folders are entered. Raises `OSError` where that fails."""
        self._observer = new_observer(lambda path: self._left_out(self._relative(path)))
        self._observer.schedule(self, os.fsdecode(self._root), recursive=True, event_filter=_EVENTS)
        self._observer.start()

    def stop(self) -> None:
        """Stop watching; blocks until the threads have ended."""
        observer, self._observer = self._observer, None
        if observer:
            observer.stop()
            if observer.is_alive():
                observer.join()

    def is_alive(self) -> bool:
        """Whether watchdog's threads run: an error inside ends them silently."""
        observer = self._observer
        return (
            observer is not None
            and observer.is_alive()
            and all(emitter.is_alive() for emitter in observer.emitters)
        )

    def take(self) -> set[bytes]:
        """The paths hinted at since the last call."""
        taken = set()
        with contextlib.suppress(IndexError):
            while True:
                taken.add(self._hints.popleft())
        return taken

    def on_any_event(self, event: FileSystemEvent) -> None:
        self.received += 1
        for path in (event.src_path, event.dest_path):
            if path:
                self._hint(os.fsencode(path))
        self._wake()

    def _relative(self, path: bytes) -> bytes:
        relative = path.removeprefix(self._root).lstrip(os.fsencode(os.sep))
        return relative if os.sep == "/" else relative.replace(os.fsencode(os.sep), b"/")

    def _hint(self, path: bytes) -> None:
        relative = self._relative(path)
        if relative == CANARY_NAME:
            self.canary_seen = True
        elif self._left_out(split(relative)[0]):
            return
        elif len(self._hints) < MAX_HINTS:
            self._hints.append(relative)
        else:
            self.lost = True


def waker(event: asyncio.Event) -> Callable[[], None]:
    """What wakes this loop from another thread."""
    loop = asyncio.get_running_loop()

    def wake() -> None:
        # A last event may come while the loop is being closed.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(event.set)

    return wake


def touch_canary(root: bytes) -> str | None:
    """Write the canary and remove it. The answer says why it could not be written, else null."""
    canary = join(root, CANARY_NAME)
    try:
        os.close(os.open(canary, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)
    with contextlib.suppress(OSError):
        os.unlink(canary)  # noqa: PTH108 (paths are bytes)
    return None


def full_table(root: bytes) -> str | None:
    """A sentence that says which of inotify's limits is reached, if one is: watchdog says nothing
    of folders that it could not enter into a full table."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_CLOEXEC)
    if descriptor < 0:
        return _limit(ctypes.get_errno())
    try:
        # Any event will do: only the place in the table counts.
        added = libc.inotify_add_watch(descriptor, root, 0x400)
        return _limit(ctypes.get_errno()) if added < 0 else None
    finally:
        os.close(descriptor)


def _limit(code: int) -> str | None:
    limits = {errno.ENOSPC: "max_user_watches", errno.EMFILE: "max_user_instances"}
    if (limit := limits.get(code)) is None:
        return None
    return (
        f"The system's table for them is full (fs.inotify.{limit}); "
        "an administrator can raise it with sysctl."
    )


def obstacle(root: bytes, places: Iterable[bytes], folders: int) -> str | None:
    """Why events cannot be relied on, as far as that is known without trying. `places` are the
    mount points, and `folders` how many there are to watch."""
    for place in places:
        if share := network_share(join(root, place)):
            where = to_wire(place) or "The folder"
            return f"{where} is on a network share ({share}), where others' changes cause none."
    if folders > MAX_FOLDERS:
        return f"There are {folders} folders; watching each would take too much memory."
    return None


def network_share(root: bytes, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of network share the folder lies on, whose changes made elsewhere cause no events;
    null for a local disk."""
    path = os.path.realpath(root)
    if sys.platform == "win32":
        return _windows_share(os.fsdecode(path))
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return None
    kinds = {}
    for line in lines:
        _, point, kind, *_ = line.split(b" ")
        point = point.replace(rb"\040", b" ").replace(rb"\011", b"\t").replace(rb"\134", b"\\")
        if path == point or path.startswith(point.rstrip(b"/") + b"/"):
            kinds[point] = os.fsdecode(kind)
    kind_of_root = kinds[max(kinds, key=len)] if kinds else ""
    return kind_of_root if kind_of_root.startswith(_NETWORK_FILE_SYSTEMS) else None


def _windows_share(path: str) -> str | None:
    if path.startswith("\\\\"):
        return "UNC path"
    drive = Path(path).drive + "\\"
    remote = 4
    kind: int = getattr(ctypes, "windll").kernel32.GetDriveTypeW(drive)  # noqa: B009 (Windows only)
    return "mapped drive" if kind == remote else None
