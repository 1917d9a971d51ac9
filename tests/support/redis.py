"""Redis: one server, or a master with its replica and the Sentinels that watch them."""

import shutil

import redis

from tests.support.server import Server


class RedisServer(Server):
    """Redis without persistence: what it holds is gone after a restart, as in a crash."""

    name = "redis"

    def __init__(self, *, replica_of: "RedisServer | None" = None) -> None:
        super().__init__()
        self._replica_of = replica_of

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

    def __init__(self, master: RedisServer) -> None:
        super().__init__()
        self._master = master

    @property
    def url(self) -> str:
        """As `SIBERIUS_REDIS_URL` takes it."""
        return f"redis+sentinel://127.0.0.1:{self.port}/{self.master_name}/0"

    def command(self) -> list[str]:
        config = self.folder / "sentinel.conf"
        if not config.exists():  # what it learns it writes there
            watch = f"sentinel monitor {self.master_name} 127.0.0.1 {self._master.port} 1"
            config.write_text(
                f"bind 127.0.0.1\nport {self.port}\ndir {self.folder}\n{watch}\n"
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
            with redis.Redis(port=self.port, socket_timeout=2) as client:
                known = client.sentinel_master(self.master_name)
        except redis.RedisError:
            return False
        return int(known["num-slaves"]) > 0

    def master_port(self) -> int:
        """The port of the master it would name now."""
        with redis.Redis(port=self.port, socket_timeout=2) as client:
            return int(client.sentinel_get_master_addr_by_name(self.master_name)[1])
