"""The filters of the collection `pdfs`."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, and_, extract, not_, or_, select
from sqlalchemy import exists as sql_exists

from agent.contract.files import DocumentType, Result
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import Branch
from app.domains.pdfs.availability import Availability, is_available
from app.domains.pdfs.models import Pdf, PdfBranch, PdfLocation, PdfStatus
from app.domains.pdfs.search_text import folded
from app.errors import BadRequestError
from app.http.collections import PageQuery

MAX_WORDS = 10
MONTH_LETTERS = 3
_TYPES = {
    DocumentType.QUOTE: ("quote", "orcamento"),
    DocumentType.SERVICE_ORDER: ("service order", "ordem de servico"),
    DocumentType.ASSEMBLY: ("assembly sheet", "montagem"),
}
"""As the dashboard names them in each of its languages, folded; a caller may have any of them."""
_AVAILABILITIES = {
    Availability.CACHED: ("ready", "pronto"),
    Availability.BRANCH_ONLINE: ("branch online", "filial on-line"),
    Availability.BRANCH_OFFLINE: ("branch offline", "filial off-line"),
    Availability.GONE: ("gone from branch", "nao esta mais na filial"),
}
_MONTHS = (
    "january february march april may june july august september october november december",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
)


class PdfQuery(PageQuery):
    """What `GET /api/pdfs` takes; see docs/contract.md."""

    q: Annotated[str | None, Query(max_length=200)] = None
    status: PdfStatus | None = None
    result: Result | None = None
    type: DocumentType | None = None
    branch_id: UUID | None = None
    agent_id: UUID | None = None
    present: bool | None = None
    """Whether it can be had: it lies in some branch, or is here."""


async def conditions(session: ScopedAsyncSession, query: PdfQuery) -> list[ColumnElement[bool]]:
    """The filters as SQL. Raises `BadRequestError` (`filter_with_since`): a delta must tell of
    rows that stopped matching, and only the client knows which those are."""
    words = _words(query.q)
    branches = await _branch_names(session) if words else []
    found: list[ColumnElement[bool]] = [_says(word, branches) for word in words]
    if query.status is not None:
        found.append(Pdf.status == query.status.value)
    if query.result is not None:
        found.append(Pdf.result == query.result.value)
    if query.type is not None:
        found.append(Pdf.type == query.type.value)
    if query.branch_id is not None:
        found.append(
            sql_exists().where(PdfBranch.pdf_id == Pdf.id, PdfBranch.branch_id == query.branch_id)
        )
    if query.agent_id is not None:
        found.append(
            sql_exists().where(PdfLocation.pdf_id == Pdf.id, PdfLocation.agent_id == query.agent_id)
        )
    if query.present is not None:
        gone = and_(Pdf.gone_at.is_not(None), Pdf.status != PdfStatus.CACHED.value)
        found.append(not_(gone) if query.present else gone)
    if found and query.since is not None:
        raise BadRequestError(
            "filter_with_since", "since answers every change: filter on your side", field="since"
        )
    return found


def _says(word: str, branches: Sequence[tuple[UUID, str]]) -> ColumnElement[bool]:
    """Whether a word is a part of anything that the row of a document shows."""
    # autoescape: % and _ are searched for like any other character.
    ways: list[ColumnElement[bool]] = [Pdf.search_text.contains(word, autoescape=True)]
    types = [kind.value for kind, names in _TYPES.items() if any(word in name for name in names)]
    if types:
        ways.append(Pdf.type.in_(types))
    months = _months(word)
    if months:
        ways.append(extract("month", Pdf.event_date).in_(months))
    branch_ids = [branch_id for branch_id, name in branches if word in name]
    if branch_ids:
        ways.append(
            sql_exists().where(PdfBranch.pdf_id == Pdf.id, PdfBranch.branch_id.in_(branch_ids))
        )
    ways.extend(
        is_available(one)
        for one, names in _AVAILABILITIES.items()
        if any(word in name for name in names)
    )
    return or_(*ways)


def _months(word: str) -> list[int]:
    """The months whose name begins with the word: `mar`, `março`, `dez.`."""
    begun = word.rstrip(".,")
    if len(begun) < MONTH_LETTERS:
        return []
    names = [names.split() for names in _MONTHS]
    return [
        month
        for month in range(1, 13)
        if any(language[month - 1].startswith(begun) for language in names)
    ]


async def _branch_names(session: ScopedAsyncSession) -> list[tuple[UUID, str]]:
    rows = await session.execute(select(Branch.id, Branch.name))
    return [(branch_id, folded(name)) for branch_id, name in rows.all()]


def _words(text: str | None) -> list[str]:
    words = folded(text or "").replace("\0", " ").split()
    if len(words) > MAX_WORDS:
        raise BadRequestError("too_many_words", f"at most {MAX_WORDS} words", field="q")
    return words
