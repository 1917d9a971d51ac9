"""What the routes of documents are given."""

from dataclasses import replace
from typing import Annotated, cast

from fastapi import Depends, Request

from agent.pdf.extract import Extractor
from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.identity.access import CurrentUser, transaction_of


async def _company_reads(request: Request, user: CurrentUser) -> ScopedAsyncSession:
    return await transaction_of(request).reader(replace(user.scope, branch_ids=None))


async def _company_unit(request: Request, user: CurrentUser) -> UnitOfWork:
    return await transaction_of(request).writer(replace(user.scope, branch_ids=None))


def _extractor(request: Request) -> Extractor:
    return cast("Extractor", request.app.state.extractor)


CompanyReads = Annotated[ScopedAsyncSession, Depends(_company_reads)]
"""A read session that sees every branch, for what belongs to a document the caller sees:
look the document up with `Reads` first."""

CompanyUnit = Annotated[UnitOfWork, Depends(_company_unit)]
"""The request's unit of work for every branch, on the same condition."""

ExtractorDep = Annotated[Extractor, Depends(_extractor)]
