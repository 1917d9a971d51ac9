"""What is done to several documents at once: one transaction, and for each document what came
of it."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool
from sqlalchemy import select

from agent.contract.messages import ResyncCommand
from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.session import ScopedAsyncSession
from app.domains.agents import commands
from app.domains.identity.principal import Principal
from app.domains.pdfs import transfers
from app.domains.pdfs.models import Pdf, PdfLocation
from app.errors import ProblemError
from app.http.collections import WireSchema
from app.runtime.parts import Runtime

MOST = 200
Ids = Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class Selection(WireSchema):
    """Some documents."""

    ids: Ids


class PinSelection(Selection):
    """`pinned`: kept when they would expire, or no longer."""

    pinned: StrictBool


class RequestOutcome(WireSchema):
    """`problem` says why the document cannot come; `transfer_id` is null where it is here,
    and where a branch that the caller does not see sends it."""

    id: UUID
    status: str
    transfer_id: UUID | None
    problem: dict[str, Any] | None


class RequestOutcomes(WireSchema):
    """In the order in which they were asked for; what is not seen is left out."""

    data: list[RequestOutcome]


async def seen(session: ScopedAsyncSession, ids: Sequence[UUID]) -> list[Pdf]:
    """Those of the documents that the session's scope sees, in the order of `ids`."""
    found = {pdf.id: pdf for pdf in await session.scalars(select(Pdf).where(Pdf.id.in_(ids)))}
    return [found[pdf_id] for pdf_id in dict.fromkeys(ids) if pdf_id in found]


async def request(
    unit: UnitOfWork, runtime: Runtime, pdfs: Sequence[Pdf], user: Principal
) -> list[dict[str, Any]]:
    """Ask for each; one that cannot come does not keep the others."""
    outcomes = []
    for pdf in pdfs:
        outcome: dict[str, Any] = {"id": str(pdf.id), "transferId": None, "problem": None}
        try:
            pdf, transfer = await transfers.request(  # noqa: PLW2901 - the unit's own copy
                unit, runtime, pdf.id, priority=0, branch_ids=user.branch_ids
            )
            if transfer is not None and user.may_see(transfer.branch_id):
                outcome["transferId"] = str(transfer.id)
        except ProblemError as error:
            outcome["problem"] = error.to_problem()
        outcomes.append(outcome | {"status": pdf.status})
    return outcomes


async def read_again(unit: UnitOfWork, runtime: Runtime, pdfs: Sequence[Pdf]) -> None:
    """Let the agents read the files of documents again.

    The server forgets in which state it knew the files. So the agents find a difference when
    they next compare, now or when they are back, and read what differs.
    """
    ids = [pdf.id for pdf in pdfs]
    locations = await unit.session.scalars(select(PdfLocation).where(PdfLocation.pdf_id.in_(ids)))
    agents = set()
    for location in locations:
        location.item_key = new_id().hex[-16:]
        agents.add(location.agent_id)
    for agent_id in agents:
        commands.send_after_commit(
            unit, runtime.signals, agent_id, "agent:resync_request", ResyncCommand()
        )
