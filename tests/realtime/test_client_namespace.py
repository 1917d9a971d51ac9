"""The `/client` namespace, over real websockets; and two processes that share a database."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import httpx
import pytest
import socketio
from pydantic import ValidationError

from app.db.database import Database
from app.db.scope import Scope
from app.domains.agents.models import Agent
from app.domains.identity.models import Role
from app.domains.pdfs.models import Pdf
from app.feed.append import Appender
from app.feed.cursor import Cursor
from app.realtime.events import EVENTS
from tests.api.conftest import (  # noqa: F401 - fixtures
    Api,
    Company,
    Person,
    api_settings,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
    start,
)
from tests.feed.reader import Change, Pulled, Reader, Row
from tests.feed.world import a_pdf, an_agent, place
from tests.realtime.test_agent_namespace import served
from tests.support.servers import RedisServer, free_port

NAMESPACE = "/client"
ROOT = Path(__file__).parents[2]


@dataclass
class Socket:
    """A browser's end, which remembers what it was told."""

    url: str
    http: aiohttp.ClientSession
    told: list[tuple[str, Any]] = field(default_factory=list)
    client: socketio.AsyncClient = field(init=False)
    refusal: Any = None
    wrong: list[str] = field(default_factory=list)
    """What is not as the OpenAPI document says."""
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self, token: object) -> None:
        self.client = socketio.AsyncClient(reconnection=False, http_session=self.http)
        self.client.on("*", self._hear, namespace=NAMESPACE)
        self.client.on("connect_error", self._refused, namespace=NAMESPACE)
        await self.client.connect(
            self.url,
            namespaces=[NAMESPACE],
            transports=["websocket"],
            auth={"token": token},
            wait_timeout=15,
        )

    async def ask(self, event: str, data: Any = None) -> Any:
        return await self.client.call(event, data, namespace=NAMESPACE, timeout=10)

    async def until(
        self, wanted: Callable[[list[tuple[str, Any]]], Any], seconds: float = 15
    ) -> Any:
        """Wait until `wanted` finds something in what was told."""
        async with asyncio.timeout(seconds):
            while not (found := wanted(self.told)):
                assert self.wrong == []
                self._heard.clear()
                await self._heard.wait()
        assert self.wrong == []
        return found

    def updates(self, collection: str) -> list[dict[str, Any]]:
        return [
            data
            for event, data in self.told
            if event == "data_update" and data["type"] == collection
        ]

    def _hear(self, event: str, data: Any) -> None:
        try:
            EVENTS[event].model_validate(data)
        except (KeyError, ValidationError) as error:
            self.wrong.append(f"{event}: {error}")
        self.told.append((event, data))
        self._heard.set()

    def _refused(self, data: Any) -> None:
        self.refusal = data


def told(event: str) -> Callable[[list[tuple[str, Any]]], list[Any]]:
    return lambda heard: [data for name, data in heard if name == event]


def named(name: str, heard: list[tuple[str, Any]]) -> bool:
    """Whether a row of this name was pushed."""
    updates = told("data_update")(heard)
    return any(row.get("name") == name for update in updates for row in update["data"])


@dataclass
class Site:
    """One running server with a company in it."""

    api: Api
    url: str
    company: Company
    stack: AsyncExitStack

    @property
    def database(self) -> Database:
        return self.api.runtime.database

    def scope(self) -> Scope:
        return Scope(self.company.id, "test")

    async def socket(self, person: Person, *collections: str) -> Socket:
        """A connected and subscribed socket."""
        http = await self.stack.enter_async_context(aiohttp.ClientSession())
        socket = Socket(self.url, http)
        await socket.connect(person.tokens["accessToken"])
        self.stack.push_async_callback(socket.client.disconnect)
        if collections:
            await socket.ask("subscribe", {"events": list(collections)})
        return socket


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:  # noqa: F811
    async with AsyncExitStack() as stack:
        api = await start(api_settings(sqlite_url, tmp_path), stack)
        url = await stack.enter_async_context(served(api.app))
        yield Site(api, url, await api.company(), stack)


async def add_agent(site: Site, branch_id: UUID | None) -> Agent:
    async with site.database.unit_of_work(site.scope()) as unit:
        agent = an_agent(branch_id)
        unit.session.add(agent)
    return agent


async def test_a_change_is_pushed_and_continues_the_cursor(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin)
    answer = await socket.ask("subscribe", {"events": ["agents", "nothing"]})
    assert answer["denied"] == ["nothing"]
    agent = await add_agent(site, branch)
    (update,) = await socket.until(lambda _: socket.updates("agents"))
    assert update == {
        "type": "agents",
        "branchId": str(branch),
        "data": [{**agent.wire(), "_operation": "insert"}],
        "delta": True,
        "seq": update["seq"],
        "prevSeq": 0,
    }
    assert update["prevSeq"] <= Cursor.parse(answer["cursor"]).seq < update["seq"]
    beat = await socket.ask("heartbeat")
    assert Cursor.parse(beat["cursor"]).seq == update["seq"]
    assert beat["serverTime"].endswith("Z")


async def test_changes_in_the_window_are_one_message_that_still_chains(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    for number in range(25):
        agent = await add_agent(site, branch)
        async with site.database.unit_of_work(site.scope()) as unit:
            (await unit.session.get_one(Agent, agent.id)).name = f"PC {number}"
    await socket.until(
        lambda _: (
            {row["id"] for u in socket.updates("agents") for row in u["data"]}
            and any(
                row.get("name") == "PC 24" for u in socket.updates("agents") for row in u["data"]
            )
        )
    )
    updates = socket.updates("agents")
    assert len(updates) < 50
    assert all(b["prevSeq"] == a["seq"] for a, b in pairwise(updates))
    assert all(len({row["id"] for row in u["data"]}) == len(u["data"]) for u in updates)


async def test_unsubscribed_is_not_told(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents", "branches")
    await socket.ask("unsubscribe", {"events": ["agents"]})
    await add_agent(site, branch)
    await site.company.branch("B")
    await socket.until(lambda _: socket.updates("branches"))
    assert socket.updates("agents") == []


async def test_a_reader_of_one_branch_sees_only_it(site: Site) -> None:
    a, b = await site.company.branch("A"), await site.company.branch("B")
    limited = await site.company.person(Role.OPERATOR, branches=[a])
    socket = await site.socket(limited, "agents", "branches")
    everything = await site.socket(site.company.admin, "agents")
    agent = await add_agent(site, b)
    company_wide = await add_agent(site, None)
    async with site.database.unit_of_work(site.scope()) as unit:
        moved = await unit.session.get_one(Agent, agent.id)
        moved.branch_id = a
    await socket.until(
        lambda _: any(
            row["id"] == str(agent.id) for u in socket.updates("agents") for row in u["data"]
        )
    )
    assert {u["branchId"] for u in socket.updates("agents")} == {None, str(a)}
    seen = {row["id"] for u in socket.updates("agents") for row in u["data"]}
    assert seen == {str(agent.id), str(company_wide.id)}
    await everything.until(
        lambda _: len({u["branchId"] for u in everything.updates("agents")}) == 3
    )
    (left,) = [u for u in everything.updates("agents") if u["branchId"] == str(b)][-1:]
    assert left["data"][-1]["_operation"] in {"leave", "insert"}


async def test_another_company_hears_nothing(site: Site) -> None:
    other = await site.api.company("Umbrella")
    socket = await site.socket(other.admin, "agents", "branches")
    await add_agent(site, await site.company.branch("A"))
    site.api.runtime.signals.tell_clients(site.company.id, [None], "agent:heartbeat", {})
    await other.branch("X")
    await socket.until(lambda _: socket.updates("branches"))
    assert [event for event, _ in socket.told] == ["data_update"]


async def test_only_managers_read_users(site: Site) -> None:
    operator = await site.company.person(Role.OPERATOR)
    manager = await site.company.person(Role.MANAGER)
    for person, denied in ((operator, ["users"]), (manager, [])):
        socket = await site.socket(person)
        answer = await socket.ask("subscribe", {"events": ["users"]})
        assert answer["denied"] == denied
        await site.company.person(Role.VIEWER)
        if denied:
            await asyncio.sleep(0.2)
            assert socket.updates("users") == []
        else:
            await socket.until(told("data_update"))
            assert socket.updates("users")


@pytest.mark.parametrize("data", [None, [], {"events": "agents"}, {"events": [1]}, 7])
async def test_a_subscription_that_makes_no_sense_is_answered(site: Site, data: object) -> None:
    socket = await site.socket(site.company.admin)
    for event in ("subscribe", "unsubscribe"):
        assert (await socket.ask(event, data))["error"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("token", "code"), [(None, "not_authenticated"), ({}, "not_authenticated"), ("x", "bad_token")]
)
async def test_a_bad_token_is_refused(site: Site, token: object, code: str) -> None:
    async with aiohttp.ClientSession() as http:
        socket = Socket(site.url, http)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await socket.connect(token)
        assert socket.refusal["data"] == {"code": code}


async def test_logout_closes_the_socket(site: Site) -> None:
    person = await site.company.person(Role.VIEWER)
    stays = await site.socket(site.company.admin)
    socket = await site.socket(person)
    assert (await person.client.post("/api/auth/logout")).status_code == 204
    async with asyncio.timeout(5):
        await socket.client.wait()
    assert stays.client.connected
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Socket(site.url, socket.http).connect(person.tokens["accessToken"])


async def test_a_session_that_ended_unheard_is_swept(site: Site) -> None:
    """Another process ended it, and the signal got lost."""
    person = await site.company.person(Role.VIEWER)
    socket = await site.socket(person)
    replica = await site.api.replica()
    other = replica.client(Authorization=person.client.headers["Authorization"])
    assert (await other.post("/api/auth/logout")).status_code == 204
    async with asyncio.timeout(10):
        await socket.client.wait()


async def test_other_eyes_close_the_socket(site: Site) -> None:
    """Who is given other branches comes back and is seen with other eyes."""
    a, b = await site.company.branch("A"), await site.company.branch("B")
    person = await site.company.person(Role.OPERATOR, branches=[a])
    socket = await site.socket(person)
    answer = await site.company.admin.client.patch(
        f"/api/users/{person.id}", json={"branchIds": [str(b)]}
    )
    assert answer.status_code == 200, answer.text
    async with asyncio.timeout(5):
        await socket.client.wait()


async def test_what_happened_to_a_document_follows_from_its_row(site: Site) -> None:
    a, b = await site.company.branch("A"), await site.company.branch("B")
    limited = await site.company.person(Role.OPERATOR, branches=[b])
    sockets = [await site.socket(site.company.admin), await site.socket(limited)]
    async with site.database.unit_of_work(site.scope()) as unit:
        pdf = a_pdf([a, b])
        unit.session.add(pdf)
        await place(unit.session, pdf, [a, b])
    for status, event in (("cached", "pdf:ready"), ("expired", "pdf:expired")):
        async with site.database.unit_of_work(site.scope()) as unit:
            (await unit.session.get_one(Pdf, pdf.id)).status = status
        for socket in sockets:
            assert await socket.until(told(event)) == [{"pdfId": str(pdf.id)}]


async def test_lost_messages_show_as_a_gap_and_the_pull_fills_it(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    reader = Reader(HttpSource(site.company.admin.client), ["agents"])
    await reader.pull()
    verdicts = []
    for number in range(3):
        socket.told.clear()
        await add_agent(site, branch)
        (update,) = await socket.until(lambda _: socket.updates("agents"))
        if number != 1:  # the second message is lost
            verdicts.append(reader.receive(update))
    assert verdicts == [True, False]
    await reader.pull()
    rows, _ = await reader.source.rows("agents")
    assert reader.rows["agents"] == {row["id"]: row for row in rows}
    assert reader.refetches == 1


@dataclass
class HttpSource:
    """Pulls through the API."""

    client: httpx.AsyncClient

    async def rows(self, collection: str) -> tuple[list[Row], Cursor]:
        page = (await self.client.get(f"/api/{collection}?limit=1000")).json()
        return page["data"], Cursor.parse(page["cursor"])

    async def changes(self, since: Cursor) -> Pulled:
        page = (await self.client.get("/api/changes", params={"since": str(since)})).json()
        return Pulled(
            [
                Change(*(change[key] for key in _CHANGE))
                for change in page["data"]
                if change["collection"] == "agents"
            ],
            Cursor.parse(page["cursor"]),
            page["hasMore"],
            page["mustRefetch"],
        )


_CHANGE = ("collection", "operation", "id", "branchId", "seq", "prevSeq", "row")


@dataclass
class Process:
    """A server process of its own."""

    process: subprocess.Popen[bytes]
    url: str

    async def ready(self) -> None:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self.process.poll() is None, "the server ended"
                await asyncio.sleep(0.1)


def start_process(database_url: str, redis_url: str, folder: Path) -> Process:
    port = free_port()
    settings = api_settings(database_url, folder, redis_url=redis_url)
    environment = {
        **os.environ,
        "SIBERIUS_DATABASE_URL": database_url,
        "SIBERIUS_REDIS_URL": redis_url,
        "SIBERIUS_SECRET_KEY": settings.signing_key,
        "SIBERIUS_DATA_DIR": str(folder),
        "SIBERIUS_FEED_TICK_S": "1.0",
    }
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory"]
    command += ["--port", str(port), "--log-level", "warning"]
    return Process(subprocess.Popen(command, cwd=ROOT, env=environment), f"http://127.0.0.1:{port}")


async def test_a_commit_in_one_process_reaches_the_sockets_of_another(
    postgres_url: str,  # noqa: F811
    redis_server: RedisServer,
    tmp_path: Path,
) -> None:
    """Through Redis at once; without it, by the tick."""
    processes = [
        start_process(postgres_url, redis_server.url, tmp_path / str(number)) for number in range(2)
    ]
    try:
        async with AsyncExitStack() as stack:
            # The third member: makes the company, and writes without a socket of its own.
            settings = api_settings(postgres_url, tmp_path / "own", redis_url=redis_server.url)
            api = await start(settings, stack)
            company = await api.company()
            branch = await company.branch("A")
            for process in processes:
                await process.ready()
            one, two = [
                await Site(api, process.url, company, stack).socket(company.admin, "branches")
                for process in processes
            ]
            client = await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=processes[0].url,
                    headers={"Authorization": company.admin.client.headers["Authorization"]},
                )
            )

            async def rename(name: str) -> float:
                """Change the branch in process one; how long until a socket of two is told."""
                loop = asyncio.get_running_loop()
                answer = await client.patch(f"/api/branches/{branch}", json={"name": name})
                assert answer.status_code == 200, answer.text
                committed = loop.time()
                for socket in (one, two):
                    await socket.until(partial(named, name))
                return loop.time() - committed

            await rename("the first, while the bus connects")
            quickest = min([await rename(f"with Redis {number}") for number in range(5)])
            assert quickest < 0.5, "the hint came before the tick"
            redis_server.kill()
            assert await rename("without Redis") < 5
    finally:
        for process in processes:
            process.process.kill()
            process.process.wait()


async def test_a_database_without_the_application_is_followed_by_the_tick(site: Site) -> None:
    """The command line commits and tells nobody."""
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    database = Database(site.database.url.render_as_string(hide_password=False))
    database.record_with(Appender("cli"))
    async with database.unit_of_work(site.scope()) as unit:
        unit.session.add(an_agent(branch))
    await database.close()
    assert await socket.until(lambda _: socket.updates("agents"), 5)
