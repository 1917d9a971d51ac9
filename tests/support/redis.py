"""Redis: one server, or a master with its replica and the Sentinels that watch them."""

import shutil
from pathlib import Path

import redis

from tests.support.server import Server


class RedisServer(Server):
    """Redis without persistence: what it holds is gone after a restart, as in a crash.

    `tls` is a folder with `ca.crt`, `redis.crt` and `redis.key`: then it speaks TLS alone."""

    name = "redis"

    def __init__(self, *, replica_of: "RedisServer | None" = None, tls: Path | None = None) -> None:
        super().__init__()
        self._replica_of = replica_of
        self._tls = tls

    @property
    def url(self) -> str:
        return _url("redis", self.port, "0", self._tls)

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing: install the Debian package redis-server")
        return [
            *(program, "--bind", "127.0.0.1"),
            *(
                word
                for name, value in _listen(self.port, self._tls)
                for word in (f"--{name}", value)
            ),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            *("--repl-diskless-sync-delay", "0"),
            *(("--replicaof", f"127.0.0.1 {self._replica_of.port}") if self._replica_of else ()),
        ]

    def clear(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def ping(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class SentinelServer(Server):
    """A Sentinel that watches `master`; its word alone is enough to fail over."""

    name = "sentinel"
    master_name = "siberius"

    def __init__(self, master: RedisServer, *, tls: Path | None = None) -> None:
        super().__init__()
        self._master = master
        self._tls = tls

    @property
    def url(self) -> str:
        """As `SIBERIUS_REDIS_URL` takes it."""
        return _url("redis+sentinel", self.port, f"{self.master_name}/0", self._tls)

    def command(self) -> list[str]:
        config = self.folder / "sentinel.conf"
        if not config.exists():  # what it learns it writes there
            watch = f"sentinel monitor {self.master_name} 127.0.0.1 {self._master.port} 1"
            listen = "".join(f"{name} {value}\n" for name, value in _listen(self.port, self._tls))
            config.write_text(
                f"bind 127.0.0.1\n{listen}dir {self.folder}\n{watch}\n"
                f"sentinel down-after-milliseconds {self.master_name} 500\n"
                f"sentinel failover-timeout {self.master_name} 3000\n"
            )
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is missing: install the Debian package redis-server")
        return [program, str(config), "--sentinel"]

    def ping(self) -> bool:
        """Whether it answers and knows a replica to fail over to."""
        try:
            with self._client() as client:
                known = client.sentinel_master(self.master_name)
        except redis.RedisError:
            return False
        return int(known["num-slaves"]) > 0

    def master_port(self) -> int:
        """The port of the master it would name now."""
        with self._client() as client:
            return int(client.sentinel_get_master_addr_by_name(self.master_name)[1])

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(_url("redis", self.port, "0", self._tls), socket_timeout=2)


def _listen(port: int, tls: Path | None) -> list[tuple[str, str]]:
    """How a Redis or a Sentinel listens, as its settings say it."""
    if tls is None:
        return [("port", str(port))]
    return [
        ("port", "0"),
        ("tls-port", str(port)),
        ("tls-cert-file", str(tls / "redis.crt")),
        ("tls-key-file", str(tls / "redis.key")),
        ("tls-ca-cert-file", str(tls / "ca.crt")),
        ("tls-auth-clients", "no"),
        ("tls-replication", "yes"),
    ]


def _url(scheme: str, port: int, path: str, tls: Path | None) -> str:
    url = f"{scheme}://127.0.0.1:{port}/{path}"
    return f"{url.replace('redis', 'rediss', 1)}?ssl_ca_certs={tls / 'ca.crt'}" if tls else url
