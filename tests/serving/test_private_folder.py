"""What the embedded profile keeps is for its owner alone, also what was there before."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.runtime.private import close_to_others
from tests.e2e.stack import Stack


def _open_to_others(folder: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    )


@pytest.fixture
def careless() -> Iterator[None]:
    """As most people's shells are."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless")
async def test_a_server_s_folder_is_its_own(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "blobs" / "old").mkdir(parents=True)
    (data / "blobs" / "old" / "document").write_bytes(b"%PDF")
    data.chmod(0o755)
    world = Stack(tmp_path)
    try:
        await world.start_server(within_s=90)
        made = {path.name for path in data.iterdir()}
        assert {"siberius.db", "siberius.db-wal", "siberius.db-shm", "blobs"} <= made
        assert _open_to_others(data) == []
    finally:
        world.close()


@pytest.mark.usefixtures("careless")
def test_the_demo_keeps_its_secrets_to_itself(tmp_path: Path) -> None:
    """All that it makes before it starts its processes, which inherit how."""
    data = tmp_path / "data"
    program = (
        "from app.runtime.private import keep_to_ourselves; keep_to_ourselves();"
        "from app.settings import Settings; from app.demo import company;"
        "company.SAMPLES_PER_BRANCH = 1;"
        "company.prepare(Settings(demo=True, password_memory_kib=8), 'http://127.0.0.1:1')"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "SIBERIUS_DATA_DIR": str(data)},
        check=True,
        timeout=120,
    )
    assert {"secret-key", "demo-password", "agents", "branches"} <= {p.name for p in data.iterdir()}
    assert _open_to_others(data) == []


@pytest.mark.usefixtures("careless")
def test_what_is_not_ours_stays_as_it_is(tmp_path: Path) -> None:
    """A link is not followed, and a folder that everybody uses is not taken from them."""
    beside, data, shared = tmp_path / "beside", tmp_path / "data", tmp_path / "shared"
    for folder in (beside, data, shared):
        folder.mkdir()
    (beside / "file").touch(0o644)
    (data / "link").symlink_to(beside / "file")
    (data / "folder").symlink_to(beside)
    (data / "dangling").symlink_to(tmp_path / "nothing")
    shared.chmod(0o1777)
    (shared / "file").touch(0o644)
    close_to_others(data)
    close_to_others(shared)
    assert _open_to_others(data) == []
    assert len(_open_to_others(beside)) == 2
    assert len(_open_to_others(shared)) == 2
