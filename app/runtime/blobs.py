"""The blobs: files of the store, in a folder or in an S3 bucket.

A key is `<tenant>/<hash[:2]>/<hash>`. Putting is atomic: a key holds a whole file or nothing.
"""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, ParamSpec, Protocol, Self, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

import urllib3
from minio import Minio
from minio.error import S3Error

from app.errors import UnavailableError
from app.settings import Settings

BLOCK = 1024 * 1024
"""Bytes that are read at once; a reader holds two such blocks."""
_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f]{2}/[0-9a-f]{64}")
_MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchObject"})
P = ParamSpec("P")
T = TypeVar("T")


class BlobNotFoundError(Exception):
    """There is nothing under this key."""


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What is known of a blob without reading it; `size` in bytes."""

    key: str
    size: int
    modified_at: datetime


def blob_key(tenant_id: UUID, file_hash: str) -> str:
    """The key of a document's bytes."""
    return f"{tenant_id}/{file_hash[:2]}/{file_hash}"


class Blobs(Protocol):
    """The store. A store that does not answer raises `UnavailableError`."""

    async def put(self, key: str, file: Path) -> None:
        """Store a copy of `file`; what was there before is replaced, as a whole."""

    async def stat(self, key: str) -> BlobInfo | None:
        """What is under the key, or none."""

    async def open(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes]:
        """The bytes from `offset`, block by block. Raises `BlobNotFoundError` at once, not
        while reading."""

    async def delete(self, key: str) -> bool:
        """Remove the blob; whether there was one."""

    def list(self) -> AsyncIterator[BlobInfo]:
        """Every blob, in no particular order."""

    async def remove_unfinished(self, before: datetime) -> int:
        """Remove what puts left behind whose process died before `before`; how many."""


class LocalBlobs:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._unfinished = root / "unfinished"

    async def put(self, key: str, file: Path) -> None:
        """Store a copy of `file`; what was there before is replaced, as a whole."""
        await asyncio.to_thread(self._put, self._path(key), file)

    async def stat(self, key: str) -> BlobInfo | None:
        """What is under the key, or none."""
        return await asyncio.to_thread(_local_info, key, self._path(key))

    async def open(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes]:
        """The bytes from `offset`, block by block."""

        def start() -> IO[bytes]:
            try:
                file = self._path(key).open("rb")
            except FileNotFoundError:
                raise BlobNotFoundError(key) from None
            file.seek(offset)
            return file

        file = await asyncio.to_thread(start)
        return _blocks(file.read, file.close, length)

    async def delete(self, key: str) -> bool:
        """Remove the blob; whether there was one."""

        def remove() -> bool:
            try:
                self._path(key).unlink()
            except FileNotFoundError:
                return False
            return True

        return await asyncio.to_thread(remove)

    async def list(self) -> AsyncIterator[BlobInfo]:
        """Every blob, in no particular order."""
        paths = await asyncio.to_thread(lambda: list(self._root.glob("*/*/*")))
        for path in paths:
            key = path.relative_to(self._root).as_posix()
            if _KEY.fullmatch(key) and (info := await asyncio.to_thread(_local_info, key, path)):
                yield info

    async def remove_unfinished(self, before: datetime) -> int:
        """Remove what puts left behind whose process died before `before`; how many."""
        return await asyncio.to_thread(remove_older, self._unfinished, before)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key of the store: {key!r}")
        return self._root / key

    def _put(self, target: Path, file: Path) -> None:
        self._unfinished.mkdir(parents=True, exist_ok=True)
        temporary = self._unfinished / secrets.token_hex(16)
        try:
            shutil.copyfile(file, temporary)
            _sync(temporary)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        # The name, and the folders that may be new, survive a power cut too.
        for folder in (target.parent, target.parent.parent, self._root):
            _sync(folder)


class S3Blobs:
    """Objects in one bucket of an S3 store, through its blocking SDK in threads."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_is_there = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The store of `s3_endpoint`, which is a URL; nothing is connected yet."""
        endpoint = urlsplit(settings.s3_endpoint or "")
        if endpoint.scheme not in {"http", "https"} or not endpoint.netloc:
            raise ValueError("SIBERIUS_S3_ENDPOINT must be a URL such as https://store:9000")
        access, secret = settings.s3_access_key, settings.s3_secret_key
        client = Minio(
            endpoint.netloc,
            access_key=access.get_secret_value() if access else None,
            secret_key=secret.get_secret_value() if secret else None,
            secure=endpoint.scheme == "https",
            # Given, so that the SDK need not ask the store before every first call.
            region="us-east-1",
            http_client=urllib3.PoolManager(
                maxsize=32,
                timeout=urllib3.Timeout(connect=3, read=30),
                retries=urllib3.Retry(
                    total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]
                ),
            ),
        )
        return cls(client, settings.s3_bucket)

    async def put(self, key: str, file: Path) -> None:
        """Store a copy of `file`; what was there before is replaced, as a whole."""
        if not self._bucket_is_there:
            await self._call(self._make_bucket)
            self._bucket_is_there = True
        await self._call(self._client.fput_object, self._bucket, key, str(file), "application/pdf")

    async def stat(self, key: str) -> BlobInfo | None:
        """What is under the key, or none."""
        try:
            found = await self._call(self._client.stat_object, self._bucket, key)
        except BlobNotFoundError:
            return None
        return BlobInfo(key, cast("int", found.size), cast("datetime", found.last_modified))

    async def open(
        self, key: str, offset: int = 0, length: int | None = None
    ) -> AsyncGenerator[bytes]:
        """The bytes from `offset`, block by block."""
        response = await self._call(
            self._client.get_object, self._bucket, key, offset=offset, length=length or 0
        )

        def close() -> None:
            response.close()
            response.release_conn()

        return _blocks(response.read, close, length)

    async def delete(self, key: str) -> bool:
        """Remove the blob; whether there was one."""
        if await self.stat(key) is None:
            return False
        await self._call(self._client.remove_object, self._bucket, key)
        return True

    async def list(self) -> AsyncIterator[BlobInfo]:
        """Every blob, in no particular order."""
        found = self._client.list_objects(self._bucket, recursive=True)

        def page() -> list[Any]:
            return [item for item, _ in zip(found, range(1000), strict=False)]

        try:
            while items := await self._call(page):
                for item in items:
                    if _KEY.fullmatch(item.object_name):
                        yield BlobInfo(item.object_name, item.size, item.last_modified)
        except BlobNotFoundError:
            return  # the bucket comes with the first put

    async def remove_unfinished(self, before: datetime) -> int:  # noqa: ARG002
        """Nothing: what a store keeps of an upload that was never completed is invisible, and
        a lifecycle rule of the bucket removes it."""
        return 0

    async def _call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except S3Error as error:
            if error.code in _MISSING:
                raise BlobNotFoundError(str(error.object_name)) from error
            raise _unavailable() from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _unavailable() from error

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(self._bucket):
            with contextlib.suppress(S3Error):  # another process makes it too
                self._client.make_bucket(self._bucket)


def remove_older(folder: Path, before: datetime) -> int:
    """Remove the files of `folder` that were last written before `before`; how many."""
    removed = 0
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed


async def _blocks(
    read: Callable[[int], bytes], close: Callable[[], None], length: int | None
) -> AsyncGenerator[bytes]:
    """Block after block; the next one is read while the caller sends this one."""

    def ahead() -> asyncio.Task[bytes]:
        wanted = BLOCK if length is None else min(BLOCK, length)
        return asyncio.create_task(asyncio.to_thread(read, wanted))

    reading = ahead()
    try:
        while block := await asyncio.shield(reading):
            if length is not None:
                length -= len(block)
            is_last = length == 0
            if not is_last:
                reading = ahead()
            yield block
            if is_last:
                return
    finally:
        # A thread cannot be stopped in the middle of a read; how it ends is nobody's business.
        await asyncio.gather(asyncio.shield(reading), return_exceptions=True)
        close()


def _local_info(key: str, path: Path) -> BlobInfo | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return BlobInfo(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable() -> UnavailableError:
    return UnavailableError("store_unavailable", "the store does not answer", retry_after_s=5)
