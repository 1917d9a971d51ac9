"""The shared servers are what the other tests take them for."""

import io
import socket

import psycopg
import pytest
import redis
from minio import Minio
from minio.error import S3Error

from tests.support.server import wait_until
from tests.support.servers import (
    APP_ROLE,
    PostgresPair,
    PostgresServer,
    RedisServer,
    S3Server,
    SentinelServer,
)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_the_database_role_is_bound_by_row_level_security(postgres_database: str) -> None:
    with _connect(postgres_database) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (APP_ROLE, False, False)


def test_databases_are_separate_and_copied_from_a_template(postgres_server: PostgresServer) -> None:
    first = postgres_server.create_database()
    with _connect(first) as connection:
        connection.execute("CREATE TABLE marker AS SELECT 42 AS answer")
    copy = postgres_server.create_database(template=first.rpartition("/")[2])
    with _connect(copy) as connection:
        assert connection.execute("SELECT answer FROM marker").fetchone() == (42,)
    for url in (first, copy):
        postgres_server.drop_database(url)
    with pytest.raises(psycopg.OperationalError):
        _connect(first)


def test_a_killed_postgres_keeps_what_was_committed() -> None:
    with PostgresServer() as server:
        url = server.create_database()
        with _connect(url) as connection:
            connection.execute("CREATE TABLE marker AS SELECT 42 AS answer")
        server.kill()
        assert not server.ping()
        server.start()
        with _connect(url) as connection:
            assert connection.execute("SELECT answer FROM marker").fetchone() == (42,)


def test_a_standby_has_what_was_acknowledged_and_shows_it_later() -> None:
    with PostgresPair() as pair:
        url = pair.leader.create_database()
        on_standby = url.replace(f":{pair.leader.port}/", f":{pair.standby.port}/")
        with _connect(url) as connection:
            connection.execute("CREATE TABLE marker (answer int)")
        pair.wait_for_standby()
        pair.pause_replay()
        with _connect(url) as connection:
            connection.execute("INSERT INTO marker VALUES (42)")
        with _connect(on_standby) as connection:
            assert connection.execute("SELECT count(*) FROM marker").fetchone() == (0,)
        pair.leader.kill()
        pair.resume_replay()
        pair.standby.promote()
        with _connect(on_standby) as connection:
            connection.execute("UPDATE marker SET answer = answer + 1")
            assert connection.execute("SELECT answer FROM marker").fetchone() == (43,)


def test_a_sentinel_names_the_new_master() -> None:
    with (
        RedisServer() as master,
        RedisServer(replica_of=master) as replica,
        SentinelServer(master) as sentinel,
    ):
        assert sentinel.master_port() == master.port
        master.kill()
        wait_until(lambda: sentinel.master_port() == replica.port)


def test_redis_dies_and_comes_back_empty(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        client.set("key", "value")
        redis_server.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("key")
        redis_server.start()
        assert client.get("key") is None


def test_a_paused_redis_hangs(redis_server: RedisServer) -> None:
    redis_server.pause()
    assert not redis_server.ping()
    redis_server.resume()
    assert redis_server.ping()


def _s3_client(server: S3Server, secret_key: str) -> Minio:
    return Minio(
        server.endpoint,
        access_key=server.access_key,
        secret_key=secret_key,
        region=server.region,
        secure=False,
    )


def test_the_s3_store_keeps_objects_and_refuses_strangers(s3_server: S3Server) -> None:
    client = _s3_client(s3_server, s3_server.secret_key)
    client.make_bucket("documents")
    client.put_object("documents", "a/b.pdf", io.BytesIO(b"%PDF"), 4)
    answer = client.get_object("documents", "a/b.pdf")
    assert answer.read() == b"%PDF"
    answer.close()
    answer.release_conn()

    with pytest.raises(S3Error, match="signature"):
        _s3_client(s3_server, "wrong").get_object("documents", "a/b.pdf")


def test_a_free_port_can_be_bound(free_port: int) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port))
