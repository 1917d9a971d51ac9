"""Preferences: one JSON object of a user's dashboard, opaque but for its size."""

import json
from typing import Any
from uuid import UUID

from app.db.database import UnitOfWork
from app.db.session import ScopedAsyncSession
from app.domains.identity.models import Preferences
from app.domains.identity.principal import Principal
from app.errors import TooLargeError
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
    """Raises `TooLargeError` (`too_large`)."""
    text = json.dumps(document, separators=(",", ":"))
    if len(text) > MAX_BYTES:
        raise TooLargeError("too_large", f"preferences may have at most {MAX_BYTES} bytes")
    kept = await unit.session.get(Preferences, user.user_id)
    if kept is None:
        kept = Preferences(user_id=user.user_id, tenant_id=user.tenant_id)
        unit.session.add(kept)
    kept.document = text
    kept.updated_at = runtime.clock.now()
