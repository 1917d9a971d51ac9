"""The agent put together: one folder, one server.

What lives as long as the process: the watcher's table, the parser's child, the uploads. What
lives as long as a connection: the queue, the heartbeats, the reconciliation. Nothing is saved.
"""

import asyncio
import contextlib
import logging
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import aiohttp
from pydantic import ValidationError

from agent import api, host
from agent.config import Settings
from agent.contract.base import WireModel
from agent.contract.files import IndexedFile
from agent.contract.messages import (
    AgentConfig,
    AuthRequest,
    CancelUpload,
    Counters,
    Handshake,
    Heartbeat,
    HeartbeatAck,
    IndexAck,
    IndexBatch,
    LetGo,
    Logs,
    LogsRequest,
    ResyncCommand,
    UploadProgress,
    UploadRequest,
)
from agent.contract.reconcile import Answer, Question
from agent.link import Link, LinkDownError, NoAckError, ServerSaysError
from agent.listing import COMPARE_AGAIN_S, Listing
from agent.log import LogRing
from agent.pdf.extract import Extractor
from agent.pdf.inspect import index_file
from agent.pdf.rules.version import RULES_VERSION
from agent.troubles import Troubles
from agent.upload import Uploader, UploadSettings
from agent.watch import Changes, Pace, Watcher
from agent.watch.ignore import Ignore
from agent.watch.paths import to_wire

log = logging.getLogger(__name__)
Reply = TypeVar("Reply", bound=WireModel)

LOST_HEARTBEATS = 2
FIRST_BEAT_S = 2
CLOCK_WARNING_S = 60
STATE_S = 0.5
"""Between two looks at the watcher's own state."""


class Agent:
    """One folder and one server."""

    def __init__(self, settings: Settings, ring: LogRing) -> None:
        """Raises `ConfigError` where `ca_file` cannot be used."""
        self._settings = settings
        self._ring = ring
        self._tls = api.tls_context(settings.ca_file)
        self._started = time.monotonic()
        self._config = AgentConfig()
        self._address = ""
        self._introduced = False
        self._configured = asyncio.Event()
        self._clock_told = False
        self._beat = asyncio.Event()
        self._extractor = Extractor()
        self.watcher = Watcher(
            settings.folder,
            polling=settings.watch == "polling",
            pace=Pace(poll_s=settings.poll_s, settle_s=settings.settle_s),
            ignore=Ignore(settings.ignore),
            expect=self._extractor.prepare,
        )
        self._listing = Listing(
            self.watcher,
            RULES_VERSION,
            ask=self._ask,
            told=self._beat.set,
            refused=self._on_refused,
        )
        self._folder = to_wire(os.fsencode(self.watcher.root))
        self._troubles = Troubles(self._folder)
        self._link = Link(
            settings.server,
            self._handshake,
            {
                "agent:upload_request": self._on_upload_request,
                "agent:cancel_upload": self._on_cancel_upload,
                "agent:config_update": self._on_config_update,
                "agent:resync_request": self._on_resync_request,
                "agent:let_go": self._on_let_go,
                "agent:logs_request": self._on_logs_request,
            },
            open_session=self._open_session,
            delays_s=settings.reconnect_s,
            connect_timeout_s=settings.connect_timeout_s,
            ack_timeout_s=settings.ack_timeout_s,
        )
        self._uploader = Uploader(
            UploadSettings(
                server=settings.server,
                token=settings.token.get_secret_value(),
                retry_s=settings.upload_retry_s,
                stall_s=settings.upload_stall_s,
            ),
            locate=self._listing.locate,
            open_session=self._open_session,
            report=self._report,
            progress=self._on_progress,
            changed=self._on_stale,
        )
        self._listing.configure(self._config)

    async def run(self) -> None:
        """Work until cancelled."""
        log.info("the folder is %s, the server %s", self._folder, self._settings.server)
        try:
            async with self._extractor, asyncio.TaskGroup() as tasks:
                tasks.create_task(self.watcher.run(self._listing.follow))
                tasks.create_task(self._watch_state())
                tasks.create_task(self._link.run(self._session))
        finally:
            await self._uploader.close()

    # While connected

    async def _session(self) -> None:
        """Everything that needs the connection; ends when it is lost."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._introduce())
                tasks.create_task(self._send_heartbeats())
                tasks.create_task(self._listing.run(self._read, self._send_batch))
        except* LinkDownError:
            pass

    async def _introduce(self) -> None:
        """Ask who this agent is, for the log, and for the settings the server has for it."""
        self._address = await asyncio.to_thread(host.local_address, self._settings.server)
        self._beat.set()
        if self._introduced:
            return
        try:
            async with self._open_session() as session:
                answer = await api.authenticate(
                    session,
                    self._settings.server,
                    AuthRequest(hostname=host.hostname()),
                    token=self._settings.token.get_secret_value(),
                    timeout_s=self._settings.connect_timeout_s,
                )
        except api.ServerError as error:
            log.info("the server did not say who this agent is: %s", error)
            return
        self._introduced = True
        log.info("this is %s, branch %s of %s", answer.name, answer.branch, answer.tenant)
        self._configure(answer.config)

    async def _send_heartbeats(self) -> None:
        lost = 0
        while True:
            self._beat.clear()
            for trouble in self._troubles.news(self.watcher.folder_state):
                await self._report("agent:error", trouble)
            try:
                reply = await self._call("agent:heartbeat", self._heartbeat(), HeartbeatAck)
            except NoAckError as error:
                lost += 1
                if lost == LOST_HEARTBEATS:
                    self._link.drop(str(error))
            except ServerSaysError as error:
                log.warning("the server refuses the heartbeat: %s", error)
            else:
                lost = 0
                self._listing.remember(reply.disks)
                self._watch_clock(reply.clock_skew_s)
            with contextlib.suppress(TimeoutError):
                # Nothing is compared before the first answer.
                async with asyncio.timeout(
                    self._config.heartbeat_s if self._listing.disks is not None else FIRST_BEAT_S
                ):
                    await self._beat.wait()

    def _watch_clock(self, skew_s: float) -> None:
        wrong = abs(skew_s) > CLOCK_WARNING_S
        if wrong and not self._clock_told:
            log.warning("the clock of this machine is %.0f s off the server's", skew_s)
        self._clock_told = wrong

    # The folder

    async def _on_stale(self, path: str) -> None:
        await self._listing.follow(Changes(changed=[path]))

    async def _watch_state(self) -> None:
        """Tell the server when the folder or the way it is watched changes."""
        watcher = self.watcher
        before = (watcher.folder_state, watcher.mode, watcher.disks)
        while True:
            await asyncio.sleep(STATE_S)
            now = (watcher.folder_state, watcher.mode, watcher.disks)
            if now == before:
                continue
            self._beat.set()
            if watcher.disks != before[2] and not watcher.is_away:
                self._listing.compare()
            before = now

    async def _read(self, path: str) -> IndexedFile | None:
        # Without the key there is no proof, and the document would be in this branch alone.
        await self._configured.wait()
        file = self.watcher.resolve(path)
        if file is None:
            return None
        try:
            return await index_file(
                self.watcher.root,
                file,
                self._extractor,
                max_upload_bytes=self._config.max_upload_bytes,
                possession_key=self._config.possession_key,
            )
        except (OSError, RuntimeError) as error:
            # No process can be started at the moment: the next comparison finds the file again.
            log.error("cannot read files: %s", error)
            await asyncio.sleep(COMPARE_AGAIN_S)
            self._listing.compare()
            return None

    # To the server

    async def _call(self, event: str, message: WireModel, reply: type[Reply]) -> Reply:
        """Raises `LinkDownError`, `NoAckError` and `ServerSaysError`."""
        answer = await self._link.call(event, message)
        try:
            return reply.model_validate(answer)
        except ValidationError as error:
            raise ServerSaysError("bad_answer", f"its answer to {event} makes no sense") from error

    async def _ask(self, question: Question) -> Answer:
        return await self._call("agent:resync", question, Answer)

    async def _send_batch(self, batch: IndexBatch) -> IndexAck:
        return await self._call("agent:pdf_indexed", batch, IndexAck)

    async def _report(self, event: str, message: WireModel) -> None:
        """Where it cannot be delivered the server asks again, and is answered then."""
        try:
            await self._link.call(event, message)
        except (LinkDownError, NoAckError, ServerSaysError) as error:
            log.info("%s was not delivered: %s", event, error or "not connected")

    async def _on_progress(self, progress: UploadProgress) -> None:
        await self._link.tell("agent:upload_progress", progress)

    def _on_refused(self, file: IndexedFile, why: str) -> None:
        self._troubles.refuse(file, why)
        self._beat.set()

    # From the server

    async def _on_upload_request(self, data: Any) -> WireModel:
        return await self._uploader.request(UploadRequest.model_validate(data))

    async def _on_cancel_upload(self, data: Any) -> None:
        self._uploader.cancel(CancelUpload.model_validate(data).transfer_id)

    async def _on_config_update(self, data: Any) -> None:
        self._configure(AgentConfig.model_validate(data))

    async def _on_resync_request(self, data: Any) -> None:
        self.watcher.rescan()
        self._listing.compare(ResyncCommand.model_validate(data))

    async def _on_let_go(self, data: Any) -> None:
        self._listing.let_go(LetGo.model_validate(data))

    async def _on_logs_request(self, data: Any) -> WireModel:
        return Logs(lines=self._ring.tail(LogsRequest.model_validate(data).lines))

    # What this agent is

    def _configure(self, config: AgentConfig) -> None:
        self._configured.set()
        if config == self._config:
            return
        self._config = config
        self.watcher.pace = replace(self.watcher.pace, rescan_s=config.rescan_s)
        self._uploader.configure(config)
        self._listing.configure(config)
        self._beat.set()

    def _open_session(self) -> aiohttp.ClientSession:
        return api.open_session(self._tls)

    def _handshake(self) -> Handshake:
        return host.handshake(self._settings.token.get_secret_value())

    def _heartbeat(self) -> Heartbeat:
        uploads = self._uploader.totals
        return Heartbeat(
            version=host.version(),
            platform=host.system(),
            hostname=host.hostname(),
            local_address=self._address,
            memory_bytes=host.memory_bytes(self._extractor.child_pids),
            uptime_s=round(time.monotonic() - self._started, 1),
            sent_at=datetime.now(UTC),
            watch_mode=self.watcher.mode,
            folder=self._folder,
            folder_state=self.watcher.folder_state,
            counters=Counters(
                files=len(self.watcher),
                indexed=self._listing.totals.indexed,
                failed=self._listing.totals.failed,
                queued=self._listing.queued,
                uploads=uploads.done,
                upload_errors=uploads.failed,
            ),
            emptied=self._listing.emptied,
            disks=self._listing.disks,
        )
