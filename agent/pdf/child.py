"""The process that parses: `python -m agent.pdf.child`, started only by `extract.py`.

Whatever a hostile file does, it does here: under limits, without the agent's secrets, and in
a process that the supervisor may kill at any moment. Requests come on stdin and answers go to
stdout, in the same order, each a frame: 4 bytes of length, big endian, and a JSON object.

    {"limits": {"memory": bytes, "cpu": s}}      → {"ready": true}
    {"path": "…"}                                → {"code", "complete", "pages", "title", "fields"}
    {"path": "…", "width": pixels}               → {"code", "png": base64}

`code` is null or a reason code of `extract.REASONS`; an unexpected error adds its `detail`.
An answer may carry `"last": true`: this process has grown and ends itself.
"""

import base64
import ctypes
import io
import json
import os
import signal
import stat
import sys
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from agent.pdf.fields import read_fields
from agent.pdf.layout import Page, page_layout, pages_to_read
from agent.pdf.shape import ends_like_pdf, starts_like_pdf

SEARCHED_PAGES = 50
"""Where the first pages have no text, up to here others are asked: a cover may be a picture."""
MAX_PAGE_CHARS = 40_000
MAX_TITLE_CHARS = 300
MAX_PREVIEW_PIXELS = 4_000_000
GROWN_BYTES = 64 * 1024 * 1024
"""A process that holds more than this after a file gives it back by ending."""

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve requests until stdin ends."""
    requests, answers = _take_pipes()
    hello = _receive(requests)
    if hello is None:
        return
    _limit_process(hello["limits"]["memory"])
    # Loads the rules, which is no file's fault and must not count against its time.
    read_fields([])
    _send(answers, {"ready": True})
    while (request := _receive(requests)) is not None:
        _limit_cpu(hello["limits"]["cpu"])
        answer = _answer(request)
        if _resident_bytes() > GROWN_BYTES:
            answer["last"] = True
        _send(answers, answer)
        if "last" in answer:
            return


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        with open(request["path"], "rb", opener=_open_regular) as file:
            if "width" in request:
                return _render(file, request["width"])
            return _read(file)
    except FileNotFoundError:
        return {"code": "vanished"}
    except OSError:
        return {"code": "unreadable"}
    except MemoryError:
        # What was allocated is not given back to the system in a known state.
        return {"code": "memory", "last": True}
    except Exception as error:  # noqa: BLE001 (hostile bytes make parsers raise anything)
        return {"code": "damaged", "detail": repr(error)[:200]}


def _open_regular(path: str, flags: int) -> int:
    """Opens a regular file only: a pipe in its place would be waited for."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise FileNotFoundError(path)


def _read(file: BinaryIO) -> dict[str, Any]:
    if not file.read(1):
        return {"code": "empty"}
    if not starts_like_pdf(file):
        return {"code": "not_pdf"}
    answer: dict[str, Any] = {"complete": ends_like_pdf(file)}
    file.seek(0)
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        return answer | _refused(file, error)
    with document:
        title = _clean(document.get_metadata_value("Title"))[:MAX_TITLE_CHARS] or None
        answer |= {"pages": len(document), "title": title}
        pages = _pages(document)
        if not pages:
            return answer | {"code": _textless(document)}
    fields = read_fields(pages, title=title, file_name=Path(file.name).name)
    return answer | {"code": None, "fields": fields.to_wire()}


def _pages(document: pdfium.PdfDocument) -> list[Page]:
    """The pages that the rules read, those with text; where none has, the first one that has."""
    first = pages_to_read(len(document))
    pages = [page for index in first if (page := _page(document, index))]
    if pages:
        return pages
    rest = (index for index in range(min(len(document), SEARCHED_PAGES)) if index not in first)
    return list(islice((page for index in rest if (page := _page(document, index))), 1))


def _page(document: pdfium.PdfDocument, index: int) -> Page | None:
    """The layout of one page; null where it has no text or cannot be loaded."""
    try:
        page = document[index]
        if document.get_formtype() and _flatten(page):
            page.close()
            page = document[index]
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return None
    try:
        count = min(textpage.count_chars(), MAX_PAGE_CHARS)
        text = textpage.get_text_range(0, count) if count > 0 else ""
        return page_layout(textpage, text, index + 1) if text.strip() else None
    finally:
        textpage.close()
        page.close()


def _flatten(page: pdfium.PdfPage) -> bool:
    """Make what was typed into a form, which stands in annotations, content of the page."""
    outcome: int = pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
    return bool(outcome == pdfium_c.FLATTEN_SUCCESS)


def _textless(document: pdfium.PdfDocument) -> str:
    """`scan` where the first page holds a picture, else `blank`."""
    images = document[0].get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return "scan" if next(iter(images), None) is not None else "blank"


def _refused(file: BinaryIO, error: pdfium.PdfiumError) -> dict[str, Any]:
    """Why pdfium refused the file, and what pypdf can still say about it."""
    if error.err_code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}:
        return {"code": "password"}
    # Imported here only: it costs 27 MB, and few files need a second opinion.
    import logging

    from pypdf import PdfReader

    logging.disable()
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            return {"code": "password"}
        title = reader.metadata.title if reader.metadata else None
        return {"code": "damaged", "pages": len(reader.pages), "title": _clean(title or "") or None}
    except Exception:  # noqa: BLE001 (see `_answer`)
        return {"code": "damaged"}


def _render(file: BinaryIO, width: int) -> dict[str, Any]:
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        return _refused(file, error)
    with document:
        page = document[0]
        page_width, page_height = page.get_size()
        scale = width / page_width
        # A page may be a metre wide and a kilometre high: the picture is bounded, not the page.
        scale = min(scale, (MAX_PREVIEW_PIXELS / (page_width * page_height)) ** 0.5)
        image = page.render(scale=scale).to_pil()
    png = io.BytesIO()
    image.save(png, "PNG")
    return {"code": None, "png": base64.b64encode(png.getvalue()).decode()}


def _clean(text: str) -> str:
    """Without what JSON and databases refuse: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes; stdout is then stderr, so that nothing printed can break the frames."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _limit_process(memory: int) -> None:
    """Memory, cores and priority. Windows knows none of these: there the time limit holds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    import resource

    # Address space, not RLIMIT_DATA: it bounds mapped files too, and pdfium reserves no more
    # than it uses. Where an allocation fails pdfium aborts, which the supervisor understands.
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit_cpu(seconds: float) -> None:
    """CPU time for the next file: it ends this process even where the supervisor is gone."""
    if sys.platform == "win32":
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, resource.RLIM_INFINITY))


def _resident_bytes() -> int:
    try:
        with Path("/proc/self/statm").open("rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    header = stream.read(4)
    if len(header) < 4:
        return None
    request: dict[str, Any] = json.loads(stream.read(int.from_bytes(header)))
    return request


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(len(body).to_bytes(4) + body)
    stream.flush()


if __name__ == "__main__":
    main()
