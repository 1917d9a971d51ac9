"""The data folder is for nobody but its owner: it holds the documents, and the keys to all."""

import logging
import os
import stat
from pathlib import Path

log = logging.getLogger(__name__)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_to_ourselves() -> None:
    """What this process and its children make from now on is 0600, and folders 0700; also what a
    library makes, such as SQLite its files beside the database."""
    os.umask(_OTHERS)


def close_to_others(folder: Path) -> None:
    """Make the folder if it is missing, and take away what others were once allowed in it.

    What belongs to somebody else stays as it is, and so does a folder that all share (`/tmp`).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & stat.S_ISVTX:
        log.warning("%s is shared by all: give the data a folder of its own", folder)
        return
    _close(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _close(Path(place, name))


def _close(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except FileNotFoundError:
        pass  # it was on its way out
    except OSError as error:
        log.warning("%s can be read by others (%s)", path, error.strerror)
