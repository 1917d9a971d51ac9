"""Where documents lie: the one place that keeps what a document says of its locations."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from app.db.session import ScopedAsyncSession
from app.domains.pdfs import facts
from app.domains.pdfs.models import Pdf, PdfBranch, PdfLocation

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


async def refresh(session: ScopedAsyncSession, pdfs: Collection[Pdf]) -> None:
    """Bring `branch_ids`, `agent_ids`, `PdfBranch` and the names of documents in line with
    their locations.

    The location that is known longest names a document. One without a location stays, as gone;
    but what never could be read and is nowhere any more is deleted.
    """
    await session.flush()
    by_pdf: dict[UUID, list[Any]] = {pdf.id: [] for pdf in pdfs}
    branches: dict[UUID, set[UUID]] = {pdf.id: set() for pdf in pdfs}
    for chunk in chunks(list(by_pdf)):
        for row in await session.execute(
            select(
                PdfLocation.pdf_id, PdfLocation.agent_id, PdfLocation.branch_id, PdfLocation.path
            )
            .where(PdfLocation.pdf_id.in_(chunk))
            .order_by(PdfLocation.seen_at, PdfLocation.path_key)
        ):
            by_pdf[row.pdf_id].append(row)
        for pdf_id, branch_id in await session.execute(
            select(PdfBranch.pdf_id, PdfBranch.branch_id).where(PdfBranch.pdf_id.in_(chunk))
        ):
            branches[pdf_id].add(branch_id)
    for pdf in pdfs:
        rows = by_pdf[pdf.id]
        if not rows and pdf.file_hash is None:
            await session.execute(delete(PdfBranch).where(PdfBranch.pdf_id == pdf.id))
            await session.delete(pdf)
        else:
            await _write(session, pdf, rows, branches[pdf.id])


async def _write(
    session: ScopedAsyncSession, pdf: Pdf, rows: Sequence[Any], before: set[UUID]
) -> None:
    agent_ids = sorted({str(row.agent_id) for row in rows})
    if pdf.agent_ids != agent_ids:
        pdf.agent_ids = agent_ids
    if not rows:
        return  # seen from where it was last
    facts.name(pdf, rows[0].path)
    now = {row.branch_id for row in rows}
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
