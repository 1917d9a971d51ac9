"""Several documents as one ZIP, streamed: never more of it in memory than a block."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

from zipstream import ZIP_STORED, ZipStream

from app.domains.pdfs.downloads import Stored
from app.domains.pdfs.filenames import UniqueNames, portable
from app.domains.pdfs.models import Pdf
from app.runtime.blobs import BlobNotFoundError
from app.runtime.parts import Runtime

MISSING = "missing.txt"


async def stream(
    runtime: Runtime, documents: Sequence[Stored], missing: Sequence[Pdf]
) -> AsyncIterator[bytes]:
    """The archive. A PDF is compressed already, so the bytes are stored as they are.

    Documents that are not here, or vanish on the way, are named in `missing.txt`.
    """
    archive = ZipStream(compress_type=ZIP_STORED)
    absent = [pdf.file_name for pdf in missing]
    names = UniqueNames()
    for document in documents:
        try:
            blocks = await runtime.blobs.open(document.key)
        except BlobNotFoundError:
            absent.append(document.pdf.file_name)
            continue
        async for block in _member(archive, names.take(document.pdf.file_name), blocks):
            yield block
    if absent:
        text = "".join(f"{portable(name)}\n" for name in absent)
        archive.add(text, names.take(MISSING))
    for block in archive.finalize():
        yield block


async def _member(
    archive: ZipStream, name: str, blocks: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """The part of the archive that one document makes, as its bytes come."""
    loop = asyncio.get_running_loop()

    def pulled() -> Iterator[bytes]:
        # zipstream pulls from a thread; the store is read on the loop.
        while True:
            block = asyncio.run_coroutine_threadsafe(_next(blocks), loop).result()
            if not block:
                return
            yield block

    archive.add(pulled(), name)
    parts = archive.all_files()
    while (block := await asyncio.to_thread(next, parts, None)) is not None:
        yield block


async def _next(blocks: AsyncIterator[bytes]) -> bytes:
    return await anext(blocks, b"")
