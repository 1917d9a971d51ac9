"""Idempotency records: the answer of a POST, kept in the transaction of its effect.

A caller that never saw the answer sends the same request with the same key again, and gets
that answer: the effect happens exactly once. The stored answer is sealed with the server's
secret, because some answers hold tokens.
"""

import base64
import hashlib
import json
from datetime import datetime

from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.responses import Response

from app.db.base import Base
from app.db.database import Database
from app.db.scope import SYSTEM
from app.errors import BadRequestError, UnprocessableError

HEADER = "Idempotency-Key"
_KEPT_HEADERS = frozenset({"content-type", "location", "set-cookie"})


class IdempotencyRecord(Base):
    """One answered request. `owner` is who sent it; `fingerprint` what exactly it was."""

    __tablename__ = "idempotency_records"

    owner: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


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


class Ledger:
    """Keeps and replays answers; `secret` seals them."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(b"idempotency\0" + secret.encode()).digest()
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    async def find(
        self, session: AsyncSession, owner: str, key: str, print_: str
    ) -> Response | None:
        """The recorded answer, or none; `UnprocessableError` where the key was used for
        another request."""
        record = await session.get(IdempotencyRecord, (owner, key))
        if record is None:
            return None
        if record.fingerprint != print_:
            raise UnprocessableError(
                "idempotency_key_reused", "this key was used for a different request", field=HEADER
            )
        return self._open(record.answer)

    async def claim(
        self, session: AsyncSession, owner: str, key: str, print_: str, now: datetime
    ) -> IdempotencyRecord:
        """Take the key; a concurrent taker waits here, and fails when this one commits."""
        record = IdempotencyRecord(
            owner=owner, key=key, fingerprint=print_, created_at=now, answer=b""
        )
        session.add(record)
        await session.flush()
        return record

    def seal(self, response: Response) -> bytes:
        """The answer as it is stored."""
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
