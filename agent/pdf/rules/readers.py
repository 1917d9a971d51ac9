"""The dated and the priced: event date and total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.pdf.rules.pairing import evidence
from agent.pdf.rules.sheet import Box, Sheet
from agent.pdf.rules.values import DateValue, amounts, dates

MIN_CONFIDENCE = 0.35
"""Below this a field is left empty: nothing is better than a guess."""

_US_STATE = re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b")
_BRITISH = re.compile(r"£|€|\bVAT\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b|\+44|R\$|CNPJ")


@dataclass(frozen=True, slots=True)
class Reading:
    """A candidate for a field. Compared by confidence; `source` is as printed."""

    value: str
    confidence: float
    page: int
    source: str
    box: Box | None = None


def best(candidates: Sequence[Reading]) -> Reading | None:
    """The most certain candidate. Others that say the same support it, and others that are
    as certain and say something else take from it. Of equals the first wins."""
    if not candidates:
        return None
    winner = max(candidates, key=lambda candidate: candidate.confidence)
    same = sum(candidate.value == winner.value for candidate in candidates) - 1
    rival = max(
        (other.confidence for other in candidates if other.value != winner.value), default=0.0
    )
    confidence = min(0.98, winner.confidence * 0.97 + 0.03 * min(same, 2))
    if rival > 0.9 * winner.confidence:
        confidence *= 0.8
    if confidence < MIN_CONFIDENCE:
        return None
    return replace(winner, confidence=round(confidence, 2))


def event_date(sheets: Sequence[Sheet], language: str) -> Reading | None:
    found = [
        (sheet, dates(sheet.folded, sheet.rules.months, sheet.names_month)) for sheet in sheets
    ]
    month_first, certainty = _order([v for _, values in found for v in values], sheets, language)
    candidates: list[Reading] = []
    for sheet, values in found:
        since = 0
        near = sheet.rows_near("event_date")
        for value in values:
            if sheet.cell_at(value.start).row not in near:
                continue
            proof = evidence(sheet, value.start, value.end, "event_date", since)
            since = value.end
            if proof is None or proof.label.group == "event_date-":
                continue
            weight = proof.weight
            if proof.label.group == "event_date@":
                weight = _heading_weight(sheet, value.start)
            day = value.day
            if value.swapped:
                day = value.swapped if month_first else day
                weight *= certainty
            source = sheet.source((proof.hit.start, proof.hit.end), (value.start, value.end))
            box = sheet.box(value.start, value.end)
            candidates.append(Reading(day.isoformat(), weight, sheet.page.number, source, box))
    return best(candidates)


def _order(
    values: Sequence[DateValue], sheets: Sequence[Sheet], language: str
) -> tuple[bool, float]:
    """Whether `03/04/2026` is March, and how sure that is."""
    if language == "pt":
        return False, 1.0
    if not any(value.swapped for value in values):
        return False, 1.0
    proofs = {value.proves for value in values} - {""}
    if proofs == {"month"}:
        return True, 0.97
    if proofs == {"day"}:
        return False, 0.97
    text = "\n".join(sheet.raw for sheet in sheets)
    american, british = bool(_US_STATE.search(text)), bool(_BRITISH.search(text))
    if american != british:
        return american, 0.9
    return "$" in text and not british, 0.6


def _heading_weight(sheet: Sheet, offset: int) -> float:
    """How far a bare `Data:` is to be believed: by the heading it stands under."""
    cell = sheet.cell_at(offset)
    for row in reversed(sheet.page.rows[max(0, cell.row - 6) : cell.row]):
        for other in row:
            if not (other.x0 <= cell.x1 and other.x1 >= cell.x0 - 12 * cell.height):
                continue
            hits = sheet.hits_in(other)
            if hits and sheet.fills(hits[0]) and hits[0].label("event_date#"):
                return 0.7
    return 0.0


def total(sheets: Sequence[Sheet]) -> Reading | None:
    candidates: list[Reading] = []
    for sheet in sheets:
        since = 0
        near = sheet.rows_near("total")
        for value in amounts(sheet.folded) if near else ():
            if sheet.cell_at(value.start).row not in near:
                continue
            proof = evidence(sheet, value.start, value.end, "total", since)
            since = value.end
            if proof is None or proof.label.group != "total+":
                continue
            source = sheet.source((proof.hit.start, proof.hit.end), (value.start, value.end))
            box = sheet.box(value.start, value.end)
            candidates.append(Reading(value.value, proof.weight, sheet.page.number, source, box))
    # The last of equals: a sum stands below what it sums up.
    return best(candidates[::-1])
