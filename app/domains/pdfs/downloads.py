"""The bytes of a cached document: streamed, with Range, entity tag and the right name."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.domains.pdfs import storage
from app.domains.pdfs.models import Pdf, PdfStatus
from app.errors import ConflictError
from app.http.collections import matches
from app.runtime.blobs import BlobInfo, BlobNotFoundError, blob_key
from app.runtime.parts import Runtime

UNSATISFIABLE = (0, 0)
"""A range that begins after the end."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_NOT_IN_A_TOKEN = re.compile(r"[^ !#-\[\]-~]")


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that is here, and its bytes in the store."""

    pdf: Pdf
    blob: BlobInfo


async def stored(runtime: Runtime, tenant_id: UUID, pdf: Pdf) -> Stored:
    """Raises `ConflictError` (`not_cached`), also where the store has lost the bytes; that is
    noted, so that the document can be asked for again."""
    if pdf.status != PdfStatus.CACHED or pdf.file_hash is None:
        raise _not_cached()
    blob = await runtime.blobs.stat(blob_key(tenant_id, pdf.file_hash))
    if blob is None:
        await storage.note_loss(runtime, tenant_id, pdf.id)
        raise _not_cached()
    return Stored(pdf, blob)


async def respond(
    request: Request, runtime: Runtime, document: Stored, *, attachment: bool
) -> Response:
    """The answer to GET and HEAD: 200, 206, 304 or 416."""
    blob = document.blob
    etag = f'"{document.pdf.file_hash}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
        "Content-Disposition": content_disposition(document.pdf.file_name, attachment=attachment),
        # A document comes from outside: it is shown as a PDF or not at all, and runs nothing.
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    start, end, status = 0, blob.size, 200
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range", etag) == etag:
        found = parse_range(wanted, blob.size)
        if found == UNSATISFIABLE:
            headers["Content-Range"] = f"bytes */{blob.size}"
            return Response(status_code=416, headers=headers)
        if found is not None:
            start, end = found
            status = 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type="application/pdf")
    body = await _open(runtime, blob, start, end)
    return StreamingResponse(
        body, status_code=status, headers=headers, media_type="application/pdf"
    )


async def _open(runtime: Runtime, blob: BlobInfo, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        return await runtime.blobs.open(blob.key, start, end - start)
    except BlobNotFoundError:
        raise _not_cached() from None  # it expired in this moment


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """The bytes `[start, end)` of a single range; `UNSATISFIABLE`; or null for what is
    ignored: several ranges, other units, nonsense (RFC 9110 14.2)."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = (group[:20] for group in match.groups())
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else UNSATISFIABLE
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return UNSATISFIABLE
    return int(first), min(int(last) + 1, size) if last else size


def content_disposition(name: str, *, attachment: bool) -> str:
    """RFC 6266, with the Unicode name, and a plain one for programs that know no better."""
    kind = "attachment" if attachment else "inline"
    shown = "".join(char if char.isprintable() else "_" for char in name) or "document.pdf"
    plain = _NOT_IN_A_TOKEN.sub("_", shown)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _not_cached() -> ConflictError:
    return ConflictError("not_cached", "the document is not here now: ask for it first")
