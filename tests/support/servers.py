"""Real servers for tests and benches: Postgres, Redis and an S3 store, each an own process.

Every server listens on a free port of 127.0.0.1 and keeps its files in a temporary folder
that goes with it. It runs in its own session and is ended by its process group, so nothing
survives a test run that fails.
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import redis
import urllib3
from psycopg import sql

START_SECONDS = 60
STOP_SECONDS = 20
APP_ROLE = "siberius_app"
_handed_out: set[int] = set()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that is free now and was not given out before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _handed_out:
            _handed_out.add(port)
            return port


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
        # The kernel ends it too where the test run is killed and cannot.
        guard = ["setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"]
        with self.log.open("ab") as log:
            self._process = self._spawn([*guard, *self.command()], log)
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
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

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


class PostgresServer(Server):
    """Postgres from Debian's packages.

    `durable=False` switches fsync off: commits are still ordered and survive the death of
    any process, only not of the machine, and tests run several times faster.
    """

    name = "postgres"
    refuses_root = True
    # SIGINT is Postgres's "fast" shutdown: it does not wait for clients to leave.
    stop_signal = signal.SIGINT

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        super().__init__()
        self.password = secrets.token_hex(16)
        self.bin = _postgres_bin()
        self.data = self.folder / "data"
        self.settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "log_min_messages": "warning",
            **(settings or {}),
        }

    def command(self) -> list[str]:
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        return [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def start(self) -> None:
        if not self.data.exists():
            self._initdb()
            super().start()
            with self._admin() as connection:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                        sql.Identifier(APP_ROLE), sql.Literal(self.password)
                    )
                )
        else:
            super().start()

    def ping(self) -> bool:
        try:
            self._admin().close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of the database `template`; answers its URL.

        Its owner is a role that is not a superuser, so that row-level security binds.
        """
        name = f"test_{secrets.token_hex(6)}"
        with self._admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name),
                    sql.Identifier(APP_ROLE),
                    sql.Identifier(template or "template1"),
                )
            )
        return f"postgresql+psycopg://{APP_ROLE}:{self.password}@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Remove the database of `url` and throw out whoever is still in it."""
        name = url.rpartition("/")[2]
        with self._admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self.password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _initdb(self) -> None:
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        if self._user is not None:
            os.chown(password_file, self._user.pw_uid, self._user.pw_gid)
        command = [
            *(str(self.bin / "initdb"), "-D", str(self.data), "-U", "postgres", "--no-sync"),
            *(
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ),
        ]
        with self.log.open("ab") as log:
            if self._spawn(command, log).wait(START_SECONDS) != 0:
                raise RuntimeError(f"initdb failed:\n{self.log_tail()}")


class RedisServer(Server):
    """Redis without persistence: what it holds is gone after a restart, as in a crash."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing: install the Debian package redis-server")
        return [
            *(program, "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
        ]

    def ping(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class S3Server(Server):
    """SeaweedFS with its S3 gateway: one process, one user that may do everything."""

    name = "s3"
    # Asked politely it takes 15 s to leave, and it survives this.
    stop_signal = signal.SIGKILL
    access_key = "siberius-test"
    region = "us-east-1"

    def __init__(self) -> None:
        super().__init__()
        self.secret_key = secrets.token_hex(20)
        self._ports = {
            option: free_port()
            for option in (
                *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
                *("filer.port", "filer.port.grpc", "s3.port.grpc"),
            )
        }

    @property
    def endpoint(self) -> str:
        """`host:port`, as the minio SDK takes it; plain HTTP."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As `SIBERIUS_S3_ENDPOINT` takes it."""
        return f"http://{self.endpoint}"

    def command(self) -> list[str]:
        identity = {
            "name": "test",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        config = self.folder / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}))
        return [
            *(str(Path(sys.executable).with_name("weed")), "server", f"-dir={self.folder}"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.config={config}"),
            *(f"-s3.port={self.port}", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-{option}={port}" for option, port in self._ports.items()),
            *("-volume.max=20", "-master.volumeSizeLimitMB=64", "-volume.preStopSeconds=0"),
            # On by default, and it sends statistics to its makers; tests stay on loopback.
            "-master.telemetry=false",
        ]

    def ping(self) -> bool:
        try:
            answer = urllib3.request("GET", f"{self.url}/status", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status < 500


def _unprivileged_user() -> pwd.struct_passwd:
    """Postgres refuses to run as root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _postgres_bin() -> Path:
    """The folder of the newest installed Postgres; Debian keeps it out of the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("Postgres is missing: install the Debian package postgresql")
    return Path(found).resolve().parent
