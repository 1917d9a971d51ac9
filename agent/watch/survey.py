"""Looks at the disk, and how it differs from what is known. Everything here may block."""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from agent.watch.ignore import Ignore
from agent.watch.paths import UNSEEN, Stamp, is_below, is_document, join, split
from agent.watch.table import KnownFiles

FolderState = Literal["ok", "missing", "unreadable"]
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


def must_be_there(root: bytes) -> None:
    """Raises `FolderUnavailableError` where the folder cannot be looked at."""
    try:
        is_empty(root)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderUnavailableError("missing") from None
    except OSError:
        raise FolderUnavailableError("unreadable") from None


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


def unseen(file: bytes) -> Literal["folder", "file"] | None:
    """Whether what is there is a folder that cannot be entered, or a file that says neither size
    nor time."""
    try:
        is_folder = stat.S_ISDIR(os.lstat(file).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return "file"
    if is_folder:
        try:
            is_empty(file)
        except OSError:
            return "folder"
    return None


def look_at(
    root: bytes, paths: Iterable[bytes], known: KnownFiles, ignore: Ignore
) -> tuple[Difference, set[bytes]]:
    """Look at single paths that may have changed; folders among them are returned, not entered."""
    difference, folders = Difference(), set()
    for path in paths:
        if ignore.folder(split(path)[0]):
            continue
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
        if is_folder and not ignore.folder(path):
            folders.add(path)
            continue
        before = known.get(path)
        if stamp is None and before:
            difference.gone[path] = before
        elif stamp and stamp != before and is_document(path) and not ignore.file(path):
            difference.found[path] = stamp
        if before or stamp or not path:
            continue
        for folder in known.folders_below(path):
            difference.gone.update((join(folder, name), old) for name, old in known.names(folder))
    return difference, folders


@dataclass(slots=True)
class LeftOut:
    """What a survey passed over: folders and PDFs by the rules of `Ignore`, and symbolic links
    that are named like PDFs."""

    folders: list[bytes] = field(default_factory=list)
    files: int = 0
    links: int = 0


class Survey:
    """One comparison of a folder and all below it with what is known, in slices of time.

    Symlinks are not followed. What lies below a folder that cannot be read is left as known, and
    the folder is found itself, as `UNSEEN`.
    """

    def __init__(
        self, root: bytes, known: KnownFiles, start: bytes = b"", *, ignore: Ignore | None = None
    ) -> None:
        self._root = root
        self._known = known
        self._start = start
        self._ignore = ignore or Ignore()
        self._difference = Difference()
        self._steps = self._walk()
        self._visited: set[bytes] = set()
        self.unreadable: set[bytes] = set()
        self.left_out = LeftOut()
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
                if not folder:
                    raise FolderUnavailableError("unreadable") from None
                self.unreadable.add(folder)
                self._find(folder, UNSEEN)
            yield
        for folder in self._known.folders_below(self._start):
            if folder not in self._visited and not self._is_hidden(folder):
                self._forget(folder, seen=set())
                yield

    def _enter(self, folder: bytes, open_folders: list[bytes]) -> Iterator[None]:
        seen: set[bytes] = set()
        with os.scandir(join(self._root, folder)) as entries:
            self._visited.add(folder)
            if (unseen := self._known.get(folder)) is not None:
                self._difference.gone[folder] = unseen
            for count, entry in enumerate(entries, 1):
                path = join(folder, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if self._ignore.folder(path):
                        self.left_out.folders.append(path)
                    else:
                        open_folders.append(path)
                        seen.add(entry.name)
                elif is_document(entry.name):
                    self._compare(path, entry, seen)
                if count % _ENTRIES_PER_CHECK == 0:
                    yield
        self._forget(folder, seen)

    def _compare(self, path: bytes, entry: os.DirEntry[bytes], seen: set[bytes]) -> None:
        if not entry.is_file(follow_symlinks=False):
            self.left_out.links += entry.is_symlink()
            return
        if self._ignore.file(path):
            self.left_out.files += 1
            return
        try:
            stamp = _stamp(entry.stat(follow_symlinks=False), entry.path)
        except FileNotFoundError:
            return
        except OSError:
            # One file that cannot be looked at hides none of the others.
            stamp = self._known.get(path) or UNSEEN
        self._find(path, stamp)
        seen.add(entry.name)

    def _find(self, path: bytes, stamp: Stamp) -> None:
        if stamp != self._known.get(path):
            self._difference.found[path] = stamp

    def _forget(self, folder: bytes, seen: set[bytes]) -> None:
        for name, stamp in self._known.names(folder):
            if name not in seen:
                self._difference.gone[join(folder, name)] = stamp

    def _is_hidden(self, folder: bytes) -> bool:
        return any(is_below(folder, unreadable) for unreadable in self.unreadable)


def _stamp(status: os.stat_result, file: bytes) -> Stamp:
    stamp = Stamp.of(status)
    return stamp if os.access(file, os.R_OK) else stamp.unreadable()
