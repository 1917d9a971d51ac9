"""Idempotency records: the answer of a POST, kept in the transaction of its effect.

A caller that never saw the answer sends the same request with the same key again, and gets
that answer: the effect happens exactly once. The stored answer is sealed with the server's
secret, because some answers hold tokens.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, String, Table, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.responses import Response

from app.db.base import Base
from app.db.database import Database
from app.db.scope import SYSTEM
from app.errors import BadRequestError, UnprocessableError

HEADER = "Idempotency-Key"
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_KEPT_HEADERS = frozenset({"content-type", "location", "set-cookie"})


class IdempotencyRecord(Base):
    """One answered request. `owner` is who sent it; `fingerprint` what exactly it was."""

    __tablename__ = "idempotency_records"

    owner: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


# Statements and not objects: each request with a key writes here twice.
_records: Table = IdempotencyRecord.__table__  # type: ignore[assignment]


def check_key(key: str) -> str:
    """The key, if it can be one; else `BadRequestError` (`bad_idempotency_key`)."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise BadRequestError(
            "bad_idempotency_key", "1 to 200 printable ASCII characters", field=HEADER
        )
    return key


def fingerprint(*parts: str | bytes) -> str:
    """A hash that tells two requests apart."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hashed.update(len(raw).to_bytes(8) + raw)
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Claim:
    """Who sent which request under which key; its fingerprint tells it from others."""

    owner: str
    key: str
    fingerprint: str


class Ledger:
    """Keeps and replays answers; `secret` seals them."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(b"idempotency\0" + secret.encode()).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    async def take(self, session: AsyncSession, claim: Claim, now: datetime) -> Response | None:
        """Take the key, or give the answer it was taken for; whoever comes at the same time
        waits here for it. `UnprocessableError` where it was another request's."""
        while not await self._insert(session, claim, now):
            record = await session.get(IdempotencyRecord, (claim.owner, claim.key))
            if record is None:
                continue  # it was pruned in this moment
            if record.fingerprint != claim.fingerprint:
                raise UnprocessableError(
                    "idempotency_key_reused",
                    "this key was used for a different request",
                    field=HEADER,
                )
            return self._open(record.answer)
        return None

    async def settle(self, session: AsyncSession, claim: Claim, response: Response) -> None:
        """Write down what the taken key is answered; a refusal gives the key back."""
        mine = (_records.c.owner == claim.owner, _records.c.key == claim.key)
        if response.status_code >= 400:
            await session.execute(delete(_records).where(*mine))
        else:
            answer = self._sealed(response)
            await session.execute(update(_records).where(*mine).values(answer=answer))

    async def _insert(self, session: AsyncSession, claim: Claim, now: datetime) -> bool:
        insert = _INSERTS[session.get_bind().dialect.name]
        values = {**asdict(claim), "created_at": now, "answer": b""}
        taken = await session.execute(
            insert(_records).values(values).on_conflict_do_nothing().returning(literal(1))
        )
        return taken.first() is not None

    def _sealed(self, response: Response) -> bytes:
        headers = [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, value in response.raw_headers
            if name.decode("latin-1") in _KEPT_HEADERS
        ]
        head = json.dumps([response.status_code, headers]).encode()
        return self._seal.encrypt(len(head).to_bytes(4) + head + bytes(response.body))

    def _open(self, sealed: bytes) -> Response:
        raw = self._seal.decrypt(sealed)
        split = 4 + int.from_bytes(raw[:4])
        status, headers = json.loads(raw[4:split])
        response = Response(raw[split:], status_code=status)
        response.raw_headers += [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        response.headers["Idempotency-Replayed"] = "true"
        return response


async def prune(database: Database, before: datetime) -> int:
    """Forget the answers from before `before`; how many."""
    async with database.unit_of_work(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before)
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]
