"""The files the agent knows, compactly: 100,000 of them in about 6 MB.

Nothing here is kept over a restart: a scan of the folder fills it again.
"""

from collections.abc import Iterator
from zlib import crc32

from agent.watch.paths import Stamp, from_wire, is_below, is_shortened, join, split, to_wire

_BUCKET_FILES = 24
"""On average at most: a bucket is searched and rewritten as a whole."""


class KnownFiles:
    """Path → stamp. Reading is safe in another thread while one thread writes."""

    def __init__(self) -> None:
        self._folders: dict[bytes, _Folder] = {}
        self._shortened: dict[str, bytes] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, path: bytes) -> Stamp | None:
        folder, name = split(path)
        files = self._folders.get(folder)
        return files.get(name) if files else None

    def put(self, path: bytes, stamp: Stamp) -> None:
        folder, name = split(path)
        files = self._folders.get(folder)
        if files is None:
            files = self._folders[folder] = _Folder()
        before = len(files)
        files.put(name, stamp)
        self._count += len(files) - before
        if is_shortened(path):
            self._shortened[to_wire(path)] = path

    def remove(self, path: bytes) -> None:
        """Forget a file, known or not."""
        folder, name = split(path)
        files = self._folders.get(folder)
        if files is None:
            return
        before = len(files)
        files.remove(name)
        self._count += len(files) - before
        if not files:
            del self._folders[folder]
        if is_shortened(path):
            self._shortened.pop(to_wire(path), None)

    def resolve(self, wire: str) -> bytes | None:
        """The path that is reported as `wire`; null where no such file is known."""
        path = self._shortened.get(wire) or from_wire(wire)
        return path if self.get(path) is not None else None

    def names(self, folder: bytes) -> Iterator[tuple[bytes, Stamp]]:
        """The files directly in one folder."""
        files = self._folders.get(folder)
        return files.items() if files else iter(())

    def folders_below(self, folder: bytes) -> list[bytes]:
        """The folders that hold known files: `folder` itself and those inside it."""
        return [path for path in list(self._folders) if is_below(path, folder)]

    def items(self) -> Iterator[tuple[bytes, Stamp]]:
        """Every file, folder by folder."""
        for folder, files in list(self._folders.items()):
            for name, stamp in files.items():
                yield join(folder, name), stamp


class _Folder:
    """The files of one folder as text: a record is `/name NUL size,mtime` (both in hex).

    Names hold neither `/` nor NUL, so a record is found by searching for its beginning. The
    records are spread over buckets by a hash, which keeps the searches short.
    """

    __slots__ = ("_buckets", "_count")

    def __init__(self) -> None:
        self._buckets = [b""]
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, name: bytes) -> Stamp | None:
        bucket = self._buckets[crc32(name) % len(self._buckets)]
        start = bucket.find(b"/%b\0" % name)
        if start < 0:
            return None
        start += len(name) + 2
        end = bucket.find(b"/", start)
        return _parse(bucket[start:] if end < 0 else bucket[start:end])

    def put(self, name: bytes, stamp: Stamp) -> None:
        self.remove(name)
        if self._count >= _BUCKET_FILES * len(self._buckets):
            self._spread(2 * len(self._buckets))
        index = crc32(name) % len(self._buckets)
        self._buckets[index] += b"/%b\0%x,%x" % (name, *stamp)
        self._count += 1

    def remove(self, name: bytes) -> None:
        index = crc32(name) % len(self._buckets)
        bucket = self._buckets[index]
        start = bucket.find(b"/%b\0" % name)
        if start < 0:
            return
        end = bucket.find(b"/", start + 1)
        self._buckets[index] = bucket[:start] + (b"" if end < 0 else bucket[end:])
        self._count -= 1

    def items(self) -> Iterator[tuple[bytes, Stamp]]:
        for bucket in self._buckets:
            for record in bucket.split(b"/")[1:]:
                name, _, text = record.partition(b"\0")
                yield name, _parse(text)

    def _spread(self, count: int) -> None:
        parts: list[list[bytes]] = [[] for _ in range(count)]
        for bucket in self._buckets:
            for record in bucket.split(b"/")[1:]:
                parts[crc32(record.partition(b"\0")[0]) % count].append(b"/" + record)
        # One assignment, so that a reading thread sees the old buckets or the new ones.
        self._buckets = [b"".join(part) for part in parts]


def _parse(text: bytes) -> Stamp:
    size, _, mtime = text.partition(b",")
    return Stamp(int(size, 16), int(mtime, 16))
