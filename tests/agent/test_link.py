"""The connection: acknowledged calls, back-off, refusals, silence."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import web

from agent import api
from agent.contract.base import WireModel
from agent.contract.files import IndexedFile, Result
from agent.contract.messages import (
    AgentConfig,
    CancelUpload,
    Handshake,
    IndexBatch,
    Logs,
    LogsRequest,
    UploadRequest,
)
from agent.contract.versions import CONTRACTS
from agent.link import Handler, Link, LinkDownError, NoAckError, ServerSaysError
from tests.agent.hub import TOKEN, Hub, free_port
from tests.agent.waiting import until
from tests.support.proxy import Proxy

BATCH = IndexBatch(
    items=[IndexedFile(path="a.pdf", size=1, mtime_ns=1, result=Result.OK, rules_version="1")]
)


class Session:
    """Notes when it runs."""

    def __init__(self) -> None:
        self.starts = 0
        self.ends = 0

    @property
    def running(self) -> bool:
        return self.starts > self.ends

    async def __call__(self) -> None:
        self.starts += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.ends += 1


def make_link(
    url: str,
    *,
    token: str = TOKEN,
    handlers: Mapping[str, Handler] | None = None,
    delays_s: tuple[float, ...] = (0.05, 0.1),
    ack_timeout_s: float = 5,
    connect_timeout_s: float = 5,
) -> Link:
    return Link(
        url,
        lambda: Handshake(
            token=token, contract=CONTRACTS.oldest, version="1", platform="test", hostname="pc"
        ),
        handlers or {},
        open_session=api.open_session,
        delays_s=delays_s,
        connect_timeout_s=connect_timeout_s,
        ack_timeout_s=ack_timeout_s,
    )


@contextlib.asynccontextmanager
async def kept(link: Link, session: Session | None = None) -> AsyncIterator[Session]:
    """The link running in the background."""
    session = session or Session()
    task = asyncio.create_task(link.run(session))
    try:
        yield session
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_call_is_acknowledged(hub: Hub) -> None:
    link = make_link(hub.url)
    async with kept(link):
        await until(lambda: link.connected)
        assert await link.call("agent:pdf_indexed", BATCH) == {"accepted": 1, "rejected": []}
    assert list(hub.files) == ["a.pdf"]
    assert not link.connected


async def test_a_call_without_acknowledgement_ends_in_time(hub: Hub) -> None:
    hub.swallow_batches = 1
    link = make_link(hub.url, ack_timeout_s=0.2)
    async with kept(link):
        await until(lambda: link.connected)
        with pytest.raises(NoAckError):
            await link.call("agent:pdf_indexed", BATCH)


async def test_an_error_of_the_server_is_raised(hub: Hub) -> None:
    hub.batch_errors.append(("unavailable", "no leader"))
    link = make_link(hub.url)
    async with kept(link):
        await until(lambda: link.connected)
        with pytest.raises(ServerSaysError, match="no leader") as caught:
            await link.call("agent:pdf_indexed", BATCH)
    assert caught.value.code == "unavailable"


async def test_a_call_ends_at_once_when_the_connection_is_lost(hub: Hub) -> None:
    hub.swallow_batches = 1
    link = make_link(hub.url)
    async with kept(link):
        await until(lambda: link.connected)
        call = asyncio.create_task(link.call("agent:pdf_indexed", BATCH))
        await asyncio.sleep(0.05)
        await hub.stop()
        with pytest.raises(LinkDownError):
            async with asyncio.timeout(2):
                await call
        with pytest.raises(LinkDownError):
            await link.call("agent:pdf_indexed", BATCH)


async def test_messages_of_the_server_are_answered(hub: Hub) -> None:
    async def logs(data: object) -> WireModel:
        return Logs(lines=["x"] * LogsRequest.model_validate(data).lines)

    async def cancel(data: object) -> None:
        CancelUpload.model_validate(data)

    async def upload(data: object) -> None:
        UploadRequest.model_validate(data)

    link = make_link(
        hub.url,
        handlers={
            "agent:logs_request": logs,
            "agent:cancel_upload": cancel,
            "agent:upload_request": upload,
        },
    )
    async with kept(link):
        await until(lambda: hub.sid)
        assert await hub.call("agent:logs_request", LogsRequest(lines=2)) == {"lines": ["x", "x"]}
        nonsense = await hub.call("agent:upload_request", AgentConfig())
        assert nonsense["error"]["code"] == "invalid"


async def test_the_session_ends_and_starts_with_the_connection(hub: Hub) -> None:
    link = make_link(hub.url)
    async with kept(link) as session:
        await until(lambda: session.running)
        await hub.stop()
        await until(lambda: session.ends == 1)
        await hub.start()
        await until(lambda: session.starts == 2)
        await hub.drop_agent()
        await until(lambda: session.starts == 3)
        link.drop("the test says so")
        await until(lambda: session.starts == 4)
    assert session.ends == 4


async def test_a_server_that_is_about_to_stop_says_when_to_come_again(hub: Hub) -> None:
    """Neither at once nor after the usual delay, which here nobody would live to see."""
    link = make_link(hub.url, delays_s=(3600.0,))
    loop = asyncio.get_running_loop()
    async with kept(link) as session:
        await until(lambda: session.running)
        asked_at = loop.time()
        await hub.sio.emit("server:moving", {"delayMs": 300}, to=hub.sid, namespace="/agent")
        await until(lambda: session.ends == 1)
        await until(lambda: session.starts == 2)
        assert loop.time() - asked_at >= 0.3


async def test_a_failing_session_is_not_hidden(hub: Hub) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await make_link(hub.url).run(broken)


async def test_the_waits_grow_and_stay(caplog: pytest.LogCaptureFixture) -> None:
    link = make_link(f"http://127.0.0.1:{free_port()}", delays_s=(0.01, 0.1, 0.2))
    loop = asyncio.get_running_loop()
    start = loop.time()
    with caplog.at_level(logging.WARNING, "agent"):
        async with kept(link):
            await until(lambda: len(caplog.records) == 4)
    assert "Connection refused" in caplog.text or "cannot be reached" in caplog.text
    assert loop.time() - start >= 0.8 * 0.31


@pytest.mark.parametrize("code", ["agent_blocked", "bad_token"])
async def test_a_refusal_is_said_plainly_and_asked_again_slowly(
    hub: Hub, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    link = make_link(
        hub.url, token="wrong" * 8 if code == "bad_token" else TOKEN, delays_s=(0.01, 0.01, 0.5)
    )
    if code == "agent_blocked":
        hub.refuse = (code, "an administrator blocked this agent")
    with caplog.at_level(logging.WARNING, "agent"):
        async with kept(link) as session:
            await until(lambda: caplog.records)
            await asyncio.sleep(0.2)
            assert len(caplog.records) == 1
            assert code in caplog.text
            hub.refuse, hub.token = None, TOKEN if code == "agent_blocked" else "wrong" * 8
            await until(lambda: session.running)
    assert TOKEN not in caplog.text


async def test_a_peer_that_speaks_something_else_is_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def talk(request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        await websocket.send_str("welcome to the other thing")
        await websocket.close()
        return websocket

    app = web.Application()
    app.router.add_get("/socket.io/", talk)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    with caplog.at_level(logging.WARNING, "agent"):
        async with kept(make_link(f"http://127.0.0.1:{port}")):
            await until(lambda: len(caplog.records) >= 2)
    await runner.cleanup()


async def test_a_server_that_goes_silent_is_noticed() -> None:
    async with Hub(ping_interval_s=0.2, ping_timeout_s=0.2) as hub, Proxy(hub.port) as line:
        link = make_link(line.url, connect_timeout_s=0.5)
        async with kept(link) as session:
            await until(lambda: session.running)
            line.freeze()
            await until(lambda: not session.running, 3)
            line.thaw()
            await until(lambda: session.running)


async def test_a_dropped_connection_does_not_wait_for_a_silent_peer(hub: Hub, proxy: Proxy) -> None:
    link = make_link(proxy.url, connect_timeout_s=0.5)
    async with kept(link) as session:
        await until(lambda: session.running)
        proxy.freeze()
        big = BATCH.model_copy(update={"gone": ["x" * 4000] * 1000})
        calls = [asyncio.create_task(link.call("agent:pdf_indexed", big)) for _ in range(5)]
        await asyncio.sleep(0.1)
        link.drop("no heartbeat")
        await until(lambda: not session.running, 3)
        for call in calls:
            with pytest.raises(LinkDownError):
                await call
        proxy.thaw()
        await until(lambda: session.running)
