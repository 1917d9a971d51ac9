"""One suite over every book of guesses, and what Redis adds and loses."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from app.runtime import redis_guard
from app.runtime.guesses import GuessBook, Guesses, MemoryGuessBook, RedisGuessBook
from app.runtime.redis_guard import Budget, RedisGuard
from tests.support.servers import RedisServer


@pytest.fixture(params=["memory", "redis", "redis that is down"])
async def book(request: pytest.FixtureRequest) -> AsyncIterator[GuessBook]:
    book: GuessBook = MemoryGuessBook()
    if request.param != "memory":
        server: RedisServer = request.getfixturevalue("redis_server")
        server.clear()
        if request.param == "redis that is down":
            server.kill()
        book = RedisGuessBook(RedisGuard(server.url))
    yield book
    await book.close()


async def _tries(book: GuessBook, guesses: Guesses, count: int) -> list[bool]:
    return [await book.attempt([guesses]) == [0] for _ in range(count)]


async def test_some_are_free_and_then_one_waits(book: GuessBook) -> None:
    assert await _tries(book, Guesses("a", 3), 5) == [True] * 3 + [False] * 2
    assert await _tries(book, Guesses("b", 3), 1) == [True]
    (wait_s,) = await book.attempt([Guesses("a", 3)])
    assert 50 < wait_s <= 60


async def test_waits_grow_up_to_the_longest(book: GuessBook) -> None:
    guesses = Guesses("a", 1, first_wait_s=0.2, longest_wait_s=0.5, memory_s=60)
    waits = []
    for _ in range(4):
        assert await book.attempt([guesses]) == [0]
        (wait_s,) = await book.attempt([guesses])
        waits.append(wait_s)
        await asyncio.sleep(wait_s + 0.05)
    assert 0.1 < waits[0] <= 0.2 < waits[1] <= 0.4 < waits[2] <= 0.5
    assert waits[3] <= 0.5
    assert guesses.wait_after(10**6) == 0.5


async def test_what_was_wrong_is_forgotten_in_the_end(book: GuessBook) -> None:
    guesses = Guesses("a", 2, first_wait_s=0.1, longest_wait_s=0.1, memory_s=0.3)
    assert await _tries(book, guesses, 3) == [True, True, False]
    await asyncio.sleep(0.35)
    assert await _tries(book, guesses, 3) == [True, True, False]


async def test_a_right_one_does_not_count(book: GuessBook) -> None:
    guesses = Guesses("a", 2)
    for _ in range(5):
        assert await book.attempt([guesses]) == [0]
        await book.right([guesses])
    assert await _tries(book, guesses, 1) == [True]
    assert await book.attempt([guesses]) == [0]
    await book.right([guesses])
    assert await _tries(book, guesses, 2) == [True, False], "the wrong one before it still does"


async def test_a_right_one_forgives(book: GuessBook) -> None:
    guesses = Guesses("a", 3, forgiving=True)
    assert await _tries(book, guesses, 3) == [True] * 3
    await book.right([guesses])
    assert await _tries(book, guesses, 4) == [True] * 3 + [False]


async def test_who_waits_for_one_counts_under_none(book: GuessBook) -> None:
    one, other = Guesses("a", 1), Guesses("b", 2)
    assert await book.attempt([one, other]) == [0, 0]
    for _ in range(5):
        waits = await book.attempt([one, other])
        assert waits[0] > 0 == waits[1]
    assert await _tries(book, other, 2) == [True, False]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not answered in time is counted apart, and this is another test's matter."""
    monkeypatch.setattr(redis_guard, "WAIT_S", 20.0)
    monkeypatch.setattr(redis_guard, "Budget", partial(Budget, 20.0))


@pytest.mark.usefixtures("unhurried")
async def test_a_crowd_is_no_way_around(book: GuessBook) -> None:
    waits = await asyncio.gather(*(book.attempt([Guesses("a", 10)]) for _ in range(50)))
    assert sum(wait == [0] for wait in waits) == 10


@pytest.mark.usefixtures("unhurried")
async def test_processes_count_together(redis_server: RedisServer) -> None:
    redis_server.clear()
    one, two = (RedisGuessBook(RedisGuard(redis_server.url)) for _ in range(2))
    guesses = Guesses("shared", 3)
    assert [await book.attempt([guesses]) == [0] for book in (one, two, one, two)] == [
        *(True, True, True),
        False,
    ]
    await two.right([guesses])
    assert await one.attempt([guesses]) == [0]
    for book in (one, two):
        await book.close()


async def test_strangers_fill_no_memory() -> None:
    book = MemoryGuessBook()
    for number in range(book._CAPACITY + 100):
        await book.attempt([Guesses(f"key-{number}", 1)])
    assert len(book._pages) == book._CAPACITY
