"""Logging: text or JSON lines on stderr, and the last lines in memory for the server to ask."""

import collections
import json
import logging
import sys
from datetime import UTC, datetime

RING_LINES = 1000
_MAX_LINE_CHARS = 1000
"""A hostile file name must not make the ring large."""


class LogRing(logging.Handler):
    """Keeps the last `RING_LINES` lines, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: collections.deque[str] = collections.deque(maxlen=RING_LINES)
        self.setFormatter(_TextFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record)[:_MAX_LINE_CHARS])

    def tail(self, lines: int) -> list[str]:
        """The last `lines` lines, oldest first."""
        return list(self._lines)[-lines:]


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = f"{_timestamp(record)} {record.levelname:<7} {record.getMessage()}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        # A file name may hold a newline, and one event is one line.
        return text.replace("\n", "\\n") if not record.exc_info else text


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _timestamp(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Redact(logging.Filter):
    """The token never reaches a log, whoever formats it into a message."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        if self._secret in (message := record.getMessage()):
            record.msg, record.args = message.replace(self._secret, "***"), ()
        return True


def _timestamp(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def setup(level: str, *, as_json: bool, secret: str) -> LogRing:
    """Send the process's log to stderr and to the ring, which is returned."""
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(_JsonFormatter() if as_json else _TextFormatter())
    ring = LogRing()
    root = logging.getLogger()
    root.handlers.clear()
    for handler in (stderr, ring):
        handler.addFilter(_Redact(secret))
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("agent").setLevel(level.upper())
    return ring
