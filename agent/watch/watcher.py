"""The watched folder: what is in it, and what changes, by events or by looking.

One loop, in which every cause to look (a hint, a rescan, a poll) ends in the same comparison
of the disk with the table; so both modes behave alike and a lost event costs only time.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from agent.watch.changes import Changes, Mode, Pace
from agent.watch.disks import Disk, look_at_disks
from agent.watch.events import EventSource, full_table, obstacle, touch_canary, waker
from agent.watch.ignore import Ignore
from agent.watch.paths import UNSEEN, Stamp, is_below, split, to_wire, topmost
from agent.watch.settle import Settling, look_again
from agent.watch.survey import (
    Difference,
    FolderState,
    FolderUnavailableError,
    Survey,
    is_empty,
    look_at,
)
from agent.watch.table import KnownFiles

log = logging.getLogger(__name__)

_SLICE_S = 0.1
"""A survey gives way to hints after so long."""
_MERGE_S = 0.05
"""Hints that come within this are looked at together: a rename is two of them."""
_EVENTS_PER_SURVEY = 8192
"""Half of what inotify queues: after a burst of this length some may have been dropped."""

Report = Callable[[Changes], Awaitable[None]]


class Watcher:
    """Watches one folder. `run` does the work; the rest tells what it knows.

    What the first look finds is not reported but known: it is reconciled with the server.
    `expect` is called when a file starts to settle, so that what it needs can be made ready.
    """

    def __init__(
        self,
        root: Path,
        *,
        polling: bool = False,
        pace: Pace | None = None,
        ignore: Ignore | None = None,
        expect: Callable[[], None] = lambda: None,
    ) -> None:
        self.root = root.absolute()
        self.pace = pace or Pace()
        self.scanned = asyncio.Event()
        """Set once every file is known."""
        self.decided = asyncio.Event()
        """Set once `mode` is chosen and tested, or the folder is found to be away."""
        self.mode: Mode = "starting"
        self.why = "The folder is being looked at for the first time."
        """A sentence for people: why this mode, and what it means."""
        self.folder_state: FolderState = "ok"
        self.found = 0
        """Counts reports of files that are new, changed or moved."""
        self.unreadable_folders: list[str] = []
        """Folders below the root that could not be read; what is in them counts as unchanged."""
        self._root = os.fsencode(self.root)
        self._polling = polling
        self._ignore = ignore or Ignore()
        self._expect = expect
        self._known = KnownFiles()
        self._settling = Settling(self.pace.settle_s, self.pace.incomplete_s)
        self._wake = asyncio.Event()
        self._events: EventSource | None = None
        self._disks = self._looked_through = dict[bytes, Disk]()
        self._device = 0
        self._trusts_old = True
        self._surveys: list[Survey] = []
        self._folders = 0
        self._received = 0
        self._due = {"root": 0.0, "survey": 0.0, "mode": 0.0}

    # What is known

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.resolve(path) is not None

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """Every complete file: wire path, size in bytes, mtime in ns. Safe in a thread."""
        for path, stamp in self._known.items():
            yield to_wire(path), *stamp

    def resolve(self, wire: str) -> Path | None:
        """The file that is called `wire` to the server; null where there is none."""
        path = self._known.resolve(wire) or self._settling.resolve(wire)
        return self.root / os.fsdecode(path) if path is not None else None

    @property
    def disks(self) -> dict[str, str]:
        """The names of the disks that the known files are on, by the wire path of their mount point
        (`""` is the folder): a disk is named once it was looked through, none while away."""
        return {to_wire(path): disk.name for path, disk in self._looked_through.items()}

    @property
    def is_away(self) -> bool:
        """A folder that is away says nothing about its files."""
        return self.folder_state != "ok"

    @property
    def is_busy(self) -> bool:
        """Whether the disk is being looked through, or files were only just seen."""
        return bool(self._surveys) or self._due["survey"] == 0.0 or self._settling.has_new()

    def has_files(self, place: str, but: Iterable[str]) -> bool:
        """Whether a file is known in a folder and all below it, but not in the folders `but`."""
        folders = self._known.folders_below(os.fsencode(place))
        return any(not any(is_below(folder, os.fsencode(one)) for one in but) for folder in folders)

    def leaves_out(self, wire: str) -> bool:
        """Whether a file of this wire path would not be listed."""
        path = os.fsencode(wire)
        return self._ignore.folder(split(path)[0]) or self._ignore.file(path)

    def rescan(self) -> None:
        """Look at everything soon."""
        self._due["survey"] = 0.0
        self._wake.set()

    # The loop

    async def run(self, report: Report) -> None:
        """Watch until cancelled; `report` is awaited with every change."""
        try:
            while True:
                try:
                    await self._check_root()
                    await self._take_hints(report)
                    await self._advance_survey(report)
                    await self._settle(report)
                    await self._check_mode()
                except FolderUnavailableError as error:
                    await self._lose_folder(error.state)
                await self._rest()
        finally:
            await self._stop_events()

    async def _rest(self) -> None:
        """Wait for a hint or for what is due next."""
        if self._surveys:
            return
        due = min(self._due.values())
        if self.folder_state == "ok":
            due = min(due, self._settling.next_due() or due)
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await self._wake.wait()
                await asyncio.sleep(_MERGE_S)
        except TimeoutError:
            pass
        self._wake.clear()

    async def _check_root(self) -> None:
        """See whether the folder is there, and still the same one."""
        if self._due["root"] > time.monotonic():
            return
        self._due["root"] = time.monotonic() + self.pace.root_s
        disks = await asyncio.to_thread(look_at_disks, self._root)
        if disks == self._disks:
            return
        device = disks[b""].seen[0]
        if len(self._known) and device != self._device and is_empty(self._root):
            # What is left where a share or a disk was unmounted.
            raise FolderUnavailableError("missing")
        if self.folder_state != "ok":
            log.info("the folder %s is there again", self.root)
        # Another mount anywhere below has no watches, however its events were had before.
        await self._stop_events()
        self._disks, self._device, self._trusts_old = disks, device, True
        self.folder_state = "ok"
        self._surveys = []
        self._due["survey"] = self._due["mode"] = 0.0

    async def _lose_folder(self, state: FolderState) -> None:
        """The folder itself is away: a state, which says nothing about its files."""
        if self.folder_state != state:
            log.warning("the folder %s is %s", self.root, state)
        await self._stop_events()
        self.folder_state = state
        self.mode = "starting"
        self.why = f"The folder is {state}; the agent waits for it."
        self.decided.set()
        self._disks = self._looked_through = {}
        self._surveys = []
        self._due = dict.fromkeys(self._due, time.monotonic() + self.pace.root_s)

    async def _take_hints(self, report: Report) -> None:
        events = self._events
        if events is None:
            return
        if events.lost or events.received - self._received > _EVENTS_PER_SURVEY:
            events.lost, self._received = False, events.received
            self._due["survey"] = min(self._due["survey"], time.monotonic() + self.pace.root_s)
        if not (hints := events.take()):
            return
        difference, folders = await asyncio.to_thread(
            look_at, self._root, hints, self._known, self._ignore
        )
        self._surveys += [self._survey(folder) for folder in topmost(folders)]
        await self._apply(difference, report)
        for path in hints:
            self._settling.hurry(path, time.monotonic())

    async def _advance_survey(self, report: Report) -> None:
        now = time.monotonic()
        if self._due["survey"] <= now:
            self._surveys = [self._survey()]
            self._due["survey"] = now + self.pace.rescan_s
        if not self._surveys:
            return
        survey = self._surveys[0]
        difference = await asyncio.to_thread(survey.advance, _SLICE_S)
        await self._apply(difference, report)
        if not survey.done:
            return
        self._surveys.remove(survey)
        if not survey.whole:
            return
        self._folders, self._trusts_old = survey.folders, False
        self._looked_through = self._disks
        self.unreadable_folders = sorted(to_wire(folder) for folder in survey.unreadable)
        if not self.scanned.is_set():
            log.info("%d files are known, %d settle", len(self._known), len(self._settling))
            passed = survey.left_out
            log.info(
                "left out: %d folders, %d PDFs, %d symbolic links",
                len(passed.folders),
                passed.files,
                passed.links,
            )
            self.scanned.set()
        if self.mode == "polling":
            self._plan_poll(survey.seconds)

    def _survey(self, start: bytes = b"") -> Survey:
        return Survey(self._root, self._known, start, ignore=self._ignore)

    def _plan_poll(self, seconds: float) -> None:
        pause = max(self.pace.poll_s, seconds * (1 / self.pace.poll_share - 1))
        self._due["survey"] = time.monotonic() + min(pause, self.pace.rescan_s)

    async def _settle(self, report: Report) -> None:
        if not (paths := self._settling.due(time.monotonic())):
            return
        sights = await asyncio.to_thread(look_again, self._root, paths)
        taken = self._settling.settle(sights, time.monotonic())
        for path, stamp in taken.items():
            self._known.put(path, stamp)
        await self._tell(Changes(changed=[to_wire(path) for path in taken]), report)

    async def _apply(self, difference: Difference, report: Report) -> None:
        """Take over a comparison: gone files leave the table, found ones wait to settle."""
        if difference.gone and await asyncio.to_thread(look_at_disks, self._root) != self._disks:
            # Another disk, or none: that its files are not there means nothing yet.
            self._due["root"] = 0.0
            difference = replace(difference, gone={})
        origins: dict[Stamp, list[bytes]] = {}
        told: list[bytes] = []
        for path, stamp in difference.gone.items():
            self._known.remove(path)
            origins.setdefault(stamp, []).append(path)
        renamed = {}
        settled_ns = time.time_ns() - int(self.pace.incomplete_s * 1e9)
        for path, stamp in difference.found.items():
            if same := origins.get(stamp):
                # The same size and the same nanosecond: moved, so it was complete before.
                renamed[same.pop()] = path
                self._take(path, stamp)
            elif self._trusts_old and stamp.mtime_ns < settled_ns:
                # A disk that has just come is not looked through twice.
                self._take(path, stamp)
                if self.scanned.is_set():
                    told.append(path)
            elif stamp == UNSEEN:
                # There is nothing to wait for.
                self._take(path, stamp)
                told.append(path)
            elif self._known.get(path) != stamp:
                self._settling.note(path, stamp, time.monotonic())
                self._expect()
        changes = Changes(
            changed=[to_wire(path) for path in told],
            gone=[to_wire(path) for path in difference.gone if path not in renamed],
            renamed=[(to_wire(old), to_wire(new)) for old, new in renamed.items()],
        )
        await self._tell(changes, report)

    def _take(self, path: bytes, stamp: Stamp) -> None:
        self._known.put(path, stamp)
        self._settling.drop(path)

    async def _tell(self, changes: Changes, report: Report) -> None:
        self.found += bool(changes.changed or changes.renamed)
        if changes:
            await report(changes)

    # Events or polling

    async def _check_mode(self) -> None:
        """Choose the mode once everything is known, and test it now and then."""
        if self._events and not self._events.is_alive():
            await self._poll("The system's change events broke off.")
        if not self.scanned.is_set() or self._surveys or self._due["mode"] > time.monotonic():
            return
        self._due["mode"] = time.monotonic() + self.pace.canary_s
        if (obstacle := await self._obstacle()) is not None:
            await self._poll(obstacle)
            return
        if self._events is None and not await self._start_events():
            return
        await self._test_events()

    async def _obstacle(self) -> str | None:
        """Why events cannot be relied on, as far as that is known without trying."""
        if self._polling:
            return "The settings say so."
        return await asyncio.to_thread(obstacle, self._root, self._disks, self._folders)

    async def _start_events(self) -> bool:
        events = EventSource(self._root, wake=waker(self._wake), left_out=self._ignore.folder)
        self._received = 0
        try:
            await asyncio.to_thread(events.start)
        except OSError as error:
            await asyncio.to_thread(events.stop)
            limit = await asyncio.to_thread(full_table, self._root)
            await self._poll(limit or f"The system refuses them: {error}.")
            return False
        self._events = events
        # What happened between the last survey and now caused no event.
        self._due["survey"] = 0.0
        return True

    async def _test_events(self) -> None:
        """Let the canary fly: events count as working when its own arrives."""
        events = self._events
        if events is None:
            return
        if limit := await asyncio.to_thread(full_table, self._root):
            await self._poll(limit)
            return
        events.canary_seen = False
        if refusal := await asyncio.to_thread(touch_canary, self._root):
            self._trust(
                "Changes are reported by the system. This could not be tested, because the agent "
                f"may not write into the folder ({refusal}); everything is looked at again every "
                f"{self.pace.rescan_s / 60:.0f} minutes."
            )
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.pace.canary_wait_s):
                # Cleared before each look, so that a canary between look and wait still wakes.
                self._wake.clear()
                while not events.canary_seen:
                    await self._wake.wait()
                    self._wake.clear()
        self._wake.set()
        if events.canary_seen:
            self._trust("Changes are reported by the system; a test file was seen at once.")
        else:
            await self._poll("A test file in the folder caused no event.")

    def _trust(self, why: str) -> None:
        if self.mode != "events":
            log.info("watching %s by events", self.root)
        self.mode, self.why = "events", why
        self.decided.set()

    async def _poll(self, reason: str) -> None:
        await self._stop_events()
        if self.mode != "polling":
            log.info("watching %s by polling: %s", self.root, reason)
            self._plan_poll(0.0)
        self.mode = "polling"
        self.why = f"The folder is looked at every few seconds, without events: {reason}"
        self.decided.set()

    async def _stop_events(self) -> None:
        events, self._events = self._events, None
        if events:
            await asyncio.to_thread(events.stop)
