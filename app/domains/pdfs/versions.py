"""A document gets another content: what it was goes into its history, what people put right
stays where it still holds, and a transfer goes on for what is there now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from agent.contract.files import Result
from app.db.base import to_json
from app.db.ids import new_id
from app.db.session import ScopedAsyncSession
from app.domains.pdfs import facts
from app.domains.pdfs.locations import remove
from app.domains.pdfs.models import (
    READING,
    Pdf,
    PdfLocation,
    PdfStatus,
    PdfVersion,
    Transfer,
)

MOMENT = timedelta(minutes=1)
"""A version that lived shorter, and that nobody asked for, leaves nothing behind: a scanner's
file was complete for a moment, or somebody saved twice."""
_NOT_READ = frozenset({Result.DAMAGED, Result.ENCRYPTED, Result.TIMEOUT})
_Corrections = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Content:
    """What a document has from now on; `reading` are the columns of `Reading`."""

    content_key: str
    file_hash: str | None
    size: int
    reading: Mapping[str, Any]


class Place(Protocol):
    """The location that changed, for the history."""

    @property
    def agent_id(self) -> UUID: ...

    @property
    def branch_id(self) -> UUID: ...


def split(pdf: Pdf, origin: Pdf, reading: Mapping[str, Any]) -> None:
    """Let a new document go on with what people put right in the one that its path was."""
    pdf.split_from, pdf.pinned = origin.id, origin.pinned
    _correct(pdf, carried(origin.corrections, _reading(origin), reading))


async def renew(
    session: ScopedAsyncSession, pdf: Pdf, content: Content, place: Place, now: datetime
) -> None:
    """Give the document a new version. Its bytes in the store, if any, are those of the old
    one: it is no longer cached."""
    _remember(session, pdf, pdf.id, place, now)
    kept = carried(pdf.corrections, _reading(pdf), content.reading)
    _correct(pdf, await _of_earlier(session, pdf, content.file_hash) | kept)
    pdf.content_key, pdf.file_hash = content.content_key, content.file_hash
    pdf.size, pdf.content_since = content.size, now
    _lose_bytes(pdf)
    facts.describe(pdf, content.reading)


async def merge(
    session: ScopedAsyncSession,
    into: Pdf,
    other: Pdf,
    place: Place,
    now: datetime,
    *,
    takes_content: bool,
) -> None:
    """Make one document of two, and delete `other`: with the content of `into`, or, where it
    `takes_content`, with that of `other`."""
    locations = await session.scalars(select(PdfLocation).where(PdfLocation.pdf_id == other.id))
    earlier = await session.scalars(select(PdfVersion).where(PdfVersion.pdf_id == other.id))
    journeys = await session.scalars(select(Transfer).where(Transfer.pdf_id == other.id))
    owned: list[PdfLocation | PdfVersion | Transfer] = [*locations, *earlier, *journeys]
    for row in owned:
        row.pdf_id = into.id
    into.pinned = into.pinned or other.pinned
    if takes_content:
        kept = carried(into.corrections, _reading(into), _reading(other))
        content = Content(other.content_key, other.file_hash, other.size, _reading(other))
        in_store = other.status, other.cached_at, other.expires_at
        corrections = kept | dict(other.corrections)
        await _delete(session, other)
        await renew(session, into, content, place, now)
        _correct(into, corrections)
        if in_store[1] is not None:
            into.status, into.cached_at, into.expires_at = in_store
    else:
        _remember(session, other, into.id, place, now)
        kept = carried(other.corrections, _reading(other), _reading(into))
        _correct(into, kept | dict(into.corrections))
        await _delete(session, other)
    facts.settle(into)


def carried(
    corrections: _Corrections, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The corrections that still hold: where the new reading says of the field what the one
    before said. While a file cannot be read nothing speaks against them; what was read before
    is kept beside (`read`) for the comparison with the next version."""
    kept = {}
    for name, entry in corrections.items():
        read = entry.get("read") if before["result"] in _NOT_READ else _value(before, name)
        plain = {key: value for key, value in entry.items() if key != "read"}
        if after["result"] in _NOT_READ:
            kept[name] = {**plain, "read": read}
        elif _value(after, name) == read:
            kept[name] = plain
    return kept


def _remember(
    session: ScopedAsyncSession, pdf: Pdf, owner: UUID, place: Place, now: datetime
) -> None:
    """Write what a document is into the history of `owner`."""
    asked = pdf.cached_at is not None or any(
        entry["at"] >= to_json(pdf.content_since) for entry in pdf.corrections.values()
    )
    if pdf.file_hash is None or (now - pdf.content_since < MOMENT and not asked):
        return
    shown = {
        "type": pdf.type,
        "number": pdf.number,
        "customer": pdf.customer,
        "eventDate": to_json(pdf.event_date),
        "total": to_json(pdf.total),
    }
    session.add(
        PdfVersion(
            id=new_id(),
            pdf_id=owner,
            agent_id=place.agent_id,
            branch_id=place.branch_id,
            file_hash=pdf.file_hash,
            size=pdf.size,
            file_name=pdf.file_name,
            values={name: value for name, value in shown.items() if value is not None},
            corrections=dict(pdf.corrections),
            since=pdf.content_since,
            until=now,
        )
    )


async def _of_earlier(
    session: ScopedAsyncSession, pdf: Pdf, file_hash: str | None
) -> dict[str, Any]:
    """What was put right when the document had this content before: it is as right again."""
    found: PdfVersion | None = await session.scalar(
        select(PdfVersion)
        .where(PdfVersion.pdf_id == pdf.id, PdfVersion.file_hash == file_hash)
        .order_by(PdfVersion.until.desc())
        .limit(1)
    )
    return dict(found.corrections) if found is not None else {}


async def _delete(session: ScopedAsyncSession, pdf: Pdf) -> None:
    await remove(session, pdf)
    await session.flush()


def _lose_bytes(pdf: Pdf) -> None:
    if pdf.status != PdfStatus.UPLOADING:
        pdf.status = PdfStatus.AVAILABLE_LOCAL.value
    pdf.cached_at = pdf.expires_at = None


def _correct(pdf: Pdf, corrections: dict[str, Any]) -> None:
    if corrections != pdf.corrections:
        pdf.corrections, pdf.corrected = corrections, sorted(corrections)


def _reading(pdf: Pdf) -> dict[str, Any]:
    return {name: getattr(pdf, name) for name in READING}


def _value(reading: Mapping[str, Any], name: str) -> str | None:
    found: str | None = reading["fields"].get(name, {}).get("value")
    return found
