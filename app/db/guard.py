"""The guard: SQL that writes a tracked table behind the feed's back is refused.

It looks at the SQL itself, just before it is sent, so that no way around the unit of work
(bulk statements, Core, a CTE, plain text, the session's connection) escapes it.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.engine import Connection

from app.db.base import Tracked

GUARDED: Final[Mapping[str, Any]] = {"siberius_guarded": True}
"""The execution option of a session's connection; migrations use connections without it."""

flushing: ContextVar[bool] = ContextVar("flushing", default=False)
"""True while a session writes its objects, which is when their changes are recorded."""


class BulkWriteError(Exception):
    """Bulk SQL on a tracked table would bypass the feed; change the objects instead."""


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_bulk_writes(
    connection: Connection,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    _context: Any,
    _many: bool,
) -> None:
    if flushing.get() or not connection.get_execution_options().get("siberius_guarded"):
        return
    table = _written_table(statement)
    if table is not None:
        raise BulkWriteError(f"bulk SQL on {table}: change its objects instead")


@lru_cache(maxsize=2048)
def _written_table(statement: str) -> str | None:
    """The tracked table that a statement writes to."""
    found = _writes().search(statement)
    return found[1] if found else None


@cache
def _writes() -> re.Pattern[str]:
    tables = "|".join(sa_inspect(model).local_table.name for model in Tracked.tracked_models())
    verbs = "|".join(
        (
            r"insert\s+(?:or\s+\w+\s+)?into",
            r"(?:replace|merge)\s+into",
            r"(?:update|delete\s+from)(?:\s+only)?",
            r"truncate(?:\s+table)?",
            "copy",
        )
    )
    return re.compile(rf'\b(?:{verbs})\s+(?:\w+\.)?"?({tables})\b', re.IGNORECASE)
