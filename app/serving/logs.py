"""The log: one line an event on standard error, with the request it belongs to."""

import logging
import logging.config
from typing import Any

from gunicorn.glogging import Logger

from app.http.request_id import current

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s [%(request)s] %(message)s"


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
            "filters": {"request": {"()": _WithRequest}},
            "formatters": {"line": {"format": _FORMAT}},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "formatter": "line",
                    "filters": ["request"],
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
