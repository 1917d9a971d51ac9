"""One suite over every store of revocations, and what Redis adds and loses."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.db.ids import new_id
from app.runtime import revocations as port
from app.runtime.redis_guard import RedisGuard
from app.runtime.revocations import MemoryRevocations, RedisRevocations, Revocations
from tests.support.servers import RedisServer


def _soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=10)


@pytest.fixture
def session_id() -> UUID:
    return new_id()


@pytest.fixture(params=["memory", "redis", "redis that is down"])
async def revocations(request: pytest.FixtureRequest) -> AsyncIterator[Revocations]:
    store: Revocations = MemoryRevocations()
    if request.param != "memory":
        server: RedisServer = request.getfixturevalue("redis_server")
        if request.param == "redis that is down":
            server.kill()
        store = RedisRevocations(RedisGuard(server.url))
    yield store
    await store.close()


async def test_of_a_new_session_nothing_is_known(
    revocations: Revocations, session_id: UUID
) -> None:
    assert await revocations.is_revoked(session_id) is None


async def test_a_revoked_session_is_revoked_at_once(
    revocations: Revocations, session_id: UUID
) -> None:
    await revocations.is_revoked(session_id)
    revocations.confirm(session_id)
    await revocations.revoke(session_id, _soon())
    assert await revocations.is_revoked(session_id) is True


async def test_a_confirmation_after_the_end_does_not_revive(
    revocations: Revocations, session_id: UUID
) -> None:
    await revocations.revoke(session_id, _soon())
    revocations.confirm(session_id)
    assert await revocations.is_revoked(session_id) is True


async def test_an_answer_never_says_yes_without_the_databases_word(
    revocations: Revocations, session_id: UUID
) -> None:
    await revocations.is_revoked(session_id)
    revocations.confirm(new_id())
    assert await revocations.is_revoked(session_id) is None


@pytest.fixture(params=["memory", "redis"])
async def healthy(request: pytest.FixtureRequest) -> AsyncIterator[Revocations]:
    store: Revocations = MemoryRevocations()
    if request.param == "redis":
        store = RedisRevocations(RedisGuard(request.getfixturevalue("redis_server").url))
    yield store
    await store.close()


async def test_the_databases_word_is_trusted_for_a_while(
    healthy: Revocations, session_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await healthy.is_revoked(session_id)
    healthy.confirm(session_id)
    assert await healthy.is_revoked(session_id) is False
    monkeypatch.setattr(port, "TRUST_S", 0.0)
    healthy.confirm(session_id)
    assert await healthy.is_revoked(session_id) is None


async def test_another_process_knows_at_once_through_redis(
    redis_server: RedisServer, session_id: UUID
) -> None:
    one, two = (
        RedisRevocations(RedisGuard(redis_server.url)),
        RedisRevocations(RedisGuard(redis_server.url)),
    )
    await two.is_revoked(session_id)
    two.confirm(session_id)
    assert await two.is_revoked(session_id) is False
    await one.revoke(session_id, _soon())
    assert await two.is_revoked(session_id) is True
    await one.close()
    await two.close()


@pytest.mark.alone
@pytest.mark.parametrize("failure", ["kill", "pause"])
async def test_while_redis_is_away_a_session_is_unknown(
    redis_server: RedisServer, session_id: UUID, failure: str
) -> None:
    store = RedisRevocations(RedisGuard(redis_server.url))
    await store.is_revoked(session_id)
    store.confirm(session_id)
    assert await store.is_revoked(session_id) is False
    getattr(redis_server, failure)()
    started = time.monotonic()
    answers = [await store.is_revoked(session_id) for _ in range(10)]
    assert time.monotonic() - started < 0.3
    assert answers == [None] * 10
    await store.close()


async def test_a_redis_that_forgot_is_not_believed(
    redis_server: RedisServer, session_id: UUID
) -> None:
    one, two = (
        RedisRevocations(RedisGuard(redis_server.url)),
        RedisRevocations(RedisGuard(redis_server.url)),
    )
    await two.is_revoked(session_id)
    two.confirm(session_id)
    await one.revoke(session_id, _soon())
    redis_server.kill()  # before the other process looked
    redis_server.start()
    assert await two.is_revoked(session_id) is None
    await one.close()
    await two.close()
