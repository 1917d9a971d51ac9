"""Where documents lie: the one place that keeps what a document says of its locations."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.db.session import ScopedAsyncSession
from app.domains.pdfs import facts
from app.domains.pdfs.models import READING, Pdf, PdfBranch, PdfLocation, PdfVersion

CHUNK = 500
"""Values in one IN list; databases limit the parameters of a statement."""


def path_key(path: str) -> str:
    """The key of a path within its agent."""
    return hashlib.sha256(path.encode()).hexdigest()


async def of_agent(
    session: ScopedAsyncSession, agent_id: UUID, paths: Collection[str]
) -> dict[str, PdfLocation]:
    """The known locations among these paths, by path."""
    keys = [path_key(path) for path in paths]
    found: dict[str, PdfLocation] = {}
    for chunk in chunks(keys):
        rows = await session.scalars(
            select(PdfLocation).where(
                PdfLocation.agent_id == agent_id, PdfLocation.path_key.in_(chunk)
            )
        )
        found.update((row.path, row) for row in rows)
    return found


async def refresh(session: ScopedAsyncSession, pdfs: Collection[Pdf], now: datetime) -> None:
    """Bring what documents say of their locations in line with them: `branch_ids`, `agent_ids`,
    `PdfBranch`, the name, and what was read.

    The location that is known longest names a document. One without a location stays, as gone;
    but what never could be read and is nowhere any more is deleted.
    """
    await session.flush()
    by_pdf: dict[UUID, list[PdfLocation]] = {pdf.id: [] for pdf in pdfs}
    branches: dict[UUID, set[UUID]] = {pdf.id: set() for pdf in pdfs}
    for chunk in chunks(list(by_pdf)):
        for location in await session.scalars(
            select(PdfLocation)
            .where(PdfLocation.pdf_id.in_(chunk))
            .order_by(PdfLocation.seen_at, PdfLocation.path_key)
        ):
            by_pdf[location.pdf_id].append(location)
        for pdf_id, branch_id in await session.execute(
            select(PdfBranch.pdf_id, PdfBranch.branch_id).where(PdfBranch.pdf_id.in_(chunk))
        ):
            branches[pdf_id].add(branch_id)
    for pdf in pdfs:
        found = by_pdf[pdf.id]
        if found:
            await _write(session, pdf, found, branches[pdf.id])
        elif pdf.file_hash is None:
            await remove(session, pdf)
        else:
            # Seen from where it was last, and as it was read there.
            pdf.agent_ids = []
            pdf.gone_at = pdf.gone_at or now


def best(locations: Iterable[PdfLocation]) -> PdfLocation:
    """Whose reading a document shows, of locations in the order in which they became known."""
    return max(locations, key=facts.rank)


async def remove(session: ScopedAsyncSession, pdf: Pdf) -> None:
    """Delete a document that has no location and no transfer any more."""
    await session.execute(delete(PdfBranch).where(PdfBranch.pdf_id == pdf.id))
    await session.execute(delete(PdfVersion).where(PdfVersion.pdf_id == pdf.id))
    await session.delete(pdf)


async def _write(
    session: ScopedAsyncSession, pdf: Pdf, found: Sequence[PdfLocation], before: set[UUID]
) -> None:
    pdf.gone_at = pdf.gone_agent_id = pdf.gone_path_key = None
    shown = best(found)
    facts.describe(pdf, {name: getattr(shown, name) for name in READING})
    facts.name(pdf, found[0].path)
    agent_ids = sorted({str(location.agent_id) for location in found})
    if pdf.agent_ids != agent_ids:
        pdf.agent_ids = agent_ids
    now = {location.branch_id for location in found}
    for branch_id in now - before:
        session.add(PdfBranch(pdf_id=pdf.id, branch_id=branch_id))
    if before - now:
        await session.execute(
            delete(PdfBranch).where(
                PdfBranch.pdf_id == pdf.id, PdfBranch.branch_id.in_(before - now)
            )
        )
    branch_ids = sorted(str(branch_id) for branch_id in now)
    if pdf.branch_ids != branch_ids:
        pdf.branch_ids = branch_ids


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The values, `CHUNK` at a time."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
