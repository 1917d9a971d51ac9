"""A server as a process of its own, for tests and benches.

Every server listens on a free port of 127.0.0.1 and keeps its files in a temporary folder
that goes with it. It is ended with its children, also by the end of the test run, so nothing
survives one that fails.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

START_SECONDS = 60
STOP_SECONDS = 20
_handed_out: set[int] = set()


def is_gone(pid: int) -> bool:
    """Whether the process ended. Whoever inherits one may take their time to ask how."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free now and was not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _handed_out:
            _handed_out.add(port)
            return port


def wait_until(condition: Callable[[], object], within_s: float = 20) -> None:
    """Return when `condition` is true; `TimeoutError` where it does not become so."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s} s")
        time.sleep(0.02)


class Server(ABC):
    """One server process; also a context manager that starts it and removes its files."""

    name: str

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"siberius-{self.name}-"))
        self.log = self.folder / "server.log"
        self._user = _unprivileged_user() if self.refuses_root and os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None

    refuses_root = False
    stop_signal = signal.SIGTERM

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments; it must stay in the foreground."""

    @abstractmethod
    def ping(self) -> bool:
        """Whether it answers."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises `RuntimeError` with the end of its log."""
        self.launch()
        self.wait_until_up()

    def launch(self) -> None:
        """Start it without waiting. It ends with the thread that called this."""
        # The kernel ends it too where the test run is killed and cannot.
        guard = ["setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"]
        with self.log.open("ab") as log:
            self._process = self._spawn([*guard, *self.command()], log)

    def wait_until_up(self) -> None:
        """Until it answers. Raises `RuntimeError` with the end of its log."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self.ping():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.name} did not start:\n{self.log_tail()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """An orderly end, so far as the program has a quick one."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """What a power cut leaves: SIGKILL to the whole group."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Leave its connections open and answer nothing, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def restart(self) -> None:
        """End it in good order where it runs, and start it on the same port and data."""
        self.stop()
        self.start()

    def log_tail(self, lines: int = 30) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, command: list[str], log: object) -> subprocess.Popen[bytes]:
        as_user = (
            {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
            if self._user is not None
            else {}
        )
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_user,
        )

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        server = psutil.Process(self._process.pid)
        # Not the group: each backend of Postgres leads a group of its own.
        for process in (server, *server.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if number is signal.SIGKILL:
            self._signal(number)
        elif self._process.poll() is None:
            # A paused process would not hear the request.
            self._signal(signal.SIGCONT)
            self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait(STOP_SECONDS)
        self._process = None


def _unprivileged_user() -> pwd.struct_passwd:
    """Postgres refuses to run as root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
