"""Looks at the disk, and how it differs from what is known. Everything here may block."""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.watch.paths import Stamp, fits_wire, is_below, is_document, join
from agent.watch.table import KnownFiles

FolderState = Literal["ok", "missing", "unreadable"]
Identity = tuple[int, int]
"""Device and inode of the watched folder: another one behind the same path is another folder."""
_ENTRIES_PER_CHECK = 256


class FolderUnavailableError(Exception):
    """The watched folder itself cannot be looked at; says nothing about the files in it."""

    def __init__(self, state: FolderState) -> None:
        super().__init__(state)
        self.state = state


@dataclass(slots=True)
class Difference:
    """Files that are new or look different, with the new stamp; and known ones that are gone,
    with the stamp they had."""

    found: dict[bytes, Stamp] = field(default_factory=dict)
    gone: dict[bytes, Stamp] = field(default_factory=dict)


def identify(root: bytes) -> Identity:
    """The identity of the folder. Raises `FolderUnavailableError`."""
    try:
        status = os.stat(root)  # noqa: PTH116 (paths are bytes)
        is_empty(root)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderUnavailableError("missing") from None
    except OSError:
        raise FolderUnavailableError("unreadable") from None
    return status.st_dev, status.st_ino


def is_empty(root: bytes) -> bool:
    """Whether nothing at all is in the folder. Raises `OSError`."""
    with os.scandir(root) as entries:
        return next(entries, None) is None


def look(file: bytes) -> Stamp | None:
    """The stamp of a regular file (no symlink) by its full path; null where there is none.

    Raises `OSError` where the file system does not answer.
    """
    try:
        status = os.lstat(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _stamp(status, file) if stat.S_ISREG(status.st_mode) else None


def look_at(
    root: bytes, paths: Iterable[bytes], known: KnownFiles
) -> tuple[Difference, set[bytes]]:
    """Look at single paths that may have changed; folders among them are returned, not entered."""
    difference, folders = Difference(), set()
    for path in paths:
        full = join(root, path)
        try:
            status = os.lstat(full)
            is_folder = stat.S_ISDIR(status.st_mode)
            stamp = _stamp(status, full) if stat.S_ISREG(status.st_mode) else None
        except (FileNotFoundError, NotADirectoryError):
            is_folder, stamp = False, None
        except OSError:
            # Unreadable says nothing about what is there; the next survey looks again.
            continue
        if is_folder:
            folders.add(path)
            continue
        before = known.get(path)
        if stamp is None and before:
            difference.gone[path] = before
        elif stamp and stamp != before and is_document(path.rpartition(b"/")[2]):
            difference.found[path] = stamp
        if before or stamp or not path:
            continue
        for folder in known.folders_below(path):
            difference.gone.update((join(folder, name), old) for name, old in known.names(folder))
    return difference, folders


class Survey:
    """One comparison of a folder and all below it with what is known, in slices of time.

    Symlinks are not followed. What lies below a folder that cannot be read is left as known.
    """

    def __init__(self, root: bytes, known: KnownFiles, start: bytes = b"") -> None:
        self._root = root
        self._known = known
        self._start = start
        self._difference = Difference()
        self._steps = self._walk()
        self._visited: set[bytes] = set()
        self.unreadable: set[bytes] = set()
        self.seconds = 0.0
        """Spent looking, so far."""
        self.done = False

    @property
    def whole(self) -> bool:
        """Whether it covers everything."""
        return not self._start

    @property
    def folders(self) -> int:
        """Folders entered so far."""
        return len(self._visited)

    def advance(self, seconds: float) -> Difference:
        """Go on for about that long. Raises `FolderUnavailableError` where the root fails."""
        begun = time.monotonic()
        self.done = True
        for _ in self._steps:
            if time.monotonic() - begun > seconds:
                self.done = False
                break
        self.seconds += time.monotonic() - begun
        difference, self._difference = self._difference, Difference()
        return difference

    def _walk(self) -> Iterator[None]:
        open_folders = [self._start]
        while open_folders:
            folder = open_folders.pop()
            try:
                yield from self._enter(folder, open_folders)
            except (FileNotFoundError, NotADirectoryError):
                self._visited.discard(folder)
                if not folder:
                    raise FolderUnavailableError("missing") from None
            except OSError:
                self.unreadable.add(folder)
                if not folder:
                    raise FolderUnavailableError("unreadable") from None
            yield
        for folder in self._known.folders_below(self._start):
            if folder not in self._visited and not self._is_hidden(folder):
                self._forget(folder, seen=set())
                yield

    def _enter(self, folder: bytes, open_folders: list[bytes]) -> Iterator[None]:
        seen: set[bytes] = set()
        with os.scandir(join(self._root, folder)) as entries:
            self._visited.add(folder)
            for count, entry in enumerate(entries, 1):
                if entry.is_dir(follow_symlinks=False):
                    open_folders.append(join(folder, entry.name))
                elif is_document(entry.name) and entry.is_file(follow_symlinks=False):
                    self._compare(folder, entry, seen)
                if count % _ENTRIES_PER_CHECK == 0:
                    yield
        self._forget(folder, seen)

    def _compare(self, folder: bytes, entry: os.DirEntry[bytes], seen: set[bytes]) -> None:
        try:
            stamp = _stamp(entry.stat(follow_symlinks=False), entry.path)
        except FileNotFoundError:
            return
        path = join(folder, entry.name)
        if stamp != self._known.get(path):
            if not fits_wire(path):
                return
            self._difference.found[path] = stamp
        seen.add(entry.name)

    def _forget(self, folder: bytes, seen: set[bytes]) -> None:
        for name, stamp in self._known.names(folder):
            if name not in seen:
                self._difference.gone[join(folder, name)] = stamp

    def _is_hidden(self, folder: bytes) -> bool:
        return any(is_below(folder, unreadable) for unreadable in self.unreadable)


def _stamp(status: os.stat_result, file: bytes) -> Stamp:
    stamp = Stamp.of(status)
    return stamp if os.access(file, os.R_OK) else stamp.unreadable()
