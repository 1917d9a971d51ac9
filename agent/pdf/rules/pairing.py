"""Which label speaks for a value: by where the two stand, most telling place first."""

import re
from dataclasses import dataclass

from agent.pdf.layout import Cell
from agent.pdf.rules.model import Hit, Label
from agent.pdf.rules.sheet import Place, Sheet

_TOKENS = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.;!?]\s")

# How sure a place makes it. In running text it depends on the words in between.
_SAME_LINE = ((0, 1.0), (2, 0.92), (5, 0.8), (9, 0.6))
_MAX_DISTANCE = 120
_LEFT, _LEFT_OF_ROW, _ABOVE, _BELOW, _AFTER = 1.0, 0.9, 0.95, 0.85, 0.7


@dataclass(frozen=True, slots=True)
class Evidence:
    """A label for a value; `weight` is of label and place together, 0 for a negative label."""

    hit: Hit
    label: Label
    weight: float
    place: str


def evidence(sheet: Sheet, start: int, end: int, field: str, since: int) -> Evidence | None:
    """The label of `field` that the value in `[start, end)` belongs to.

    `since` is the end of the value before it: what is left of that speaks for that.
    None where no label of the field is near.
    """
    groups = (f"{field}+", f"{field}-", f"{field}@")
    same_line = _before(sheet, start, groups, since)
    if same_line:
        return same_line
    place = sheet.place(start, end)
    if since <= place.cell.start:
        left = _left(sheet, place.cell, groups)
        if left:
            return left
    return _column(sheet, place, groups) or _after(sheet, start, end, groups)


def _before(sheet: Sheet, start: int, groups: tuple[str, ...], since: int) -> Evidence | None:
    segment_start, _ = sheet.segment(start)
    farthest = max(segment_start, since, start - _MAX_DISTANCE)
    for hit in reversed(sheet.hits_between(farthest, start)):
        label = hit.label(*groups)
        if label is None or hit.end > start:
            continue
        between = sheet.folded[hit.end : start]
        words = [word for word in _TOKENS.findall(between) if word not in sheet.rules.ignored]
        factor = next((factor for limit, factor in _SAME_LINE if len(words) <= limit), 0.0)
        if label.weight < 0.8 and len(words) > 1:
            factor *= 0.6
        if _SENTENCE_END.search(between):
            factor *= 0.5
        if factor:
            return Evidence(hit, label, label.weight * factor, "same line")
    return None


def _left(sheet: Sheet, cell: Cell, groups: tuple[str, ...]) -> Evidence | None:
    for distance, other in enumerate(sheet.left(cell)):
        hits = [hit for hit in sheet.hits_in(other) if not sheet.has_value(hit)]
        if hits and not sheet.opens(hits[0]) and not other.text.endswith(":"):
            return None
        for hit in reversed(hits):
            label = hit.label(*groups)
            if label:
                factor = _LEFT if distance == 0 else _LEFT_OF_ROW
                return Evidence(hit, label, label.weight * factor, "left")
        if hits and sheet.is_caption(other):
            return None
        # Only amounts stand several columns from their label (`Total | 12 | R$ 900,00`).
        if not groups[0].startswith("total") or distance > 3:
            return None
    return None


def _column(sheet: Sheet, place: Place, groups: tuple[str, ...]) -> Evidence | None:
    found: list[tuple[float, Evidence]] = []
    for near, factor, name in (
        (sheet.above(place), _ABOVE, "above"),
        (sheet.below(place), _BELOW, "below"),
    ):
        if near is None:
            continue
        cell, gap = near
        if cell.row in sheet.header_rows and groups[0] == "total+":
            continue
        best = _nearest(sheet, cell, place)
        if best is None or sheet.has_value(best):
            continue
        label = best.label(*groups)
        if label is None or not (sheet.opens(best) or len(sheet.hits_in(cell)) > 1):
            continue
        # A label below is close to its value; anything farther belongs to the next line.
        if name == "below" and gap > 1.2 * place.cell.height:
            continue
        found.append((gap, Evidence(best, label, label.weight * factor, name)))
    height = place.cell.height
    if len(found) == 2 and found[1][0] + height < 0.8 * (found[0][0] + height):
        return found[1][1]
    return found[0][1] if found else None


def _nearest(sheet: Sheet, cell: Cell, place: Place) -> Hit | None:
    """The label of a caption cell that stands over the value."""
    hits = sheet.hits_in(cell)
    if len(hits) < 2:
        return hits[0] if hits else None

    def distance(hit: Hit) -> float:
        spot = sheet.place(hit.start, hit.end)
        return max(spot.x0 - place.x1, place.x0 - spot.x1, 0) * 10 + abs(spot.x0 - place.x0)

    return min(hits, key=distance)


def _after(sheet: Sheet, start: int, end: int, groups: tuple[str, ...]) -> Evidence | None:
    _, segment_end = sheet.segment(start)
    for hit in sheet.hits_between(end, min(end + 12, segment_end)):
        label = hit.label(*groups)
        between = sheet.folded[end : hit.start]
        words = [word for word in _TOKENS.findall(between) if word not in sheet.rules.ignored]
        if label and not words and ":" not in sheet.folded[hit.end : hit.end + 2]:
            return Evidence(hit, label, label.weight * _AFTER, "after")
    return None
