"""The server's side of set reconciliation (`agent/contract/reconcile.py`)."""

import asyncio
import re
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from agent.contract.reconcile import KEY_BYTES, MAX_TWINS, Answer, Question, answer_prefix, unpack
from app.db.session import ScopedAsyncSession
from app.domains.pdfs.locations import chunks
from app.domains.pdfs.models import Pdf, PdfLocation
from app.errors import UnprocessableError

MAX_PREFIXES = 1024
MAX_KEYS = 2000
_PREFIX = re.compile(rf"[0-9a-f]{{0,{2 * KEY_BYTES}}}")
_DIGEST = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")
_PER_STATEMENT = 100
_PORTION = 2000
_LONGEST_S = 30 * 86_400


async def answer(
    session: ScopedAsyncSession, agent_id: UUID, question: Question, now: datetime
) -> Answer:
    """Answer a question about the agent's files. Raises `UnprocessableError` (`invalid`)."""
    if question.n is not None:
        return await _of_keys(session, agent_id, question.n, question.twins_within_s, now)
    asked = question.q or {}
    if len(asked) > MAX_PREFIXES or not all(
        _PREFIX.fullmatch(prefix) and _DIGEST.fullmatch(theirs) for prefix, theirs in asked.items()
    ):
        raise UnprocessableError("invalid", f"q maps at most {MAX_PREFIXES} prefixes to digests")
    keys = await _keys(session, agent_id, asked)
    # Hashing 100,000 keys takes a quarter of a second: not on the event loop.
    return await asyncio.to_thread(_compare, keys, asked)


async def _keys(session: ScopedAsyncSession, agent_id: UUID, prefixes: Iterable[str]) -> list[str]:
    """The agent's keys under any of the prefixes, sorted."""
    # Shorter prefixes cover the longer ones below them.
    ranges: list[str] = []
    for prefix in sorted(prefixes):
        if not ranges or not prefix.startswith(ranges[-1]):
            ranges.append(prefix)
    keys: list[str] = []
    for start in range(0, len(ranges), _PER_STATEMENT):
        under = [_under(prefix) for prefix in ranges[start : start + _PER_STATEMENT]]
        rows = await session.stream_scalars(
            select(PdfLocation.item_key)
            .where(PdfLocation.agent_id == agent_id, or_(*under))
            .order_by(PdfLocation.item_key)
        )
        # In portions: 100,000 rows at once would hold up everybody else.
        async for portion in rows.partitions(_PORTION):
            keys += portion
    return keys


def _under(prefix: str) -> ColumnElement[bool]:
    width = 2 * KEY_BYTES
    return PdfLocation.item_key.between(prefix.ljust(width, "0"), prefix.ljust(width, "f"))


def _compare(keys: list[str], asked: dict[str, str]) -> Answer:
    split: dict[str, str] = {}
    leaf: dict[str, str] = {}
    for prefix, theirs in asked.items():
        first = bisect_left(keys, prefix)
        last = bisect_left(keys, prefix + "g")  # after every hex digit
        word = answer_prefix(keys[first:last], prefix, theirs)
        if word is not None:
            (split if word[0] == "split" else leaf)[prefix] = word[1]
    return Answer(split=split or None, leaf=leaf or None)


async def _of_keys(
    session: ScopedAsyncSession,
    agent_id: UUID,
    packed: str,
    twins_within_s: float | None,
    now: datetime,
) -> Answer:
    """The paths of some keys, and where else the same content was first seen lately. It is the
    agent's own word on its own files, so nothing needs to be proven."""
    try:
        keys = unpack(packed)
    except ValueError:
        keys = [""] * (MAX_KEYS + 1)
    if len(keys) > MAX_KEYS:
        raise UnprocessableError("invalid", f"n holds at most {MAX_KEYS} packed keys")
    # A table after the other: where a planner knows little of them yet, as while a branch is read
    # for the first time, it would join the whole list, once for each portion.
    known: dict[str, tuple[str, str | None]] = {}
    for portion in chunks(keys):
        found = await session.execute(
            select(PdfLocation.item_key, PdfLocation.path, PdfLocation.pdf_id).where(
                PdfLocation.agent_id == agent_id, PdfLocation.item_key.in_(portion)
            )
        )
        places = found.all()
        hash_of = await _hashes(session, Pdf.id.in_([place.pdf_id for place in places]))
        known |= {key: (path, hash_of[pdf_id]) for key, path, pdf_id in places}
    paths = [known[key][0] if key in known else None for key in keys]
    if twins_within_s is None:
        return Answer(paths=paths)
    since = now - timedelta(seconds=min(max(twins_within_s, 0), _LONGEST_S))
    recent: dict[str | None, list[str]] = {}
    for portion in chunks([file_hash for _, file_hash in known.values() if file_hash]):
        hash_of = await _hashes(session, Pdf.file_hash.in_(portion))
        for pdf_id, path, whose in await session.execute(
            select(PdfLocation.pdf_id, PdfLocation.path, PdfLocation.agent_id).where(
                PdfLocation.pdf_id.in_(hash_of), PdfLocation.seen_at >= since
            )
        ):
            if whose == agent_id:
                recent.setdefault(hash_of[pdf_id], []).append(path)

    def twins(key: str) -> list[str]:
        if key not in known:
            return []
        own, file_hash = known[key]
        return [path for path in recent.get(file_hash, []) if path != own][:MAX_TWINS]

    return Answer(paths=paths, twins=[twins(key) for key in keys])


async def _hashes(
    session: ScopedAsyncSession, which: ColumnElement[bool]
) -> dict[UUID, str | None]:
    """The hashes of some documents, by their id."""
    rows = await session.execute(select(Pdf.id, Pdf.file_hash).where(which))
    return {row.id: row.file_hash for row in rows}
