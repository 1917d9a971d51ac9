"""The commands that a deployment runs on a server: what they print is read by programs."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

AGENT = ("--name", "PC 1", "--branch", "SP")


@pytest.fixture(autouse=True)
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company with one branch, in a database of its own."""
    for name, value in (("DATA_DIR", str(tmp_path)), ("SECRET_KEY", "x" * 48)):
        monkeypatch.setenv(f"SIBERIUS_{name}", value)
    monkeypatch.setattr("sys.stdin", io.StringIO("a password that is long\n"))
    tenant = ("--name", "Acme", "--admin-email", "admin@acme.example", "--admin-password-stdin")
    main(["tenant", "create", *tenant])
    main(["branch", "create", "--name", "São Paulo", "--code", "SP"])


def test_an_invited_agent_is_made_once_and_gets_another_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    codes = [_said(capsys, "agent", "invite", *AGENT) for _ in range(2)]
    assert [len(part) for part in codes[0].split("-")] == [4, 4, 4]
    assert codes[0] != codes[1]
    (agent,) = _agents(capsys)
    assert (agent["branch"], agent["name"], agent["status"]) == ("SP", "PC 1", "never_seen")
    assert (agent["connected"], agent["beatAt"]) == (False, None)


def test_a_blocked_agent_stays_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    _said(capsys, "agent", "create", *AGENT)
    assert _said(capsys, "agent", "block", *AGENT) == "it is blocked"
    assert _said(capsys, "agent", "block", *AGENT) == "it was blocked already"
    assert [agent["status"] for agent in _agents(capsys)] == ["blocked"]
    assert "blocked" in _said(capsys, "agent", "list")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("invite", "--name", "PC", "--branch", "RJ"), "no branch with the code RJ"),
        (("block", "--name", "PC", "--branch", "SP"), "the branch SP has no agent PC"),
        (("invite", *AGENT), "the branch has 2 agents PC 1"),
        (("list", "--tenant", "Other"), "no such company"),
    ],
)
def test_what_is_not_clear_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    for _ in range(2):
        _said(capsys, "agent", "create", *AGENT)
    with pytest.raises(SystemExit) as ended:
        main(["agent", *arguments])
    assert ended.value.code == 1
    assert message in capsys.readouterr().err


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    main(arguments)
    return capsys.readouterr().out.strip()


def _agents(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return list(json.loads(_said(capsys, "agent", "list", "--json")))
