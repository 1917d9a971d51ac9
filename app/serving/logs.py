"""The log: one line an event on standard error, with the request it belongs to.

Much of what is logged is brought about by strangers: the same line comes so many times a minute
and no more, and no text of theirs begins another line.
"""

import logging
import logging.config
import time
from typing import Any

from gunicorn.glogging import Logger

from app.http.request_id import current

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s [%(request)s] %(message)s"


LINES_A_MINUTE = 100
"""Of one kind, which is a logger and a text before anything is filled in."""
_KINDS = 1000
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85)}


class _Bounded(logging.Filter):
    """Leaves lines out that are more than a reader needs, and says how many in the next one."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()
        self._seen: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.name, str(record.msg)
        if time.monotonic() - self._began >= 60 or len(self._seen) > _KINDS:
            self._began = time.monotonic()
            self._seen = {
                k: LINES_A_MINUTE - n for k, n in self._seen.items() if n > LINES_A_MINUTE
            }
        left_out = -self._seen.get(kind, 0)
        if left_out > 0:
            record.msg = f"{record.msg} (and {left_out} more like this before)"
            self._seen[kind] = 0
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return self._seen[kind] <= LINES_A_MINUTE


class _Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        record.message = record.message.translate(_CONTROLS)
        return super().formatMessage(record)


class _WithRequest(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request = current() or "-"
        return True


def configure() -> None:
    """For this process, and those it forks."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"request": {"()": _WithRequest}, "bounded": {"()": _Bounded}},
            "formatters": {"line": {"()": _Line, "format": _FORMAT}},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "line",
                    "filters": ["request", "bounded"],
                }
            },
            "root": {"level": "INFO", "handlers": ["stderr"]},
        }
    )


class GunicornLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own lines go where all others go."""

    def setup(self, _cfg: Any) -> None:
        """Nothing but handing on."""
        for name in ("gunicorn.error", "gunicorn.access", "uvicorn.error", "uvicorn.access"):
            logger = logging.getLogger(name)
            logger.handlers = []
            logger.propagate = True
