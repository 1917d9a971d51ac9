"""`GET /api/pdfs` with 100,000 rows: full page, delta and 304, against a bare Starlette route.

Both are served by one uvicorn process each, with the settings of `siberius serve`, and asked
by the same client: kept-alive connections that send their request again as soon as it is
answered, from an own process that looks at no more than the length of an answer.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from typing import Any

from app.db import migrate
from app.db.database import Database
from app.db.scope import SYSTEM
from app.domains.identity.tenants import create_tenant
from app.feed.append import Appender
from app.runtime.parts import build
from app.settings import Settings
from tests.bench.__main__ import ROOT
from tests.bench.figures import Figure, figure
from tests.bench.load import Call, Drivers, request
from tests.bench.size import sized
from tests.support.documents import change, fill
from tests.support.servers import PostgresServer, free_port

ROWS = sized(100_000, short=2_000)
CHANGED = 20
CONNECTIONS = 16
SECONDS = sized(1.0, short=0.5)
ROUNDS = sized(7, short=1)
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
            _Served(_start("tests.bench.bare:app")),
        ]
        try:
            return _measure(*served)
        finally:
            for each in served:
                each.process.kill()
                each.process.wait()


async def _fill(url: str) -> None:
    database = Database(url)
    await migrate.upgrade(database)
    database.record_with(Appender("bench"))
    async with database.unit_of_work(SYSTEM) as unit:
        await create_tenant(unit, build(Settings()), "Bench", EMAIL, PASSWORD)
    await database.close()
    await fill(url, ROWS)
    await change(url, CHANGED)


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
    # A tag is told of the request it answered: nothing is new where the same is asked again.
    page = json.loads(ours.ask("/api/pdfs", **signed_in))
    epoch, _, seq = page["cursor"].rpartition("-")
    delta = f"/api/pdfs?since={epoch}-{int(seq) - CHANGED}"
    unchanged = {**signed_in, "If-None-Match": page["etag"]}
    calls = [
        Call("304", request("GET", "/api/pdfs", unchanged), 304),
        Call(f"delta of {CHANGED} rows", request("GET", delta, signed_in), 200),
        Call("page of 100 rows", request("GET", "/api/pdfs?limit=100", signed_in), 200),
        Call("page of 1000 rows", request("GET", "/api/pdfs?limit=1000", signed_in), 200),
    ]
    bare_call = Call("bare", request("GET", "/", {}), 200)
    rates: dict[str, list[float]] = {call.kind: [] for call in calls}
    bare_rates = []
    with Drivers(1, CONNECTIONS) as drivers:
        for _ in range(ROUNDS):
            for call in calls:
                rates[call.kind].append(_rate(drivers, ours.port, call))
                bare_rates.append(_rate(drivers, plain.port, bare_call))
    figures = [figure("bare Starlette route", statistics.median(bare_rates), "requests/s")]
    for kind, rounds in rates.items():
        name = f"GET /api/pdfs of {ROWS:,}, {kind}"
        figures.append(figure(name, statistics.median(rounds), "requests/s"))
    ratio = statistics.median(rates["304"]) / statistics.median(bare_rates)
    name = "304 against a bare Starlette route"
    figures.append(figure(name, ratio, "ratio", at_least=GOAL))
    return figures


def _rate(drivers: Drivers, port: int, call: Call) -> float:
    measured = drivers.drive(port, [call], SECONDS)
    if measured.errors:
        raise RuntimeError(measured.errors[0])
    return measured.rate
