"""Who does not say who he is has to go, and what makes no sense ends its socket with one line."""

import asyncio
import logging
from typing import Any

import pytest

from app.domains.agents.credentials import issue
from app.domains.agents.models import Agent
from app.domains.identity.models import Role
from app.realtime import door
from tests.realtime.site import Site
from tests.support.branch import BranchAgent, enrolled
from tests.support.raw_socket import RawSocket


@pytest.fixture
def site_settings() -> dict[str, Any]:
    return {"anonymous_sockets_per_address": 5}


async def _open(site: Site, source: str = "127.0.0.1") -> RawSocket:
    socket = await RawSocket.open(int(site.url.rpartition(":")[2]), source=source)
    site.stack.callback(socket.close)
    return socket


async def _signed_in(site: Site) -> RawSocket:
    socket = await _open(site)
    await socket.sign_in(site.company.admin.tokens["accessToken"])
    return socket


async def _agent_socket(site: Site) -> tuple[RawSocket, BranchAgent]:
    agent = await enrolled(site.company, await site.company.branch("SP"))
    socket = await _open(site)
    await socket.sign_in(agent.token, "/agent", **_hello())
    return socket, agent


def _hello() -> dict[str, object]:
    return {
        "contract": 1,
        "version": "1",
        "rulesVersion": "2026.1-00000000",
        "platform": "linux",
        "hostname": "pc",
    }


async def _counts(site: Site) -> dict[str, int]:
    return dict((await site.api.client().get("/health/realtime")).json())


async def test_who_says_nothing_has_to_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ANONYMOUS_S", 1.0)
    known = await _signed_in(site)
    silent, beating, refused = [await _open(site) for _ in range(3)]
    with pytest.raises(ConnectionRefusedError):
        await refused.sign_in("not a token")

    async def beat() -> None:
        while True:
            beating.say("3")
            await asyncio.sleep(0.1)

    beats = asyncio.create_task(beat())
    assert all(await asyncio.gather(*(s.ended(8) for s in (silent, beating, refused))))
    beats.cancel()
    assert not await known.ended(1)
    async with asyncio.timeout(5):
        while (await _counts(site))["sockets"] > 1:
            await asyncio.sleep(0.05)


async def test_whose_session_ends_has_to_go_although_he_stays(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He is told to leave the namespace; a client of bad will keeps its connection."""
    monkeypatch.setattr(door, "ANONYMOUS_S", 1.0)
    person = await site.company.person(Role.VIEWER)
    socket = await _open(site)
    await socket.sign_in(person.tokens["accessToken"])
    assert (await person.client.post("/api/auth/logout")).status_code == 204
    assert await socket.ended(15)


async def test_one_address_has_a_few_that_wait(site: Site) -> None:
    known = [await _signed_in(site) for _ in range(7)]
    waiting = [await _open(site) for _ in range(5)]
    with pytest.raises(ConnectionRefusedError):
        await _open(site)
    await _open(site, "127.0.0.2")
    waiting[0].close()
    await waiting[1].sign_in(site.company.admin.tokens["accessToken"])
    async with asyncio.timeout(10):
        while True:
            try:
                await _open(site)
                break
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
    assert not await known[0].ended(0.2)


async def test_tokens_are_not_tried_for_long_on_one_socket(site: Site) -> None:
    socket = await _open(site)
    for _ in range(door.REFUSALS):
        socket.say('40/client,{"token":"wrong"}')
    assert await socket.ended(10)


MALFORMED: dict[str, str | bytes] = {
    "nothing": "",
    "no type": "x",
    "a type that is none": "9",
    "a binary frame": b"\x00\x01\x02",
    "base64": "b!!!!",
    "an upgrade": "5",
    "ping": "2",
    "open": "0{}",
    "a deep open": "1" + "[" * 100_000,
    "a message without type": "4",
    "a message of no type": "4x",
    "a binary event": '451-/client,["subscribe",{"_placeholder":true,"num":0}]',
    "a binary acknowledgement": "461-/client,0[]",
    "an error": "44/client,{}",
    "no JSON": "42/client,{",
    "no list": '42/client,{"a":1}',
    "an empty list": "42/client,[]",
    "a name that is none": "42/client,[1]",
    "a name that is null": "42/client,[null]",
    "no data": "42/client,",
    "three payloads": '42/client,["subscribe",{},{}]',
    "a deep payload": '42/client,["subscribe",' + "[" * 100_000,
    "a long number": "42/client," + "1" * 200 + '["heartbeat"]',
    "another namespace": '42/admin,["subscribe"]',
    "no namespace": '42["subscribe"]',
    "a strange namespace": '40/../../etc,{"token":"x"}',
    "to come in as a list": "40/client,[1]",
    "to come in as a text": '40/client,"x"',
    "the library's own event": '42/client,["connect",{"asgi.scope":{"client":["9.9.9.9",1]}}]',
    "the library's own end": '42/client,["disconnect"]',
    "an acknowledgement without number": "43/client,[]",
    "an acknowledgement that is no list": "43/client,7{}",
}


@pytest.mark.parametrize("who", ["nobody", "a person", "an agent"])
async def test_what_makes_no_sense_ends_its_socket_with_one_line(
    site: Site, caplog: pytest.LogCaptureFixture, who: str
) -> None:
    agent = await enrolled(site.company, await site.company.branch("SP"))
    for what, frame in MALFORMED.items():
        socket = await _open(site)
        if who == "a person":
            await socket.sign_in(site.company.admin.tokens["accessToken"])
        elif who == "an agent":
            await socket.sign_in(agent.token, "/agent", **_hello())
        caplog.clear()
        if isinstance(frame, bytes):
            socket.say(frame, opcode=0x82)
        else:
            socket.say(frame.replace("/client", "/agent") if who == "an agent" else frame)
        assert await socket.ended(10), what
        async with asyncio.timeout(5):
            while (await _counts(site))["sockets"]:
                await asyncio.sleep(0.02)
        lines = [r for r in caplog.records if r.levelno >= logging.WARNING]
        told = [line.getMessage().partition(":")[0] for line in lines]
        assert told == ["a malformed frame from 127.0.0.1"], what
        assert lines[0].exc_info is None


EMPTY_PART = b"\x00\x80" + bytes(4)
NO_FRAMES = {
    "a terabyte": b"\x81\xff" + (2**40).to_bytes(8, "big") + bytes(4),
    "no text": b"\x81\xfe\xff\xff" + bytes(4) + b"\xff" * 65535,
    "no UTF-8": b"\x81\x84" + bytes(4) + b"\xff\xfe\xfd\xfc",
    "reserved bits": b"\xf1\x80" + bytes(4),
    "not masked": b"\x81\x05hello",
    "no such opcode": b"\x83\x80" + bytes(4),
    "the rest of nothing": b"\x80\x80" + bytes(4),
    "a long ping": b"\x89\xfe\x01\x00" + bytes(4) + b"x" * 256,
    "20,000 empty parts": b"\x01\x80" + bytes(4) + EMPTY_PART * 20_000,
    "an end without reason": b"\x88\x82" + bytes(4) + b"\x00\x00",
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
}


async def test_what_is_no_frame_ends_its_socket_with_one_line(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for what, raw in NO_FRAMES.items():
        socket = await _signed_in(site)
        caplog.clear()
        socket.raw(raw)
        assert await socket.ended(15), what
        lines = [r for r in caplog.records if r.levelno >= logging.WARNING]
        assert len(lines) == 1, (what, [r.getMessage() for r in lines])
        assert lines[0].exc_info is None


async def test_a_wrong_payload_is_answered(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    client = await _signed_in(site)
    agent, _ = await _agent_socket(site)
    caplog.clear()
    payloads = ("null", "5", '"pdfs"', "[]", '{"events":5}', '{"events":[{}]}', '{"a":1}')
    for payload in ("", *(f",{payload}" for payload in payloads)):
        for event in ("subscribe", "unsubscribe", "heartbeat", "no such event"):
            client.say(f'42/client,1["{event}"{payload}]')
        for event in ("heartbeat", "pdf_indexed", "resync", "upload_progress", "upload_complete"):
            agent.say(f'42/agent,1["agent:{event}"{payload}]')
    for number in range(1000):  # of questions that nobody asked
        client.say(f"43/client,{number}[]")
        agent.say(f"43/agent,{number}[{{}}]")
    assert not await client.ended(1)
    assert not await agent.ended(1)
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []
    assert (await _counts(site))["agents"] == 1


async def test_an_agent_cannot_say_where_it_comes_from(site: Site) -> None:
    """The name of the library's own handler is no event."""
    socket, agent = await _agent_socket(site)
    async with site.api.runtime.database.unit_of_work((await agent.identity()).scope) as unit:
        await issue(unit, await unit.session.get_one(Agent, agent.id), site.api.runtime.clock.now())
    socket.say('42/agent,["connect",{"asgi.scope":{"client":["9.9.9.9",1]}},{"token":"x"}]')
    assert await socket.ended(10)


async def test_a_flood_of_events_is_worked_off_a_few_at_a_time(site: Site) -> None:
    """Who asks faster than he is answered is read from no faster."""
    flood, quiet = await _signed_in(site), await _signed_in(site)
    for number in range(5000):
        flood.say(f'42/client,{number}["subscribe",{{"events":["pdfs"]}}]')
    quiet.say('42/client,1["heartbeat"]')
    async with asyncio.timeout(10):
        told = b""
        while b"43/client,1[" not in told:
            told += await quiet.reader.read(65536)
    assert len(site.api.app.state.hub.server._tasks) <= 2 * door.IN_FLIGHT
    told = b""
    async with asyncio.timeout(60):
        while b"43/client,4999[" not in told:
            told = told[-100:] + await flood.reader.read(65536)
