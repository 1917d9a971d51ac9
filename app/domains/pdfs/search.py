"""The filters of the collection `pdfs`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy import exists as sql_exists

from agent.contract.files import DocumentType, Result
from app.domains.pdfs.facts import folded
from app.domains.pdfs.models import Pdf, PdfBranch, PdfLocation, PdfStatus
from app.errors import BadRequestError
from app.http.collections import PageQuery

MAX_WORDS = 10


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


def conditions(query: PdfQuery) -> list[ColumnElement[bool]]:
    """The filters as SQL. Raises `BadRequestError` (`filter_with_since`): a delta must tell of
    rows that stopped matching, and only the client knows which those are."""
    words = _words(query.q)
    found: list[ColumnElement[bool]] = [
        # autoescape: % and _ are searched for like any other character.
        Pdf.search_text.contains(word, autoescape=True)
        for word in words
    ]
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


def _words(text: str | None) -> list[str]:
    words = folded(text or "").replace("\0", " ").split()
    if len(words) > MAX_WORDS:
        raise BadRequestError("too_many_words", f"at most {MAX_WORDS} words", field="q")
    return words
