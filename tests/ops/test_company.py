"""`siberius company create`, with everything real but the way to the server.

A program called `ssh` stands in for SSH: it does on this machine what it was asked to do on a
server, where an installation and its settings lie in a folder of the test.
"""

import json
import os
import pty
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PASSWORD = "correct horse battery; $(staple) 'ç'"
SSH = """#!{python}
import json, subprocess, sys
from pathlib import Path

folder = Path({folder!r})
target, command = sys.argv[-2], sys.argv[-1]
given = sys.stdin.read()
with (folder / "calls").open("a") as calls:
    calls.write(json.dumps({{"argv": sys.argv, "stdin": given}}) + "\\n")
if target in (folder / "down").read_text().split():
    sys.exit("ssh: connect to host: No route to host")
command = command.replace("/opt/siberius", str(folder / "opt"))
command = command.replace("/etc/siberius", str(folder / "etc"))
path = f"{{folder}}/bin:/usr/bin:/bin"
done = subprocess.run(["sh", "-c", command], input=given, text=True, env={{"PATH": path}})
sys.exit(done.returncode)
"""
RUNUSER = """#!/bin/sh
[ "$1 $2 $3" = "-u siberius --" ] || exit 9
shift 3
exec "$@"
"""


@dataclass
class Cluster:
    """One server that has the application, and one of which nothing is known but its address."""

    folder: Path

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory.yml"

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "HOME": str(self.folder)}

    @property
    def calls(self) -> list[dict[str, object]]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def create(self, *more: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self._command(), *more],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def create_on_a_terminal(self, *answers: str) -> str:
        """Answer what is asked; all that a person sees."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(self._command()[0], self._command(), self.environment)
        seen = ""
        waiting = list(answers)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            seen += part.decode()
            if waiting and re.search(r"(: |y/N\] )$", seen):
                os.write(terminal, f"{waiting.pop(0)}\n".encode())
        os.close(terminal)
        _, status = os.waitpid(child, 0)
        assert not waiting
        assert os.waitstatus_to_exitcode(status) == 0, seen
        return seen

    def _command(self) -> list[str]:
        return [str(BIN / "siberius"), "company", "create", "--inventory", str(self.inventory)]


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    for name in ("bin", "etc", "opt/current/venv/bin", "data"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "opt/current/venv/bin/siberius").symlink_to(BIN / "siberius")
    settings = {
        "DATA_DIR": tmp_path / "data",
        "SECRET_KEY": "k" * 48,
        "PASSWORD_MEMORY_KIB": 8,
        "PASSWORD_ROUNDS": 1,
    }
    lines = [f'SIBERIUS_{name}="{value}"\n' for name, value in settings.items()]
    (tmp_path / "etc" / "siberius.env").write_text("".join(lines))
    programs = {
        "ssh": SSH.format(python=sys.executable, folder=str(tmp_path)),
        "runuser": RUNUSER,
    }
    for name, text in programs.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "down").write_text("")
    (tmp_path / "inventory.yml").write_text(
        "servers:\n"
        "  hosts:\n"
        "    core-1: {ansible_host: 192.0.2.1}\n"
        "    core-2: {ansible_host: 192.0.2.2}\n"
        "  vars: {siberius_domain: docs.example.com}\n"
    )
    return Cluster(tmp_path)


def flags(name: str = "Início & Filhos") -> tuple[str, ...]:
    return (
        *("--name", name, "--admin-email", "Ana@Example.com", "--admin-name", "Ana d'Ávila"),
        "--admin-password-stdin",
    )


def test_a_program_makes_a_company_and_no_command_line_has_the_password(cluster: Cluster) -> None:
    done = cluster.create(*flags(), stdin=f"{PASSWORD}\r\n")
    assert done.returncode == 0, done.stderr
    assert "company Início & Filhos" in done.stdout
    assert "Sign in at https://docs.example.com as ana@example.com." in done.stdout
    assert "secrets/pki/ca.crt" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr

    *_, call = cluster.calls
    assert call["stdin"] == f"{PASSWORD}\n"
    assert all(PASSWORD not in str(each["argv"]) for each in cluster.calls)

    # The server knows them, and says no a second time.
    again = cluster.create(*flags("Other"), stdin=PASSWORD)
    assert again.returncode == 1
    assert "ana@example.com is a user already" in again.stderr
    _makes_a_branch(cluster, "Início & Filhos")


def test_a_person_is_asked_step_by_step_and_no_password_is_seen(cluster: Cluster) -> None:
    seen = cluster.create_on_a_terminal(
        *("", "Acme", "no address", "ana@example.com", "Ana"),
        *("short", PASSWORD, "something else 1", PASSWORD, PASSWORD),
    )
    assert PASSWORD not in seen
    assert "something else" not in seen
    for part in ("that is shorter", "they are not the same", "company Acme", "docs.example.com"):
        assert part in seen
    assert cluster.calls[-1]["stdin"] == f"{PASSWORD}\n"
    _makes_a_branch(cluster, "Acme")


def test_a_server_that_is_down_is_passed_over(cluster: Cluster) -> None:
    (cluster.folder / "down").write_text("root@192.0.2.1")
    assert cluster.create(*flags(), stdin=PASSWORD).returncode == 0
    (cluster.folder / "down").write_text("root@192.0.2.1 root@192.0.2.2")
    done = cluster.create(*flags(), stdin=PASSWORD)
    assert done.returncode == 1
    assert "core-1: ssh: connect to host: No route to host; core-2: " in done.stderr


def test_before_a_deployment_there_is_nothing_to_make_it_on(cluster: Cluster) -> None:
    (cluster.folder / "opt/current/venv/bin/siberius").unlink()
    done = cluster.create(*flags(), stdin=PASSWORD)
    assert done.returncode == 1
    assert "core-1 has no application yet: make deploy" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (flags(), "", "standard input has no password"),
        (flags(), "short\n", "a password has at least 10 characters"),
        (("--name", "Acme"), PASSWORD, "give --admin-email, --admin-password-stdin"),
        (("--admin-password-stdin", "--admin-email", "a@b.example"), PASSWORD, "give --name"),
        ((*flags(), "--admin-email", "nobody"), PASSWORD, "--admin-email is no name or address"),
        ((*flags(), "--name", " "), PASSWORD, "--name is no name or address"),
        ((*flags(), "--inventory", "gone.yml"), PASSWORD, "there is no inventory gone.yml"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    cluster: Cluster, arguments: tuple[str, ...], stdin: str, message: str
) -> None:
    done = cluster.create(*arguments, stdin=stdin)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_the_password_is_no_flag(cluster: Cluster) -> None:
    done = cluster.create("--admin-password", PASSWORD)
    assert done.returncode == 2


def test_deploy_ends_by_naming_the_command() -> None:
    playbook = (ROOT / "ops" / "ansible" / "deploy.yml").read_text()
    *_, last = playbook.strip().split("\n- name: ")
    assert "siberius company create --inventory {{ inventory_file }}" in last


def _makes_a_branch(cluster: Cluster, company: str) -> None:
    """The company is there: a branch can be made in it."""
    settings = dict(
        line.split("=", 1)
        for line in (cluster.folder / "etc" / "siberius.env")
        .read_text()
        .replace('"', "")
        .splitlines()
    )
    arguments = ["branch", "create", "--name", "São Paulo", "--code", "SP", "--tenant", company]
    done = subprocess.run(
        [BIN / "siberius", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
