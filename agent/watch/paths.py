"""Files as the agent names and recognises them: paths, stamps, and which files count.

Inside the agent a path is bytes, relative to the watched folder and with `/` (`b""` is the
folder itself): exactly what the file system says, and half the memory of text.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple, Self

from agent.contract.files import MAX_PATH_CHARS

_LIKE_ODD = b"\\x"
_ODD = re.compile(rb"\\x([0-9a-f]{2})")
_KEPT_CHARS = MAX_PATH_CHARS // 2 - 20
"""Of each end of a path that is too long."""


class Stamp(NamedTuple):
    """What a look at a directory tells of a file's content: bytes, nanoseconds since the epoch."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        return cls(status.st_size, status.st_mtime_ns)

    def unreadable(self) -> "Stamp":
        """The stamp while the agent may not read the file: the last bit of the time is flipped.

        Permissions leave no other trace in a stamp, and so becoming readable is a change like
        any other, also across a restart.
        """
        return Stamp(self.size, self.mtime_ns ^ 1)


UNSEEN = Stamp(0, -1)
"""Of what is there but cannot be looked at: a folder that cannot be entered, a file whose size
and time cannot be read."""


def is_document(name: bytes) -> bool:
    """Whether a file of this name is watched, where nothing leaves it out (`Ignore`).

    Only the name counts: a PDF with another extension is not watched, because that would mean
    reading everything, and a `.pdf` that is none is listed with that as the reason.
    """
    return name[-4:].lower() == b".pdf"


def wire_path(root: Path, path: Path) -> str:
    """The name of a file on the wire: below the root, with `/`."""
    return to_wire(os.fsencode(path.relative_to(root).as_posix()))


def to_wire(path: bytes) -> str:
    """A path as text that JSON and databases take; two paths are never the same text.

    Bytes that are not UTF-8 are written as `\\xNN`, and a backslash that looks like the
    beginning of that as `\\x5c`. The middle of a path that is longer than the contract allows is
    replaced by its hash.
    """
    text = path.decode("utf-8", "backslashreplace") if _LIKE_ODD not in path else _escaped(path)
    if len(text) <= MAX_PATH_CHARS:
        return text
    digest = hashlib.blake2b(path, digest_size=16).hexdigest()
    return f"{text[:_KEPT_CHARS]}…{digest}…{text[-_KEPT_CHARS:]}"


def from_wire(text: str) -> bytes:
    """The path that `to_wire` wrote, unless it was shortened."""
    path = text.encode("utf-8", "surrogatepass")
    return _ODD.sub(lambda found: bytes([int(found[1], 16)]), path) if _LIKE_ODD in path else path


def is_shortened(path: bytes) -> bool:
    """Whether the path cannot be read back from the wire."""
    return len(path) > MAX_PATH_CHARS // 4 and from_wire(to_wire(path)) != path


def _escaped(path: bytes) -> str:
    return _ODD.sub(rb"\\x5cx\1", path).decode("utf-8", "backslashreplace")


def join(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


def split(path: bytes) -> tuple[bytes, bytes]:
    """The folder and the name."""
    folder, _, name = path.rpartition(b"/")
    return folder, name


def is_below(path: bytes, folder: bytes) -> bool:
    """Whether a folder is `folder` or inside it."""
    return not folder or path == folder or path.startswith(folder + b"/")


def topmost(folders: set[bytes]) -> list[bytes]:
    """The folders that are not inside another one of the set."""
    tops: list[bytes] = []
    for folder in sorted(folders):
        if not tops or not is_below(folder, tops[-1]):
            tops.append(folder)
    return tops
