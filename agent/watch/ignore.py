"""What is left out of the watched folder: what other programs keep there, and own patterns.

Patterns are gitignore's, matched below the watched folder without regard to capitals, because
the same disk is read by systems that tell them apart and by systems that do not.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from pathspec import GitIgnoreSpec

from agent.watch.paths import split

OTHER_PROGRAMS = (
    # Bins: of desktops, Windows, NAS systems and Samba.
    ".Trash/",
    ".Trash-*/",
    ".Trashes/",
    ".trashed/",
    "Network Trash Folder/",
    "$RECYCLE.BIN/",
    "RECYCLER/",
    "RECYCLED/",
    "\\#recycle/",
    "@Recycle/",
    ".recycle/",
    ".Recycle.Bin/",
    ".recyclebin/",
    "\\#trash/",
    "trashbox/",
    ".deleted/",
    # Earlier versions and snapshots.
    ".stversions/",
    ".SyncArchive/",
    ".SyncTrash/",
    ".snapshot/",
    ".snapshots/",
    "\\#snapshot/",
    "@Recently-Snapshot/",
    "~snapshot/",
    ".zfs/",
    ".ckpt/",
    "@GMT-*/",
    "rdiff-backup-data/",
    # What programs that copy and synchronise keep for themselves.
    ".stfolder/",
    ".sync/",
    ".dropbox.cache/",
    ".tmp.drivedownload/",
    ".tmp.driveupload/",
    ".rsync-partial/",
    ".~tmp~/",
    "DfsrPrivate/",
    # Thumbnails, search indexes and the like.
    "@eaDir/",
    "@tmp/",
    "@sharebin/",
    "\\#sharebin/",
    ".@__thumb/",
    ".@__qini/",
    ".@upload_cache/",
    ".thumbnails/",
    ".AppleDouble/",
    ".AppleDB/",
    ".Spotlight-V100/",
    ".fseventsd/",
    ".DocumentRevisions-V100/",
    ".TemporaryItems/",
    "Temporary Items/",
    # What file systems keep.
    "System Volume Information/",
    "lost+found/",
    "found.[0-9][0-9][0-9]/",
)
"""Folders that are left out by default."""
NO_DOCUMENTS = (
    # Hidden: AppleDouble's halves (`._x.pdf`), and what is copied under a name for the time being.
    ".*.pdf",
    # What Office programs write beside a file that is open.
    "~$*.pdf",
)
"""Names that no document has; left out by default."""
_REMEMBERED_FOLDERS = 512
_ESCAPABLE = frozenset("\\#!*?[]- ")


class Ignore:
    """The defaults and, after them, own patterns: the last one that matches decides.

    Raises `ValueError` with a sentence that names the pattern where one of `own` cannot work.
    """

    def __init__(self, own: Sequence[str] = ()) -> None:
        for pattern in own:
            _check(pattern)
        self.own = tuple(own)
        self._folders = _spec([*OTHER_PROGRAMS, *own])
        # Default folders are not among these: where one of them is looked at, an own pattern
        # said so. Every file is matched, so their number is what counts.
        self._files = _spec([*NO_DOCUMENTS, *own])
        self._folder = lru_cache(_REMEMBERED_FOLDERS)(self._decide_on_folder)

    def folder(self, path: bytes) -> bool:
        """Whether a folder is left out, or lies in one that is. The watched folder never is."""
        return bool(path) and self._folder(path)

    def file(self, path: bytes) -> bool:
        """Whether a file is left out, of a folder that is not."""
        return self._files.match_file(_text(path))

    def _decide_on_folder(self, path: bytes) -> bool:
        return self.folder(split(path)[0]) or self._folders.match_file(_text(path) + "/")


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(_folded(pattern) for pattern in patterns)


def _text(path: bytes) -> str:
    # A line break is no `.` to a regular expression, and odd bytes are no text.
    return _folded(path.decode("utf-8", "replace").replace("\n", " "))


def _folded(text: str) -> str:
    """One spelling: without capitals, and composed (macOS writes `ç` as two characters)."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).lower()


def _check(pattern: str) -> None:
    """Raises `ValueError` with a sentence."""
    for is_wrong, why in _MISTAKES:
        if is_wrong(pattern):
            raise ValueError(f"'{pattern}' {why}")


def _has_strange_backslash(pattern: str) -> bool:
    escaped = re.findall(r"\\(.?)", pattern)
    return any(char not in _ESCAPABLE for char in escaped)


def _has_open_bracket(pattern: str) -> bool:
    return "[" in re.sub(r"\\.|\[[!^]?\]?[^]]+\]", "", pattern)


def _is_no_pattern(pattern: str) -> bool:
    try:
        compiled = GitIgnoreSpec.from_lines([_folded(pattern)]).patterns
    except (ValueError, re.error):
        return True
    return not any(each.include is not None for each in compiled)


_MISTAKES: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda text: not text.strip(), "is an empty pattern; take it out"),
    (
        lambda text: text.startswith("#"),
        r"is a comment to gitignore; a name that begins with # is written as '\#…'",
    ),
    (
        lambda text: not text.isprintable(),
        "has a control character in it; in single quotes a backslash stays a backslash",
    ),
    (
        lambda text: re.match(r"!?[A-Za-z]:", text),
        "begins with a drive; a pattern counts from the watched folder, as in '/old/'",
    ),
    (_has_strange_backslash, "has a backslash; folders are parted by /, as in 'old/2019/'"),
    (_has_open_bracket, r"has a [ without its ]; a bracket of a name is written as '\['"),
    (_is_no_pattern, "is no pattern of gitignore"),
)
"""What people write, and what to do; the first that is true is said."""
