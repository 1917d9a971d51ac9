"""A whole Siberius of real processes: one server, agents of branches, made by the commands a
person would use."""

import asyncio
import hashlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.servers import free_port

COMPANY = "Example"
ADMIN = "ana@example.com"
PASSWORD = "correct horse battery"
WAIT_S = 30.0


class Process:
    """A process of ours with its log; killed at the end whatever happened."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path):
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL to the process and its children: a power cut."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(20)


class Branch:
    """A branch: its folder, and the agent that watches it. `settings` are variables of its
    agent's environment."""

    def __init__(
        self, stack: "Stack", code: str, server_url: str | None = None, **settings: str
    ) -> None:
        self.code = code
        self.name = f"PC {code}"
        self.folder = stack.root / "branches" / code
        self.folder.mkdir(parents=True)
        company = ("--tenant", COMPANY)
        stack.cli("branch", "create", *company, "--name", code.title(), "--code", code)
        made = stack.cli("agent", "create", *company, "--name", self.name, "--branch", code)
        found = re.search(r"^token +(\S+)", made, re.MULTILINE)
        assert found is not None, made
        self.token = found[1]
        environment = {
            **_clean_environment(),
            "SIBERIUS_AGENT_SERVER": server_url or stack.url,
            "SIBERIUS_AGENT_TOKEN": self.token,
            "SIBERIUS_AGENT_FOLDER": str(self.folder),
            "SIBERIUS_AGENT_RECONNECT_S": "[0.3, 0.5, 1]",
            "SIBERIUS_AGENT_UPLOAD_RETRY_S": "[0.5, 1]",
            "SIBERIUS_AGENT_ACK_TIMEOUT_S": "5",
            **settings,
        }
        self.agent = Process(
            f"agent-{code}",
            [sys.executable, "-m", "agent.cli", "run"],
            environment,
            stack.root / f"agent-{code}.log",
        )
        stack.processes.append(self.agent)

    def drop(self, name: str, content: bytes) -> str:
        """Copy a file into the folder as a person would; its SHA-256."""
        (self.folder / name).write_bytes(content)
        return hashlib.sha256(content).hexdigest()


class Stack:
    """The server and what belongs to it. `url` is where it listens."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.root = root
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: list[Process] = []
        self.environment = {
            **_clean_environment(),
            "SIBERIUS_DATA_DIR": str(root / "data"),
            "SIBERIUS_PORT": str(self.port),
            "SIBERIUS_SECRET_KEY": secrets.token_urlsafe(48),
            "SIBERIUS_FEED_TICK_S": "0.3",
            "SIBERIUS_JOBS_TICK_S": "0.5",
            "SIBERIUS_TRANSFER_STALLED_S": "3",
            **settings,
        }
        self.server = Process(
            "server",
            [sys.executable, "-m", "app.cli", "serve"],
            self.environment,
            root / "server.log",
        )
        self.processes.append(self.server)
        self.cli(
            *("tenant", "create", "--name", COMPANY, "--admin-email", ADMIN),
            # Not one of the dashboard's own words.
            *("--admin-name", "Ana Souza"),
            "--admin-password-stdin",
            stdin=PASSWORD + "\n",
        )

    def cli(self, *arguments: str, stdin: str = "", **settings: str) -> str:
        """Run `siberius …`; what it printed. Raises where it failed."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env={**self.environment, **settings},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def start_server(self, within_s: float = WAIT_S) -> None:
        """Start it, or start it again, and wait until it is ready."""
        self.server.start()

        async def ready() -> bool:
            async with httpx.AsyncClient(base_url=self.url) as client:
                return (await client.get("/health/ready")).status_code == 200

        await eventually(ready, what="the server is ready", within_s=within_s)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that is signed in as the administrator."""
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as client:
            answer = await client.post(
                "/api/auth/login", json={"email": ADMIN, "password": PASSWORD}
            )
            client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
            yield client

    def close(self) -> None:
        for process in self.processes:
            process.kill()


async def documents(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Every document by its file name. Fails where two have the same."""
    answer = await client.get("/api/pdfs", params={"limit": 1000})
    answer.raise_for_status()
    rows = answer.json()["data"]
    by_name = {row["fileName"]: row for row in rows}
    assert len(by_name) == len(rows), "a document is listed twice"
    return by_name


async def eventually(
    condition: Callable[[], Awaitable[Any]], *, what: str, within_s: float = WAIT_S
) -> Any:
    """The first true value of `condition`; an error of the connection counts as false."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            if value := await condition():
                return value
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.1)


def _clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("SIBERIUS_")}
