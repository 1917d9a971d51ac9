"""Which disk the watched folder and each mount point below it are on. Everything here may block.

A device number says little: after `umount` and `mount` another disk may have it. What tells two
mounts apart is the kernel's own number of the mount, which is never given again; what tells that
a disk is the one of before, also after a restart of the machine, is the file system's id.
"""

import ctypes
import hashlib
import os
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.watch.paths import is_below, join
from agent.watch.survey import FolderUnavailableError, must_be_there

_MOUNTS = Path("/proc/self/mountinfo")
_NAME_BYTES = 6
_AT_FDCWD = -100
_STATX_MNT_ID_UNIQUE = 0x4000
_STATX_BYTES = 256
_STATX_MNT_ID_AT = 0x90


class Disk(NamedTuple):
    """`seen` differs whenever something else was mounted or put there, if only for a moment.
    `name` (12 hex digits) is that of the same folder of the same disk, whenever it is mounted."""

    seen: tuple[int, int, int]
    name: str


class Mount(NamedTuple):
    """A mount point by its full path, and what is mounted there as the system calls it."""

    point: bytes
    source: bytes


def look_at_disks(root: bytes, mounts: Path = _MOUNTS) -> dict[bytes, Disk]:
    """The disk of the folder (`b""`) and of each mount point below it; these are known on Linux
    alone. Raises `FolderUnavailableError`."""
    must_be_there(root)
    real = os.path.realpath(root)
    found: dict[bytes, Disk] = {}
    source = b""
    for mount in _read_mounts(mounts):
        if is_below(real, mount.point.rstrip(b"/")):
            source = mount.source  # a later one lies over an earlier one
        elif is_below(mount.point, real.rstrip(b"/")):
            below = mount.point[len(real.rstrip(b"/")) + 1 :]
            try:
                found[below] = _look(join(root, below), mount.source)
            except OSError:
                # It does not answer, and may be back in a moment: as if nothing was mounted.
                found.pop(below, None)
    try:
        return {b"": _look(root, source), **found}
    except OSError:
        raise FolderUnavailableError("missing") from None


def _look(folder: bytes, source: bytes) -> Disk:
    status = os.stat(folder)  # noqa: PTH116 (paths are bytes)
    text = b"%b\0%d\0%d" % (source, _file_system(folder), status.st_ino)
    name = hashlib.blake2b(text, digest_size=_NAME_BYTES).hexdigest()
    return Disk((status.st_dev, status.st_ino, _mount_number(folder)), name)


def _file_system(folder: bytes) -> int:
    if sys.platform == "win32":
        return os.stat(folder).st_dev  # noqa: PTH116 (the volume's serial number)
    return os.statvfs(folder).f_fsid


def _mount_number(folder: bytes) -> int:
    """The number of the mount, never given again until the machine starts anew; 0 where the
    system tells none (Linux does since 6.8)."""
    statx = getattr(ctypes.CDLL(None), "statx", None) if sys.platform == "linux" else None
    if statx is None:
        return 0
    answer = ctypes.create_string_buffer(_STATX_BYTES)
    if statx(_AT_FDCWD, folder, 0, _STATX_MNT_ID_UNIQUE, answer):
        return 0
    (known,) = struct.unpack_from("I", answer)
    (number,) = struct.unpack_from("Q", answer, _STATX_MNT_ID_AT)
    return int(number) if known & _STATX_MNT_ID_UNIQUE else 0


def _read_mounts(mounts: Path) -> Iterator[Mount]:
    """What is mounted, in order. A line is `id parent device root point options - kind source …`,
    its odd characters as octal numbers."""
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        place, _, what = line.partition(b" - ")
        _, _, _, top, point, *_ = place.split(b" ")
        kind, source, *_ = what.split(b" ")
        yield Mount(_plain(point), b"\0".join((kind, source, top)))


def _plain(text: bytes) -> bytes:
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), text)
