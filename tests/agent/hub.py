"""A small server that speaks the agent's side of the contract, in memory, over real sockets.

The peer process of the agent's tests: it keeps what it is told, answers as the contract says,
and can be told to behave badly. It has no rules of its own about documents.
"""

import asyncio
import hashlib
import socket
import uuid
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import socketio
from aiohttp import BodyPartReader, web

from agent.contract.base import WireModel
from agent.contract.files import IndexedFile
from agent.contract.messages import (
    AgentConfig,
    AgentError,
    AuthAnswer,
    AuthRequest,
    Handshake,
    Heartbeat,
    HeartbeatAck,
    IndexAck,
    IndexBatch,
    Rejected,
    UploadAnswer,
    UploadComplete,
    UploadProgress,
    UploadRequest,
)
from agent.contract.reconcile import Answer, Question, answer_prefix, item_key, unpack
from agent.contract.versions import CONTRACTS

TOKEN = "test-token-of-32-bytes-or-so-0123456789"
CODE = "ENROL-ME-ONCE"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Hub:
    """Start it with `async with`; `restart` and `stop` are abrupt, as a killed process is."""

    def __init__(self, *, ping_interval_s: float = 25, ping_timeout_s: float = 20) -> None:
        self.port = free_port()
        self._ping = (ping_interval_s, ping_timeout_s)
        self._runner: web.AppRunner | None = None
        self.token = TOKEN
        self.code: str | None = CODE
        self.config = AgentConfig()
        self.clock_skew_s = 0.0
        self.disks: dict[str, str] | None = None
        """What the agent sent last."""
        self.contract = CONTRACTS.oldest

        self.sid: str | None = None
        self.connects = 0
        self.files: dict[str, IndexedFile] = {}
        self.batches: list[IndexBatch] = []
        self.heartbeats: list[Heartbeat] = []
        self.questions: list[Question] = []
        self.errors: list[AgentError] = []
        self.progress: list[UploadProgress] = []
        self.completed: list[UploadComplete] = []
        self.uploads: dict[str, bytes] = {}
        self.posts: list[dict[str, str]] = []
        self._keys: dict[str, str] | None = None

        self.refuse: tuple[str, str] | None = None
        """Code and message every handshake is refused with."""
        self.swallow_batches = 0
        """So many batches are neither taken nor acknowledged."""
        self.batch_errors: deque[tuple[str, str]] = deque()
        """Errors the next batches are acknowledged with."""
        self.reject_paths: set[str] = set()
        self.reject_facts: set[str] = set()
        """Of these paths only what is said without what was read is taken."""
        self.swallow_heartbeats = False
        self.nonsense = 0
        """So many heartbeats and batches are answered with something else."""
        self.upload_problems: deque[tuple[int, str, dict[str, str]]] = deque()
        """Status, code and headers the next uploads are refused with, before their body."""
        self.cut_uploads = 0
        """So many uploads lose their connection after the first bytes."""
        self.hold_upload: asyncio.Event | None = None
        """Uploads stop being read after the first bytes until this is set."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "Hub":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        interval, timeout = self._ping
        self.sio = socketio.AsyncServer(
            async_mode="aiohttp",
            transports=["websocket"],
            ping_interval=interval,
            ping_timeout=timeout,
        )
        for event, handler in {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "agent:heartbeat": self._heartbeat,
            "agent:pdf_indexed": self._indexed,
            "agent:resync": self._resync,
            "agent:upload_progress": self._progress,
            "agent:upload_complete": self._complete,
            "agent:error": self._error,
        }.items():
            self.sio.on(event, handler, namespace="/agent")
        app = web.Application()
        app.router.add_post("/api/agent/auth", self._auth)
        app.router.add_post("/api/agent/upload", self._upload)
        self.sio.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self) -> None:
        """Break every connection and listen no more."""
        if self._runner is None:
            return
        if self.hold_upload is not None:
            self.hold_upload.set()
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self.sio.shutdown()
        await self._runner.cleanup()
        self._runner = None
        self.sid = None

    async def call(self, event: str, message: WireModel) -> Any:
        """Send an event to the agent and return its acknowledgement."""
        return await self.sio.call(
            event, message.to_wire(), to=self.sid, namespace="/agent", timeout=5
        )

    async def drop_agent(self) -> None:
        await self.sio.disconnect(self.sid, namespace="/agent")

    async def request(self, path: str, content: bytes, *, priority: int = 0) -> uuid.UUID:
        """Ask for a file as it was when it had this content."""
        transfer = uuid.uuid4()
        answer = await self.call("agent:upload_request", upload_request(transfer, path, content))
        assert UploadAnswer.model_validate(answer).accepted
        return transfer

    # The socket

    async def _connect(self, sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> None:
        del environ
        handshake = Handshake.model_validate(auth)
        if handshake.token != self.token:
            raise socketio.exceptions.ConnectionRefusedError(
                "this token is not known", {"code": "bad_token"}
            )
        if self.refuse is not None:
            code, message = self.refuse
            raise socketio.exceptions.ConnectionRefusedError(message, {"code": code})
        self.sid = sid
        self.connects += 1

    async def _disconnect(self, sid: str, *_: object) -> None:
        if sid == self.sid:
            self.sid = None

    async def _heartbeat(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        beat = Heartbeat.model_validate(data)
        self.heartbeats.append(beat)
        if self.swallow_heartbeats:
            await asyncio.sleep(3600)
        if self.nonsense:
            self.nonsense -= 1
            return {"clockSkewS": "late"}
        now = datetime.now(UTC)
        skew = (beat.sent_at - now).total_seconds()
        told = self.disks if beat.disks is None else None
        self.disks = self.disks if beat.disks is None else beat.disks
        return HeartbeatAck(server_time=now, clock_skew_s=skew, disks=told).to_wire()

    async def _indexed(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        if self.swallow_batches:
            self.swallow_batches -= 1
            await asyncio.sleep(3600)
        if self.nonsense:
            self.nonsense -= 1
            return {"accepted": "perhaps"}
        if self.batch_errors:
            code, message = self.batch_errors.popleft()
            return {"error": {"code": code, "message": message}}
        batch = IndexBatch.model_validate(data)
        self.batches.append(batch)
        self._keys = None
        for path in batch.gone:
            self.files.pop(path, None)
        taken = [item for item in batch.items if self._takes(item)]
        self.files.update({item.path: item for item in taken})
        rejected = [
            Rejected(path=item.path, code="name_refused", message="not this name")
            for item in batch.items
            if not self._takes(item)
        ]
        return IndexAck(accepted=len(taken) + len(batch.gone), rejected=rejected).to_wire()

    def _takes(self, item: IndexedFile) -> bool:
        has_facts = item.pages is not None
        return item.path not in self.reject_paths and not (
            has_facts and item.path in self.reject_facts
        )

    def know(self, files: Iterable[IndexedFile]) -> None:
        self.files.update({file.path: file for file in files})
        self._keys = None

    def keys(self) -> dict[str, str]:
        """Key to path."""
        if self._keys is None:
            self._keys = {
                item_key(file.path, file.size, file.mtime_ns, file.rules_version): file.path
                for file in self.files.values()
            }
        return self._keys

    async def _resync(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        question = Question.model_validate(data)
        self.questions.append(question)
        answer = answer_question(self.keys(), question)
        if question.twins_within_s is not None:
            answer = answer.model_copy(update={"twins": self._twins(answer.paths or [])})
        return answer.to_wire()

    def _twins(self, paths: Iterable[str | None]) -> list[list[str]]:
        by_hash: dict[str | None, list[str]] = {}
        for file in self.files.values():
            by_hash.setdefault(file.file_hash, []).append(file.path)
        return [
            [twin for twin in by_hash[self.files[path].file_hash] if twin != path] if path else []
            for path in paths
        ]

    async def _progress(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        self.progress.append(UploadProgress.model_validate(data))
        return {}

    async def _complete(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        self.completed.append(UploadComplete.model_validate(data))
        return {}

    async def _error(self, sid: str, data: dict[str, Any]) -> dict[str, object]:
        del sid
        self.errors.append(AgentError.model_validate(data))
        return {}

    # HTTP

    async def _auth(self, request: web.Request) -> web.Response:
        body = AuthRequest.model_validate(await request.json())
        token = None
        if body.enrolment_code is not None:
            if body.enrolment_code != self.code:
                return problem(401, "bad_code", "This code is wrong, used or too old.")
            self.code, token = None, self.token
        elif request.headers.get("Authorization") != f"Bearer {self.token}":
            return problem(401, "bad_token", "This token is not known.")
        elif self.refuse is not None:
            return problem(403, *self.refuse)
        answer = AuthAnswer(
            agent_id=uuid.uuid4(),
            name="PC da filial",
            branch="Campinas",
            tenant="Demo",
            server_time=datetime.now(UTC) + timedelta(seconds=self.clock_skew_s),
            contract=self.contract,
            config=self.config,
            token=token,
        )
        return web.json_response(answer.to_wire())

    async def _upload(self, request: web.Request) -> web.Response:
        self.posts.append(dict(request.query))
        assert request.headers["Authorization"] == f"Bearer {self.token}"
        if self.upload_problems:
            status, code, headers = self.upload_problems.popleft()
            response = problem(status, code, f"refused: {code}")
            response.headers.update(headers)
            return response
        form = await request.multipart()
        part = await form.next()
        assert isinstance(part, BodyPartReader)
        assert part.name == "file"
        content = bytearray()
        while chunk := await part.read_chunk(64 * 1024):
            content += chunk
            if self.cut_uploads:
                self.cut_uploads -= 1
                assert request.transport is not None
                request.transport.abort()
            if self.hold_upload is not None:
                await self.hold_upload.wait()
        assert await form.next() is None
        query = request.query
        if hashlib.sha256(content).hexdigest() != query["fileHash"]:
            return problem(422, "hash_mismatch", "The bytes are not those of this hash.")
        assert len(content) == int(query["size"])
        self.uploads[query["transferId"]] = bytes(content)
        return web.json_response({"status": "cached", "transferId": query["transferId"]})


def answer_question(keys: dict[str, str], question: Question) -> Answer:
    """The server's answer; `keys` maps key to path."""
    split: dict[str, str] = {}
    leaf: dict[str, str] = {}
    for prefix, theirs in (question.q or {}).items():
        word = answer_prefix([key for key in keys if key.startswith(prefix)], prefix, theirs)
        if word is not None:
            (leaf if word[0] == "leaf" else split)[prefix] = word[1]
    paths = [keys.get(key) for key in unpack(question.n)] if question.n is not None else None
    return Answer(split=split or None, leaf=leaf or None, paths=paths)


def upload_request(transfer: uuid.UUID, path: str, content: bytes) -> UploadRequest:
    return UploadRequest(
        transfer_id=transfer,
        pdf_id=uuid.uuid4(),
        path=path,
        file_hash=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def problem(status: int, code: str, detail: str) -> web.Response:
    return web.json_response(
        {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
