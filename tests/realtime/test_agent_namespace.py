"""The `/agent` namespace, over real websockets to a real server process's worth of code."""

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import socketio

from agent.contract.messages import AgentConfig, Handshake, HeartbeatAck, IndexAck, UploadRequest
from agent.contract.reconcile import Answer, digest, item_key, pack
from app.domains.agents import presence
from app.domains.pdfs import transfers
from tests.api.conftest import Api, Company
from tests.realtime.site import Site
from tests.support.branch import (
    RULES,
    BranchAgent,
    documents,
    enrolled,
    item,
    make_pdf,
    requested,
    sha256,
)

QUOTE = make_pdf("quote")
NAMESPACE = "/agent"


@dataclass
class Socket:
    """The agent's end, which remembers what it was told and answers as it is set to."""

    url: str
    agent: BranchAgent
    http: aiohttp.ClientSession
    told: list[tuple[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    client: socketio.AsyncClient = field(init=False)
    refusal: Any = None

    async def connect(self, **changed: Any) -> None:
        self.client = socketio.AsyncClient(reconnection=False, http_session=self.http)
        self.client.on("*", self._hear, namespace=NAMESPACE)
        self.client.on("connect_error", self._refused, namespace=NAMESPACE)
        hello = {
            "token": self.agent.token,
            "contract": 1,
            "version": "0.1.0",
            "platform": "Linux",
            "hostname": "pc-1",
        }
        await self.client.connect(
            self.url,
            auth=hello | changed,
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=15,
        )

    async def call(self, event: str, payload: Any) -> Any:
        return await self.client.call(event, payload, namespace=NAMESPACE, timeout=10)

    async def heard(self, event: str, count: int = 1) -> list[Any]:
        """Wait until an event was heard so often; its payloads."""
        await until(lambda: len(self.payloads(event)) >= count)
        return self.payloads(event)

    def payloads(self, event: str) -> list[Any]:
        return [payload for name, payload in self.told if name == event]

    async def _hear(self, event: str, payload: Any) -> Any:
        self.told.append((event, payload))
        return self.answers.get(event, {})

    def _refused(self, data: Any) -> None:
        self.refusal = data


async def until(condition: Callable[[], bool], timeout_s: float = 10) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.01)


@dataclass
class Stage:
    """A served application with a company, and sockets that end with the test."""

    api: Api
    url: str
    company: Company
    stack: AsyncExitStack

    async def socket(self, agent: BranchAgent, url: str | None = None) -> Socket:
        http = await self.stack.enter_async_context(aiohttp.ClientSession())
        socket = Socket(url or self.url, agent, http)
        self.stack.push_async_callback(self._leave, socket)
        return socket

    async def joined(self, agent: BranchAgent) -> Socket:
        socket = await self.socket(agent)
        await socket.connect()
        await socket.heard("agent:config_update")
        return socket

    async def status(self, agent: BranchAgent) -> str:
        answer = await self.company.admin.client.get(f"/api/admin/agents/{agent.id}")
        return str(answer.json()["status"])

    async def _leave(self, socket: Socket) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await socket.client.disconnect()


@pytest.fixture
def stage(site: Site) -> Stage:
    return Stage(site.api, site.url, site.company, site.stack)


@pytest.fixture
async def agent(stage: Stage) -> BranchAgent:
    return await enrolled(stage.company, await stage.company.branch("SP"))


async def test_a_connect_is_answered_with_the_settings_and_shown(
    stage: Stage, agent: BranchAgent
) -> None:
    socket = await stage.joined(agent)
    (config,) = await socket.heard("agent:config_update")
    assert AgentConfig.model_validate(config).heartbeat_s == 30
    assert await stage.status(agent) == "online"
    ack = HeartbeatAck.model_validate(await socket.call("agent:heartbeat", agent.heartbeat()))
    assert abs(ack.clock_skew_s) < 5
    await socket.client.disconnect()
    async with asyncio.timeout(10):
        while await stage.status(agent) != "reconnecting":
            await asyncio.sleep(0.02)
    await socket.connect()
    assert await stage.status(agent) == "online"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "wrong"}, "bad_token"),
        ({"token": None}, "bad_token"),
        ({"contract": 99}, "contract_version"),
        ({"contract": 98, "contracts": [98, 99]}, "contract_version"),
    ],
)
async def test_refused_with_a_code_and_a_sentence(
    stage: Stage, agent: BranchAgent, changed: dict[str, Any], code: str
) -> None:
    socket = await stage.socket(agent)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await socket.connect(**changed)
    assert socket.refusal["data"]["code"] == code
    assert socket.refusal["message"]
    assert await stage.status(agent) == "never_seen"


async def test_an_agent_that_also_speaks_newer_contracts_is_taken(
    stage: Stage, agent: BranchAgent
) -> None:
    socket = await stage.socket(agent)
    await socket.connect(contract=1, contracts=[1, 99])
    assert await stage.status(agent) == "online"


async def test_blocking_disconnects_and_refuses(stage: Stage, agent: BranchAgent) -> None:
    socket = await stage.joined(agent)
    await stage.company.admin.client.post(
        f"/api/admin/agents/{agent.id}/block", json={"blocked": True}
    )
    await until(lambda: not socket.client.connected)
    again = await stage.socket(agent)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await again.connect()
    assert again.refusal["data"]["code"] == "agent_blocked"


async def test_a_token_that_ended_while_the_word_was_lost(
    stage: Stage, agent: BranchAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await stage.joined(agent)
    monkeypatch.setattr(stage.api.runtime.signals, "send", lambda *_: None)
    await stage.company.admin.client.post(f"/api/admin/agents/{agent.id}/rotate-token")
    assert socket.client.connected
    answer = await socket.call("agent:pdf_indexed", {"items": [item("a.pdf", QUOTE)]})
    assert answer["error"]["code"] == "bad_token"
    await until(lambda: not socket.client.connected)
    assert await documents(stage.company) == []


async def test_a_second_socket_of_an_agent_replaces_the_first(
    stage: Stage, agent: BranchAgent
) -> None:
    first = await stage.joined(agent)
    second = await stage.joined(agent)
    await until(lambda: not first.client.connected)
    await asyncio.sleep(0.1)
    assert second.client.connected
    assert await stage.status(agent) == "online"


async def test_indexing_and_reconciling(stage: Stage, agent: BranchAgent) -> None:
    socket = await stage.joined(agent)
    files = [item("a.pdf", QUOTE), item("ü.pdf", make_pdf("other"))]
    ack = await socket.call("agent:pdf_indexed", {"items": [*files, {"path": "bad.pdf"}]})
    parsed = IndexAck.model_validate(ack)
    assert (parsed.accepted, [bad.path for bad in parsed.rejected]) == (2, ["bad.pdf"])
    keys = [item_key(f["path"], f["size"], f["mtimeNs"], RULES) for f in files]
    same = await socket.call("agent:resync", {"q": {"": digest(keys)}})
    assert same == {}
    differs = Answer.model_validate(await socket.call("agent:resync", {"q": {"": "0" * 16}}))
    assert differs.leaf == {"": pack(sorted(keys))}
    paths = await socket.call("agent:resync", {"n": pack([keys[1], "f" * 16])})
    assert paths == {"paths": ["ü.pdf", None]}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("agent:heartbeat", {}),
        ("agent:heartbeat", None),
        ("agent:heartbeat", "x" * 1000),
        ("agent:pdf_indexed", []),
        ("agent:pdf_indexed", {"items": [{}] * 11}),
        ("agent:resync", {"q": {"xyz": "0" * 16}}),
        ("agent:resync", {"q": {"": "0"}}),
        ("agent:resync", {"q": {f"{n:04x}": "0" * 16 for n in range(1025)}}),
        ("agent:resync", {"n": "AAA"}),
        ("agent:upload_progress", {"transferId": "7"}),
        ("agent:upload_complete", {}),
        ("agent:error", {"code": "x" * 41, "message": ""}),
        ("agent:error", {"code": "x", "message": "a\0b"}),
    ],
)
async def test_what_makes_no_sense_is_acknowledged_as_an_error(
    stage: Stage, agent: BranchAgent, event: str, payload: Any
) -> None:
    socket = await stage.joined(agent)
    answer = await socket.call(event, payload)
    assert answer["error"]["code"] == "invalid"
    assert answer["error"]["message"]
    assert socket.client.connected


async def test_a_request_reaches_the_agent_with_its_progress_shown(
    stage: Stage, agent: BranchAgent
) -> None:
    socket = await stage.joined(agent)
    socket.answers["agent:upload_request"] = {"accepted": True}
    told: list[dict[str, Any]] = []
    stage.api.runtime.signals.on_client_event(told.append)
    await agent.index(item("a.pdf", QUOTE))
    pdf_id = (await documents(stage.company))[0]["id"]
    transfer = await requested(stage.company, pdf_id, priority=3)
    (raw,) = await socket.heard("agent:upload_request")
    request = UploadRequest.model_validate(raw)
    assert str(request.transfer_id) == transfer["id"]
    assert (request.path, request.file_hash) == ("a.pdf", sha256(QUOTE))
    assert (request.size, request.priority) == (len(QUOTE), 3)
    for sent in (10, 20, 10**9):
        progress = {"transferId": transfer["id"], "sentBytes": sent, "totalBytes": 99}
        assert await socket.call("agent:upload_progress", progress) == {}
    shown = [event["payload"] for event in told if event["event"] == "pdf:upload_progress"]
    assert [payload["sentBytes"] for payload in shown] == [10, 20, len(QUOTE)]
    assert {payload["totalBytes"] for payload in shown} == {len(QUOTE)}
    status = (await stage.company.admin.client.get(f"/api/pdfs/{pdf_id}/status")).json()
    assert (status["transfer"]["state"], status["transfer"]["sentBytes"]) == ("uploading", 10)
    await stage.company.admin.client.post(f"/api/transfers/{transfer['id']}/cancel")
    (cancelled,) = await socket.heard("agent:cancel_upload")
    assert cancelled["transferId"] == transfer["id"]


async def test_a_request_waits_for_an_agent_that_is_away(stage: Stage, agent: BranchAgent) -> None:
    await agent.index(item("a.pdf", QUOTE))
    pdf_id = (await documents(stage.company))[0]["id"]
    transfer = await requested(stage.company, pdf_id)
    assert transfer["attempts"] == 0
    socket = await stage.socket(agent)
    socket.answers["agent:upload_request"] = {"accepted": True}
    await socket.connect()
    (request,) = await socket.heard("agent:upload_request")
    assert request["transferId"] == transfer["id"]
    assert (await agent.upload(transfer, QUOTE)).status_code == 200


async def test_a_request_that_was_lost_is_made_again(
    stage: Stage, agent: BranchAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await stage.joined(agent)
    socket.answers["agent:upload_request"] = {"accepted": True}
    await agent.index(item("a.pdf", QUOTE))
    pdf_id = (await documents(stage.company))[0]["id"]
    with monkeypatch.context() as patch:
        patch.setattr(stage.api.runtime.signals, "send", lambda *_: None)
        await requested(stage.company, pdf_id)
    assert (await transfers.dispatch_waiting(stage.api.runtime))["asked"] == 0
    monkeypatch.setattr(stage.api.runtime.clock, "_offset", timedelta(seconds=31), raising=True)
    assert (await transfers.dispatch_waiting(stage.api.runtime))["asked"] == 1
    await socket.heard("agent:upload_request")


@pytest.mark.parametrize("how", ["answer", "error"])
async def test_an_agent_that_cannot_send_ends_the_transfer_with_its_reason(
    stage: Stage, agent: BranchAgent, how: str
) -> None:
    socket = await stage.joined(agent)
    reason = {"code": "unreadable", "message": "the file cannot be read"}
    accepted = how == "error"
    socket.answers["agent:upload_request"] = {"accepted": accepted} | ({} if accepted else reason)
    await agent.index(item("a.pdf", QUOTE))
    pdf_id = (await documents(stage.company))[0]["id"]
    transfer = await requested(stage.company, pdf_id)
    await socket.heard("agent:upload_request")
    if how == "error":
        assert await socket.call("agent:error", reason | {"transferId": transfer["id"]}) == {}
    url = f"/api/pdfs/{pdf_id}/status"
    async with asyncio.timeout(10):
        while True:
            status = (await stage.company.admin.client.get(url)).json()
            if status["transfer"]["state"] == "failed":
                break
            await asyncio.sleep(0.02)
    assert status["status"] == "available_local"
    assert status["transfer"]["errorCode"] == "unreadable"
    assert status["transfer"]["error"] == "the file cannot be read"


async def test_logs_and_resync_are_asked_of_the_agent(stage: Stage, agent: BranchAgent) -> None:
    socket = await stage.joined(agent)
    socket.answers["agent:logs_request"] = {"lines": ["one", "two"]}
    client, url = stage.company.admin.client, f"/api/admin/agents/{agent.id}"
    logs = await client.get(f"{url}/logs", params={"lines": 2})
    assert (logs.status_code, logs.json()) == (200, {"lines": ["one", "two"]})
    assert await socket.heard("agent:logs_request") == [{"lines": 2}]
    resync = await client.post(f"{url}/resync", json={"deep": True})
    assert resync.status_code == 202
    assert await socket.heard("agent:resync_request") == [{"deep": True}]
    assert (await client.post(f"{url}/disconnect")).status_code == 204
    await until(lambda: not socket.client.connected)


async def test_a_state_of_the_agent_is_shown(stage: Stage, agent: BranchAgent) -> None:
    socket = await stage.joined(agent)
    assert await socket.call("agent:error", {"code": "disk", "message": "The disk fails."}) == {}
    rows = (await stage.company.admin.client.get("/api/agents")).json()["data"]
    assert rows[0]["lastError"] == "disk: The disk fails."


async def test_a_process_that_died_leaves_rows_that_age(stage: Stage, agent: BranchAgent) -> None:
    """Its agents are found by another process, which then takes them over."""
    runtime = stage.api.runtime
    await presence.connected(
        runtime,
        await agent.identity(),
        Handshake(token="", contract=1, version="1", platform="Linux", hostname="pc"),
        node="dead",
        sid="gone",
    )
    assert await stage.status(agent) == "online"
    socket = await stage.joined(agent)
    detail = (await stage.company.admin.client.get(f"/api/admin/agents/{agent.id}")).json()
    assert detail["connected"] is True
    await presence.disconnected(runtime, await agent.identity(), "gone")
    assert await stage.status(agent) == "online", "the dead socket's end says nothing"
    assert socket.client.connected
