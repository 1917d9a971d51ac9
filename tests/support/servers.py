"""The real servers of tests and benches, each an own process; a file for each kind."""

from tests.support.haproxy import HaproxyServer
from tests.support.minio import MinioServer
from tests.support.postgres import APP_ROLE, PostgresPair, PostgresServer
from tests.support.redis import RedisServer, SentinelServer
from tests.support.s3 import S3Server
from tests.support.server import Server, free_port

__all__ = [
    "APP_ROLE",
    "HaproxyServer",
    "MinioServer",
    "PostgresPair",
    "PostgresServer",
    "RedisServer",
    "S3Server",
    "SentinelServer",
    "Server",
    "free_port",
]
