"""`GET /api/pdfs` with 100,000 rows: full page, delta and 304, against a bare Starlette route.

Both are served by one uvicorn process each, with the settings of `siberius serve`, and asked
by the same client: kept-alive connections that send their request again as soon as it is
answered, from an own process that looks at no more than the length of an answer.
"""

import asyncio
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.db import migrate
from app.db.database import Database
from app.db.ids import new_id
from app.db.scope import SYSTEM, Scope
from app.domains.identity.models import Branch
from app.domains.identity.tenants import create_tenant
from app.domains.pdfs.models import Pdf, PdfBranch
from app.feed.append import Appender
from app.runtime.parts import build
from app.settings import Settings
from tests.bench.__main__ import ROOT, Figure
from tests.support.servers import PostgresServer, free_port

ROWS = 100_000
CONNECTIONS = 16
SECONDS = 1.0
ROUNDS = 7
GOAL = 0.5
EMAIL, PASSWORD = "admin@bench.example", "a password for the bench"


def run() -> list[Figure]:
    """Each kind of request in turns with the bare route, so that noise hits both alike."""
    with PostgresServer() as server, tempfile.TemporaryDirectory() as folder:
        url = server.create_database()
        environment = {
            "SIBERIUS_DATABASE_URL": url,
            "SIBERIUS_DATA_DIR": folder,
            "SIBERIUS_SECRET_KEY": "only for the bench, but long enough",
            **{
                f"SIBERIUS_{who}_LIMIT_PER_MINUTE": "10000000"
                for who in ("ADDRESS", "USER", "TENANT")
            },
        }
        os.environ.update(environment)
        asyncio.run(_fill(url))
        served = [
            _Served(_start("app.main:create_app", factory=True)),
            _Served(_start("tests.bench.bench_collections:bare")),
        ]
        try:
            return _measure(*served)
        finally:
            for each in served:
                each.process.kill()
                each.process.wait()


async def _bare(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


bare = Starlette(routes=[Route("/", _bare)])


async def _fill(url: str) -> None:
    """A company with 100,000 documents, all in one transaction's worth of SQL: this is not what
    is measured, so it need not go through the feed."""
    settings = Settings()
    database = Database(url)
    await migrate.upgrade(database)
    database.record_with(Appender("bench"))
    runtime = build(settings)
    async with database.unit_of_work(SYSTEM) as unit:
        tenant, _ = await create_tenant(unit, runtime, "Bench", EMAIL, PASSWORD)
    async with database.unit_of_work(Scope(tenant.id, "bench")) as unit:
        branch = Branch(id=new_id(), name="One", code="1")
        unit.session.add(branch)
    ids = [new_id() for _ in range(ROWS)]
    now = datetime.now(UTC)
    pdfs = [
        {
            "id": pdf_id,
            "tenant_id": tenant.id,
            "version": 1,
            "updated_at": now,
            "content_key": pdf_id.hex,
            "file_hash": pdf_id.hex * 2,
            "size": 123_456,
            "file_name": f"Orçamento {number:06} - Comércio de Móveis Ltda.pdf",
            "status": "available_local",
            "result": "ok",
            "rules_version": "1",
            "fields": {},
            "type": "quote",
            "number": f"{number:06}",
            "customer": "Comércio de Móveis Ltda",
            "search_text": f"orcamento {number:06} comercio de moveis ltda",
            "branch_ids": [str(branch.id)],
            "agent_ids": [],
            "created_at": now,
        }
        for number, pdf_id in enumerate(ids)
    ]
    places = [{"pdf_id": pdf_id, "branch_id": branch.id} for pdf_id in ids]
    async with database.write_engine.begin() as connection:
        await connection.exec_driver_sql("SELECT set_config('siberius.tenant', '*', true)")
        for start in range(0, ROWS, 1000):
            await connection.execute(insert(Pdf), pdfs[start : start + 1000])
            await connection.execute(insert(PdfBranch), places[start : start + 1000])
        # Autovacuum would do it within its minute; the bench does not wait that long.
        await connection.exec_driver_sql("ANALYZE")
    async with database.unit_of_work(Scope(tenant.id, "bench")) as unit:
        for pdf_id in ids[:20]:
            (await unit.session.get_one(Pdf, pdf_id)).title = "changed"
    await database.close()


def _start(target: str, *, factory: bool = False) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port)]
    command += ["--log-level", "warning", "--no-access-log", *(["--factory"] if factory else [])]
    return subprocess.Popen(command, cwd=ROOT), port


class _Served:
    """A server process that answers."""

    def __init__(self, started: tuple[subprocess.Popen[bytes], int]) -> None:
        self.process, self.port = started
        deadline = time.monotonic() + 60
        while True:
            try:
                self.ask("/")
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def ask(self, path: str, body: Any = None, **headers: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        with urllib.request.urlopen(request) as answer:
            return answer.read()


def _measure(ours: _Served, plain: _Served) -> list[Figure]:
    login = json.loads(ours.ask("/api/auth/login", {"email": EMAIL, "password": PASSWORD}))
    signed_in = {"Authorization": f"Bearer {login['accessToken']}"}
    page = json.loads(ours.ask("/api/pdfs?limit=1", **signed_in))
    epoch, _, seq = page["cursor"].rpartition("-")
    delta = f"/api/pdfs?since={epoch}-{int(seq) - 20}"
    kinds = {
        "304": _Load(ours.port, "/api/pdfs", {**signed_in, "If-None-Match": page["etag"]}, 304),
        "delta of 20 rows": _Load(ours.port, delta, signed_in, 200),
        "page of 100 rows": _Load(ours.port, "/api/pdfs?limit=100", signed_in, 200),
        "page of 1000 rows": _Load(ours.port, "/api/pdfs?limit=1000", signed_in, 200),
    }
    bare_load = _Load(plain.port, "/", {}, 200)
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    bare_rates = []
    with multiprocessing.get_context("spawn").Pool(1) as client:
        for _ in range(ROUNDS):
            for kind, load in kinds.items():
                rates[kind].append(client.apply(_rate, (load,)))
                bare_rates.append(client.apply(_rate, (bare_load,)))
    figures = [_figure("bare Starlette route", statistics.median(bare_rates), "requests/s")]
    for kind in kinds:
        name = f"GET /api/pdfs of {ROWS:,}, {kind}"
        figures.append(_figure(name, statistics.median(rates[kind]), "requests/s"))
    ratio = statistics.median(rates["304"]) / statistics.median(bare_rates)
    figures.append(
        {
            "name": "304 against a bare Starlette route",
            "value": ratio,
            "unit": "ratio",
            "goal": f">= {GOAL}",
            "met": ratio >= GOAL,
        }
    )
    return figures


def _figure(name: str, value: float, unit: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "goal": None, "met": True}


@dataclass(frozen=True)
class _Load:
    """One request, sent again and again."""

    port: int
    path: str
    headers: dict[str, str]
    status: int

    def to_bytes(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", "Host: bench"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


def _rate(load: _Load) -> float:
    """Answers per second."""
    return asyncio.run(_hammer(load))


async def _hammer(load: _Load) -> float:
    loop = asyncio.get_running_loop()
    clients = [_Client(load) for _ in range(CONNECTIONS)]
    for client in clients:
        await loop.create_connection(partial(_same, client), "127.0.0.1", load.port)
    await asyncio.sleep(0.3)
    answered, started = sum(client.answered for client in clients), time.perf_counter()
    await asyncio.sleep(SECONDS)
    answered = sum(client.answered for client in clients) - answered
    rate = answered / (time.perf_counter() - started)
    # To the last answer: what the server still works on would slow down what comes next.
    await asyncio.gather(*(client.stop() for client in clients))
    return rate


def _same(client: "_Client") -> "_Client":
    return client


class _Client(asyncio.Protocol):
    """Sends the request, counts the answer, sends it again. Reads only what it must."""

    def __init__(self, load: _Load) -> None:
        self.answered = 0
        self._stopping = False
        self._stopped = asyncio.Event()
        self._request = load.to_bytes()
        self._first = f"HTTP/1.1 {load.status} ".encode()
        self._buffer = b""
        self._missing = 0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._buffer += data
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(self._first):
                raise RuntimeError(self._buffer[:200])
            self._missing = _content_length(self._buffer[:end]) - (len(self._buffer) - end - 4)
            self._buffer = b""
        if self._missing == 0:
            self.answered += 1
            if self._stopping:
                self._stopped.set()
            else:
                self._transport.write(self._request)

    async def stop(self) -> None:
        """Take the answer that is under way, and close."""
        self._stopping = True
        await self._stopped.wait()
        self._transport.abort()


def _content_length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0
