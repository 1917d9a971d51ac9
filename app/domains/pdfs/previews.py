"""A picture of a page, made in the bounded child and remembered for a while."""

import asyncio
import tempfile
from collections import OrderedDict
from pathlib import Path
from uuid import UUID

from agent.pdf.extract import Extractor, RenderError
from app.domains.pdfs.downloads import Stored
from app.errors import UnprocessableError
from app.runtime.blobs import BlobNotFoundError
from app.runtime.parts import Runtime

WIDTHS = (160, 320, 640, 960, 1280)
"""Pixels. A width between two is rounded up, so that few pictures serve all."""
CAPACITY_BYTES = 32 * 1024 * 1024
_Key = tuple[UUID, str, int, int]


def clamp(width: int) -> int:
    """The width that is drawn for a wish."""
    return next((size for size in WIDTHS if size >= width), WIDTHS[-1])


class Previews:
    """Draws, and remembers the newest in at most `CAPACITY_BYTES`."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[_Key, bytes] = OrderedDict()
        self._bytes = 0

    async def picture(
        self, runtime: Runtime, extractor: Extractor, document: Stored, width: int, page: int
    ) -> bytes:
        """PNG. Raises `UnprocessableError` (`no_preview`)."""
        key = (document.pdf.id, document.key, width, page)
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        png = await _draw(runtime, extractor, document, width, page)
        self._remember(key, png)
        return png

    def _remember(self, key: _Key, png: bytes) -> None:
        self._bytes += len(png) - len(self._pictures.pop(key, b""))
        self._pictures[key] = png
        while self._bytes > CAPACITY_BYTES and self._pictures:
            _, oldest = self._pictures.popitem(last=False)
            self._bytes -= len(oldest)


async def _draw(
    runtime: Runtime, extractor: Extractor, document: Stored, width: int, page: int
) -> bytes:
    with tempfile.NamedTemporaryFile(prefix="siberius-preview-", suffix=".pdf") as file:
        try:
            async for block in await runtime.blobs.open(document.key):
                await asyncio.to_thread(file.write, block)
            await asyncio.to_thread(file.flush)
            return await extractor.render(Path(file.name), width, page)
        except BlobNotFoundError:
            raise UnprocessableError("no_preview", "the document has just gone") from None
        except RenderError as error:
            raise UnprocessableError("no_preview", str(error)) from error
