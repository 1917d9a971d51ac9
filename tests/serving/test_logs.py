"""The log stays small and in lines, whatever strangers bring about."""

import io
import logging
import time
from collections.abc import Iterator

import pytest

from app.serving import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What our handler writes while the test runs."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure()
    (handler,) = [each for each in root.handlers if each not in before]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_of_one_kind_comes_so_often_and_then_says_how_many_were_left_out(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    log = logging.getLogger("tests.flood")
    log.warning("a frame from %s", "first")
    for number in range(10_000):
        log.warning("a frame from %s", number)
    log.warning("another kind")
    logging.getLogger("tests.other").warning("a frame from %s", "elsewhere")
    assert len(lines.getvalue().splitlines()) == logs.LINES_A_MINUTE + 2
    now += 61
    log.warning("a frame from %s", "last")
    assert "a frame from last (and 9901 more like this before)" in lines.getvalue()
    log.warning("a frame from %s", "nobody")
    assert lines.getvalue().endswith("a frame from nobody\n")


def test_texts_of_others_begin_no_line(lines: io.StringIO) -> None:
    log = logging.getLogger("tests.forged")
    log.warning("an agent named %s", "PC\n2026-01-01 00:00:00 INFO 1 app [-] all is well\x1b[2J\r")
    assert len(lines.getvalue().splitlines()) == 1
    assert "\\x0a2026-01-01" in lines.getvalue()
    assert "\\x1b[2J\\x0d" in lines.getvalue()
    try:
        raise ValueError("ours")
    except ValueError:
        log.exception("it failed")
    assert "Traceback" in lines.getvalue(), "our own mistakes are shown whole"
