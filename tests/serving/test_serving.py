"""The server as it runs in a cluster: several workers, and an end that nobody notices."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import socketio

from tests.support.replica import ADMIN, PASSWORD, ReplicaServer
from tests.support.server import is_gone, wait_until
from tests.support.servers import PostgresServer

SECRET = "only for tests, but long enough to be taken"
LOGIN = {"email": ADMIN, "password": PASSWORD}


@pytest.fixture
def replica(postgres_database: str, request: pytest.FixtureRequest) -> Iterator[ReplicaServer]:
    """A replica with a company; parameters are settings."""
    settings = {
        "drain_notice_s": 1,
        "move_window_s": 1,
        **getattr(request, "param", {}),
        "database_url": postgres_database,
        "secret_key": SECRET,
        "password_memory_kib": 1024,
    }
    server = ReplicaServer(**settings)
    server.make_company()
    with server:
        yield server


def _requests(server: ReplicaServer) -> dict[str, float]:
    """How many requests were counted, by route."""
    text = httpx.get(f"{server.url}/metrics", timeout=10).text
    found = re.findall(
        r'^siberius_http_request_seconds_count\{.*route="([^"]+)".*\} (\S+)$', text, re.MULTILINE
    )
    return {route: float(count) for route, count in found}


def _await_new_worker(server: ReplicaServer, before: set[int]) -> None:
    def there() -> bool:
        now = {worker.pid for worker in server.workers()}
        return len(now) == len(before) and len(now - before) == 1 and server.ping()

    wait_until(there, within_s=60)


@pytest.mark.parametrize("secret", ["", "changeme", "x" * 31])
def test_a_placeholder_is_no_secret(secret: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        env={
            "SIBERIUS_PROFILE": "clustered",
            "SIBERIUS_DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/x",
            "SIBERIUS_DATA_DIR": str(tmp_path),
            "SIBERIUS_SECRET_KEY": secret,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SIBERIUS_SECRET_KEY" in done.stderr


def test_metrics_are_of_all_workers_and_stay_few_when_workers_are_replaced(
    replica: ReplicaServer,
) -> None:
    folder = replica.folder / "metrics" / str(replica.port)
    sent = 0
    for _ in range(4):
        before = {worker.pid for worker in replica.workers()}
        assert len(before) == 2
        # Each on a connection of its own, so that both workers get some.
        for _ in range(10):
            httpx.get(f"{replica.url}/api/me")
            sent += 1
        assert _requests(replica)["/api/me"] == sent
        replica.workers()[0].kill()
        _await_new_worker(replica, before)
    assert _requests(replica)["/api/me"] == sent, "what the dead had counted is not forgotten"
    # The supervisor, two workers, and all the dead together; of each kind one file.
    pids = {path.stem.rpartition("_")[2] for path in folder.glob("*.db")}
    assert len(pids) <= 4, pids


async def test_a_server_that_is_asked_to_stop_finishes_what_it_has_begun(
    replica: ReplicaServer,
) -> None:
    async with httpx.AsyncClient(base_url=replica.url, timeout=20) as client:
        login = (await client.post("/api/auth/login", json=LOGIN)).json()
        moves: list[dict[str, int]] = []
        browser = socketio.AsyncClient(reconnection=False)
        browser.on("server:moving", moves.append, namespace="/client")
        await browser.connect(
            replica.url,
            namespaces=["/client"],
            transports=["websocket"],
            auth={"token": login["accessToken"]},
        )
        # Half of a request is there when the server is asked to stop.
        body = json.dumps(LOGIN).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", replica.port)
        head = f"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body[:5])
        await asyncio.sleep(0.2)
        replica.terminate()
        stopped = time.monotonic()

        async with asyncio.timeout(5):
            while await asyncio.to_thread(replica.status, "/health/ready") != 503:
                await asyncio.sleep(0.02)
        answer = await client.get("/api/me", headers={"Authorization": login["accessToken"]})
        assert answer.status_code == 401, "it takes requests until the proxy has had its notice"

        async with asyncio.timeout(10):
            while not moves:
                await asyncio.sleep(0.02)
        assert 0 <= moves[0]["delayMs"] <= 1000
        await browser.wait()
        await browser.disconnect()
        assert await asyncio.to_thread(replica.status, "/health") == 0, "nobody new is let in"

        writer.write(body[5:])
        finished = (await asyncio.wait_for(reader.read(), 15)).decode()
        assert finished.startswith("HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
        assert await asyncio.to_thread(replica.wait, 15) == 0
        assert time.monotonic() - stopped < 15


@pytest.mark.parametrize("replica", [{"drain_limit_s": 10}], indirect=True)
async def test_it_stops_in_time_without_its_database(
    replica: ReplicaServer, postgres_server: PostgresServer
) -> None:
    workers = replica.workers()
    async with httpx.AsyncClient(base_url=replica.url, timeout=20) as client:
        postgres_server.pause()
        try:
            waiting = asyncio.create_task(client.post("/api/auth/login", json=LOGIN))
            await asyncio.sleep(0.5)
            started = time.monotonic()
            replica.terminate()
            await asyncio.to_thread(replica.wait, 14)
            assert time.monotonic() - started < 13
        finally:
            postgres_server.resume()
        await asyncio.gather(waiting, return_exceptions=True)
    assert [worker for worker in workers if not is_gone(worker.pid)] == []


@pytest.mark.parametrize(
    "replica",
    [
        # One worker: without Redis each counts for itself.
        {"workers": 1, "agent_auth_limit_per_minute": 1, "trusted_proxies": proxies}
        for proxies in ("127.0.0.1", "")
    ],
    indirect=True,
)
def test_only_a_trusted_proxy_says_for_whom_it_speaks(replica: ReplicaServer) -> None:
    answers = []
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.2"):
        headers = {
            "Authorization": "Bearer wrong",
            "X-Forwarded-For": address,
            "X-Request-Id": "the-request",
        }
        answer = httpx.get(f"{replica.url}/api/agent/status", headers=headers, timeout=20)
        assert answer.headers["x-request-id"] == "the-request"
        answers.append(answer.status_code)
    trusted = replica.environment["SIBERIUS_TRUSTED_PROXIES"] != ""
    assert answers == ([401, 401, 429] if trusted else [401, 429, 429])
