"""No playbook shows a secret, with `--diff` and `-vvv` neither.

A task that is given one hides what it does (`no_log`), and none is given one by its environment,
which Ansible shows with the command whatever the task says. `make test-lab` searches what all
playbooks print for every secret of the vault.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.cluster import secrets

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOKS = ROOT / "ops" / "ansible"
FILES = sorted(
    path
    for pattern in ("*.yml", "tasks/*.yml", "roles/*/tasks/*.yml", "roles/*/handlers/*.yml")
    for path in PLAYBOOKS.glob(pattern)
)
GIVEN: dict[str, dict[str, Any]] = {
    "siberius_settings": {"SIBERIUS_SMTP_PASSWORD": "hush-1"},
    "agent_settings": {"SIBERIUS_AGENT_TOKEN": "hush-2"},
    "backup_store": {"key": "hush-3", "secret": "hush-4"},
    "monitoring_receiver": {"email_configs": [{"auth_password": "hush-5"}]},
}
"""What an operator may write into the inventory that nobody else should read."""
SOURCES = {"siberius_secrets", *GIVEN}
KEY = re.compile(r"""\.key"|lookup\('ansible\.builtin\.file', item\.key\)""")
"""A task that copies such a file has its content."""
# What of a variable is none, though another part of it is.
HARMLESS = re.compile(
    r"\bbackup_store\.(endpoint|port|region|bucket|ca)\b"
    r"|\bsiberius_settings\.SIBERIUS_WORKERS\b"
    r"|\b\w+(\.(rc|stderr|stat)\b|\s+is\s+(not\s+)?changed\b)"
)
# What of a task is shown as it is written, and not with the values of its variables.
AS_WRITTEN = {"name", "register", "when", "changed_when", "failed_when", "until", "notify"}
NESTS = {"block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers"}


@dataclass(frozen=True)
class Task:
    """One task, with what the plays and blocks around it say."""

    name: str
    text: str
    environment: str
    registers: str
    hides: bool


def test_a_task_that_is_given_a_secret_hides_it() -> None:
    tasks = [task for file in FILES for task in _tasks(file, _read(file))]
    known = _secret_variables(tasks)
    given = [task for task in tasks if _mentions(task.text, known)]
    assert [task.name for task in given if not task.hides] == []
    assert len(given) > 10


def test_no_environment_has_a_secret() -> None:
    tasks = [task for file in FILES for task in _tasks(file, _read(file))]
    known = _secret_variables(tasks)
    assert [task.name for task in tasks if _mentions(task.environment, known)] == []


@pytest.mark.parametrize(
    ("role", "entry", "given"),
    [
        ("app", "main", {"siberius_settings": "hush-1"}),
        ("agent", "main", {"agent_settings": "hush-2"}),
        ("backup", "main", {"backup_store": GIVEN["backup_store"] | {"port": "none"}}),
        ("monitoring", "main", {"monitoring_receiver": "hush-5"}),
    ],
)
def test_a_value_that_is_refused_is_not_shown(
    tmp_path: Path, role: str, entry: str, given: dict[str, Any]
) -> None:
    said = _run_role(tmp_path, role, given, fails=True)
    assert "Validation of arguments failed" in said
    assert "hush" not in said


def test_who_makes_the_secrets_shows_none(tmp_path: Path) -> None:
    said = _run_role(tmp_path, "secrets", {})
    assert "made vault.yml" in said
    made = secrets.read(tmp_path / "secrets" / "vault.yml")
    for secret in (*made.values(), secrets.vault_password().decode()):
        assert secret not in said


def _run_role(folder: Path, role: str, given: dict[str, Any], *, fails: bool = False) -> str:
    """What Ansible prints of it, on this machine, to who wants to see everything."""
    inventory = folder / "inventory.yml"
    host = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3"}
    inventory.write_text(json.dumps({"servers": {"hosts": {"here": host}}}))
    command = [
        ROOT / ".venv" / "bin" / "ansible",
        "here" if fails else "localhost",
        "--diff",
        "-vvv",
    ]
    command += ["--inventory", inventory, "--playbook-dir", PLAYBOOKS]
    command += ["--module-name", "include_role", "--args", f"name={role}"]
    command += ["--extra-vars", json.dumps(given)]
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | {"ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout + done.stderr


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def _tasks(file: Path, entries: Any, around: dict[str, Any] | None = None) -> Iterator[Task]:
    for entry in entries or []:
        outer = around or {}
        inherited = {
            "no_log": entry.get("no_log", outer.get("no_log", False)),
            "environment": [outer.get("environment"), entry.get("environment")],
            "vars": [outer.get("vars"), entry.get("vars")],
        }
        nested = [entry[key] for key in NESTS if key in entry]
        for inner in nested:
            yield from _tasks(file, inner, inherited)
        if not nested:
            said = {key: value for key, value in entry.items() if key not in AS_WRITTEN}
            yield Task(
                name=f"{file.relative_to(PLAYBOOKS)}: {entry.get('name')}",
                text=_computed([said, inherited["vars"]]) + _content(file, entry),
                environment=_computed(inherited["environment"]),
                registers=entry.get("register", ""),
                hides=inherited["no_log"] is True,
            )


def _computed(value: Any) -> str:
    """The expressions in it; the rest is prose."""
    return " ".join(re.findall(r"{[{%].*?[%}]}", json.dumps(value)))


def _content(file: Path, entry: dict[str, Any]) -> str:
    """What it writes to a file. Templates elsewhere get their secrets as variables of the task."""
    if "ansible.builtin.copy" in entry:
        return "siberius_secrets" if KEY.search(json.dumps(entry)) else ""
    source = entry.get("ansible.builtin.template", {}).get("src", "")
    found = (file.parents[1] / "templates").glob(re.sub(r"{{.*?}}", "*", source) or "none")
    return " ".join(path.read_text() for path in found)


def _secret_variables(tasks: list[Task]) -> set[str]:
    """The sources, every variable of a role made of one, and what tasks that hide have said."""
    known = SOURCES | {task.registers for task in tasks if task.hides and task.registers}
    variables = {
        name: json.dumps(value)
        for kind in ("vars", "defaults")
        for path in PLAYBOOKS.glob(f"roles/*/{kind}/main.yml")
        for name, value in (_read(path) or {}).items()
    }
    while more := {n for n, value in variables.items() if _mentions(value, known)} - known:
        known |= more
    return known


def _mentions(text: str, names: set[str]) -> bool:
    return not names.isdisjoint(re.findall(r"\w+", HARMLESS.sub("", text)))
