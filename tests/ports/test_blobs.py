"""The store, the same for every implementation: a folder, and two real S3 servers."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from app.errors import UnavailableError
from app.runtime.blobs import BLOCK, BlobNotFoundError, Blobs, LocalBlobs, S3Blobs, blob_key
from app.settings import Settings
from tests.support.servers import MinioServer, S3Server

TENANT = UUID(int=7)


def _s3(server: S3Server | MinioServer, folder: Path, bucket: str = "siberius-blobs") -> S3Blobs:
    settings = Settings(
        data_dir=folder,
        secret_key=SecretStr("only for tests, but long enough to be taken"),
        s3_endpoint=f"http://{server.endpoint}",
        s3_bucket=bucket,
        s3_access_key=SecretStr(server.access_key),
        s3_secret_key=SecretStr(server.secret_key),
    )
    return S3Blobs.from_settings(settings)


S3_SERVERS = ["s3_server", pytest.param("minio_server", marks=pytest.mark.cluster)]


@pytest.fixture(scope="module")
def minio_server() -> Iterator[MinioServer]:
    with MinioServer() as server:
        yield server


@pytest.fixture(params=S3_SERVERS)
def s3(request: pytest.FixtureRequest) -> S3Server | MinioServer:
    """A server of each kind."""
    server: S3Server | MinioServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture(params=["local", *S3_SERVERS])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """An empty store. One bucket serves all tests: the test server reserves room for each."""
    if request.param == "local":
        return LocalBlobs(tmp_path / "blobs")
    store = _s3(request.getfixturevalue(request.param), tmp_path)
    for key in [blob.key async for blob in store.list()]:
        await store.delete(key)
    return store


def _file(folder: Path, content: bytes) -> tuple[str, Path]:
    path = folder / secrets.token_hex(8)
    path.write_bytes(content)
    return blob_key(TENANT, hashlib.sha256(content).hexdigest()), path


async def _read(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([block async for block in stream])


async def test_what_was_put_is_there_as_it_was(blobs: Blobs, tmp_path: Path) -> None:
    content = os.urandom(2 * BLOCK + 1)
    key, path = _file(tmp_path, content)
    assert await blobs.stat(key) is None
    await blobs.put(key, path)
    info = await blobs.stat(key)
    assert info is not None
    assert (info.key, info.size) == (key, len(content))
    assert abs(datetime.now(UTC) - info.modified_at) < timedelta(minutes=5)
    assert await _read(await blobs.open(key)) == content
    assert path.exists(), "the file is copied"


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 10), (5, 1), (BLOCK + 9, None), (BLOCK - 9, 20), (0, BLOCK), (BLOCK, BLOCK), (BLOCK, 2)],
)
async def test_a_part_of_it(blobs: Blobs, tmp_path: Path, offset: int, length: int | None) -> None:
    content = os.urandom(2 * BLOCK + 1)
    key, path = _file(tmp_path, content)
    await blobs.put(key, path)
    end = None if length is None else offset + length
    assert await _read(await blobs.open(key, offset, length)) == content[offset:end]


async def test_a_reader_may_stop_early(blobs: Blobs, tmp_path: Path) -> None:
    content = os.urandom(3 * BLOCK)
    key, path = _file(tmp_path, content)
    await blobs.put(key, path)
    for _ in range(40):  # more than there are connections to the store
        async with aclosing(await blobs.open(key)) as stream:
            async for block in stream:
                assert block == content[:BLOCK]
                break
    assert await _read(await blobs.open(key)) == content


async def test_what_is_not_there(blobs: Blobs, tmp_path: Path) -> None:
    missing = blob_key(TENANT, "0" * 64)
    await blobs.put(*_file(tmp_path, b"x"))
    assert await blobs.stat(missing) is None
    assert await blobs.delete(missing) is False
    with pytest.raises(BlobNotFoundError):
        await blobs.open(missing)


async def test_a_bucket_that_is_not_there_yet_is_empty(
    s3: S3Server | MinioServer, tmp_path: Path
) -> None:
    blobs = _s3(s3, tmp_path, f"none-{secrets.token_hex(6)}")
    assert await blobs.stat(blob_key(TENANT, "0" * 64)) is None
    assert [blob async for blob in blobs.list()] == []


async def test_deleted_is_gone(blobs: Blobs, tmp_path: Path) -> None:
    key, path = _file(tmp_path, b"x")
    await blobs.put(key, path)
    assert await blobs.delete(key) is True
    assert await blobs.stat(key) is None
    assert [blob async for blob in blobs.list()] == []


async def test_all_are_listed(blobs: Blobs, tmp_path: Path) -> None:
    assert [blob async for blob in blobs.list()] == []
    files = [_file(tmp_path, str(number).encode()) for number in range(12)]
    for key, path in files:
        await blobs.put(key, path)
    listed = {blob.key: blob.size async for blob in blobs.list()}
    assert listed == {key: path.stat().st_size for key, path in files}


async def test_putting_at_once_leaves_one_whole_file(blobs: Blobs, tmp_path: Path) -> None:
    contents = [bytes([number]) * 400_000 for number in range(6)]
    key = blob_key(TENANT, "1" * 64)
    paths = [_file(tmp_path, content)[1] for content in contents]
    await asyncio.gather(*(blobs.put(key, path) for path in paths))
    assert await _read(await blobs.open(key)) in contents


async def test_what_a_killed_put_left_behind_goes(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    await blobs.put(*_file(tmp_path, b"x"))
    (tmp_path / "blobs" / "unfinished" / "dead").write_bytes(b"half a fi")
    assert [blob.size async for blob in blobs.list()] == [1]
    now = datetime.now(UTC)
    assert await blobs.remove_unfinished(now - timedelta(hours=1)) == 0
    assert await blobs.remove_unfinished(now + timedelta(hours=1)) == 1
    assert [blob.size async for blob in blobs.list()] == [1]


async def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    with pytest.raises(FileNotFoundError):
        await blobs.put(blob_key(TENANT, "2" * 64), tmp_path / "vanished")
    assert list((tmp_path / "blobs" / "unfinished").iterdir()) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b/c", f"{uuid4()}/00/{'0' * 63}", ""])
async def test_only_keys_are_keys(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await LocalBlobs(tmp_path).stat(key)


async def test_a_store_that_is_down_is_unavailable_and_recovers(
    s3: S3Server | MinioServer, tmp_path: Path
) -> None:
    blobs = _s3(s3, tmp_path)
    key, path = _file(tmp_path, b"x")
    await blobs.put(key, path)
    s3.kill()
    with pytest.raises(UnavailableError):
        await blobs.stat(key)
    with pytest.raises(UnavailableError):
        await blobs.put(key, path)
    s3.start()
    info = await blobs.stat(key)
    assert info is not None
    assert info.size == 1
