"""A request that does not come, and an answer that is not taken, end without a proxy too."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.serving import patience
from app.serving.options import uvicorn_options
from app.settings import Settings

LARGE = 50 * 1024 * 1024


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body, and answers with its size, or on `/large` with more than a socket holds."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/large":
        for _ in range(LARGE // 65536):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
    await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that is ten or more times less patient."""
    monkeypatch.setattr(patience, "HEAD_S", 1.0)
    monkeypatch.setattr(patience, "BODY_S", 1.0)
    monkeypatch.setattr(patience, "ANSWER_S", 1.0)
    config = uvicorn.Config(application, port=0, lifespan="off", log_level="warning")
    for name, value in uvicorn_options(Settings(secret_key="x" * 48)).items():
        setattr(config, name, value)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task
    assert not server.server_state.connections


async def _dribble(port: int, first: bytes, drop: bytes, within_s: float = 10) -> bytes:
    """Send `first`, and then `drop` ten times a second; what is answered before the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)

    async def drip() -> None:
        while drop:
            await asyncio.sleep(0.1)
            writer.write(drop)

    dripping = asyncio.create_task(drip())
    try:
        async with asyncio.timeout(within_s):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        dripping.cancel()
        writer.transport.abort()


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (b"G", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"b"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n"),
        (POST, b""),
        (POST, b"x"),
        (POST + b"x" * 5000, b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED, b"0"),
    ],
)
async def test_half_a_request_is_not_waited_for(port: int, first: bytes, drop: bytes) -> None:
    answer = await _dribble(port, first, drop)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408")
    assert json.loads(body)["code"] == "request_timeout"


@pytest.mark.parametrize("drop", [b"\r\n", b"G", b"GET / HTTP/1.1\r\nA: b"])
async def test_nor_is_half_of_a_second_one(port: int, drop: bytes) -> None:
    answer = await _dribble(port, WHOLE, drop)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 40" in answer


FIELD = b"a" * 1024 * 1024


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: ", FIELD),
        (b"GET /", FIELD),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n" * 100_000),
        (CHUNKED + b"1\r\nx\r\n0\r\nA: ", FIELD),
        (CHUNKED + b"1;", FIELD),
    ],
)
async def test_what_is_no_body_is_bounded(
    port: int, first: bytes, drop: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stranger with a field of many megabytes would keep everybody waiting."""
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    monkeypatch.setattr(patience, "BODY_S", 60.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first)
    sent = 0
    try:
        while not reader.at_eof() and sent < 64:
            writer.write(drop)
            await writer.drain()
            sent += 1
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()
    assert sent < 16


async def test_who_says_too_much_is_told(port: int) -> None:
    answer = await _dribble(port, b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 70_000, b"")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431")
    assert json.loads(body)["code"] == "head_too_large"


@pytest.mark.parametrize(
    ("request_", "size"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 60_000 + b"\r\n\r\n", 0),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000,
            3_000_000,
        ),
        (CHUNKED + b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n", 200_000),
        (CHUNKED + b"2dc6c0\r\n" + b"x" * 3_000_000 + b"\r\n0\r\nA: b\r\n\r\n", 3_000_000),
    ],
    ids=["head", "length", "small chunks", "large chunk"],
)
async def test_what_is_a_body_is_not(port: int, request_: bytes, size: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_)
    async with asyncio.timeout(20):
        answer = b""
        while not answer.endswith(b"0\r\n\r\n"):
            answer += await reader.read(65536)
    writer.transport.abort()
    assert answer.startswith(b"HTTP/1.1 200")
    assert str(size).encode() in answer.partition(b"\r\n\r\n")[2]


async def test_who_takes_no_answer_is_left(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.sleep(4)
    taken = 0
    try:
        while block := await reader.read(1 << 20):
            taken += len(block)
    except ConnectionError:
        pass
    assert taken < LARGE
    writer.close()


async def test_who_is_slow_but_goes_on_is_served(port: int) -> None:
    """Of a body, 40,000 bytes in four seconds; of an answer, a little now and then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n")
    for _ in range(40):
        writer.write(b"x" * 1000)
        await asyncio.sleep(0.1)
    assert (await reader.readuntil(b"40000")).startswith(b"HTTP/1.1 200")
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    taken = 0
    while block := await reader.read(1 << 20):
        taken += len(block)
        if taken < 30 * (1 << 20):
            await asyncio.sleep(0.05)
    assert taken > LARGE
    writer.close()


async def test_who_asks_first_and_waits_for_our_word_is_waited_for(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    writer.write(head)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
    writer.write(b"hello")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
