"""The progress of uploads: shown at once, stored now and then."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from agent.contract.messages import UploadProgress
from app.domains.agents.access import active
from app.domains.agents.credentials import AgentIdentity
from app.domains.pdfs.models import OPEN_STATES, Pdf, Transfer, TransferState
from app.runtime.parts import Runtime

STORED_EVERY_S = 2.0
_CAPACITY = 1000


@dataclass
class _Known:
    agent_id: UUID
    pdf_id: UUID
    branches: tuple[UUID | None, ...]
    total_bytes: int
    stored_at: float


class ProgressBoard:
    """Takes what agents say of their uploads. What it remembers it could read again."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: OrderedDict[UUID, _Known] = OrderedDict()

    async def report(self, identity: AgentIdentity, progress: UploadProgress) -> None:
        """Show and perhaps store. What is no open transfer of this agent is ignored.
        Raises what `agents.access.active` raises."""
        known = self._known.get(progress.transfer_id)
        if known is None or time.monotonic() - known.stored_at >= STORED_EVERY_S:
            known = await self._store(identity, progress)
        if known is None or known.agent_id != identity.agent_id:
            return
        self._runtime.signals.tell_clients(
            identity.tenant_id,
            known.branches,
            "pdf:upload_progress",
            {
                "pdfId": str(known.pdf_id),
                "transferId": str(progress.transfer_id),
                "sentBytes": _within(progress.sent_bytes, known.total_bytes),
                "totalBytes": known.total_bytes,
            },
        )

    async def _store(self, identity: AgentIdentity, progress: UploadProgress) -> _Known | None:
        transfer_id = progress.transfer_id
        self._known.pop(transfer_id, None)
        now = self._runtime.clock.now()
        try:
            async with self._runtime.database.unit_of_work(identity.scope) as unit:
                await active(unit.session, identity)
                transfer = await unit.session.scalar(
                    select(Transfer).where(
                        Transfer.id == transfer_id,
                        Transfer.agent_id == identity.agent_id,
                        Transfer.state.in_(OPEN_STATES),
                    )
                )
                if transfer is None:
                    return None
                pdf = await unit.session.get_one(Pdf, transfer.pdf_id)
                transfer.state = TransferState.UPLOADING.value
                transfer.started_at = transfer.started_at or now
                transfer.asked_at = now
                transfer.sent_bytes = _within(progress.sent_bytes, transfer.total_bytes)
                known = _Known(
                    identity.agent_id,
                    pdf.id,
                    pdf.branches(),
                    transfer.total_bytes,
                    time.monotonic(),
                )
        except StaleDataError:
            return None  # it ended in this moment
        self._known[transfer_id] = known
        while len(self._known) > _CAPACITY:
            self._known.popitem(last=False)
        return known


def _within(sent: int, total: int) -> int:
    return max(0, min(sent, total))
