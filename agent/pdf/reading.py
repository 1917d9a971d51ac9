"""What is done with one file: its text and fields, or a picture of its first page.

Runs in the child only (`child.py` says what the requests and answers are).
"""

import base64
import io
import os
import stat
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from agent.pdf.fields import read_fields
from agent.pdf.layout import Page, page_layout, pages_to_read
from agent.pdf.shape import ends_like_pdf, holds_objects, starts_like_pdf

SEARCHED_PAGES = 50
"""Where the first pages have no text, up to here others are asked: a cover may be a picture."""
MAX_WHOLE_BYTES = 8 * 1024 * 1024
MAX_PAGE_CHARS = 40_000
MAX_TITLE_CHARS = 300
MAX_PREVIEW_PIXELS = 4_000_000


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request, whatever the file is."""
    try:
        with open(request["path"], "rb", opener=_open_regular) as file:
            if "width" in request:
                return _render(file, request["page"], request["width"])
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
    # Reading through a Python file costs a call for each block, so what is small is read whole.
    small = os.fstat(file.fileno()).st_size <= MAX_WHOLE_BYTES
    try:
        document = pdfium.PdfDocument(file.read() if small else file)
    except pdfium.PdfiumError as error:
        return answer | _refused(file, error)
    with document:
        title = _clean(document.get_metadata_value("Title"))[:MAX_TITLE_CHARS] or None
        answer |= {"pages": len(document), "title": title}
        pages = _pages(document)
        if not pages:
            return answer | {"code": _textless(document)}
    fields = read_fields(pages, title=title, file_name=Path(file.name).name)
    return answer | {"code": None, "fields": asdict(fields)}


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
    if not holds_objects(file):
        return {"code": "damaged"}
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
    except Exception:  # noqa: BLE001 (see `answer`)
        return {"code": "damaged"}


def _render(file: BinaryIO, number: int, width: int) -> dict[str, Any]:
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        return _refused(file, error)
    with document:
        page = document[number - 1]
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
