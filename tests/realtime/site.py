"""A running server with a company, and the browsers that look at it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import httpx
import socketio
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from app.db.database import Database
from app.db.scope import Scope
from app.domains.agents.models import Agent
from app.feed.cursor import Cursor
from app.realtime.events import EVENTS
from app.realtime.websocket import CrowdWebSocket
from tests.api.conftest import Api, Company, Person
from tests.feed.reader import Change, Pulled, Row
from tests.feed.world import an_agent

NAMESPACE = "/client"


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application behind uvicorn, its lifespan being run by someone else; the URL."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        lifespan="off",
        log_level="warning",
        ws=CrowdWebSocket,
        ws_ping_interval=None,
        # As `siberius serve`: a socket whose end got lost must not hold up the end of the server.
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


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


async def add_agent(site: Site, branch_id: UUID | None) -> Agent:
    async with site.database.unit_of_work(site.scope()) as unit:
        agent = an_agent(branch_id)
        unit.session.add(agent)
    return agent


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
