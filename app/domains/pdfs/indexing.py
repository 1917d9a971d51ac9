"""Applying what agents report: which document each file belongs to, and what that shows then.

Applying a batch twice changes nothing. Two agents that report the same new content at the
same time make one of them lose the race; run again, it finds the other's document.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from agent.contract.files import IndexedFile, Result
from agent.contract.messages import IndexAck
from agent.contract.reconcile import item_key
from app.db.database import UnitOfWork
from app.db.ids import new_id
from app.db.retry import retrying
from app.domains.agents.access import active
from app.domains.agents.credentials import AgentIdentity
from app.domains.pdfs import facts, storage, transfers, versions
from app.domains.pdfs.claims import claim, is_proven
from app.domains.pdfs.facts import Report
from app.domains.pdfs.locations import chunks, of_agent, path_key, refresh
from app.domains.pdfs.models import READING, Pdf, PdfBranch, PdfLocation, PdfStatus
from app.domains.pdfs.placing import Arrival, Plan, plan
from app.domains.pdfs.versions import Content
from app.errors import UnavailableError
from app.input import BIGGEST
from app.runtime.parts import Runtime

log = logging.getLogger(__name__)
BACK_WITHIN = timedelta(minutes=2)
"""A path that is there again so soon is the document it was: a program saved by deleting the
file and writing it anew."""
FOLLOWS_WITHIN = timedelta(hours=1)
"""Two agents of one share find a change so soon after each other, at most."""


async def apply(runtime: Runtime, identity: AgentIdentity, report: Report) -> IndexAck:
    """Commit a batch. Raises what `agents.access.active` raises."""

    async def work() -> set[str]:
        async with runtime.database.unit_of_work(identity.scope) as unit:
            await active(unit.session, identity)
            return await _Batch(unit, runtime, identity, report).apply()

    for file_hash in await retrying(work, attempts=5):
        try:
            await storage.discard(runtime, identity.tenant_id, file_hash)
        except UnavailableError:
            log.info("the bytes of an old version stay until `orphans.sweep` finds them")
    return IndexAck(accepted=len(report.files) + len(report.gone), rejected=report.rejected)


@dataclass(slots=True)
class _File:
    """A reported file, what it claims to be, and the document its path led to."""

    file: IndexedFile
    reading: dict[str, Any]
    claim: str
    before: Pdf | None = None
    is_back: bool = False

    @property
    def content(self) -> Content:
        return Content(self.claim, self.file.file_hash, self.file.size, self.reading)


class _Batch:
    """One batch in its transaction."""

    def __init__(
        self, unit: UnitOfWork, runtime: Runtime, identity: AgentIdentity, report: Report
    ) -> None:
        self._unit = unit
        self._session = unit.session
        self._runtime = runtime
        self._identity = identity
        self._now = runtime.clock.now()
        # In the order in which locations name a document (`locations.refresh`).
        self._files = {
            file.path: _File(file, facts.reading_of(file, found), claim(identity.agent_id, file))
            for file, found in sorted(report.files, key=lambda item: path_key(item[0].path))
        }
        self._gone = [path for path in dict.fromkeys(report.gone) if path not in self._files]
        self._known: dict[str, PdfLocation] = {}
        self._pdfs: dict[UUID, Pdf] = {}
        self._by_claim: dict[str, Pdf] = {}
        self._changed: dict[UUID, Pdf] = {}

    async def apply(self) -> set[str]:
        """The hashes of bytes that were cached and are no longer."""
        await self._load()
        cached = self._cached()
        decided = await self._decide()
        new = self._make_new(decided)
        # The rows that locations refer to must be there first.
        await self._session.flush()
        lost = await self._take_away()
        for path, goes in decided.goes.items():
            self._place(path, new[goes] if isinstance(goes, str) else self._pdfs[goes])
        for pdf in new.values():
            self._session.add(PdfBranch(pdf_id=pdf.id, branch_id=self._identity.branch_id))
        turned = await self._change_contents(decided)
        if self._changed:
            await refresh(self._session, self._changed.values(), self._now)
        for pdf in turned:
            await transfers.follow(self._unit, self._runtime, pdf)
        for pdf in lost:
            if pdf.status == PdfStatus.UPLOADING and pdf.id in self._pdfs:
                await transfers.relocate(self._unit, self._runtime, pdf)
        return cached - self._cached()

    # What is known

    async def _load(self) -> None:
        """The documents that are reported now, or were at the same paths before."""
        self._known = await of_agent(
            self._session, self._identity.agent_id, [*self._files, *self._gone]
        )
        for ids in chunks(list({location.pdf_id for location in self._known.values()})):
            await self._read(Pdf.id.in_(ids))
        for path, location in self._known.items():
            if path in self._files:
                self._files[path].before = self._pdfs[location.pdf_id]
        await self._find_those_back()
        claims = {one.claim for one in self._files.values()}
        if missing := claims - {pdf.content_key for pdf in self._pdfs.values()}:
            await self._read(Pdf.content_key.in_(missing))
        self._by_claim = {pdf.content_key: pdf for pdf in self._pdfs.values()}

    async def _find_those_back(self) -> None:
        new = {path_key(path): path for path in self._files if path not in self._known}
        if not new:
            return
        found = await self._read(
            Pdf.gone_agent_id == self._identity.agent_id,
            Pdf.gone_path_key.in_(new),
            Pdf.gone_at > self._now - BACK_WITHIN,
        )
        for pdf in sorted(found, key=lambda pdf: pdf.gone_at or self._now):
            one = self._files[new[pdf.gone_path_key or ""]]
            one.before, one.is_back = pdf, True

    async def _read(self, *conditions: Any) -> Collection[Pdf]:
        found = (await self._session.scalars(select(Pdf).where(*conditions))).all()
        self._pdfs.update((pdf.id, pdf) for pdf in found)
        return found

    def _cached(self) -> set[str]:
        return {
            pdf.file_hash
            for pdf in self._pdfs.values()
            if pdf.file_hash is not None and pdf.status == PdfStatus.CACHED
        }

    # What becomes of it

    async def _decide(self) -> Plan:
        places = await self._places()
        arrivals = [
            Arrival(
                path,
                one.claim,
                one.before.id if one.before is not None else None,
                is_back=one.is_back,
                stays=self._stays(one, places),
            )
            for path, one in self._files.items()
        ]
        return plan(
            arrivals,
            [self._known[path].pdf_id for path in self._gone if path in self._known],
            known={key: pdf.id for key, pdf in self._by_claim.items()},
            places=places,
            split_from={
                pdf.id: pdf.split_from
                for pdf in self._pdfs.values()
                if pdf.created_at > self._now - FOLLOWS_WITHIN
            },
        )

    async def _places(self) -> dict[UUID, int]:
        """How many locations the documents have. Most batches are of new files, or of files
        that stay what they were, and it need not be asked."""
        settled = not self._gone and all(
            one.before is None or one.before.content_key == one.claim
            for one in self._files.values()
        )
        if settled:
            return {}
        counts = await self._session.execute(
            select(PdfLocation.pdf_id, func.count())
            .where(PdfLocation.pdf_id.in_(list(self._pdfs)))
            .group_by(PdfLocation.pdf_id)
        )
        return dict(counts.all())

    def _stays(self, one: _File, places: dict[UUID, int]) -> bool:
        """Whether the path leads to the document it led to."""
        file, pdf = one.file, one.before
        if pdf is None or one.is_back:
            return False
        if file.file_hash is None:
            # It cannot be read at the moment, which says nothing of its content.
            return pdf.file_hash is not None and places[pdf.id] == 1
        if pdf.file_hash != file.file_hash or pdf.content_key == one.claim:
            return pdf.content_key == one.claim
        if file.possession is None:
            return True
        if is_proven(pdf.content_key) or one.claim in self._by_claim:
            return False
        # What was joined by its hash, or was its agent's word, is proven now.
        pdf.content_key = one.claim
        self._by_claim[one.claim] = pdf
        return True

    def _make_new(self, decided: Plan) -> dict[str, Pdf]:
        """Documents that have no location but in this batch."""
        made = {}
        for key, origin_id in decided.new.items():
            paths = [path for path, goes in decided.goes.items() if goes == key]
            one = self._files[paths[0]]
            pdf = Pdf(
                id=new_id(),
                content_key=key,
                file_hash=one.file.file_hash,
                size=one.file.size,
                content_since=self._now,
                status=PdfStatus.AVAILABLE_LOCAL.value,
                created_at=self._now,
                corrections={},
                corrected=[],
                branch_ids=[str(self._identity.branch_id)],
                agent_ids=[str(self._identity.agent_id)],
            )
            if origin_id is not None and one.file.file_hash is not None:
                versions.split(pdf, self._pdfs[origin_id], one.reading)
            facts.describe(pdf, one.reading)
            facts.name(pdf, one.file.path)
            self._session.add(pdf)
            made[key] = pdf
            if len(paths) > 1:
                self._changed[pdf.id] = pdf
        return made

    async def _take_away(self) -> list[Pdf]:
        """Remove the locations that are gone; the documents that lost one, in any way."""
        lost = []
        for path in self._gone:
            location = self._known.get(path)
            if location is None:
                continue
            await self._session.delete(location)
            pdf = self._pdfs[location.pdf_id]
            pdf.gone_agent_id, pdf.gone_path_key = self._identity.agent_id, location.path_key
            self._changed[pdf.id] = pdf
            lost.append(pdf)
        return lost + [one.before for one in self._files.values() if one.before is not None]

    def _place(self, path: str, pdf: Pdf) -> None:
        """Let the path lead to the document, and keep what was read there."""
        one, location = self._files[path], self._known.get(path)
        file = one.file
        if location is None:
            location = PdfLocation(
                agent_id=self._identity.agent_id, path_key=path_key(path), path=path
            )
            self._session.add(location)
        before = location.pdf_id
        if before != pdf.id:
            location.pdf_id, location.seen_at = pdf.id, self._now
        if before == pdf.id and _says_less(one, location, pdf):
            one.reading = {name: getattr(location, name) for name in READING}
        differs = [name for name in READING if getattr(location, name) != one.reading[name]]
        for name in differs:
            setattr(location, name, one.reading[name])
        location.branch_id = self._identity.branch_id
        location.item_key = item_key(file.path, file.size, file.mtime_ns, file.rules_version)
        location.size, location.mtime_ns = file.size, max(-BIGGEST, min(file.mtime_ns, BIGGEST))
        if before is not None and before != pdf.id:
            self._changed[before] = self._pdfs[before]
        if (before != pdf.id or differs) and pdf.id in self._pdfs:
            self._changed[pdf.id] = pdf

    async def _change_contents(self, decided: Plan) -> list[Pdf]:
        """New versions, and documents that are one from now on; those that are left of them."""
        turned: dict[UUID, Pdf] = {}
        for pdf_id, key in decided.renewed.items():
            pdf = turned[pdf_id] = self._changed[pdf_id] = self._pdfs[pdf_id]
            one = next(one for one in self._files.values() if one.claim == key)
            await versions.renew(self._session, pdf, one.content, self._identity, self._now)
        for merge in decided.merges:
            into, other = self._pdfs[merge.into], self._pdfs.pop(merge.other)
            await self._session.flush()
            await versions.merge(
                self._session,
                into,
                other,
                self._identity,
                self._now,
                takes_content=merge.takes_content,
            )
            turned[into.id] = self._changed[into.id] = into
            turned.pop(other.id, None)
            self._changed.pop(other.id, None)
        return list(turned.values())


def _says_less(one: _File, location: PdfLocation, pdf: Pdf) -> bool:
    """The same content took too long this time, on a busy machine: what was read stays."""
    return (
        one.file.result is Result.TIMEOUT
        and one.file.file_hash == pdf.file_hash
        and one.file.rules_version == location.rules_version
        and location.result == Result.OK
    )
