"""Postgres: one server, or a leader with a standby that follows it."""

import os
import secrets
import shutil
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from tests.support.server import START_SECONDS, Server, wait_until

APP_ROLE = "siberius_app"


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
        if self.data.exists():
            super().start()
            return
        self._initdb()
        super().start()
        with self.admin() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(APP_ROLE), sql.Literal(self.password)
                )
            )

    def ping(self) -> bool:
        try:
            self.admin().close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of the database `template`; answers its URL.

        Its owner is a role that is not a superuser, so that row-level security binds.
        """
        name = f"test_{secrets.token_hex(6)}"
        with self.admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name),
                    sql.Identifier(APP_ROLE),
                    sql.Identifier(template or "template1"),
                )
            )
        return self.url(name)

    def url(self, database: str, port: int | None = None) -> str:
        """The URL of a database of this server, or of what stands before it on `port`."""
        role = f"{APP_ROLE}:{self.password}"
        return f"postgresql+psycopg://{role}@127.0.0.1:{port or self.port}/{database}"

    def drop_database(self, url: str) -> None:
        """Remove the database of `url` and throw out whoever is still in it."""
        name = url.rpartition("/")[2]
        with self.admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the superuser, without transactions."""
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
        password_file = self._private_file("password", self.password)
        self._run(
            *("initdb", "-D", str(self.data), "-U", "postgres", "--no-sync"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8"),
            "--locale=C.UTF-8",
        )

    def _private_file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(content)
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        return path

    def _run(self, program: str, *arguments: str) -> None:
        """One of Postgres's own programs, to its end."""
        with self.log.open("ab") as log:
            done = self._spawn([str(self.bin / program), *arguments], log).wait(START_SECONDS)
        if done != 0:
            raise RuntimeError(f"{program} failed:\n{self.log_tail()}")


class PostgresStandby(PostgresServer):
    """A copy of `leader` that follows it under the name `standby`, and serves reads."""

    def __init__(self, leader: PostgresServer) -> None:
        super().__init__()
        self.password = leader.password
        self._leader = leader

    def start(self) -> None:
        if not self.data.exists():
            passwords = self._private_file("pgpass", f"*:*:*:*:{self.password}")
            source = {
                "host": "127.0.0.1",
                "port": self._leader.port,
                "user": "postgres",
                "passfile": passwords,
                "application_name": "standby",
            }
            self._run(
                *("pg_basebackup", "-D", str(self.data), "--write-recovery-conf", "--no-sync"),
                *("--checkpoint=fast", "--wal-method=stream"),
                *("-d", " ".join(f"{name}={value}" for name, value in source.items())),
            )
        super().start()

    def promote(self) -> None:
        """Become a leader; returns when it is one."""
        self._run("pg_ctl", "promote", "-D", str(self.data), "-w")


class PostgresPair:
    """A leader and a synchronous standby: what the leader acknowledges, the standby has on its
    disk; that it has *replayed* it, and shows it to readers, comes later."""

    def __init__(self) -> None:
        self.leader = PostgresServer(settings={"wal_keep_size": "256MB"})
        self.standby = PostgresStandby(self.leader)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.leader)
            stack.enter_context(self.standby)
            # Set last: without a standby, the leader would not finish a single commit.
            with self.leader.admin() as connection:
                connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
                connection.execute("SELECT pg_reload_conf()")
            self.wait_for_standby()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def pause_replay(self) -> None:
        """The standby goes on taking the log, and no longer shows what is in it."""
        with self.standby.admin() as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            wait_until(
                lambda: _value(connection, "SELECT pg_get_wal_replay_pause_state()") == "paused"
            )

    def resume_replay(self) -> None:
        with self.standby.admin() as connection:
            connection.execute("SELECT pg_wal_replay_resume()")

    def wait_for_standby(self) -> None:
        """Until the standby shows all that is committed now."""
        with self.leader.admin() as leader, self.standby.admin() as standby:
            here = _value(leader, "SELECT pg_current_wal_lsn()::text")
            wait_until(
                lambda: _value(standby, f"SELECT pg_last_wal_replay_lsn() >= '{here}'::pg_lsn")
            )


def _value(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> object:
    row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


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
