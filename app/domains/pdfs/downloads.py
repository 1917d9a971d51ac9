"""The bytes of a cached document: streamed, with Range, entity tag and the right name."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.domains.pdfs import storage
from app.domains.pdfs.filenames import portable
from app.domains.pdfs.models import Pdf, PdfStatus
from app.errors import ConflictError
from app.http.tags import matches
from app.runtime.blobs import BlobNotFoundError, blob_key
from app.runtime.parts import Runtime

UNSATISFIABLE = (0, 0)
"""A range that begins after the end."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_NOT_IN_A_TOKEN = re.compile(r"[^ !#-\[\]-~]")


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that is here; `key` names its bytes in the store."""

    pdf: Pdf
    key: str


async def stored(runtime: Runtime, pdf: Pdf) -> Stored:
    """Raises `ConflictError` (`not_cached`), also where the store has lost the bytes; that is
    noted, so that the document can be asked for again."""
    document = _expected(pdf)
    if await runtime.blobs.stat(document.key) is None:
        await storage.note_loss(runtime, pdf.tenant_id, pdf.id)
        raise _not_cached()
    return document


def _expected(pdf: Pdf) -> Stored:
    if pdf.status != PdfStatus.CACHED or pdf.file_hash is None:
        raise _not_cached()
    return Stored(pdf, blob_key(pdf.tenant_id, pdf.file_hash))


async def respond(request: Request, runtime: Runtime, pdf: Pdf, *, attachment: bool) -> Response:
    """The answer to GET and HEAD: 200, 206, 304 or 416. Raises what `stored` raises.

    Its row knows the size of a document, whose hash was checked when it came: so the store is
    asked once, for the bytes.
    """
    document = _expected(pdf) if request.method == "GET" else await stored(runtime, pdf)
    etag = f'"{pdf.file_hash}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
        "Content-Disposition": content_disposition(pdf.file_name, attachment=attachment),
        # A document comes from outside: it is shown as a PDF or not at all, and runs nothing.
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    start, end, status = 0, pdf.size, 200
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range", etag) == etag:
        found = parse_range(wanted, pdf.size)
        if found == UNSATISFIABLE:
            headers["Content-Range"] = f"bytes */{pdf.size}"
            return Response(status_code=416, headers=headers)
        if found is not None:
            start, end = found
            status = 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{pdf.size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type="application/pdf")
    body = await _open(runtime, document, start, end)
    return StreamingResponse(
        body, status_code=status, headers=headers, media_type="application/pdf"
    )


async def _open(runtime: Runtime, document: Stored, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        return await runtime.blobs.open(document.key, start, end - start)
    except BlobNotFoundError:
        # It expired in this moment, or the store has lost it.
        await storage.note_loss(runtime, document.pdf.tenant_id, document.pdf.id)
        raise _not_cached() from None


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
    shown = portable(name)
    plain = _NOT_IN_A_TOKEN.sub("_", shown)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _not_cached() -> ConflictError:
    return ConflictError("not_cached", "the document is not here now: ask for it first")
