"""Files as the agent names and recognises them: paths, stamps, and which files count.

Inside the agent a path is bytes, relative to the watched folder and with `/` (`b""` is the
folder itself): exactly what the file system says, and half the memory of text.
"""

import os
from pathlib import Path
from typing import NamedTuple, Self

from agent.contract.files import MAX_PATH_CHARS


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


def is_document(name: bytes) -> bool:
    """Whether a file of this name is watched: `.pdf`, and neither hidden nor a temporary file.

    Only the name counts: a PDF with another extension is not watched, because that would mean
    reading everything, and a `.pdf` that is none is listed with that as the reason.
    """
    return name[-4:].lower() == b".pdf" and not name.startswith((b".", b"~"))


def wire_path(root: Path, path: Path) -> str:
    """The name of a file on the wire: below the root, with `/`, odd bytes as `\\xNN`."""
    return to_wire(os.fsencode(path.relative_to(root).as_posix()))


def to_wire(path: bytes) -> str:
    """A path as text that JSON and databases take."""
    return path.decode("utf-8", "backslashreplace")


def fits_wire(path: bytes) -> bool:
    """Whether the contract's limit on paths holds; a file beyond it cannot be reported."""
    return len(path) <= MAX_PATH_CHARS // 4 or len(to_wire(path)) <= MAX_PATH_CHARS


def join(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


def split(path: bytes) -> tuple[bytes, bytes]:
    """The folder and the name."""
    folder, _, name = path.rpartition(b"/")
    return folder, name


def is_below(path: bytes, folder: bytes) -> bool:
    """Whether a folder is `folder` or inside it."""
    return not folder or path == folder or path.startswith(folder + b"/")
