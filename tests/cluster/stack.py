"""A whole cluster on one machine: every part is the real server."""

import asyncio
import contextlib
import secrets
from typing import Any, Self

from tests.support.haproxy import HaproxyServer
from tests.support.minio import MinioServer
from tests.support.postgres import PostgresPair
from tests.support.redis import RedisServer, SentinelServer
from tests.support.replica import ReplicaServer
from tests.support.server import Server, wait_until


class Cluster:
    """Postgres with a synchronous standby, Redis with Sentinel, MinIO, replicas, HAProxy. With
    `standby_reads` the standby also serves reads."""

    def __init__(
        self, replicas: int = 3, workers: int = 2, *, standby_reads: bool = False, **settings: Any
    ) -> None:
        self.postgres = PostgresPair()
        self.redis = RedisServer()
        self.redis_copy = RedisServer(replica_of=self.redis)
        self.sentinel = SentinelServer(self.redis)
        self.minio = MinioServer()
        self.replicas: list[ReplicaServer] = []
        self.proxy: HaproxyServer
        self.database_url = ""
        self._count = replicas
        self._standby_reads = standby_reads
        self._settings = {"workers": workers, **settings}
        self._stack = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """Where clients knock."""
        return self.proxy.url

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for server in (self.postgres, self.redis, self.redis_copy, self.sentinel, self.minio):
                stack.enter_context(server)
            self.database_url = self.postgres.leader.create_database()
            settings = {
                "secret_key": secrets.token_urlsafe(48),
                "database_url": self.database_url,
                "redis_url": self.sentinel.url,
                "s3_endpoint": self.minio.url,
                "s3_access_key": self.minio.access_key,
                "s3_secret_key": self.minio.secret_key,
                "password_memory_kib": 1024,
                **self._settings,
            }
            if self._standby_reads:
                name = self.database_url.rpartition("/")[2]
                settings["read_database_url"] = self.postgres.standby.url(name)
            self.replicas = [ReplicaServer(**settings) for _ in range(self._count)]
            self.replicas[0].make_company()
            for replica in self.replicas:
                stack.callback(replica.__exit__, None, None, None)
                replica.launch()
            for replica in self.replicas:
                replica.wait_until_up()
            self.proxy = HaproxyServer([replica.port for replica in self.replicas])
            stack.enter_context(self.proxy)
            self.settle()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        for replica in self.replicas:
            replica.kill()
        self._stack.close()

    def settle(self) -> None:
        """Until the proxy gives requests to every replica."""
        wait_until(lambda: len(self.proxy.ready_replicas()) == self._count, within_s=60)


async def start(server: Server) -> None:
    """Start it again, while the event loop goes on."""
    server.launch()
    await asyncio.to_thread(server.wait_until_up)
