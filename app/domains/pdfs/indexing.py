"""Applying what agents report: one document for each content, many locations.

Applying a batch twice changes nothing. Two agents that report the same new content at the
same time make one of them lose the race; run again, it finds the other's document.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from agent.contract.files import IndexedFile
from agent.contract.messages import IndexAck
from agent.contract.reconcile import item_key
from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.retry import retrying
from app.db.session import ScopedAsyncSession
from app.domains.agents.access import active
from app.domains.agents.credentials import AgentIdentity
from app.domains.agents.text import BIGGEST
from app.domains.pdfs import facts, transfers
from app.domains.pdfs.facts import Facts, Report
from app.domains.pdfs.locations import chunks, of_agent, path_key, refresh
from app.domains.pdfs.models import Pdf, PdfBranch, PdfLocation, PdfStatus
from app.runtime.parts import Runtime


async def apply(runtime: Runtime, identity: AgentIdentity, report: Report) -> IndexAck:
    """Commit a batch. Raises what `agents.access.active` raises."""

    async def work() -> None:
        async with runtime.database.unit_of_work(identity.scope) as unit:
            await active(unit.session, identity)
            await _apply(unit, runtime, identity, report)

    await retrying(work, attempts=5)
    return IndexAck(accepted=len(report.files) + len(report.gone), rejected=report.rejected)


async def _apply(
    unit: UnitOfWork, runtime: Runtime, identity: AgentIdentity, report: Report
) -> None:
    session, now = unit.session, runtime.clock.now()
    # In the order in which locations name a document (`locations.refresh`).
    files = {
        file.path: (file, of_file)
        for file, of_file in sorted(report.files, key=lambda item: path_key(item[0].path))
    }
    gone = [path for path in dict.fromkeys(report.gone) if path not in files]
    known = await of_agent(session, identity.agent_id, [*files, *gone])
    pdfs = await _documents(session, identity, files, known)
    changed: dict[UUID, Pdf] = {}
    for path in gone:
        if (location := known.get(path)) is not None:
            await session.delete(location)
            changed[location.pdf_id] = pdfs[location.pdf_id]
    left = list(changed.values())
    by_content = {pdf.content_key: pdf for pdf in pdfs.values()}
    new: dict[UUID, Pdf] = {}
    placed: list[tuple[IndexedFile, Pdf]] = []
    for path, (file, of_file) in files.items():
        content_key = _content_key(identity.agent_id, file)
        pdf = by_content.get(content_key)
        if pdf is None:
            pdf = _new(session, identity, content_key, file=file, of_file=of_file, now=now)
            by_content[content_key] = new[pdf.id] = pdf
        elif file.file_hash is None or facts.is_newer(file, pdf):
            facts.describe(pdf, file, of_file)
            changed[pdf.id] = pdf
        location = known.get(path)
        if location is not None and location.pdf_id != pdf.id:
            before = pdfs[location.pdf_id]
            changed[before.id] = before
            left.append(before)
        placed.append((file, pdf))
    # The rows that locations refer to must be there first.
    await session.flush()
    for file, pdf in placed:
        moved = _place(session, identity, known.get(file.path), file=file, pdf=pdf, now=now)
        if moved and pdf.id not in new:
            changed[pdf.id] = pdf
    for pdf_id in new:
        session.add(PdfBranch(pdf_id=pdf_id, branch_id=identity.branch_id))
    if changed:
        await refresh(session, changed.values())
    for pdf in left:
        if pdf.status == PdfStatus.UPLOADING:
            await transfers.relocate(unit, runtime, pdf)


async def _documents(
    session: ScopedAsyncSession,
    identity: AgentIdentity,
    files: dict[str, tuple[IndexedFile, Facts]],
    known: dict[str, PdfLocation],
) -> dict[UUID, Pdf]:
    """The documents that are reported now, or were at the same paths before."""
    contents = [_content_key(identity.agent_id, file) for file, _ in files.values()]
    pdfs: dict[UUID, Pdf] = {}
    for ids in chunks(list({location.pdf_id for location in known.values()})):
        await _load(session, pdfs, ids, [])
    missing = set(contents) - {pdf.content_key for pdf in pdfs.values()}
    if missing:
        await _load(session, pdfs, [], missing)
    return pdfs


async def _load(
    session: ScopedAsyncSession, pdfs: dict[UUID, Pdf], ids: Iterable[UUID], keys: Iterable[str]
) -> None:
    rows = await session.scalars(
        select(Pdf).where(or_(Pdf.id.in_(list(ids)), Pdf.content_key.in_(list(keys))))
    )
    pdfs.update((pdf.id, pdf) for pdf in rows)


def _new(
    session: ScopedAsyncSession,
    identity: AgentIdentity,
    content_key: str,
    *,
    file: IndexedFile,
    of_file: Facts,
    now: datetime,
) -> Pdf:
    """A document that has no location but in this batch."""
    pdf = Pdf(
        id=new_id(),
        content_key=content_key,
        file_hash=file.file_hash,
        status=PdfStatus.AVAILABLE_LOCAL.value,
        created_at=now,
        corrections={},
        corrected=[],
        branch_ids=[str(identity.branch_id)],
        agent_ids=[str(identity.agent_id)],
    )
    facts.describe(pdf, file, of_file)
    facts.name(pdf, file.path)
    session.add(pdf)
    return pdf


def _place(
    session: ScopedAsyncSession,
    identity: AgentIdentity,
    location: PdfLocation | None,
    *,
    file: IndexedFile,
    pdf: Pdf,
    now: datetime,
) -> bool:
    """Let the path lead to the document; whether that is new."""
    key = item_key(file.path, file.size, file.mtime_ns, file.rules_version)
    if location is None:
        location = PdfLocation(
            agent_id=identity.agent_id, path_key=path_key(file.path), path=file.path
        )
        session.add(location)
        moved = True
    else:
        moved = location.pdf_id != pdf.id
    if moved:
        location.pdf_id, location.seen_at = pdf.id, now
    location.branch_id = identity.branch_id
    location.item_key, location.size = key, file.size
    location.mtime_ns = max(-BIGGEST, min(file.mtime_ns, BIGGEST))
    return moved


def _content_key(agent_id: UUID, file: IndexedFile) -> str:
    """The hash; a file that could not be read is a document of its own."""
    return file.file_hash or f"path:{path_key(f'{agent_id}/{file.path}')}"
