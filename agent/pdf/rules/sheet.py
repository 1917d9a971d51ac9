"""A page as the readers see it: one string, the labels in it, and who stands beside whom."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from agent.pdf.layout import Cell, Page
from agent.pdf.rules.model import Hit, Rules, Words, fold

CELL_END = "\0"
"""Parts cells in the string of a page. Lines of one paragraph are parted by a line feed."""

_REACH = 2.2
"""How far a label may be from a value above or below it, in line heights between the two."""
_BLANK = re.compile(r"[\s:.;,*_=()$#|/\-]*")
_ALNUM = re.compile(r"[^\W_]")
_COLON = re.compile(r"[^\W\d][^\d:]{1,30}:(?:\s|$)")
_DIGIT = re.compile(r"\d")


Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the page."""


def _fraction(part: float, whole: float) -> float:
    """Four places are a twentieth of a millimetre on paper, and few bytes on the line."""
    return round(min(1.0, max(0.0, part / whole)), 4)


@dataclass(slots=True)
class Place:
    """A stretch of a page's string and where it is on paper."""

    start: int
    end: int
    cell: Cell
    x0: float
    x1: float


class Sheet:
    """Offsets count in `raw` and `folded`, which are equally long."""

    def __init__(self, page: Page, rules: Rules) -> None:
        self.page = page
        self.rules = rules
        self.cells = [cell for row in page.rows for cell in row]
        parts: list[str] = []
        offset = 0
        for cell in self.cells:
            cell.start = offset
            parts.append(cell.text)
            parts.append("\n" if cell.flows else CELL_END)
            offset += len(cell.text) + 1
        self.raw = "".join(parts)
        self.folded = fold(self.raw)
        self._starts = [cell.start for cell in self.cells]
        words = Words(self.folded)
        self.names_month = not rules.months.keys().isdisjoint(words.words)
        self.hits = rules.find(self.raw, words)
        self._hit_starts = [hit.start for hit in self.hits]
        self.header_rows = self._header_rows()

    def cell_at(self, offset: int) -> Cell:
        return self.cells[bisect_right(self._starts, offset) - 1]

    def rows_near(self, field: str) -> set[int]:
        """The rows in reach of a label of a field: values elsewhere have no evidence."""
        groups = (f"{field}+", f"{field}@")
        rows = {self.cell_at(hit.start).row for hit in self.hits if hit.label(*groups)}
        return {row + offset for row in rows for offset in range(-2, 7)}

    def place(self, start: int, end: int) -> Place:
        """Where `[start, end)` stands; for a stretch over several lines, its first line."""
        cell = self.cell_at(start)
        end_in_cell = min(end, cell.start + len(cell.text))
        x0, x1 = cell.x0, cell.x1
        for offset, left, right in cell.words:
            if cell.start + offset <= start:
                x0 = left
            if cell.start + offset < end_in_cell:
                x1 = right
        return Place(start, end, cell, x0, x1)

    def segment(self, offset: int) -> tuple[int, int]:
        """The cell, or the whole paragraph, around an offset."""
        start = self.raw.rfind(CELL_END, 0, offset) + 1
        return start, self.raw.find(CELL_END, offset)

    def hits_between(self, start: int, end: int) -> list[Hit]:
        """The labels that begin in `[start, end)`."""
        first = bisect_right(self._hit_starts, start - 1)
        last = bisect_right(self._hit_starts, end - 1)
        return self.hits[first:last]

    def hits_in(self, cell: Cell) -> list[Hit]:
        return self.hits_between(cell.start, cell.start + len(cell.text))

    def left(self, cell: Cell) -> Iterator[Cell]:
        """The cells to the left in the same row, the nearest first."""
        return reversed(self.page.rows[cell.row][: cell.column])

    def right(self, cell: Cell) -> Cell | None:
        row = self.page.rows[cell.row]
        return row[cell.column + 1] if cell.column + 1 < len(row) else None

    def above(self, place: Place) -> tuple[Cell, float] | None:
        """The nearest cell above within reach, and the distance in points.

        Where a box has its caption on the left and its value on the right the two do not
        overlap: then the last cell that begins left of the value counts.
        """
        cell = place.cell
        for row in reversed(self.page.rows[max(0, cell.row - 6) : cell.row]):
            gap = cell.top - row[0].bottom
            if gap > _REACH * max(cell.height, row[0].height):
                break
            for other in row:
                if other.x0 < place.x1 and other.x1 > place.x0:
                    return other, cell.top - other.bottom
            if gap < 0.8 * cell.height:
                before = [other for other in row if other.x0 < place.x0]
                if before and cell.column + 1 == len(before):
                    return before[-1], gap
        return None

    def below(self, place: Place) -> tuple[Cell, float] | None:
        """The nearest cell below within reach, and the distance in points."""
        cell = place.cell
        for row in self.page.rows[cell.row + 1 : cell.row + 7]:
            for other in row:
                if other.x0 < place.x1 and other.x1 > place.x0:
                    gap = other.top - cell.bottom
                    reach = _REACH * max(cell.height, other.height)
                    return (other, gap) if gap < reach else None
        return None

    def under(self, place: Place, cell: Cell) -> tuple[int, int]:
        """The stretch of a cell that stands in the column of the caption at `place`.

        The columns of a narrow table may be so close that two values run into one cell.
        """
        start, end = cell.start, cell.start + len(cell.text)
        following = self.right(place.cell)
        limit = following.x0 - 2 if following else float("inf")
        for offset, x0, _ in islice(cell.words, 1, None):
            if x0 >= limit:
                return start, cell.start + offset - 1
            if cell.x0 < place.x0 - 2 * cell.height and x0 < place.x0 + 2 and start == cell.start:
                start = cell.start + offset if x0 > place.x0 - 2 else start
        return start, end

    def rest(self, hit: Hit) -> str:
        """What follows a label in its cell, up to the next label."""
        cell = self.cell_at(hit.end - 1)
        end = cell.start + len(cell.text)
        following = self.hits_between(hit.end, end)
        return self.folded[hit.end : following[0].start if following else end]

    def has_value(self, hit: Hit) -> bool:
        """Whether a date or number follows in the same cell, so that no other cell is meant."""
        return _DIGIT.search(self.rest(hit)) is not None

    def is_bare(self, hit: Hit) -> bool:
        """Whether nothing but punctuation follows in the same cell."""
        return _ALNUM.search(self.rest(hit)) is None

    def fills(self, hit: Hit) -> bool:
        """Whether the cell is this label and nothing else."""
        cell = self.cell_at(hit.start)
        return (
            hit.start - cell.start <= 3
            and self.is_bare(hit)
            and (hit.end >= cell.start + len(cell.text) - 8)
        )

    def opens(self, hit: Hit) -> bool:
        """Whether a label stands at the beginning of its cell."""
        cell = self.cell_at(hit.start)
        return _BLANK.fullmatch(self.raw, cell.start, hit.start) is not None

    def is_caption(self, cell: Cell) -> bool:
        """Whether a cell begins with a label that fills it, or with words and a colon."""
        if _COLON.match(cell.text):
            return True
        hits = self.hits_in(cell)
        if not hits or not self.opens(hits[0]):
            return False
        after = self.raw[hits[0].end : hits[0].end + 2].lstrip()
        return (
            after[:1] in {":", "#"}
            or self.fills(hits[0])
            or (len(hits) > 1 and self.is_bare(hits[-1]) and all(self.is_bare(hit) for hit in hits))
        )

    def has_caption_left(self, cell: Cell) -> bool:
        """Whether a caption stands left of a cell, so that it is not for one above."""
        left = next(self.left(cell), None)
        return left is not None and self.is_caption(left)

    def source(self, *places: tuple[int, int]) -> str:
        """The printed lines that the stretches are on, as evidence."""
        lines: list[str] = []
        for start, end in places:
            segment_start, segment_end = self.segment(start)
            line_start = max(segment_start, self.raw.rfind("\n", 0, start) + 1)
            line_end = self.raw.find("\n", end, segment_end)
            line = self.raw[line_start : segment_end if line_end < 0 else line_end]
            line = " ".join(line.split())
            if line not in lines:
                lines.append(line)
        return " | ".join(lines)[:500]

    def box(self, start: int, end: int) -> Box | None:
        """Where a stretch stands on the page, of several lines the first."""
        if self.page.frame is None:
            return None
        left, top, width, height = self.page.frame
        place = self.place(start, end)
        return (
            _fraction(place.x0 - left, width),
            _fraction(place.cell.top - top, height),
            _fraction(place.x1 - left, width),
            _fraction(place.cell.bottom - top, height),
        )

    def _header_rows(self) -> set[int]:
        """The rows that are the header of a list of items: two captions of such columns."""
        counts: dict[int, int] = {}
        for hit in self.hits:
            if hit.label("column") and (self.is_bare(hit)):
                cell = self.cell_at(hit.start)
                counts[cell.row] = counts.get(cell.row, 0) + 1
        return {row for row, count in counts.items() if count >= 2}
