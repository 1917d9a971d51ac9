"""Preferences: one JSON object of a user's dashboard, opaque but for its size.

It is stored as text: what a database would not take in JSON (a NUL, half a surrogate pair) is
the dashboard's to know.
"""

import json
from typing import Any
from uuid import UUID

from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import Preferences
from app.domains.identity.principal import Principal
from app.errors import TooLargeError, UnprocessableError
from app.runtime.parts import Runtime

MAX_BYTES = 64 * 1024


async def read(session: ScopedAsyncSession, user_id: UUID) -> dict[str, Any]:
    """What was written last; `{}` before that."""
    kept = await session.get(Preferences, user_id)
    document: dict[str, Any] = json.loads(kept.document) if kept else {}
    return document


async def write(
    unit: UnitOfWork, runtime: Runtime, user: Principal, document: dict[str, Any]
) -> None:
    """Raises `TooLargeError` (`too_large`), `UnprocessableError` (`invalid_input`)."""
    try:
        text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise UnprocessableError("invalid_input", "a number that JSON does not have") from None
    if len(text) > MAX_BYTES:
        raise TooLargeError("too_large", f"preferences may have at most {MAX_BYTES} bytes")
    kept = await unit.session.get(Preferences, user.user_id)
    if kept is None:
        kept = Preferences(user_id=user.user_id, tenant_id=user.tenant_id)
        unit.session.add(kept)
    kept.document = text
    kept.updated_at = runtime.clock.now()
