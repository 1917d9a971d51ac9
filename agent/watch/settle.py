"""Files that are still being written: when is one complete?

A file is taken when two looks found the same stamp and it ends like a PDF. One that does not
is looked at again, less and less often; it is taken as it is once it has not changed for
`incomplete_s`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.pdf.shape import ends_like_pdf
from agent.watch.paths import Stamp, join, to_wire
from agent.watch.survey import look

_SLOWEST_S = 1.0


@dataclass(slots=True)
class _Waiting:
    """`since` is when the stamp was first seen, by the monotonic clock."""

    stamp: Stamp
    since: float
    due: float
    interval: float


@dataclass(frozen=True, slots=True)
class Sight:
    """A second look: the stamp (null: the file is gone), and whether it ends like a PDF."""

    stamp: Stamp | None
    complete: bool


class Settling:
    """The files that wait, and when each is looked at next. Seconds, monotonic clock."""

    def __init__(self, settle_s: float, incomplete_s: float) -> None:
        self._settle_s = settle_s
        self._incomplete_s = incomplete_s
        self._waiting: dict[bytes, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def has_new(self) -> bool:
        """Whether a file waits that was not looked at a second time yet."""
        return any(waiting.interval == self._settle_s for waiting in self._waiting.values())

    def resolve(self, wire: str) -> bytes | None:
        """The path of a waiting file by its wire path."""
        return next((path for path in self._waiting if to_wire(path) == wire), None)

    def note(self, path: bytes, stamp: Stamp, now: float) -> None:
        """A file that is not taken yet was seen with this stamp."""
        waiting = self._waiting.get(path)
        if waiting is None or waiting.stamp != stamp:
            self._waiting[path] = _Waiting(stamp, now, now + self._settle_s, self._settle_s)

    def hurry(self, path: bytes, now: float) -> None:
        """Something happened to a file: if it waits, it is looked at soon."""
        if waiting := self._waiting.get(path):
            waiting.due = min(waiting.due, now + self._settle_s)

    def drop(self, path: bytes) -> None:
        self._waiting.pop(path, None)

    def next_due(self) -> float | None:
        return min((waiting.due for waiting in self._waiting.values()), default=None)

    def due(self, now: float) -> list[bytes]:
        return [path for path, waiting in self._waiting.items() if waiting.due <= now]

    def settle(self, sights: dict[bytes, Sight], now: float) -> dict[bytes, Stamp]:
        """Judge second looks: the files that are taken, with their stamps."""
        taken = {}
        for path, sight in sights.items():
            waiting = self._waiting.get(path)
            if waiting is None:
                continue
            if sight.stamp is None:
                del self._waiting[path]
            elif sight.stamp != waiting.stamp:
                waiting.stamp, waiting.since = sight.stamp, now
                self._back_off(waiting, now)
            elif sight.complete or now - waiting.since >= self._incomplete_s:
                del self._waiting[path]
                taken[path] = sight.stamp
            else:
                self._back_off(waiting, now)
                waiting.due = min(waiting.due, waiting.since + self._incomplete_s)
        return taken

    @staticmethod
    def _back_off(waiting: _Waiting, now: float) -> None:
        waiting.interval = min(2 * waiting.interval, max(_SLOWEST_S, waiting.interval))
        waiting.due = now + waiting.interval


def look_again(root: bytes, paths: Iterable[bytes]) -> dict[bytes, Sight]:
    """Second looks; blocks. A file that cannot be opened counts as complete: it is reported
    as unreadable. One whose file system does not answer has no sight."""
    sights = {}
    for path in paths:
        file = join(root, path)
        try:
            stamp = look(file)
        except OSError:
            continue
        sights[path] = Sight(stamp, stamp is not None and _is_complete(file))
    return sights


def _is_complete(file: bytes) -> bool:
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 (paths are bytes)
            return ends_like_pdf(opened)
    except OSError:
        return True
