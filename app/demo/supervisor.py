"""`siberius demo`: the embedded profile and two branch agents, in the foreground.

Each is a process of its own, as in production; one that dies is started again.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.demo.company import BRANCHES, DemoCompany, prepare
from app.settings import Settings

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
MAX_QUICK_DEATHS = 5
QUICK_DEATH_S = 10


class DemoError(Exception):
    """The demo cannot run; the message says why and what to do."""


@dataclass
class Child:
    """A process that is kept running."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        """Start it, in a process group of its own so that Ctrl-C reaches only the supervisor."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started = time.monotonic()

    def restart_if_dead(self) -> None:
        """Start it again if it died. Raises `DemoError` where that does not help."""
        if self.process is None or self.process.poll() is None:
            return
        quick = time.monotonic() - self.started < QUICK_DEATH_S
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        if self.quick_deaths >= MAX_QUICK_DEATHS:
            raise DemoError(f"the {self.name} does not stay up; its log: {self.log}")
        say(f"the {self.name} stopped (exit code {self.process.returncode}), starting it again")
        self.start()

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait for its end, and end it by force after `seconds`."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)  # noqa: T201 - this is the command's output


def run(settings: Settings) -> None:
    """Run the demo until SIGINT or SIGTERM. Raises `DemoError` where it cannot."""
    data_dir = settings.data_dir.resolve()
    _check_port(settings.host, settings.port)
    server_url = f"http://{_reachable(settings.host)}:{settings.port}"
    company = prepare(settings, server_url)
    logs = data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    children = [_server(settings, data_dir, logs), *_agents(company, logs)]
    stopped = _StopSignal()
    try:
        children[0].start()
        _wait_until_ready(server_url, children[0], stopped)
        for child in children[1:]:
            child.start()
        if not stopped:
            _announce(company, server_url)
        while not stopped:
            for child in children:
                child.restart_if_dead()
            stopped.wait(0.5)
    finally:
        for child in children:
            child.stop()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in children:
            child.wait(max(0.1, deadline - time.monotonic()))


class _StopSignal:
    """Becomes true at SIGINT or SIGTERM."""

    def __init__(self) -> None:
        self._seen = False
        # A byte in a pipe wakes a wait that would otherwise sleep through the signal.
        self._read, self._write = socket.socketpair()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def __bool__(self) -> bool:
        return self._seen

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a signal."""
        self._read.settimeout(seconds)
        try:
            self._read.recv(1)
        except TimeoutError:
            return

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._seen = True
        self._write.send(b"x")


def _server(settings: Settings, data_dir: Path, logs: Path) -> Child:
    environment = {
        **os.environ,
        "SIBERIUS_DEMO": "1",
        "SIBERIUS_PROFILE": "embedded",
        "SIBERIUS_DATA_DIR": str(data_dir),
        "SIBERIUS_HOST": settings.host,
        "SIBERIUS_PORT": str(settings.port),
    }
    command = [sys.executable, "-m", "app.cli", "serve"]
    return Child("server", command, environment, logs / "server.log")


def _agents(company: DemoCompany, logs: Path) -> list[Child]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SIBERIUS_AGENT_")}
    return [
        Child(
            f"agent of {branch.name}",
            [
                sys.executable,
                "-m",
                "agent.cli",
                "run",
                "--config",
                str(company.configs[branch.code]),
            ],
            clean,
            logs / f"agent-{branch.code}.log",
        )
        for branch in BRANCHES
    ]


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DemoError(
                f"port {port} on {host} cannot be used ({error.strerror}); "
                f"take another: SIBERIUS_PORT={port + 80} make run"
            ) from error


def _reachable(host: str) -> str:
    """The address a browser on this machine uses."""
    return "127.0.0.1" if host in {"", "0.0.0.0"} else host  # noqa: S104 - compared, not bound


def _wait_until_ready(server_url: str, server: Child, stopped: _StopSignal) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not stopped:
        if server.process is not None and server.process.poll() is not None:
            raise DemoError(f"the server did not start; its log: {server.log}")
        if time.monotonic() > deadline:
            raise DemoError(f"the server is not ready after {READY_TIMEOUT_S} s: {server.log}")
        try:
            with urllib.request.urlopen(f"{server_url}/health/ready", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            stopped.wait(0.1)


def _announce(company: DemoCompany, server_url: str) -> None:
    say("")
    for branch in BRANCHES:
        say(f"  drop PDFs of {branch.name} into  {company.folders[branch.code]}")
    say("  stop with Ctrl-C; everything is kept for the next time")
    say("")
    say(f"Siberius is ready: {server_url}  login {company.admin_email} / {company.password}")
