"""Files as the agent names and recognises them: wire path, stamp, and which ones count."""

import os
from pathlib import Path
from typing import NamedTuple, Self

from agent.contract.files import MAX_PATH_CHARS

CANARY_PREFIX = ".siberius-canary-"


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


def is_document(name: str) -> bool:
    """Whether a file of this name is watched: `.pdf`, and no office program's temporary file."""
    return name[-4:].lower() == ".pdf" and not name.startswith((".", "~"))


def wire_path(root: Path, path: Path) -> str:
    """The name of a file on the wire: below the root, with `/`, odd bytes as `\\xNN`."""
    return to_wire(os.fsencode(path.relative_to(root).as_posix()))


def to_wire(name: bytes) -> str:
    """Bytes of a path as text that JSON and databases take."""
    return name.decode("utf-8", "backslashreplace")


def fits_wire(name: bytes) -> bool:
    """Whether the contract's limit holds for this path."""
    return len(name) <= MAX_PATH_CHARS and len(to_wire(name)) <= MAX_PATH_CHARS
