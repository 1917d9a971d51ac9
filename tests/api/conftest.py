"""The real application on each database, with companies and signed-in people in it."""

import asyncio
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from app.db import migrate
from app.db.database import Database
from app.db.scope import SYSTEM
from app.domains.identity.models import Role
from app.domains.identity.tenants import create_tenant
from app.main import create_app
from app.runtime.parts import Runtime, build
from app.settings import Settings
from tests.support.document import is_documented
from tests.support.servers import PostgresServer, RedisServer, S3Server

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """A user and his client, which carries his access token."""

    id: UUID
    email: str
    client: httpx.AsyncClient
    tokens: dict[str, Any]
    password: str = PASSWORD


@dataclass
class Company:
    """A tenant with its first administrator."""

    api: "Api"
    id: UUID
    name: str
    admin: Person
    branches: dict[str, UUID] = field(default_factory=dict)

    async def branch(self, code: str) -> UUID:
        """A new branch."""
        answer = await self.admin.client.post(
            "/api/branches", json={"name": f"{self.name} {code}", "code": code}
        )
        assert answer.status_code == 201, answer.text
        self.branches[code] = UUID(answer.json()["id"])
        return self.branches[code]

    async def person(self, role: Role, *, branches: list[UUID] | None = None) -> Person:
        """A new user, signed in."""
        email = f"{role.value}-{self.api.next_number()}@{self.id.hex[-12:]}.example"
        answer = await self.admin.client.post(
            "/api/users",
            json={
                "email": email,
                "name": f"{role.value} of {self.name}",
                "password": PASSWORD,
                "role": role.value,
                "branchIds": None if branches is None else [str(branch) for branch in branches],
            },
        )
        assert answer.status_code == 201, answer.text
        return await self.api.sign_in(email)


@dataclass
class Api:
    """The application with its lifespan running; `app.state` has its parts."""

    app: FastAPI
    runtime: Runtime
    _stack: AsyncExitStack
    _count: int = 0

    def next_number(self) -> int:
        """1, 2, 3, …"""
        self._count += 1
        return self._count

    def client(self, address: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        """A client of its own, with its own cookies, from `address`. A server error is an answer,
        not a raise."""
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(address, 4711)
        )
        client = httpx.AsyncClient(
            transport=transport,
            base_url="http://siberius.example",
            headers=headers,
            event_hooks={"response": [partial(is_documented, self.app)]},
        )
        self._stack.push_async_callback(client.aclose)
        return client

    async def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """Sign in with a new client."""
        client = self.client()
        answer = await client.post("/api/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        client.headers["Authorization"] = f"Bearer {tokens['accessToken']}"
        return Person(UUID(tokens["user"]["id"]), email, client, tokens, password)

    async def company(self, name: str = "Acme") -> Company:
        """A new tenant."""
        email = f"admin-{self.next_number()}@{name.lower()}.example"
        async with self.runtime.database.unit_of_work(SYSTEM) as unit:
            tenant, _ = await create_tenant(unit, self.runtime, name, email, PASSWORD)
        return Company(self, tenant.id, name, await self.sign_in(email))

    async def replica(self) -> "Api":
        """Another process of the same installation: own parts, the same database."""
        return await start(self.runtime.settings, self._stack)


async def start(settings: Settings, stack: AsyncExitStack) -> Api:
    """The application, running until `stack` is closed."""
    runtime = build(settings)
    app = create_app(runtime)
    await stack.enter_async_context(app.router.lifespan_context(app))
    return Api(app, runtime, stack)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy: migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "siberius.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a migrated database to copy."""
    url = postgres_server.create_database()
    _migrate(url)
    yield url.rpartition("/")[2]
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "siberius.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'siberius.db'}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A migrated Postgres database."""
    url = postgres_server.create_database(template=postgres_template)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> Iterator[Settings]:
    """The settings of `api`, of each profile; a test module may override this fixture."""
    if not database_url.startswith("postgresql"):
        yield api_settings(database_url, tmp_path)
        return
    redis: RedisServer = request.getfixturevalue("redis_server")
    store: S3Server = request.getfixturevalue("s3_server")
    redis.clear()  # others counted their attempts there
    bucket = f"test-{secrets.token_hex(6)}"
    yield api_settings(
        database_url,
        tmp_path,
        profile="clustered",
        redis_url=redis.url,
        s3_endpoint=store.url,
        s3_bucket=bucket,
        s3_access_key=store.access_key,
        s3_secret_key=store.secret_key,
    )
    store.remove_bucket(bucket)


def api_settings(database_url: str, folder: Path, **more: Any) -> Settings:
    """Settings for tests; passwords are hashed at a cost that only tests may use."""
    values: dict[str, Any] = {
        "data_dir": folder / "data",
        "secret_key": "only for tests, but long enough to be taken",
        "database_url": database_url,
        "password_memory_kib": 8,
        "password_rounds": 1,
        "feed_tick_s": 0.2,
    }
    return Settings(**values | more)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """The application on each database."""
    async with AsyncExitStack() as stack:
        yield await start(settings, stack)


@pytest.fixture
async def company(api: Api) -> Company:
    """A company with its administrator, and nothing else."""
    return await api.company()


def _migrate(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate.upgrade(database)
        await database.close()

    asyncio.run(run())
