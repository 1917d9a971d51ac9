"""The customer: the one field whose value has no pattern, so its label has to be sure."""

import re
from collections.abc import Sequence

from agent.pdf.layout import Cell
from agent.pdf.rules.model import Hit, Label
from agent.pdf.rules.readers import Reading, best
from agent.pdf.rules.sheet import Sheet

_LEAD = re.compile(r"[\s:.\-–—|#(_/*]*\)?[\s:\-–—]*(?:\d{1,6}\s?[-–]\s+)?")
"""What may stand before a name; the last is a customer code."""
_CUT = re.compile(
    r"\s*[-–—|,;(/·•]*\s*\b(?:cnpj|cpf|rg|ie|tel|fone|phone|telefone|e-?mail|cep|endereco|address"
    r"|a/c|at[nt]\.?:|attn|whatsapp|celular|cel|cod|codigo|id|vat)\b.*$|\s*[|·•;].*$"
    r"|\s+[-–—]\s+(?=.*\d).*$|\s*\(?\+?\d{2,5}\)?[\s.\-]\d{3,5}[\s.\-]?\d{3,4}.*$"
    r"|\s+\d{1,2}[/.-]\d{1,2}[/.-]\d\d.*$|\s*\d{2}\.\d{3}\.\d{3}.*$|\s*\d{3}\.\d{3}\.\d{3}.*$|\s+\S+@.*$|\s*,\s(?!(?:inc|llc|ltd|s\.?/?a|lp)\b).*\d.*$",
    re.DOTALL,
)
_COMPANY = re.compile(
    r"\b(?:ltda|me|epp|eireli|s/?a|s\.a\.?|mei|ltd|limited|inc|llc|plc|gmbh|corp|co)\b\.?",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:\b(?:de|da|do|das|dos|e|of|and|the)|&)$")
_LETTERS = re.compile(r"[^\W\d_]")
_PROSE = re.compile(r"[a-zà-ú]")


def customer(sheets: Sequence[Sheet]) -> Reading | None:
    candidates: list[Reading] = []
    for sheet in sheets:
        later = 1.0 if sheet is sheets[0] else 0.85
        for hit in sheet.hits:
            label = hit.label("customer+", "customer-") or hit.label("customer@")
            if label is None or label.group == "customer-":
                continue
            weight = _label_weight(sheet, hit, label)
            found = _value(sheet, hit, label) if weight else None
            if found is None:
                continue
            start, end, factor = found
            source = sheet.source((hit.start, hit.end), (start, end))
            name = " ".join(sheet.raw[start:end].split()) + _wrapped(sheet, start, end)
            box, number = sheet.box(start, end), sheet.page.number
            candidates.append(Reading(name, weight * factor * later, number, source, box))
    if not candidates and sheets:
        candidates = _address_block(sheets[0])
    return best(candidates)


def _label_weight(sheet: Sheet, hit: Hit, label: Label) -> float:
    if label.weight < 0.8 and hit.label("customer@"):
        heading = _under_heading(sheet, sheet.cell_at(hit.start))
        if heading:
            return 0.9 if heading == "customer+" else 0.0
    if not sheet.opens(hit):
        # In the middle of a line only a label that says so with a colon.
        follows = sheet.raw[hit.end : hit.end + 2].lstrip()
        if not follows.startswith(":") or label.weight < 0.7:
            return 0.0
    return label.weight


def _under_heading(sheet: Sheet, cell: Cell) -> str | None:
    """The group of the nearest heading about people above a cell, in its column.

    A heading has captions below it; a label with a value beside or below it is none.
    """
    for row in reversed(sheet.page.rows[max(0, cell.row - 5) : cell.row]):
        for other in row:
            if other.x0 > cell.x0 + 2 * cell.height or other.x1 < cell.x0:
                continue
            hits = sheet.hits_in(other)
            label = hits[0].label("customer+", "customer-") if hits else None
            if label is None or not sheet.fills(hits[0]):
                continue
            right = sheet.right(other)
            below = sheet.below(sheet.place(hits[0].start, hits[0].end))
            beside = right is not None and not sheet.is_caption(right)
            if not beside and below and sheet.is_caption(below[0]):
                return label.group
    return None


def _value(sheet: Sheet, hit: Hit, label: Label) -> tuple[int, int, float] | None:
    """The name that a label speaks of, and how sure its place makes it."""
    cell = sheet.cell_at(hit.end - 1)
    if "___" in sheet.raw[hit.end : hit.end + 8]:
        return None
    end = cell.start + len(cell.text)
    if sheet.is_bare(hit):
        inner = sheet.hits_between(hit.end, end)
        if all(sheet.is_bare(other) for other in inner):
            return _beside(sheet, hit, cell)
        # The name itself holds a label's words (`Cliente: Montagem Industrial Ltda`).
        found, factor = _name(sheet, hit.end, end), 0.9
    else:
        found, factor = _name(sheet, hit.end, end), 1.0
        if found and not sheet.raw[hit.end : hit.end + 2].lstrip().startswith(":"):
            # `Client Earth Foundation` may be a name that begins like a label.
            if _is_value(sheet, cell):
                return None
            if label.weight < 0.7 and not _COMPANY.search(sheet.raw, *found):
                return None
    return (*found, factor) if found else None


def _is_value(sheet: Sheet, cell: Cell) -> bool:
    """Whether a cell is the name that a label left of it or over it asks for."""
    above = sheet.above(sheet.place(cell.start, cell.start + len(cell.text)))
    captions = [next(sheet.left(cell), None), above[0] if above else None]
    return any(
        hit.label("customer+", "customer@") is not None
        for other in captions
        if other is not None and sheet.is_caption(other)
        for hit in sheet.hits_in(other)
    )


def _beside(sheet: Sheet, hit: Hit, cell: Cell) -> tuple[int, int, float] | None:
    """The name in the next cell, or under or over the label."""
    place = sheet.place(hit.start, hit.end)
    right, below, above = sheet.right(cell), sheet.below(place), sheet.above(place)
    options: list[tuple[Cell, float]] = []
    if right is not None and not sheet.is_caption(right):
        near = right.x0 - cell.x1 < 14 * cell.height
        options.append((right, 1.0 if near else 0.6))
    if below is not None and not (sheet.is_caption(below[0]) or sheet.has_caption_left(below[0])):
        options.append((below[0], 0.95))
        if options[0][1] < 0.9:
            options.reverse()
    if above is not None and not options and not sheet.is_caption(above[0]):
        options.append((above[0], 0.6))
    for other, factor in options:
        span = other.start, other.start + len(other.text)
        found = _name(sheet, *(span if other is right else sheet.under(place, other)))
        if found:
            return (*found, factor)
    return None


def _wrapped(sheet: Sheet, start: int, end: int) -> str:
    """What of a name has wrapped to the line below: a `Ltda.`, or what an `of` asks for."""
    cell = sheet.cell_at(start)
    below = sheet.below(sheet.place(start, end))
    if below is None or end < cell.start + len(cell.text):
        return ""
    other, gap = below
    if gap > 0.5 * cell.height or abs(other.x0 - cell.x0) > cell.height:
        return ""
    goes_on = _OPEN_END.search(sheet.folded, start, end) and not sheet.is_caption(other)
    return f" {other.text}" if goes_on or _COMPANY.fullmatch(other.text) else ""


def _name(sheet: Sheet, start: int, end: int) -> tuple[int, int] | None:
    """The name that begins at `start`: cut where something else begins, None if it is none."""
    lead = _LEAD.match(sheet.raw, start, end)
    start = lead.end() if lead else start
    for hit in sheet.hits_between(start, end):
        follows = sheet.raw[hit.end : min(end, hit.end + 3)].lstrip(" .")
        if hit.start > start and (follows[:1] in {":", "#", "("} or follows[:1].isdigit()):
            end = hit.start
            break
        if hit.start == start and follows[:1] == ":":
            return None
    cut = _CUT.search(sheet.folded, start, end)
    if cut:
        end = cut.start()
    text = sheet.raw[start:end].rstrip(" ,;:-–—|(/_")
    letters = len(_LETTERS.findall(text))
    if letters < 3 or len(text) > 90 or letters < 0.5 * len(text):
        return None
    if _PROSE.match(text) and not _COMPANY.search(text):
        return None
    if len(text.split()) > 10:
        return None
    return start, start + len(text)


def _address_block(sheet: Sheet) -> list[Reading]:
    """In a letter without labels: the first line of the block before the salutation."""
    for hit in sheet.hits:
        if not (hit.label("salutation") and sheet.opens(hit)):
            continue
        cell = sheet.cell_at(hit.start)
        block: list[Cell] = []
        bottom = None
        for row in reversed(sheet.page.rows[max(0, cell.row - 12) : cell.row]):
            other = row[0]
            aligned = len(row) == 1 and abs(other.x0 - cell.x0) < cell.height
            near = bottom is None or bottom - other.bottom < 0.5 * cell.height
            if not aligned or not near:
                if len(block) >= 2:
                    break
                block = []
                if not aligned:
                    continue
            block.append(other)
            bottom = other.top
        if len(block) >= 2:
            # A contact person may stand above the company.
            first = block[-2] if _COMPANY.search(block[-2].text) else block[-1]
            found = _name(sheet, first.start, first.start + len(first.text))
            if found and not sheet.hits_in(first):
                source = sheet.source(found)
                text = sheet.raw[found[0] : found[1]]
                return [Reading(text, 0.5, sheet.page.number, source, sheet.box(*found))]
    return []
