"""Transfers: a document is asked for, and some agent that has it brings it up.

The row is the truth: it says that the document is wanted and by which agent. What is sent to
the agent is a hint that may be lost; the row is asked for again until it is closed.
A document has at most one open transfer: its `uploading` status, and the lock of its version,
see to that.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agent.contract.files import Result
from agent.contract.messages import PLACE_AWAY, CancelUpload
from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.session import ScopedAsyncSession
from app.domains.agents import commands
from app.domains.agents.credentials import AgentIdentity
from app.domains.identity.company_settings import settings_of
from app.domains.pdfs import dispatch
from app.domains.pdfs.dispatch import Place, choose_place
from app.domains.pdfs.locations import path_key
from app.domains.pdfs.models import (
    OPEN_STATES,
    Pdf,
    PdfLocation,
    PdfStatus,
    Transfer,
    TransferState,
)
from app.errors import ConflictError, NotFoundError
from app.runtime.parts import Runtime

MAX_ASKS = 5
"""A transfer that fails after it was asked for so often fails for good."""

_CHANGED = frozenset({"file_changed", "hash_mismatch", "size_mismatch"})
"""What an agent says of a file that is not the one that was asked for any more. It is asked
again once it has reported what the file is now, and otherwise when the transfer stalls."""


async def request(
    unit: UnitOfWork,
    runtime: Runtime,
    pdf_id: UUID,
    *,
    priority: int,
    branch_ids: frozenset[UUID] | None,
) -> tuple[Pdf, Transfer | None]:
    """Ask for a document; the transfer is null where it is here already.

    `unit` acts for the whole company, `branch_ids` are the branches of the person who asks:
    their agents come first. Raises `NotFoundError` and `ConflictError` (`gone_from_branch`,
    `too_large`, `not_readable`).
    """
    pdf = await unit.session.scalar(select(Pdf).where(Pdf.id == pdf_id))
    if pdf is None:
        raise NotFoundError("document")
    if pdf.status == PdfStatus.CACHED:
        return pdf, None
    transfer = await open_transfer(unit.session, pdf.id)
    if transfer is not None:
        if priority > transfer.priority:
            transfer.priority = priority
            await dispatch.hint(unit, runtime, pdf, transfer)
        return pdf, transfer
    company = await settings_of(runtime, pdf.tenant_id, unit.session)
    _must_be_movable(pdf, company.max_upload_bytes)
    place = await choose_place(unit.session, pdf, branch_ids)
    if place is None:
        raise ConflictError(
            "gone_from_branch", "the file is no longer on any computer that could send it"
        )
    transfer = _new(pdf, place, priority, unit.scope.actor, runtime.clock.now())
    unit.session.add(transfer)
    pdf.status = PdfStatus.UPLOADING.value
    await unit.session.flush()
    await dispatch.hint(unit, runtime, pdf, transfer)
    return pdf, transfer


async def cancel(unit: UnitOfWork, runtime: Runtime, transfer: Transfer) -> None:
    """Give a transfer up. Raises `ConflictError` (`transfer_closed`) where it has ended."""
    if transfer.state == TransferState.CANCELLED:
        return
    if transfer.state not in OPEN_STATES:
        raise ConflictError("transfer_closed", f"the transfer has ended: {transfer.state}")
    await _close(unit, transfer, TransferState.CANCELLED, runtime.clock.now())
    _tell_agent(unit, runtime, transfer, "cancelled")


async def retry(
    unit: UnitOfWork, runtime: Runtime, transfer: Transfer, branch_ids: frozenset[UUID] | None
) -> Transfer | None:
    """Ask anew for the document of a transfer that has ended; null where it is here already.

    The ended one stays in the history. Raises `ConflictError` (`transfer_open`) where it has
    not ended, and what `request` raises.
    """
    if transfer.state in OPEN_STATES:
        raise ConflictError("transfer_open", "the transfer is still under way")
    _, again = await request(
        unit, runtime, transfer.pdf_id, priority=transfer.priority, branch_ids=branch_ids
    )
    return again


async def failed(
    unit: UnitOfWork,
    runtime: Runtime,
    identity: AgentIdentity,
    transfer_id: UUID,
    *,
    code: str,
    message: str,
) -> None:
    """An agent could not, or would not, send the file: try another place, or fail. Where its
    place is away (`PLACE_AWAY`) the transfer waits for it.

    What is no open transfer of this agent is old news and ignored.
    """
    transfer = await unit.session.scalar(
        select(Transfer).where(
            Transfer.id == transfer_id,
            Transfer.agent_id == identity.agent_id,
            Transfer.state.in_(OPEN_STATES),
        )
    )
    if transfer is None:
        return
    pdf = await unit.session.get_one(Pdf, transfer.pdf_id)
    transfer.error_code, transfer.error = code[:40], message[:500]
    failed_at = (transfer.agent_id, transfer.path)
    place = await choose_place(unit.session, pdf, None, but=failed_at)
    often = transfer.attempts >= MAX_ASKS
    if code == PLACE_AWAY and (place is None or place.may_be_away or often):
        transfer.state, transfer.attempts = TransferState.QUEUED.value, 0
        return
    if place is None and code in _CHANGED:
        # The agent is about to report what is there now, or has just done so.
        place = await choose_place(unit.session, pdf, None)
        if place is not None and not often:
            transfer.state, transfer.sent_bytes = TransferState.QUEUED.value, 0
            return
    if place is None or often:
        await _close(unit, transfer, TransferState.FAILED, runtime.clock.now())
    else:
        await _move(unit, runtime, pdf, transfer, place)


async def relocate(unit: UnitOfWork, runtime: Runtime, pdf: Pdf) -> None:
    """After locations of a document went: let its transfer, if any, go on from another one."""
    transfer = await open_transfer(unit.session, pdf.id)
    if transfer is None or await _is_there(unit.session, transfer):
        return
    place = await choose_place(unit.session, pdf, None)
    if place is not None:
        await _move(unit, runtime, pdf, transfer, place)
        return
    transfer.error_code = "gone_from_branch"
    transfer.error = "the file was deleted or changed before it could be sent"
    await _close(unit, transfer, TransferState.FAILED, runtime.clock.now())
    _tell_agent(unit, runtime, transfer, "the file is gone")


async def follow(unit: UnitOfWork, runtime: Runtime, pdf: Pdf) -> None:
    """After a document got another content: let its transfer, if any, go on for that. Of several,
    where two documents became one, the oldest does; and none where the bytes are here."""
    found = await unit.session.scalars(
        select(Transfer)
        .where(Transfer.pdf_id == pdf.id, Transfer.state.in_(OPEN_STATES))
        .order_by(Transfer.id)
    )
    waiting = list(found)
    going = waiting.pop(0) if waiting and pdf.status != PdfStatus.CACHED else None
    for transfer in waiting:
        await _close(unit, transfer, TransferState.CANCELLED, runtime.clock.now())
        _tell_agent(unit, runtime, transfer, "the document is here, or another one brings it")
    if going is None:
        return
    _tell_agent(unit, runtime, going, "the file has a new version")
    pdf.status = PdfStatus.UPLOADING.value
    company = await settings_of(runtime, pdf.tenant_id, unit.session)
    try:
        _must_be_movable(pdf, company.max_upload_bytes)
    except ConflictError as error:
        going.error_code, going.error = error.code, error.detail[:500]
        await _close(unit, going, TransferState.FAILED, runtime.clock.now())
        return
    place = await choose_place(unit.session, pdf, None)
    if place is not None:
        await _move(unit, runtime, pdf, going, place)


async def dispatch_waiting(runtime: Runtime) -> Mapping[str, int]:
    """Ask again for what waits; the scheduled job."""
    return {
        "moved": await dispatch.move_to_online(runtime, _move),
        "asked": await dispatch.ask_waiting(runtime),
    }


async def open_transfer(session: ScopedAsyncSession, pdf_id: UUID) -> Transfer | None:
    """The document's transfer that has not ended."""
    found: Transfer | None = await session.scalar(
        select(Transfer).where(Transfer.pdf_id == pdf_id, Transfer.state.in_(OPEN_STATES))
    )
    return found


def status_without_file(pdf: Pdf) -> PdfStatus:
    """What a document is while it is not here and nobody asks for it."""
    return PdfStatus.EXPIRED if pdf.cached_at else PdfStatus.AVAILABLE_LOCAL


def _must_be_movable(pdf: Pdf, max_bytes: int) -> None:
    if pdf.file_hash is None or pdf.result == Result.DAMAGED:
        reason = pdf.reason or "the file cannot be read"
        raise ConflictError("not_readable", f"the file cannot be sent: {reason}")
    if pdf.size > max_bytes:
        raise ConflictError(
            "too_large", f"the file has {pdf.size} bytes, and the limit is {max_bytes}"
        )


def _new(pdf: Pdf, place: Place, priority: int, actor: str, now: datetime) -> Transfer:
    return Transfer(
        id=new_id(),
        pdf_id=pdf.id,
        agent_id=place.agent_id,
        branch_id=place.branch_id,
        path=place.path,
        state=TransferState.QUEUED.value,
        priority=priority,
        attempts=0,
        sent_bytes=0,
        total_bytes=place.size,
        requested_by=actor,
        requested_at=now,
    )


async def _move(
    unit: UnitOfWork, runtime: Runtime, pdf: Pdf, transfer: Transfer, place: Place
) -> None:
    if transfer.agent_id != place.agent_id:
        _tell_agent(unit, runtime, transfer, "another agent sends it")
    transfer.agent_id, transfer.branch_id = place.agent_id, place.branch_id
    transfer.path, transfer.total_bytes = place.path, place.size
    transfer.state = TransferState.QUEUED.value
    transfer.sent_bytes, transfer.asked_at = 0, None
    await dispatch.hint(unit, runtime, pdf, transfer)


async def _close(unit: UnitOfWork, transfer: Transfer, state: TransferState, now: datetime) -> None:
    transfer.state, transfer.finished_at = state.value, now
    pdf = await unit.session.get(Pdf, transfer.pdf_id)
    if pdf is not None and pdf.status == PdfStatus.UPLOADING:
        pdf.status = status_without_file(pdf).value


async def _is_there(session: ScopedAsyncSession, transfer: Transfer) -> bool:
    pdf_id = await session.scalar(
        select(PdfLocation.pdf_id).where(
            PdfLocation.agent_id == transfer.agent_id,
            PdfLocation.path_key == path_key(transfer.path),
        )
    )
    return pdf_id == transfer.pdf_id


def _tell_agent(unit: UnitOfWork, runtime: Runtime, transfer: Transfer, reason: str) -> None:
    message = CancelUpload(transfer_id=transfer.id, reason=reason)
    commands.send_after_commit(
        unit, runtime.signals, transfer.agent_id, "agent:cancel_upload", message
    )
