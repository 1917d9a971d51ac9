"""Fixtures every test may use: real servers, started once a run where a test asks for them."""

from collections.abc import Iterator

import pytest

from tests.support import servers
from tests.support.servers import PostgresPair, PostgresServer, RedisServer, S3Server, Server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of its own, owned by a role that is not a superuser."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def _postgres_pair() -> Iterator[PostgresPair]:
    with PostgresPair() as pair:
        yield pair


@pytest.fixture
def postgres_pair(_postgres_pair: PostgresPair) -> Iterator[PostgresPair]:
    """A leader and its synchronous standby. A test may pause the replay; one that promotes or
    kills makes a pair of its own."""
    yield _postgres_pair
    _postgres_pair.resume_replay()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_server(_redis: RedisServer) -> Iterator[RedisServer]:
    """Redis, running; a test may stop, kill or pause it, the next one finds it well again."""
    yield _redis
    _redis.resume()
    if not _redis.ping():
        _redis.restart()


@pytest.fixture(scope="session")
def _s3() -> Iterator[S3Server]:
    with S3Server() as server:
        yield server


@pytest.fixture
def s3_server(_s3: S3Server) -> Iterator[S3Server]:
    """An S3 store, running; a test may stop, kill or pause it."""
    yield _s3
    _s3.resume()
    if not _s3.ping():
        _s3.restart()


@pytest.fixture
def free_port() -> int:
    return servers.free_port()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failed test shows the end of the logs of the servers it used."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed and isinstance(item, pytest.Function):
        for value in item.funcargs.values():
            if isinstance(value, Server):
                report.sections.append((f"{value.name} log", value.log_tail()))
