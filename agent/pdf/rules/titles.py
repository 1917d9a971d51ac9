"""The type and the number of a document: what its title says."""

import re
from collections.abc import Sequence
from statistics import median

from agent.pdf.rules.model import Hit, Words, fold
from agent.pdf.rules.readers import Reading, best
from agent.pdf.rules.sheet import Sheet
from agent.pdf.rules.values import document_number

KINDS = ("quote", "service_order", "assembly")
"""The values of the contract's `DocumentType`."""

_TYPES = tuple(f"type:{kind}" for kind in KINDS)
_MIN_SCORE = 0.4
_SEPARATORS = re.compile(r"[\s:.\-–—|#()_]*")
_TITLE_REST = re.compile(r"[\W_]*(?:\D{0,12}\d.*)?")
_CLOSES = re.compile(r"[-–—|:·•/]\s*$")
_LAST_WORD = re.compile(r"[\s\-–—(]*(?:[^\W\d_]+\s[\s\-–—()]*)+(\S+)\s*")
_YEAR = re.compile(r"20[2-4]\d")


def document_type(sheets: Sequence[Sheet], hint: str) -> Reading | None:
    """The type that the first page states most prominently.

    `hint` is text from outside the page (file name, title property): it supports a type but
    does not make one.
    """
    if not sheets:
        return None
    hits = sheets[0].rules.find(hint, Words(fold(hint)))
    hinted = {label.group for hit in hits for label in hit.labels}
    scores: dict[str, list[tuple[float, int, Sheet, Hit]]] = {}
    for sheet in sheets[:2]:
        if not sheet.cells:
            continue
        body = median(cell.height for cell in sheet.cells)
        for hit in sheet.hits:
            label = hit.label(*_TYPES, "type:other") or hit.label("number+", "customer+")
            group = f"type:{label.kind}" if label and label.kind else label.group if label else ""
            if label and group in {*_TYPES, "type:other"}:
                weight = 0.9 if label.kind else label.weight
                score = weight * _prominence(sheet, hit, body)
                if sheet is not sheets[0]:
                    score *= 0.7
                scores.setdefault(group, []).append((score, -hit.start, sheet, hit))
    ranked = []
    for group, found in scores.items():
        score, position, sheet, hit = max(found, key=lambda entry: entry[:2])
        score += 0.03 * min(len(found) - 1, 3)
        score += 0.1 if group in hinted else 0.0
        ranked.append((score, position, group, sheet, hit))
    if not ranked:
        return None
    score, _, group, sheet, hit = max(ranked, key=lambda entry: entry[:2])
    if group == "type:other" or score < _MIN_SCORE:
        return None
    confidence = round(min(0.98, 0.3 + 0.7 * score), 2)
    source = sheet.source((hit.start, hit.end))
    box = sheet.box(hit.start, hit.end)
    return Reading(group.removeprefix("type:"), confidence, sheet.page.number, source, box)


def _prominence(sheet: Sheet, hit: Hit, body: float) -> float:
    """0 to 1: how much a mention looks like the title of the page."""
    cell = sheet.cell_at(hit.start)
    segment_start, segment_end = sheet.segment(hit.start)
    before = sheet.hits_between(segment_start, hit.start)
    opens = sheet.opens(hit) and segment_start == cell.start
    after_subject = bool(before) and before[-1].label("subject") is not None and len(before) == 1
    rest = sheet.folded[hit.end : segment_end]
    alone = len(rest) < 30 and _TITLE_REST.fullmatch(rest) is not None
    score = 0.2
    if opens or after_subject:
        score += 0.3 if alone else 0.15
    elif alone and _CLOSES.search(sheet.raw, segment_start, hit.start):
        score += 0.25
    elif alone and hit.start - segment_start < 25:
        score += 0.2
    elif hit.start - segment_start < 40 and len(rest) < 40:
        score += 0.15
    if cell.height > 1.25 * body:
        score += 0.3
    written = sheet.raw[hit.start : hit.end]
    if written.isupper() or written[:1].isupper():
        score += 0.1 if written.isupper() else 0.05
    if cell.row < max(4, 0.35 * len(sheet.page.rows)):
        score += 0.15
    return min(1.0, score)


def number(sheets: Sequence[Sheet], kind: str | None, hint: str) -> Reading | None:
    """The number of the document: after its title, or after a label of a number."""
    candidates: list[Reading] = []
    for sheet in sheets:
        for hit in sheet.hits:
            label = hit.label("number+", "number-", *_TYPES) or hit.label("customer+")
            if label is None or label.group == "number-":
                continue
            named = label.kind or label.group.partition("type:")[2]
            titled = label.group != "number+"
            if titled and not named:
                continue
            if named and named != kind:
                continue
            weight = 0.95 if titled else label.weight
            if not sheet.opens(hit) and weight < 0.8:
                # In the middle of a line only with a colon, and not quite as sure.
                if weight < 0.7 or sheet.raw[hit.end : hit.end + 1] != ":":
                    continue
                weight *= 0.9
            found = _number_after(sheet, hit, titled) or _number_beside(sheet, hit, titled)
            if found is None:
                continue
            (start, end), factor = found
            value = sheet.raw[start:end]
            if _YEAR.fullmatch(value):
                factor *= 0.5
            plain = _plain(value)
            if len(plain) > 2 and plain in _plain(hint):
                factor = min(1.0, factor + 0.1)
            # A number at the top of the first page is the document's; further on it is a detail.
            factor *= 1.0 if sheet is sheets[0] else 0.8
            source = sheet.source((hit.start, hit.end), (start, end))
            box = sheet.box(start, end)
            candidates.append(Reading(value, weight * factor, sheet.page.number, source, box))
    return best(candidates)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def _number_after(sheet: Sheet, hit: Hit, titled: bool) -> tuple[tuple[int, int], float] | None:
    _, end = sheet.segment(hit.start)
    glued = _glued(sheet, hit)
    if glued < hit.end:
        found = document_number(sheet.raw, glued, end)
        return (found, 1.0) if found else None
    marked = sheet.rules.marker.match(sheet.folded, hit.end, end)
    if marked:
        found = document_number(sheet.raw, marked.end(), end, marked=True)
        if found:
            return found, 1.0
    start = _skip(sheet, hit.end, end)
    # `Ordem de serviço - OS 7887`: the abbreviation is a label, not a part of the number.
    again = sheet.hits_between(start, start + 1)
    if again and again[0].label(*_TYPES) and _glued(sheet, again[0]) == again[0].end:
        start = _skip(sheet, again[0].end, end)
    found = document_number(sheet.raw, start, end, marked=not titled or end - start < 3)
    if found:
        return found, 0.95
    return _number_later(sheet, hit, end) if titled else None


def _skip(sheet: Sheet, start: int, end: int) -> int:
    """`start` without the separators that stand there."""
    separators = _SEPARATORS.match(sheet.raw, start, end)
    return separators.end() if separators else start


def _number_later(sheet: Sheet, hit: Hit, end: int) -> tuple[tuple[int, int], float] | None:
    """`Proposta para eventos nº 123` or `Ordem de serviço externa 00123`."""
    for later in sheet.hits_between(hit.end, min(end, hit.end + 45)):
        if later.label("number+"):
            found = document_number(sheet.raw, _skip(sheet, later.end, end), end)
            if found:
                return found, 0.9
        if later.label("number-"):
            return None
    cell = sheet.cell_at(hit.end - 1)
    end = cell.start + len(cell.text)
    last = _LAST_WORD.fullmatch(sheet.raw, hit.end, end) if end - hit.end < 60 else None
    if last is None or not sheet.opens(hit):
        return None
    found = document_number(sheet.raw, last.start(1), end)
    if found is None or _YEAR.fullmatch(sheet.raw, *found):
        return None
    return found, 0.85


def _number_beside(sheet: Sheet, hit: Hit, titled: bool) -> tuple[tuple[int, int], float] | None:
    """The number in the next cell, or under or over its label."""
    alone = len(sheet.hits_in(sheet.cell_at(hit.start))) == 1
    if not sheet.is_bare(hit) or (alone and not sheet.fills(hit)):
        return None
    place = sheet.place(hit.start, hit.end)
    right = sheet.right(place.cell)
    below, above = sheet.below(place), sheet.above(place)
    options = [(right, 0.95)] if right is not None else []
    options += [(below[0], 0.9)] if below else []
    options += [(above[0], 0.75)] if above and above[1] < place.cell.height and not titled else []
    for cell, factor in options:
        if cell is not right and sheet.has_caption_left(cell):
            continue
        start, end = cell.start, cell.start + len(cell.text)
        if cell is not right:
            start, end = sheet.under(place, cell)
        inner = sheet.hits_in(cell)
        if inner and inner[0].start == start and _glued(sheet, inner[0]) == inner[0].end:
            if not inner[0].label("number+"):
                continue
            start = inner[0].end
        found = document_number(sheet.raw, _skip(sheet, start, end), end)
        if found and (found[1] >= end - 8 or not titled):
            return found, factor * (0.85 if titled else 1.0)
    return None


def _glued(sheet: Sheet, hit: Hit) -> int:
    """Where a number begins: the label's last word is part of it in `OS-160/2026`."""
    after = sheet.raw[hit.end : hit.end + 2]
    if not (after[:1].isdigit() or (after[:1] in {"-", "/", "."} and after[1:].isdigit())):
        return hit.end
    start = hit.end
    while start > hit.start and sheet.raw[start - 1].isalnum():
        start -= 1
    return start if sheet.raw[start : hit.end].isupper() else hit.end
