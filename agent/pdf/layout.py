"""The geometry of a page: words by their boxes, then visual rows of cells.

A PDF stores text in the order it was drawn, which need not be the order it is read in; a
label and its value may be far apart in the stream and side by side on paper. So the rules
work on cells: runs of words on one line without a wide gap. `page_layout` makes them from a
pdfium text page, `text_layout` from plain text.

How to call it: for the pages that `pages_to_read` names, while the page is open,

    textpage = page.get_textpage()
    text = textpage.get_text_range()          # the text for indexing
    pages.append(page_layout(textpage, text, index + 1))

and give the list to `agent.pdf.fields.read_fields`.
"""

import ctypes
import itertools
import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

MAX_CHARS = 20_000
"""Characters of a page that are looked at: bounds the cost of a hostile page."""
FIRST_PAGES = 5

_WORD = re.compile(r"[^\s\x00-\x20\xa0\u200b\ufeff\ufffe\uffff]+")
_GAP = 0.85
"""A gap wider than this many line heights ends a cell (a space is about a quarter)."""
_MAX_WORDS = 60
"""Words of a cell: no printed line has more, and it bounds the work a label can make."""
_BARS = frozenset("|¦·•●▪")
"""Printed between two facts on a line, these end a cell too."""
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": "", "\u2011": "-"}
)


@dataclass(slots=True)
class Cell:
    """A run of words. Points, `y` grows downwards."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    run: list["Word"]
    row: int = 0
    column: int = 0
    start: int = 0
    flows: bool = False
    """The line wraps: the next row goes on with the same paragraph."""

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def words(self) -> Iterator[tuple[int, float, float]]:
        """The words as `(offset in text, x0, x1)`."""
        offset = 0
        for x0, _, x1, _, word in self.run:
            yield offset, x0, x1
            offset += len(word) + 1


@dataclass(slots=True)
class Page:
    """`rows` from top to bottom, cells from left to right. `number` counts from 1.

    `frame` is left, top, width and height of the page as it is shown, in the coordinates of
    the cells; plain text has none.
    """

    number: int
    rows: list[list[Cell]] = field(default_factory=list)
    frame: tuple[float, float, float, float] | None = None


Word = tuple[float, float, float, float, str]
"""`(x0, top, x1, bottom, text)`"""


def pages_to_read(count: int) -> list[int]:
    """The indices of the pages the rules look at: the first five and the last."""
    return [*range(min(count, FIRST_PAGES)), *([count - 1] if count > FIRST_PAGES else [])]


def page_layout(textpage: Any, text: str, number: int) -> Page:
    """The cells of an open pdfium text page whose `get_text_range()` gave `text`."""
    # The C library is loaded by the child that parses, not by everything that names a Page.
    import pypdfium2.raw as pdfium

    if not text or textpage.count_chars() != len(text):
        # Where pdfium leaves characters out, offsets in the text are not character indices.
        return text_layout(text, number)
    rotation = pdfium.FPDFPage_GetRotation(textpage.page.raw)
    page = _arrange(_words(textpage.raw, text[:MAX_CHARS], rotation, pdfium), number)
    page.frame = _frame(textpage.page.get_bbox(), rotation)
    return page


def text_layout(text: str, number: int) -> Page:
    """The cells of plain text, as if it were typed: a line is a row, two spaces part cells."""
    words: list[Word] = []
    for line_number, line in enumerate(text[:MAX_CHARS].splitlines()):
        top = line_number * 12.0
        for match in _WORD.finditer(line.expandtabs()):
            x0, x1 = match.start() * 6.0, match.end() * 6.0
            words.append((x0, top, x1, top + 10.0, match[0]))
    return _arrange(words, number)


@cache
def _loose_box(pdfium: Any) -> Any:
    """`FPDFText_GetLooseCharBox(textpage, index, address)`, with plain integers.

    It is called twice a word, and most of the cost of a call is converting its arguments.
    """
    address = ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(address)


def _words(raw: Any, text: str, rotation: int, pdfium: Any) -> list[Word]:
    spans = [match.span() for match in _WORD.finditer(text)]
    boxes = (ctypes.c_float * (8 * len(spans)))()
    loose_box = _loose_box(pdfium)
    handle = ctypes.cast(raw, ctypes.c_void_p).value
    address = ctypes.addressof(boxes)
    for start, end in spans:
        loose_box(handle, start, address)
        loose_box(handle, end - 1, address + 16)
        address += 32
    words = []
    # A rectangle is left, top, right, bottom; where there is none it stays zero.
    for (start, end), (l0, t0, r0, b0, l1, t1, r1, b1) in zip(
        spans, struct.iter_unpack("8f", boxes), strict=True
    ):
        if t0 <= b0:
            continue
        left, right = (min(l1, l0)), (max(r0, r1))
        bottom, top = (min(b1, b0)), (max(t1, t0))
        if rotation == 0:
            words.append((left, -top, right, -bottom, text[start:end]))
        elif rotation == 1:
            words.append((bottom, left, top, right, text[start:end]))
        elif rotation == 2:
            words.append((-right, bottom, -left, top, text[start:end]))
        else:
            words.append((-top, -right, -bottom, -left, text[start:end]))
    return words


def _frame(
    bounds: tuple[float, float, float, float], rotation: int
) -> tuple[float, float, float, float] | None:
    """The page's bounds, turned as the words are."""
    left, bottom, right, top = bounds
    width, height = right - left, top - bottom
    if width <= 0 or height <= 0:
        return None
    if rotation == 0:
        return left, -top, width, height
    if rotation == 1:
        return bottom, left, height, width
    if rotation == 2:
        return -right, bottom, width, height
    return -top, -right, height, width


def _arrange(words: list[Word], number: int) -> Page:
    """Rows by vertical centre, cells by gaps."""
    page = Page(number)
    words.sort(key=_centre)
    row: list[Word] = []
    anchor = limit = 0.0
    for word in words:
        centre, reach = word[1] + word[3], 0.9 * (word[3] - word[1])
        # Half a line below the first word's centre begins another row.
        if row and (centre > limit or centre > anchor + reach):
            page.rows.append(_cells(row))
            row = []
        if not row:
            anchor, limit = centre, centre + reach
        row.append(word)
    if row:
        page.rows.append(_cells(row))
    return _finish(page)


def _centre(word: Word) -> float:
    return word[1] + word[3]


def _cells(words: list[Word]) -> list[Cell]:
    words.sort()
    cells: list[Cell] = []
    run: list[Word] = []
    right = 0.0
    barred = False
    for word in words:
        if word[4] in _BARS:
            barred = True
            continue
        if run:
            height, last = word[3] - word[1], run[-1][3] - run[-1][1]
            if len(run) == _MAX_WORDS or barred or word[0] - right > _GAP * (min(last, height)):
                cells.append(_cell(run))
                run = []
                right = word[2]
        barred = False
        run.append(word)
        right = max(right, word[2])
    if run:
        cells.append(_cell(run))
    return cells


def _cell(run: list[Word]) -> Cell:
    text = " ".join([word[4] for word in run])
    if not text.isascii():
        run = [(*word[:4], _clean(word[4])) for word in run]
    if len(run) > 3 and len(text) < 3 * len(run):
        run = _join_spaced(run)
    x0, top, x1, bottom, text = run[0]
    if len(run) > 1:
        text = " ".join([word[4] for word in run])
        for _, word_top, right, word_bottom, _ in run:
            x1 = max(x1, right)
            top = min(top, word_top)
            bottom = max(bottom, word_bottom)
    return Cell(text, x0, x1, top, bottom, run)


def _join_spaced(run: list[Word]) -> list[Word]:
    """`O R D E M` is one word: letters that stand alone, with even gaps, are joined."""
    if sum(len(word[4]) == 1 for word in run) < max(4, 0.7 * len(run)):
        return run
    gaps = sorted(after[0] - word[2] for word, after in itertools.pairwise(run))
    limit = 1.5 * max(gaps[len(gaps) // 2], 0.1)
    joined = [run[0]]
    for word in run[1:]:
        last = joined[-1]
        if word[0] - last[2] <= limit:
            joined[-1] = (last[0], last[1], word[2], last[3], last[4] + word[4])
        else:
            joined.append(word)
    return joined


def _clean(text: str) -> str:
    """Composed accents, plain ligatures, single spaces."""
    return unicodedata.normalize("NFC", text).translate(_LIGATURES)


def _finish(page: Page) -> Page:
    page.rows = [row for row in page.rows if row]
    if not page.rows:
        return page
    left = min(row[0].x0 for row in page.rows)
    width = max(row[-1].x1 for row in page.rows) - left
    for row_number, row in enumerate(page.rows):
        for column, cell in enumerate(row):
            cell.row, cell.column = row_number, column
    for row, below in zip(page.rows, page.rows[1:], strict=False):
        if len(row) != 1 or len(below) != 1:
            continue
        cell, after = row[0], below[0]
        cell.flows = (
            cell.x1 - cell.x0 > 0.6 * width
            and abs(cell.x0 - after.x0) < cell.height
            and after.top - cell.bottom < 0.9 * cell.height
            and abs(cell.height - after.height) < 0.15 * cell.height
        )
    return page
