"""The log: one event a line, the last ones in memory, never the token."""

import json
import logging
from collections.abc import Iterator

import pytest

from agent.log import RING_LINES, setup

SECRET = "secret-secret-secret"
log = logging.getLogger("agent.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, agent = logging.getLogger(), logging.getLogger("agent")
    handlers, levels = root.handlers[:], (root.level, agent.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    agent.setLevel(levels[1])


def test_the_token_and_line_breaks_do_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    ring = setup("info", as_json=False, secret=SECRET)
    log.info("token %s of file %s", SECRET, "evil\nname.pdf")
    log.debug("not asked for")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("INFO    token *** of file evil\\nname.pdf")
    assert ring.tail(10) == [line]


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    setup("debug", as_json=True, secret=SECRET)
    try:
        raise ValueError("wrong")
    except ValueError:
        log.exception("orçamento")
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["message"]) == ("error", "orçamento")
    assert "ValueError: wrong" in line["exception"]


def test_the_ring_is_bounded() -> None:
    ring = setup("info", as_json=False, secret=SECRET)
    for number in range(RING_LINES + 5):
        log.info("%d %s", number, "x" * 5000)
    lines = ring.tail(2 * RING_LINES)
    assert len(lines) == RING_LINES
    assert max(map(len, lines)) <= 1000
    assert len(ring.tail(3)) == 3
