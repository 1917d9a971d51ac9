"""Receiving one file of a `multipart/form-data` body: streamed to disk, hashed on the way."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from agent.contract.files import possession
from app.errors import BadRequestError, TooLargeError
from app.input import Fault, read_text, refused

HEADER_BYTES = 1024
"""`%PDF-` occurs within so many first bytes."""
_BLOCK = 512 * 1024
"""What is parsed, hashed and written at once: a thread for every packet would cost more."""
_OVERHEAD_BYTES = 64 * 1024
"""What a body may have beside the file: framing, headers, other parts."""
_MAX_PARTS = 16
_MAX_HEADERS, _MAX_HEADER_BYTES = 16, 8 * 1024
"""Of one part, and of one header."""


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file on disk; it goes when the context that gave it ends."""

    path: Path
    size: int
    sha256: str
    possession: str
    """Its digest with the company's key (`agent.contract.files.possession`)."""
    head: bytes


@asynccontextmanager
async def receive_file(
    request: Request, folder: Path, max_bytes: int, possession_key: str
) -> AsyncIterator[Received]:
    """The part `file` of the body, in a temporary file of `folder`.

    Raises `TooLargeError` (`too_large`) as soon as there is too much, and `BadRequestError`
    (`bad_multipart`, also where there is too much beside the file; `upload_interrupted`).
    """
    refuse_too_large(request, max_bytes)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="upload-") as file:
        part = _FilePart(file, max_bytes, possession_key)
        parser = _parser(request, part)
        received = 0
        try:
            async for block in _blocks(request):
                received += len(block)
                await asyncio.to_thread(parser.write, block)
                if received - part.size > _OVERHEAD_BYTES:
                    raise _bad_multipart("there is too much beside the part named file")
        except MultipartParseError as error:
            raise _bad_multipart(str(error)) from error
        except ClientDisconnect as error:
            raise BadRequestError("upload_interrupted", "the body ended too early") from error
        if not part.complete:
            raise _bad_multipart("the body has no whole part named file", field="file")
        await asyncio.to_thread(file.flush)
        yield Received(
            Path(file.name),
            part.size,
            part.digest.hexdigest(),
            part.proof.hexdigest(),
            part.head,
        )


async def _blocks(request: Request) -> AsyncIterator[bytes]:
    gathered = bytearray()
    async for chunk in request.stream():
        gathered += chunk
        if len(gathered) >= _BLOCK:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def refuse_too_large(request: Request, max_bytes: int) -> None:
    """Look at `Content-Length` before a byte is read."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > max_bytes + _OVERHEAD_BYTES:
        raise too_large(max_bytes)


def too_large(max_bytes: int) -> TooLargeError:
    """The refusal of a file over the limit."""
    return TooLargeError("too_large", f"a file may have at most {max_bytes} bytes")


def _bad_multipart(detail: str, field: str | None = None) -> BadRequestError:
    return BadRequestError("bad_multipart", detail, field=field)


class _FilePart:
    """The callbacks of the parser: writes the part `file`, skips any other."""

    def __init__(self, file: IO[bytes], max_bytes: int, possession_key: str) -> None:
        self._file = file
        self._max_bytes = max_bytes
        self._header = (b"", b"")
        self._wanted = False
        self._parts = 0
        self.digest = hashlib.sha256()
        self.proof = possession(possession_key)
        self.head = b""
        self.size = 0
        self.complete = False

    def on_part_begin(self) -> None:
        self._wanted = False
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise _bad_multipart(f"a body has at most {_MAX_PARTS} parts")

    def on_header_begin(self) -> None:
        self._header = (b"", b"")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = name + data[start:end], value

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = name, value + data[start:end]

    def on_header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            try:
                read_text(value)
            except ValueError as error:
                raise refused(Fault("file", f"the name of a part: {error}")) from None
            _, options = parse_options_header(value)
            self._wanted = options.get(b"name") == b"file" and not self.complete

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if not self._wanted:
            return
        self.size += end - start
        if self.size > self._max_bytes:
            raise too_large(self._max_bytes)
        block = data[start:end]
        self.head = (
            (self.head + block)[:HEADER_BYTES] if len(self.head) < HEADER_BYTES else (self.head)
        )
        self.digest.update(block)
        self.proof.update(block)
        self._file.write(block)

    def on_part_end(self) -> None:
        self.complete = self.complete or self._wanted


def _parser(request: Request, part: _FilePart) -> MultipartParser:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise _bad_multipart("the body must be multipart/form-data")
    return MultipartParser(
        boundary,
        {
            "on_part_begin": part.on_part_begin,
            "on_header_begin": part.on_header_begin,
            "on_header_field": part.on_header_field,
            "on_header_value": part.on_header_value,
            "on_header_end": part.on_header_end,
            "on_part_data": part.on_part_data,
            "on_part_end": part.on_part_end,
        },
        max_header_count=_MAX_HEADERS,
        max_header_size=_MAX_HEADER_BYTES,
    )
