"""The `/agent` namespace: handlers take a message, call a service and acknowledge.

A command for an agent reaches every process as a signal; the one that has the socket passes
it on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from uuid import UUID

import socketio
from pydantic import ValidationError
from socketio.exceptions import ConnectionRefusedError as RefusedError
from socketio.exceptions import SocketIOError

from agent.contract.base import WireModel
from agent.contract.messages import (
    AgentError,
    Handshake,
    Heartbeat,
    UploadAnswer,
    UploadComplete,
    UploadProgress,
)
from agent.contract.reconcile import Question
from agent.contract.versions import CONTRACTS, newest_common
from app.db.retry import retrying
from app.domains.agents import commands, presence
from app.domains.agents.access import active, authenticate
from app.domains.agents.credentials import AgentIdentity
from app.domains.pdfs import dispatch, indexing, reconciling, transfers
from app.domains.pdfs.facts import parse_report
from app.domains.pdfs.progress import ProgressBoard
from app.errors import ProblemError, UnprocessableError
from app.input import fault_of, is_acceptable
from app.runtime.parts import Runtime
from app.runtime.tasks import end

log = logging.getLogger(__name__)
NAMESPACE = "/agent"
ANSWER_S = 10.0
Message = TypeVar("Message", bound=WireModel)
Handler = Callable[[AgentIdentity, Any], Awaitable[WireModel | None]]


class Agents:
    """Which agents are connected to this process."""

    def __init__(self, server: socketio.AsyncServer, runtime: Runtime) -> None:
        self._server = server
        self._runtime = runtime
        self._progress = ProgressBoard(runtime)
        self._identities: dict[str, AgentIdentity] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        server.on("connect", self._connect, namespace=NAMESPACE)
        server.on("disconnect", self._disconnect, namespace=NAMESPACE)
        for event, handler in {
            "agent:heartbeat": self._heartbeat,
            "agent:pdf_indexed": self._indexed,
            "agent:resync": self._resync,
            "agent:upload_progress": self._upload_progress,
            "agent:upload_complete": self._upload_complete,
            "agent:error": self._error,
        }.items():
            server.on(event, self._acknowledging(event, handler), namespace=NAMESPACE)
        runtime.signals.on(commands.SIGNAL, self._take_command)

    def __len__(self) -> int:
        return len(self._identities)

    async def close(self) -> None:
        """End what is still under way."""
        await end(list(self._tasks))

    # Coming and going

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            hello = _parse(Handshake, auth)
            if newest_common(CONTRACTS, hello.speaks) is None:
                raise UnprocessableError(
                    "contract_version",
                    f"of the contract this server speaks {CONTRACTS}, the agent {hello.speaks}",
                )
            identity = await authenticate(self._runtime, hello.token, _address(environ))
            await presence.connected(
                self._runtime, identity, hello, node=self._runtime.settings.node, sid=sid
            )
        except ProblemError as error:
            code = "bad_token" if error.code == "invalid" else error.code
            raise RefusedError(error.detail, {"code": code, "message": error.detail}) from None
        self._identities[sid] = identity
        # Only one socket of an agent counts: a second one means the first is dead.
        commands.disconnect(self._runtime.signals, identity.agent_id, but=sid)
        self._start(self._greet(sid, identity))

    async def _greet(self, sid: str, identity: AgentIdentity) -> None:
        """What an agent is told when it comes: its settings, and what waits for it."""
        # The connection is open for us only after the handler of `connect` has returned.
        while sid in self._identities and not self._server.manager.is_connected(  # noqa: ASYNC110
            sid, NAMESPACE
        ):
            await asyncio.sleep(0.01)
        config = await presence.config(self._runtime, identity.tenant_id)
        await self._server.emit(
            "agent:config_update", config.to_wire(), to=sid, namespace=NAMESPACE
        )
        await dispatch.ask_agent(self._runtime, identity.agent_id)

    async def _disconnect(self, sid: str, _reason: str = "") -> None:
        identity = self._identities.pop(sid, None)
        if identity is not None:
            await retrying(lambda: presence.disconnected(self._runtime, identity, sid))

    # What agents say

    def _acknowledging(self, event: str, handler: Handler) -> Callable[..., Any]:
        async def handle(sid: str, *data: Any) -> dict[str, object]:
            identity = self._identities.get(sid)
            if identity is None:
                return _error("bad_token", "not connected")
            try:
                # An agent says again what was not acknowledged, so all of it is repeatable.
                answer = await retrying(
                    lambda: handler(identity, data[0] if data else None), repeatable=True
                )
            except ProblemError as error:
                if error.status in {401, 403}:
                    self._start(self._server.disconnect(sid, namespace=NAMESPACE))
                return _error(error.code, error.detail)
            except Exception:
                log.exception("%s of agent %s failed", event, identity.agent_id)
                return _error("internal_error", "something went wrong here; it has been logged")
            return answer.to_wire() if answer is not None else {}

        return handle

    async def _heartbeat(self, identity: AgentIdentity, data: Any) -> WireModel:
        message = _parse(Heartbeat, data)

        async def work() -> presence.Beat:
            async with self._runtime.database.unit_of_work(identity.scope) as unit:
                return await presence.beat(unit, self._runtime, identity, message)

        beat = await retrying(work)
        if beat.has_returned:
            self._start(self._ask(identity))
        return beat.ack

    async def _ask(self, identity: AgentIdentity) -> None:
        """Files that could not be had may be there again."""
        await dispatch.ask_agent(self._runtime, identity.agent_id)

    async def _indexed(self, identity: AgentIdentity, data: Any) -> WireModel:
        return await indexing.apply(self._runtime, identity, parse_report(data))

    async def _resync(self, identity: AgentIdentity, data: Any) -> WireModel:
        question = _parse(Question, data)
        async with self._runtime.database.read(identity.scope) as session:
            await active(session, identity)
            return await reconciling.answer(
                session, identity.agent_id, question, self._runtime.clock.now()
            )

    async def _upload_progress(self, identity: AgentIdentity, data: Any) -> None:
        await self._progress.report(identity, _parse(UploadProgress, data))

    async def _upload_complete(self, _identity: AgentIdentity, data: Any) -> None:
        # The agent's word; the server knows by itself, since it received the file.
        _parse(UploadComplete, data)

    async def _error(self, identity: AgentIdentity, data: Any) -> None:
        message = _parse(AgentError, data)

        async def work() -> None:
            async with self._runtime.database.unit_of_work(identity.scope) as unit:
                await active(unit.session, identity)
                if message.transfer_id is None:
                    await presence.report_error(unit, identity, message)
                else:
                    await transfers.failed(
                        unit,
                        self._runtime,
                        identity,
                        message.transfer_id,
                        code=message.code,
                        message=message.message,
                    )

        await retrying(work)

    # What agents are told

    def _take_command(self, command: dict[str, Any]) -> None:
        agent_id = UUID(command["agentId"])
        for sid, identity in list(self._identities.items()):
            if identity.agent_id != agent_id:
                continue
            if command["event"] != commands.DISCONNECT:
                self._start(self._tell(sid, identity, command))
            elif sid != command["but"]:
                self._start(self._server.disconnect(sid, namespace=NAMESPACE))

    async def _tell(self, sid: str, identity: AgentIdentity, command: dict[str, Any]) -> None:
        event, payload = command["event"], command["payload"]
        try:
            answer = await self._server.call(
                event, payload, to=sid, namespace=NAMESPACE, timeout=ANSWER_S
            )
        except SocketIOError:
            log.info("agent %s did not answer %s", identity.agent_id, event)
            return
        if event == "agent:upload_request":
            await self._take_answer(identity, UUID(payload["transferId"]), answer)
        elif isinstance(answer, dict) and is_acceptable(answer):
            self._runtime.signals.reply(command, answer)

    async def _take_answer(self, identity: AgentIdentity, transfer_id: UUID, data: Any) -> None:
        """An agent that does not take a transfer has failed at it."""
        try:
            answer = _parse(UploadAnswer, data)
        except ProblemError:
            answer = UploadAnswer(accepted=False, code="bad_answer", message="it makes no sense")
        if answer.accepted:
            return
        refusal = {
            "code": answer.code or "refused",
            "message": answer.message or "the agent refused it",
            "transferId": str(transfer_id),
        }
        await self._error(identity, refusal)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_survive(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _survive(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except ProblemError as error:
        log.info("an agent's business ended: %s", error)
    except Exception:
        log.exception("an agent's business failed")


def _parse(kind: type[Message], data: Any) -> Message:
    """Raises `UnprocessableError` (`invalid`)."""
    fault = fault_of(data)
    if fault is not None:
        raise UnprocessableError("invalid", str(fault))
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise UnprocessableError("invalid", f"{where}: {problem['msg']}") from None


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def _address(environ: dict[str, Any]) -> str:
    """The caller's address, from the ASGI scope the connection came with."""
    client = environ.get("asgi.scope", {}).get("client")
    return str(client[0]) if client else "unknown"
