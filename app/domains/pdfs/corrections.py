"""Corrections: what people put right stays right, whatever an agent reads later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from agent.contract.files import DocumentType
from app.db.base import to_json
from app.domains.pdfs import facts
from app.domains.pdfs.models import Pdf, PdfStatus
from app.domains.pdfs.uploads import expiry_of
from app.errors import UnprocessableError
from app.http.collections import WireSchema

FIELDS = ("type", "number", "customer", "eventDate", "total")
_Text = Annotated[str, Field(min_length=1, max_length=500)]


class Corrections(WireSchema):
    """The fields to put right, in canonical form: a document type, an ISO date, a decimal
    number with a point, or text. Null takes a correction back; what is not named stays."""

    type: DocumentType | None = None
    number: _Text | None = None
    customer: _Text | None = None
    event_date: _Text | None = None
    total: _Text | None = None


def correct(
    pdf: Pdf, changes: Corrections, *, by: str, now: datetime, retention_days: int
) -> list[str]:
    """Apply corrections; the fields that are different now. A document that is here expires by
    its new date. Raises `UnprocessableError` (`invalid`) naming the field."""
    named = changes.model_dump(mode="json", by_alias=True, exclude_unset=True)
    kept = dict(pdf.corrections)
    for field, value in named.items():
        text = None if value is None else _canonical(field, value.strip())
        if text is None or text == pdf.fields.get(field, {}).get("value"):
            kept.pop(field, None)
        elif kept.get(field, {}).get("value") != text:
            kept[field] = {"value": text, "by": by, "at": to_json(now)}
    changed = [field for field in named if kept.get(field) != pdf.corrections.get(field)]
    if changed:
        pdf.corrections, pdf.corrected = kept, sorted(kept)
        facts.settle(pdf)
        if "eventDate" in changed and pdf.status == PdfStatus.CACHED and pdf.cached_at:
            pdf.expires_at = expiry_of(pdf, now, retention_days)
    return changed


def evidence(pdf: Pdf, names: Mapping[str, str]) -> dict[str, Any]:
    """For each field what counts, what was read, where, and who put it right (by `names`
    of actors); null where neither is known."""
    return {name: _evidence(pdf, name, names) for name in FIELDS}


def _evidence(pdf: Pdf, name: str, names: Mapping[str, str]) -> dict[str, Any] | None:
    read, corrected = pdf.fields.get(name), pdf.corrections.get(name)
    if read is None and corrected is None:
        return None
    found: dict[str, Any] = {"readValue": None, "confidence": None, "evidence": None}
    if read is not None:
        where = {"text": read["source"], "page": read["page"], "box": read.get("box")}
        found = {"readValue": read["value"], "confidence": read["confidence"], "evidence": where}
    by = corrected or {}
    found["value"] = by.get("value", found["readValue"])
    who = names.get(by.get("by", ""), by.get("by"))
    return {**found, "correctedBy": who, "correctedAt": by.get("at")}


def _canonical(field: str, text: str) -> str:
    """The value as the row shows it, so that `100` and `100.00` are the same total."""
    try:
        if not text:
            raise ValueError("it must have a text")
        if field == "eventDate":
            facts.parse_date(text)
        elif field == "total":
            return str(facts.parse_total(text))
    except ValueError as error:
        raise UnprocessableError("invalid", f"{field}: {error}", field=field) from None
    return text
