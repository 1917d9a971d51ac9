"""From what an agent reports of a file to the columns of its document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from agent.contract.files import DocumentType, IndexedFile, Result
from agent.contract.messages import BATCH_SIZE, Rejected
from agent.pdf.rules.version import RULES_VERSION
from app.domains.pdfs.models import READING, Pdf, Reading
from app.domains.pdfs.search_text import search_text
from app.errors import UnprocessableError
from app.input import fault_of, is_acceptable

MAX_GONE = 1000
_TOTAL = re.compile(r"-?\d{1,16}(\.\d{1,2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MAX_INT = 2**31 - 1
_RULES = (RULES_VERSION, "2026.1-0353ea98")
"""The versions of the rules that this server knows, the newest first: its own, and those of the
releases before it."""

Facts = dict[str, Any]
"""The fields in their wire form; every value has been looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """A batch, apart from what can never be taken."""

    files: list[tuple[IndexedFile, Facts]]
    gone: list[str]
    rejected: list[Rejected]


def parse_report(payload: Any) -> Report:
    """Take a batch apart, file by file, so that one bad file spoils nothing.

    Raises `UnprocessableError` (`invalid`) where it is no batch at all.
    """
    if not isinstance(payload, dict):
        raise _no_batch("a batch is an object")
    items, gone = payload.get("items", []), payload.get("gone", [])
    if not isinstance(items, list) or len(items) > BATCH_SIZE:
        raise _no_batch(f"items is a list of at most {BATCH_SIZE}")
    if not isinstance(gone, list) or len(gone) > MAX_GONE:
        raise _no_batch(f"gone is a list of at most {MAX_GONE} paths")
    if not all(isinstance(path, str) and is_acceptable(path) for path in gone):
        raise _no_batch("gone is a list of paths")
    files, rejected = [], []
    for item in items:
        try:
            file = IndexedFile.model_validate(item)
            files.append((file, facts_of(file)))
        except ValueError as error:
            rejected.append(_rejection(item, error))
    return Report(files, gone, rejected)


def facts_of(file: IndexedFile) -> Facts:
    """Raises `ValueError` with a sentence where a value is not what it should be."""
    # What a file system says of time may be any number; `indexing` keeps what fits.
    fault = fault_of(file.model_dump(mode="json", by_alias=True, exclude={"mtime_ns"}))
    if fault is not None:
        raise ValueError(str(fault))
    if file.result is Result.OK and file.file_hash is None:
        raise ValueError("a file that was read has a hash")
    if len(file.rules_version) > 80 or (file.pages or 0) > _MAX_INT:
        raise ValueError("rulesVersion or pages is out of range")
    fields = file.fields
    if fields.type:
        DocumentType(fields.type.value)
    if fields.event_date:
        parse_date(fields.event_date.value)
    if fields.total:
        parse_total(fields.total.value)
    return fields.to_wire()


def reading_of(file: IndexedFile, facts: Facts) -> dict[str, Any]:
    """What a report says of its file, as the columns of `Reading`."""
    return {
        "title": file.title,
        "pages": file.pages,
        "result": file.result.value,
        "reason_code": file.reason_code,
        "reason": file.reason,
        "rules_version": file.rules_version,
        "fields": facts,
    }


def rank(reading: Reading) -> tuple[int, bool]:
    """Which reading of a content is believed: the highest.

    The newest rules of those this server knows read best. What it does not know (a newer agent,
    or a name that somebody made up) counts least. Then, one agent could read what another could
    not (a time limit on a slow machine).
    """
    known = _RULES.index(reading.rules_version) if reading.rules_version in _RULES else len(_RULES)
    return -known, reading.result == Result.OK


def describe(pdf: Pdf, reading: Mapping[str, Any]) -> bool:
    """Let the document show a reading; whether that is another one than before."""
    changed = [name for name in READING if getattr(pdf, name) != reading[name]]
    for name in changed:
        setattr(pdf, name, reading[name])
    settle(pdf)
    return bool(changed)


def settle(pdf: Pdf) -> None:
    """Let the columns say what counts: what people put right, and otherwise what was read."""
    read = {name: field["value"] for name, field in pdf.fields.items()}
    corrected = {name: entry["value"] for name, entry in pdf.corrections.items()}
    values = read | corrected
    pdf.type, pdf.number = values.get("type"), values.get("number")
    pdf.customer = values.get("customer")
    pdf.event_date = parse_date(values["eventDate"]) if "eventDate" in values else None
    pdf.total = parse_total(values["total"]) if "total" in values else None
    renew_search_text(pdf)


def name(pdf: Pdf, path: str) -> None:
    """Name the document after a path, and renew what the search looks through."""
    pdf.file_name = PurePosixPath(path).name or path
    renew_search_text(pdf)


def renew_search_text(pdf: Pdf) -> None:
    """After a change of anything a search looks through."""
    words = (pdf.file_name, pdf.title, pdf.number, pdf.customer)
    pdf.search_text = search_text(*words, day=pdf.event_date, total=pdf.total)


def parse_date(text: str) -> date:
    """Raises `ValueError` with a sentence."""
    if not _DATE.fullmatch(text):
        raise ValueError("eventDate is not an ISO date")
    return date.fromisoformat(text)


def parse_total(text: str) -> Decimal:
    """Raises `ValueError` with a sentence."""
    if not _TOTAL.fullmatch(text):
        raise ValueError("total is not a decimal number with at most two places")
    return Decimal(text).quantize(Decimal("0.01"))


def _rejection(item: Any, error: ValueError) -> Rejected:
    path = item.get("path") if isinstance(item, dict) else None
    shown = path if isinstance(path, str) and is_acceptable(path) else ""
    message = str(error)
    if isinstance(error, ValidationError):
        message = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()[:3]
        )
    return Rejected(path=shown[:4096], code="invalid", message=message[:500])


def _no_batch(why: str) -> UnprocessableError:
    return UnprocessableError("invalid", why)
