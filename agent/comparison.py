"""The comparison with the server: what is new goes out first, then what is missing is judged.

Files that were moved or copied are found at their new paths before their old ones are looked
at, so a move is never taken for a loss. Where much of a place is missing (`agent/places.py`) it
is held: nothing is reported gone, the server's list stays, and people are asked. What is held is
kept as keys of 8 bytes, and a restart finds the same again.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from agent.contract.messages import MAX_PLACES, EmptiedPlace, LetGo, ResyncCommand
from agent.contract.reconcile import digest
from agent.indexer import Indexer
from agent.losses import MAX_LOSSES
from agent.places import Place, Tally, deepest_first, emptied_places, is_in, place_of
from agent.reconciler import Ask, Folder, KeySet, Reconciler

log = logging.getLogger(__name__)

MAX_PUT_OFF = 10
"""Comparisons in a row that are made again; files may be found all the time."""
MOVED_WITHIN_S = 3600
"""The same content at another path is a move if that one appeared so recently (moving to another
disk copies everything first), and a copy if it is older."""


class WatchedFolder(Folder, Protocol):
    """What is known of the folder and of its disks."""

    @property
    def disks(self) -> dict[str, str]: ...

    @property
    def is_away(self) -> bool: ...

    @property
    def found(self) -> int: ...

    def __contains__(self, path: object) -> bool: ...

    def leaves_out(self, wire: str) -> bool: ...

    def has_files(self, place: str, but: Collection[str]) -> bool: ...


class Outcome(Enum):
    """Of a comparison: whether what is held, or the disks, have changed since the one before,
    or whether it has to be made again, because files were found meanwhile."""

    SAME = "same"
    NEWS = "news"
    AGAIN = "again"


@dataclass(frozen=True)
class _Held:
    """What is missing from an emptied place; `disk` is the mount point it belongs to."""

    disk: str
    known: int
    keys: KeySet

    def state(self, path: str) -> EmptiedPlace:
        return EmptiedPlace(
            path=path,
            missing=len(self.keys),
            known=max(self.known, len(self.keys)),
            state=digest(f"{key:016x}" for key in self.keys),
        )


class Comparison:
    """One at a time; between two of them it tells what is held."""

    def __init__(
        self,
        folder: WatchedFolder,
        rules_version: str,
        ask: Ask,
        quiet: Callable[[], Awaitable[None]],
    ) -> None:
        """`quiet` waits until nothing vanishes any more."""
        self._folder = folder
        self._quiet = quiet
        self._put_off = 0
        self._reconciler = Reconciler(folder, rules_version, ask)
        self._held: dict[str, _Held] = {}
        self._let_go: set[tuple[str, str]] = set()
        self.judged = False
        """Whether one was made since the agent started."""
        self.hold_files = 0
        self.disks: dict[str, str] | None = None
        """The disks that the server's files were on; null before the server told them."""
        self.emptied: list[EmptiedPlace] = []

    def remember(self, disks: Mapping[str, str] | None) -> None:
        """Take what the server kept of `disks`; only the first word counts."""
        if self.disks is None:
            self.disks = dict(disks or {})

    def reject(self, path: str, size: int, mtime_ns: int) -> None:
        """Remember that the server refused this state of a file for good."""
        self._reconciler.reject(path, size, mtime_ns)

    def let_go(self, command: LetGo) -> None:
        """What is missing from a place counts as gone, in the next comparison, if it is still
        exactly that."""
        self._let_go.add((command.path, command.state))

    def holds(self, path: str) -> bool:
        """Whether a file that is not there may be one that is held."""
        return any(is_in(path, place) for place in self._held)

    def may_be_emptied(self, paths: Collection[str]) -> bool:
        """Whether so many files, or one of these, are no matter of course when they vanish:
        then a comparison has to judge them."""
        if len(paths) >= min(self.hold_files, MAX_LOSSES):
            return True
        disks = self._mount_points()
        for disk in {place_of(path, disks).disk for path in paths}:
            below = [other for other in disks if other and is_in(other, disk) and other != disk]
            if disk in self._exchanged() or not self._folder.has_files(disk, below):
                return True
        return any(self.holds(path) for path in paths)

    async def run(self, command: ResyncCommand, indexer: Indexer) -> Outcome:
        """Compare, and give the indexer what has to be sent. Raises `ProtocolError` and whatever
        `ask` raises."""
        disks, begun, found = self._mount_points(), time.monotonic(), self._folder.found
        listed_on = self._folder.disks
        held = KeySet(key for one in self._held.values() for key in one.keys)
        new: Counter[Place] = Counter()
        async with aclosing(self._reconciler.run(command, held)) as work:
            async for path, is_new in work:
                new[place_of(path, disks)] += is_new
                await indexer.feed(path, gone=False)
        # The server has to know where files were moved to, before it says where else they are.
        await indexer.drain()
        lost = self._reconciler.lost
        before = (self.emptied, self.disks)
        if not self.judged or lost != held or self._let_go or self._exchanged():
            if len(lost):
                await self._quiet()
                if self._folder.found != found and self._put_off < MAX_PUT_OFF:
                    # Half of a move would look like a loss.
                    self._put_off += 1
                    return Outcome.AGAIN
            self._put_off = 0
            if self._folder.is_away:
                return Outcome.SAME  # once it is back it is compared
            window_s = MOVED_WITHIN_S + time.monotonic() - begun
            await self._judge(lost, new, disks, indexer, window_s)
        self.judged = True
        self._keep_disks(listed_on)
        return Outcome.SAME if (self.emptied, self.disks) == before else Outcome.NEWS

    async def _judge(
        self,
        lost: KeySet,
        new: Mapping[Place, int],
        disks: list[str],
        indexer: Indexer,
        window_s: float,
    ) -> None:
        tallies: dict[Place, Tally] = {}
        missing: dict[Place, list[int]] = {}
        async for key, path, twins in self._reconciler.paths_of(lost, twins_within_s=window_s):
            if path is None or path in self._folder:
                continue  # known with other content
            if self._folder.leaves_out(path) or any(twin in self._folder for twin in twins):
                await self._report_gone(path, indexer)
            else:
                missing.setdefault(place_of(path, disks), []).append(key)
        present = await asyncio.to_thread(self._count, disks)
        for place in present.keys() | missing.keys():
            keys = missing.get(place, [])
            tallies[place] = Tally(present[place] + len(keys), len(keys), new.get(place, 0))
        emptied = emptied_places(tallies, self.hold_files, self._exchanged())
        groups: dict[tuple[str, str, int], list[int]] = {}
        gone: list[int] = []
        for place, keys in missing.items():
            if place in emptied:
                shown = emptied[place]
                groups.setdefault((shown.path, place.disk, shown.known), []).extend(keys)
            else:
                gone += keys
        gone += self._hold(groups)
        async for _, path, _ in self._reconciler.paths_of(KeySet(gone)):
            if path is not None and path not in self._folder:
                await self._report_gone(path, indexer)

    def _hold(self, groups: Mapping[tuple[str, str, int], list[int]]) -> list[int]:
        """Hold the groups; answers the keys of those that a person let go."""
        gone: list[int] = []
        held: dict[str, _Held] = {}
        emptied: list[EmptiedPlace] = []
        for (path, disk, known), keys in groups.items():
            one = _Held(disk, known, KeySet(keys))
            state = one.state(path)
            if (path, state.state) in self._let_go:
                log.info("%d files of %s are really gone", state.missing, path or "the folder")
                gone += keys
                continue
            held[path] = one
            emptied.append(state)
            if state not in self.emptied:
                log.warning(
                    "%d of %d files of %s are not there any more: they stay in the list until "
                    "they are back, or somebody says that they are gone",
                    state.missing,
                    state.known,
                    path or "the folder",
                )
        self._held, self._let_go = held, set()
        emptied.sort(key=lambda state: -state.missing)
        self.emptied = emptied[:MAX_PLACES]
        return gone

    async def _report_gone(self, path: str, indexer: Indexer) -> None:
        """A folder that is away says nothing about its files."""
        if not self._folder.is_away:
            await indexer.feed(path, gone=True)

    def _count(self, disks: list[str]) -> Counter[Place]:
        return Counter(place_of(path, disks) for path, _, _ in self._folder.entries())

    def _mount_points(self) -> list[str]:
        return deepest_first({*self._folder.disks, *(self.disks or {})})

    def _exchanged(self) -> set[str]:
        """The mount points where another disk is now than when their files were listed."""
        now = self._folder.disks
        return {path for path, name in (self.disks or {}).items() if now.get(path) != name}

    def _keep_disks(self, listed_on: Mapping[str, str]) -> None:
        """What is held stays on the disk it was on; the rest is on those that the comparison
        began with: one that went away meanwhile is missed by the next."""
        if self._folder.is_away or not listed_on:
            return
        held = {one.disk for one in self._held.values()}
        kept = {path: name for path, name in (self.disks or {}).items() if path in held}
        now = {path: name for path, name in listed_on.items() if path not in held}
        self.disks = dict(list({**kept, **now}.items())[:MAX_PLACES])
