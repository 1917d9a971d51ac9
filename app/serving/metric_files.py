"""Metrics of several workers: each writes its own into files, and any of them reads all.

A worker that is gone leaves its counts behind: they are added to one file of all the dead, so
that there are never more files than workers, however often these are replaced.
"""

import fcntl
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_metrics(folder: Path) -> None:
    """Let this process and its workers keep their metrics in `folder`, which is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[_VARIABLE] = str(folder)


def shared_folder() -> Path | None:
    """Where the metrics are, if there are several processes."""
    folder = os.environ.get(_VARIABLE)
    return Path(folder) if folder else None


@contextmanager
def locked(folder: Path, *, exclusive: bool = False) -> Iterator[None]:
    """Nobody buries a worker while another counts the living."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield


def bury(pid: int) -> None:
    """Add what the dead worker counted to the file of all the dead."""
    from prometheus_client.mmap_dict import MmapedDict

    folder = shared_folder()
    if folder is None:
        return
    with locked(folder, exclusive=True):
        for path in folder.glob(f"*_{pid}.db"):
            kind = path.name.split("_", 1)[0]
            if kind != "gauge":
                _add(MmapedDict, path, folder / f"{kind}_dead.db")
            path.unlink()


def _add(table: type, source: Path, target: Path) -> None:
    counts: defaultdict[str, float] = defaultdict(float)
    for path in (target, source):
        if path.exists():
            for key, value, _, _ in table.read_all_values_from_file(str(path)):  # type: ignore[attr-defined]
                counts[key] += value
    # Beside it and then over it: a file that is half written would spoil every reading.
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    merged = table(str(fresh))
    for key, value in counts.items():
        merged.write_value(key, value, 0.0)
    merged.close()
    fresh.replace(target)
