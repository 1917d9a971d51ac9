"""Places, and when so much vanishes from one at once that it is a state and no deletions.

A place is the watched folder, a mount point below it, or a folder directly in one of these.
Pure functions: who calls them counts, and says which disks were exchanged.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

HOLD_SHARE = 0.25
"""Less than this part of a place's files vanishes by the hand of people."""
_FEWEST = 2
"""A place of a single file that is deleted is no place that was emptied."""


class Place(NamedTuple):
    """`disk` is the watched folder (`""`) or a mount point; `folder` is directly in it, `""` for
    what lies in the disk's own folder. Wire paths."""

    disk: str
    folder: str

    @property
    def path(self) -> str:
        return f"{self.disk}/{self.folder}".strip("/")


@dataclass(slots=True)
class Tally:
    """The files that the server knows in a place: those it has just learned of are `new`, and
    those that are not on the disk `missing`."""

    known: int = 0
    missing: int = 0
    new: int = 0


def place_of(path: str, disks: Iterable[str]) -> Place:
    """The place of a file among the mount points `disks`, the deepest first."""
    disk = next((disk for disk in disks if is_in(path, disk)), "")
    folder, below, _ = path.removeprefix(disk).lstrip("/").partition("/")
    return Place(disk, folder if below else "")


def deepest_first(disks: Iterable[str]) -> list[str]:
    return sorted(disks, key=len, reverse=True)


def is_in(path: str, folder: str) -> bool:
    """Whether a path lies in a folder or below it."""
    return not folder or path.startswith(folder + "/")


class Emptied(NamedTuple):
    """What is said of a place: its path, and how many files the server knows there."""

    path: str
    known: int


def emptied_places(
    tallies: Mapping[Place, Tally], hold_files: int, exchanged: Collection[str]
) -> dict[Place, Emptied]:
    """The places whose missing files are held, and the state that each belongs to.

    A disk is emptied where nothing of it is left, where `hold_files` and a quarter of what is
    known vanished, or, if it is another one than before (`exchanged`), where a quarter of what
    was known before did. One of its folders is where `hold_files` and a quarter of it vanished.
    """
    held: dict[Place, Emptied] = {}
    for disk in {place.disk for place in tallies}:
        places = {place: tally for place, tally in tallies.items() if place.disk == disk}
        hurt = {place: tally for place, tally in places.items() if tally.missing}
        whole = Tally(
            known=sum(tally.known for tally in places.values()),
            missing=sum(tally.missing for tally in hurt.values()),
            new=sum(tally.new for tally in places.values()),
        )
        if not _is_emptied(whole, hold_files, exchanged=disk in exchanged):
            hurt = {place: tally for place, tally in hurt.items() if _is_much(tally, hold_files)}
        elif len(hurt) > 1:
            held.update(dict.fromkeys(hurt, Emptied(disk, whole.known)))
            continue
        # Where all of it is missing from one folder, that says more than the disk.
        held.update((place, Emptied(place.path, tally.known)) for place, tally in hurt.items())
    return held


def _is_emptied(disk: Tally, hold_files: int, *, exchanged: bool) -> bool:
    if not disk.missing:
        return False
    if exchanged:
        return disk.missing >= HOLD_SHARE * (disk.known - disk.new)
    return (disk.missing == disk.known >= _FEWEST) or _is_much(disk, hold_files)


def _is_much(tally: Tally, hold_files: int) -> bool:
    return tally.missing >= max(hold_files, HOLD_SHARE * tally.known)
