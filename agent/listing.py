"""The server's list of this agent's files: kept in line with the folder while connected.

Changes are followed as they come; what may have been missed, and what vanished in numbers, is
found by comparing.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from agent.comparison import Comparison, Outcome
from agent.contract.files import IndexedFile
from agent.contract.messages import (
    PLACE_AWAY,
    AgentConfig,
    Disks,
    EmptiedPlace,
    LetGo,
    ResyncCommand,
)
from agent.indexer import Indexer, Read, Send, Totals
from agent.link import NoAckError, ServerSaysError
from agent.losses import Losses
from agent.reconciler import Ask, ProtocolError
from agent.upload import UploadError
from agent.watch import Changes, Watcher

log = logging.getLogger(__name__)

COMPARE_AGAIN_S = 5
SENT_FIRST_S = 5
"""Changes are sent before losses, for so long: some may be moves."""
JUDGED_WITHIN_S = 60
"""A request for a file that is not there waits so long until it is known what that means."""


class Listing:
    """`told` is called when people should hear soon that something about the folder changed, and
    `refused` with a file that the server will never list, and why."""

    def __init__(
        self,
        watcher: Watcher,
        rules_version: str,
        *,
        ask: Ask,
        told: Callable[[], None],
        refused: Callable[[IndexedFile, str], None],
    ) -> None:
        self._watcher = watcher
        self._told, self._refused = told, refused
        self._losses = Losses(lambda: watcher.is_busy)
        self._comparison = Comparison(
            watcher, rules_version, ask, quiet=self._losses.wait_until_quiet
        )
        self._indexer: Indexer | None = None
        self._wanted = asyncio.Event()
        self._command = ResyncCommand()
        self._remembers = asyncio.Event()
        self._idle = asyncio.Event()
        self._overflowed = False
        self._rescan_s = 0.0
        self.totals = Totals()

    @property
    def queued(self) -> int:
        """Changes that wait to be sent."""
        return self._indexer.queued if self._indexer else 0

    @property
    def emptied(self) -> list[EmptiedPlace]:
        """The places that people should look at."""
        return self._comparison.emptied

    @property
    def disks(self) -> Disks | None:
        """The disks that the listed files are on; null before the server told what it kept."""
        return self._comparison.disks

    def configure(self, config: AgentConfig) -> None:
        self._rescan_s = config.rescan_s
        self._comparison.hold_files = config.hold_files

    def remember(self, disks: Disks | None) -> None:
        """What the server kept of `disks`: before that nothing is compared."""
        self._comparison.remember(disks)
        self._remembers.set()

    async def run(self, read: Read, send: Send) -> None:
        """Keep the list until the connection is lost. Raises `LinkDownError` in a group."""
        indexer = self._indexer = Indexer(
            read, send, self.totals, rejected=self._on_rejected, overflowed=self._on_overflow
        )
        self._losses.clear()
        self._want(ResyncCommand())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(indexer.run())
                tasks.create_task(self._compare_on_demand(indexer))
                tasks.create_task(self._judge_losses(indexer))
        finally:
            self._indexer = None

    async def follow(self, changes: Changes) -> None:
        """Without a connection nothing is kept: the comparison after the connect finds it."""
        if (indexer := self._indexer) is None:
            return
        for old, new in changes.renamed:
            self._losses.drop(new)
            await indexer.renamed(old, new)
        for path in changes.gone:
            self._losses.add(path)
        for path in changes.changed:
            self._losses.drop(path)
            await indexer.changed(path)

    def compare(self, command: ResyncCommand | None = None) -> None:
        """Compare soon with the server."""
        self._want(command or ResyncCommand())

    def let_go(self, command: LetGo) -> None:
        """A person says that what is missing from a place is gone."""
        self._comparison.let_go(command)
        self._want(ResyncCommand())

    async def locate(self, path: str) -> Path | None:
        """The file of a wire path; null where there is none.

        Raises `UploadError` (`PLACE_AWAY`) where it may come back with its disk.
        """
        if self._watcher.is_away:
            state = self._watcher.folder_state
            raise UploadError(PLACE_AWAY, f"the watched folder is {state}")
        await self._watcher.scanned.wait()
        file = self._watcher.resolve(path)
        if file is not None and await asyncio.to_thread(os.path.lexists, file):
            return file
        if file is not None:
            self._watcher.rescan()
        try:
            async with asyncio.timeout(JUDGED_WITHIN_S):
                await self._losses.wait_until_quiet()
                await self._idle.wait()
        except TimeoutError:
            judged = False
        else:
            judged = not self._watcher.is_away and not self._comparison.holds(path)
        if judged:
            return self._watcher.resolve(path)
        raise UploadError(PLACE_AWAY, "much of its place is not there: is the disk connected?")

    async def _compare_on_demand(self, indexer: Indexer) -> None:
        """Compare after the connect, on request, after an overflow, and every `rescan_s`,
        because events get lost."""
        await self._remembers.wait()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._rescan_s):
                    await self._wanted.wait()
            self._idle.clear()
            await self._watcher.scanned.wait()
            # What is on its way would be found missing and read once more.
            await indexer.drain()
            self._wanted.clear()
            self._overflowed = False
            command, self._command = self._command, ResyncCommand()
            if self._watcher.is_away:
                continue  # once it is back it is compared
            try:
                outcome = await self._comparison.run(command, indexer)
            except (NoAckError, ServerSaysError, ProtocolError) as error:
                log.warning("the comparison with the server failed: %s", error)
                self._want(command)
                await asyncio.sleep(COMPARE_AGAIN_S)
            else:
                if outcome is Outcome.AGAIN:
                    self._want(ResyncCommand())
                elif outcome is Outcome.NEWS:
                    self._told()
            if not self._wanted.is_set():
                self._idle.set()

    async def _judge_losses(self, indexer: Indexer) -> None:
        while True:
            paths = await self._losses.take()
            if self._watcher.is_away:
                continue
            if not self._comparison.judged or self._comparison.may_be_emptied(paths):
                self._want(ResyncCommand())
                continue
            # A few that were moved: their new paths are told first.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SENT_FIRST_S):
                    await indexer.drain()
            for path in paths:
                if path not in self._watcher:
                    await indexer.removed(path)

    def _want(self, command: ResyncCommand) -> None:
        self._command = ResyncCommand(deep=command.deep or self._command.deep)
        self._idle.clear()
        self._wanted.set()

    def _on_overflow(self) -> None:
        if not self._overflowed:
            log.info("more changes than the queue holds: the folder is compared again afterwards")
        self._overflowed = True
        self._want(ResyncCommand())

    def _on_rejected(self, file: IndexedFile, why: str) -> None:
        self._comparison.reject(file.path, file.size, file.mtime_ns)
        self._refused(file, why)
