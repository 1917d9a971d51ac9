"""The connection to the server: one Socket.IO namespace, acknowledged calls, own back-off.

`Link.run` keeps a connection up for as long as it is awaited. Everything that makes sense
only while connected is the `session` it is given: started after each connect, cancelled at
each disconnect.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
import socketio
from pydantic import ValidationError

from agent import api
from agent.contract.base import WireModel
from agent.contract.messages import Handshake

log = logging.getLogger(__name__)

NAMESPACE: Final = "/agent"
JITTER: Final = 0.2
GOODBYE_S: Final = 0.5
LONGEST_MOVE_MS: Final = 300_000
REFUSED_FOR_GOOD: Final = frozenset({"bad_token", "agent_blocked", "contract_version"})
"""Codes that only a person can change: asked again at the slowest pace."""

Handler = Callable[[Any], Awaitable[WireModel | None]]
"""Takes the JSON of a message; what it returns is the acknowledgement. May raise
`ValidationError`, which the server gets as an error."""


class LinkDownError(Exception):
    """There is no connection, or it was lost before the acknowledgement came."""


class NoAckError(Exception):
    """The server did not acknowledge in time."""


class ServerSaysError(Exception):
    """The server acknowledged with `{error: {code, message}}`."""

    def __init__(self, code: str, message: str):
        super().__init__(f"{message} ({code})")
        self.code = code


class ConnectRefusedError(Exception):
    """The server refused the handshake."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Link:
    """The agent's end of the namespace `/agent`."""

    def __init__(
        self,
        server: str,
        handshake: Callable[[], Handshake],
        handlers: Mapping[str, Handler],
        *,
        open_session: Callable[[], aiohttp.ClientSession],
        delays_s: tuple[float, ...],
        connect_timeout_s: float,
        ack_timeout_s: float,
    ):
        self._server = server
        self._handshake = handshake
        self._handlers = handlers
        self._open_session = open_session
        self._delays = delays_s
        self._connect_timeout = connect_timeout_s
        self._ack_timeout = ack_timeout_s
        self._client: socketio.AsyncClient | None = None
        self._lost = asyncio.Event()
        self._moving_in_s: float | None = None
        self._waiting: set[asyncio.Future[Any]] = set()

    @property
    def connected(self) -> bool:
        return self._client is not None

    async def run(self, session: Callable[[], Awaitable[None]]) -> None:
        """Connect, run `session` until the connection is lost, wait, and again; until cancelled."""
        step = 0
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with self._connection():
                    log.info("connected to %s", self._server)
                    since = loop.time()
                    await self._run_until_lost(session)
                # A server that takes the connection and drops it at once gets no hammering.
                if loop.time() - since >= self._delays[0]:
                    step = 0
                reason = "the connection was lost"
            except ConnectRefusedError as error:
                reason = f"the server refused this agent: {error} ({error.code})"
                if error.code in REFUSED_FOR_GOOD:
                    step = len(self._delays) - 1
            except api.UnreachableError as error:
                reason = str(error)
            delay = self._delays[step] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
            step = min(step + 1, len(self._delays) - 1)
            if self._moving_in_s is not None:
                # Another process of the server is there; this one spreads its agents over time.
                delay, step, reason = self._moving_in_s, 0, "the server asks us to come again"
            log.warning("not connected: %s; next try in %.0f s", reason, delay)
            await asyncio.sleep(delay)

    async def call(self, event: str, message: WireModel) -> dict[str, Any]:
        """Send a message and wait for its acknowledgement.

        Raises `LinkDownError`, `NoAckError` and `ServerSaysError`.
        """
        if self._client is None:
            raise LinkDownError
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.add(answer)
        try:
            await self._emit(event, message, lambda *data: _resolve(answer, data))
            async with asyncio.timeout(self._ack_timeout):
                data = await answer
        except TimeoutError:
            raise NoAckError(
                f"no acknowledgement of {event} in {self._ack_timeout:.0f} s"
            ) from None
        finally:
            self._waiting.discard(answer)
        reply = data[0] if data and isinstance(data[0], dict) else {}
        if isinstance(error := reply.get("error"), dict):
            raise ServerSaysError(str(error.get("code")), str(error.get("message")))
        return reply

    async def tell(self, event: str, message: WireModel) -> None:
        """Send a message whose loss does not matter."""
        with contextlib.suppress(LinkDownError):
            await self._emit(event, message, None)

    def drop(self, why: str) -> None:
        """Give the connection up, because the other side does not answer."""
        if self._client is not None and not self._lost.is_set():
            log.warning("dropping the connection: %s", why)
            self._lost.set()

    async def _move(self, data: Any) -> None:
        """The server's process is about to stop, and says when to connect again."""
        delay_ms = data.get("delayMs") if isinstance(data, dict) else None
        if isinstance(delay_ms, int) and 0 <= delay_ms <= LONGEST_MOVE_MS:
            self._moving_in_s = delay_ms / 1000
            self._lost.set()

    async def _emit(
        self, event: str, message: WireModel, callback: Callable[..., None] | None
    ) -> None:
        if self._client is None:
            raise LinkDownError
        try:
            await self._client.emit(
                event, message.to_wire(), namespace=NAMESPACE, callback=callback
            )
        except socketio.exceptions.SocketIOError as error:
            raise LinkDownError from error

    @contextlib.asynccontextmanager
    async def _connection(self) -> Any:
        """A connection that is up when the block starts, and wholly gone after it.

        The HTTP session is the connection's own, because closing it is what ends a transport
        whose peer has silently gone away: the library would wait for the peer to read.
        """
        self._lost.clear()
        self._moving_in_s = None
        refusal: list[ConnectRefusedError] = []
        async with self._open_session() as http:
            client = socketio.AsyncClient(
                reconnection=False,
                handle_sigint=False,
                logger=_LIBRARY_LOG,
                engineio_logger=_LIBRARY_LOG,
                http_session=http,
                # A branch pays for its line by the byte, and index batches shrink to a third.
                websocket_extra_options={"compress": 15},
            )
            client.on("connect_error", lambda data: refusal.extend(_refused(data)), NAMESPACE)
            client.on("disconnect", lambda *_: self._lost.set(), NAMESPACE)
            client.on("server:moving", self._move, NAMESPACE)
            for event, handler in self._handlers.items():
                client.on(event, _acknowledging(handler), NAMESPACE)
            try:
                await self._connect(client, refusal)
                self._client = client
                yield
            finally:
                self._client = None
                for future in self._waiting:
                    if not future.done():
                        future.set_exception(LinkDownError())
                with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
                    async with asyncio.timeout(GOODBYE_S):
                        await client.disconnect()
                        # The library leaves it open where it gave the peer up itself.
                        if (websocket := client.eio.ws) is not None:
                            await websocket.close()

    async def _connect(
        self, client: socketio.AsyncClient, refusal: list[ConnectRefusedError]
    ) -> None:
        """Raises `ConnectRefusedError` and `api.UnreachableError`."""
        try:
            async with asyncio.timeout(self._connect_timeout):
                await client.connect(
                    self._server,
                    auth=self._handshake().to_wire(),
                    transports=["websocket"],
                    namespaces=[NAMESPACE],
                    wait_timeout=self._connect_timeout,
                )
        except (
            *(socketio.exceptions.ConnectionError, aiohttp.ClientError, OSError),
            *(ValueError, KeyError, TypeError),  # a peer that speaks something else
        ) as error:
            if refusal:
                raise refusal[-1] from error
            raise api.UnreachableError(api.explain(_cause(error), self._server)) from error

    async def _run_until_lost(self, session: Callable[[], Awaitable[None]]) -> None:
        work = asyncio.ensure_future(session())
        lost = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, lost):
                task.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)


_LIBRARY_LOG = logging.getLogger("agent.link.socketio")
# Below this level the library logs whole packets, and the first one holds the token.
_LIBRARY_LOG.setLevel(logging.ERROR)


def _acknowledging(handler: Handler) -> Callable[..., Awaitable[dict[str, object]]]:
    async def handle(*data: Any) -> dict[str, object]:
        try:
            answer = await handler(data[0] if data else {})
        except ValidationError as error:
            log.warning("a message of the server makes no sense: %s", error)
            return {"error": {"code": "invalid", "message": str(error)[:500]}}
        return answer.to_wire() if answer is not None else {}

    return handle


def _resolve(future: asyncio.Future[Any], data: tuple[Any, ...]) -> None:
    if not future.done():
        future.set_result(data)


def _refused(data: Any) -> list[ConnectRefusedError]:
    """The server's refusal, `{message, data: {code}}`; the library calls back with a mere text
    where it was not the server that said no."""
    if not isinstance(data, dict):
        return []
    inner = data.get("data")
    fields = {**data, **(inner if isinstance(inner, dict) else {})}
    code, message = fields.get("code", "refused"), fields.get("message", "no reason given")
    return [ConnectRefusedError(str(code), str(message))]


def _cause(error: BaseException) -> BaseException:
    """What really happened below the library's own exceptions."""
    while isinstance(error, socketio.exceptions.ConnectionError) or type(error).__module__ == (
        "engineio.exceptions"
    ):
        below = error.__cause__ or error.__context__
        if below is None:
            break
        error = below
    return error
