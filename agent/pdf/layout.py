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

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MAX_CHARS = 20_000
"""Characters of a page that are looked at: bounds the cost of a hostile page."""
FIRST_PAGES = 5

_WORD = re.compile(r"[^\s\x00-\x20\xa0\u200b\ufeff\ufffe\uffff]+")
_GAP = 0.85
"""A gap wider than this many line heights ends a cell (a space is about a quarter)."""
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": "", "\u2011": "-"}
)


@dataclass(slots=True)
class Cell:
    """A run of words. Points, `y` grows downwards; `words` are `(offset in text, x0, x1)`."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    words: list[tuple[int, float, float]]
    row: int = 0
    column: int = 0
    start: int = 0
    flows: bool = False
    """The line wraps: the next row goes on with the same paragraph."""

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(slots=True)
class Page:
    """`rows` from top to bottom, cells from left to right. `number` counts from 1."""

    number: int
    rows: list[list[Cell]] = field(default_factory=list)


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
    return _arrange(list(_words(textpage.raw, text[:MAX_CHARS], rotation, pdfium)), number)


def text_layout(text: str, number: int) -> Page:
    """The cells of plain text: a line is a row, two spaces or a tab part its cells."""
    page = Page(number)
    for line_number, line in enumerate(text[:MAX_CHARS].splitlines()):
        row = []
        for match in re.finditer(r"[^\s\x00](?:[^\S\n\t]?[^\s\x00]+)*", line):
            words = _clean(match[0])
            if words:
                x0, x1 = match.start() * 6.0, match.end() * 6.0
                top = line_number * 12.0
                row.append(Cell(words, x0, x1, top, top + 10.0, [(0, x0, x1)]))
        if row:
            page.rows.append(row)
    return _finish(page)


def _words(raw: Any, text: str, rotation: int, pdfium: Any) -> Iterator[Word]:
    box = pdfium.FS_RECTF()
    loose_box = pdfium.FPDFText_GetLooseCharBox
    for match in _WORD.finditer(text):
        first, last = match.start(), match.end() - 1
        if not loose_box(raw, first, box):
            continue
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if last > first and loose_box(raw, last, box):
            left, right = min(left, box.left), max(right, box.right)
            bottom, top = min(bottom, box.bottom), max(top, box.top)
        if rotation == 0:
            yield left, -top, right, -bottom, match[0]
        elif rotation == 1:
            yield bottom, left, top, right, match[0]
        elif rotation == 2:
            yield -right, bottom, -left, top, match[0]
        else:
            yield -top, -right, -bottom, -left, match[0]


def _arrange(words: list[Word], number: int) -> Page:
    """Rows by vertical centre, cells by gaps."""
    page = Page(number)
    words = [word for word in words if word[3] > word[1]]
    words.sort(key=lambda word: word[1] + word[3])
    start = 0
    while start < len(words):
        _, top, _, bottom, _ = words[start]
        # Half a line below the first word's centre begins another row.
        limit = top + bottom + 0.9 * (bottom - top)
        end = start + 1
        while end < len(words):
            word = words[end]
            if word[1] + word[3] > min(limit, top + bottom + 0.9 * (word[3] - word[1])):
                break
            end += 1
        page.rows.append(list(_cells(sorted(words[start:end]))))
        start = end
    return _finish(page)


def _cells(words: list[Word]) -> Iterator[Cell]:
    run: list[Word] = []
    right = 0.0
    for word in words:
        if run and word[0] - right > _GAP * min(word[3] - word[1], run[-1][3] - run[-1][1]):
            yield _cell(run)
            run = []
        right = max(right, word[2]) if run else word[2]
        run.append(word)
    if run:
        yield _cell(run)


def _cell(run: list[Word]) -> Cell:
    run = _join_spaced(run) if len(run) > 3 else run
    text, words = "", []
    for x0, _, x1, _, word in run:
        word = _clean(word)
        if not word:
            continue
        text += " " + word if text else word
        words.append((len(text) - len(word), x0, x1))
    return Cell(
        text,
        run[0][0],
        max(word[2] for word in run),
        min(word[1] for word in run),
        max(word[3] for word in run),
        words,
    )


def _join_spaced(run: list[Word]) -> list[Word]:
    """`O R D E M` is one word: letters that stand alone, with even gaps, are joined."""
    if sum(len(word[4]) == 1 for word in run) < max(4, 0.7 * len(run)):
        return run
    gaps = sorted(after[0] - word[2] for word, after in zip(run, run[1:], strict=False))
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
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    return " ".join(text.replace("\0", " ").split()) if " " in text or "\0" in text else text


def _finish(page: Page) -> Page:
    page.rows = [kept for row in page.rows if (kept := [cell for cell in row if cell.text])]
    cells = [cell for row in page.rows for cell in row]
    if not cells:
        return page
    width = max(cell.x1 for cell in cells) - min(cell.x0 for cell in cells)
    for row_number, row in enumerate(page.rows):
        for column, cell in enumerate(row):
            cell.row, cell.column = row_number, column
    for row, below in zip(page.rows, page.rows[1:], strict=False):
        cell, after = row[0], below[0]
        cell.flows = (
            len(row) == len(below) == 1
            and cell.x1 - cell.x0 > 0.6 * width
            and abs(cell.x0 - after.x0) < cell.height
            and after.top - cell.bottom < 0.9 * cell.height
            and abs(cell.height - after.height) < 0.15 * cell.height
        )
    return page
