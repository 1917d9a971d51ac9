"""One suite over every keeper of marks, and what tells a file that came back from a backup."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.runtime.marks import FileMarks, Marks, RedisMarks
from app.runtime.redis_guard import RedisGuard
from tests.support.servers import RedisServer


@pytest.fixture(params=["file", "redis"])
async def marks(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Marks]:
    if request.param == "file":
        yield FileMarks(tmp_path / "marks.json")
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    guard = RedisGuard(server.url)
    yield RedisMarks(guard)
    await guard.close()


async def test_what_was_written_is_read_and_the_rest_stays(marks: Marks) -> None:
    await marks.write({"one": "a-1", "two": "a-2"})
    await marks.write({"two": "a-3"})
    assert await marks.read() == {"one": "a-1", "two": "a-3"}


async def test_while_redis_is_away_nothing_is_known(redis_server: RedisServer) -> None:
    guard = RedisGuard(redis_server.url)
    redis_server.kill()
    await RedisMarks(guard).write({"one": "a-1"})
    assert await RedisMarks(guard).read() is None
    await guard.close()


async def test_a_file_that_tells_of_another_moment_than_its_system_is_a_copy(
    tmp_path: Path,
) -> None:
    file = tmp_path / "marks.json"
    await FileMarks(file).write({"one": "a-1"})
    kept = json.loads(file.read_text())
    # Of an hour ago, with the time of its last change put back as well, as copies have it.
    file.write_text(json.dumps({**kept, "written": kept["written"] - 3600}))
    os.utime(file, (kept["written"] - 3600, kept["written"] - 3600))
    assert await FileMarks(file).read() == {}
    await FileMarks(file).write({"one": "b-1"})
    assert await FileMarks(file).read() == {"one": "b-1"}


@pytest.mark.parametrize("content", ["", '{"written": 1, "ma', "[]", "{}", '{"written": "x"}', "0"])
async def test_a_file_that_cannot_be_understood_says_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "marks.json"
    file.write_text(content)
    assert await FileMarks(file).read() == {}


async def test_a_file_that_was_only_read_or_moved_with_its_folder_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    await FileMarks(folder / "marks.json").write({"one": "a-1"})
    folder.rename(tmp_path / "elsewhere")
    os.utime(tmp_path / "elsewhere")
    assert await FileMarks(tmp_path / "elsewhere" / "marks.json").read() == {"one": "a-1"}


async def test_a_folder_that_cannot_be_written_costs_nobody_anything(tmp_path: Path) -> None:
    marks = FileMarks(tmp_path / "missing" / "marks.json")
    await marks.write({"one": "a-1"})
    assert await marks.read() == {}
