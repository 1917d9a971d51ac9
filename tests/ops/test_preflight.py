"""What does not fit is refused before anything is changed, by a message that names machine and fix.

The machines are this one, over and over; each has one thing wrong with it.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOKS = Path(__file__).resolve().parents[2] / "ops" / "ansible"
LOOK = """
- hosts: all
  gather_facts: false
  environment: "{{ test_environment | default({}) }}"
  roles: [preflight]
"""
PORTS = (8404, 26379, 9001)
"""Of those that a server needs, some that are free here."""


@pytest.fixture
def listening() -> Any:
    """A port that a server needs, taken by us."""
    for port in PORTS:
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            taken.listen()
            yield port
            return
    pytest.fail(f"something listens on each of {PORTS}")


def test_each_machine_is_refused_for_what_is_wrong_with_it(tmp_path: Path, listening: int) -> None:
    machines: dict[str, dict[str, Any]] = {
        "well": {},
        "silent": {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        "foreign": {"preflight_systems": ["Debian 3"]},
        "small": {"preflight_memory_mb": 10**9},
        "full": {"preflight_disk_mb": 10**9},
        "late": {"test_environment": {"PATH": _late_clock(tmp_path, seconds=10)}},
        "broken": {"test_environment": {"DPKG_ADMINDIR": str(_half_installed(tmp_path))}},
        "orphan": {"test_pki": str(_authority(tmp_path / "theirs"))},
        "stranger": {
            "test_pki": str(_authority(tmp_path / "theirs")),
            "siberius_secrets_folder": str(_authority(tmp_path / "ours").parent),
        },
        "bare": {"haproxy_certificate": "/no/such.pem"},
    }
    servers: dict[str, dict[str, Any]] = {"busy": {}}
    inventory = tmp_path / "inventory.yml"
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "preflight_systems": [f"Debian {release}" for release in range(11, 20)],
        "preflight_disk_mb": 1,
        "preflight_memory_mb": 1,
        "siberius_secrets_folder": str(tmp_path / "secrets"),
    }
    hosts = {"hosts": machines, "vars": common, "children": {"servers": {"hosts": servers}}}
    inventory.write_text(yaml.safe_dump({"all": hosts}))
    playbook = tmp_path / "look.yml"
    playbook.write_text(LOOK)

    ended, said = _play(
        playbook, inventory, "-e", "{'siberius_pki': \"{{ test_pki | default('/no/such') }}\"}"
    )

    assert ended != 0
    messages = dict(
        re.findall(r'^fatal: \[(\w+)\]: FAILED! => .*?"msg": "(.*?)"\}?$', said, re.MULTILINE)
    )
    wanted = {
        "silent": r"silent does not answer at 127.0.0.1: .*refused.*\. Start it",
        "foreign": r"foreign runs .*: install Debian 3, or take it out",
        "small": r"small has \d+ MB of memory: give it 1000000000 MB",
        "full": r"full has \d+ MB free on /: free or add space",
        "late": r"the clock of late is off from this machine's, by \d+\.\d s at least: set it",
        "busy": rf"busy: a port that is needed is in use by another program: port {listening}: ",
        "broken": r"broken has packages .* broken off: run dpkg --configure -a",
        "orphan": r"orphan belongs to a cluster whose secrets .* has no vault.yml, .*Bring",
        "stranger": r"stranger belongs to another cluster: .* Name the right inventory",
        "bare": r"bare is to show the certificate /no/such.pem .*: put both files there",
    }
    assert messages.keys() == wanted.keys(), said
    for machine, pattern in wanted.items():
        assert re.match(pattern, messages[machine]), messages[machine]
    assert re.search(r"^well .*changed=0 .*failed=0", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        ({"a": "192.0.2.1", "b": "192.0.2.2"}, "2 machines in its group `servers`"),
        ({"a": "192.0.2.1", "b": "192.0.2.1", "c": "192.0.2.3"}, "a and b have 192.0.2.1"),
        ({"a": "192.0.2.9"}, "a and siberius_virtual_address have 192.0.2.9"),
        ({"a": "one.example"}, "a has one.example. Correct ansible_host"),
    ],
)
def test_an_inventory_that_makes_no_sense_is_refused(
    tmp_path: Path, hosts: dict[str, str], message: str
) -> None:
    ended, said = _deploy(tmp_path, hosts)
    assert ended != 0
    assert message in said


def test_nothing_is_made_where_a_machine_does_not_answer(tmp_path: Path) -> None:
    ended, said = _deploy(tmp_path, {"a": "127.0.0.1"})
    assert ended != 0
    assert "a does not answer at 127.0.0.1" in said
    assert not (tmp_path / "secrets").exists()


def test_an_inventory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended, said = _play(PLAYBOOKS / "deploy.yml", tmp_path / "inventory.yml")
    assert ended != 0
    assert "inventory.yml" in said
    assert not (tmp_path / "secrets").exists()


def _deploy(folder: Path, hosts: dict[str, str]) -> tuple[int, str]:
    inventory = folder / "inventory.yml"
    servers = {"hosts": {name: {"ansible_host": address} for name, address in hosts.items()}}
    variables = {"siberius_virtual_address": "192.0.2.9", "ansible_port": 1}
    inventory.write_text(
        yaml.safe_dump({"all": {"vars": variables, "children": {"servers": servers}}})
    )
    return _play(PLAYBOOKS / "deploy.yml", inventory)


def _play(playbook: Path, inventory: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and what was said, in as few lines as Ansible can."""
    program = Path(sys.executable).with_name("ansible-playbook")
    password = inventory.with_name("vault-password")
    password.write_text("a password of the vault")
    environment = os.environ | {
        "SIBERIUS_VAULT_PASSWORD_FILE": str(password),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_HOME": str(inventory.with_name("ansible")),
    }
    done = subprocess.run(
        [program, "-i", inventory, playbook, *arguments],
        cwd=PLAYBOOKS, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def _late_clock(folder: Path, *, seconds: int) -> str:
    """A PATH whose `date` is late."""
    program = folder / "late" / "date"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec {shutil.which('date')} -d '-{seconds} seconds' \"$@\"\n")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def _half_installed(folder: Path) -> Path:
    """What dpkg knows where it was broken off."""
    known = folder / "dpkg"
    (known / "info").mkdir(parents=True)
    (known / "status").write_text(
        "Package: etcd-server\nStatus: install ok half-configured\nArchitecture: amd64\n"
        "Maintainer: nobody <nobody@example.com>\nVersion: 3.5\nDescription: a store\n"
    )
    (known / "available").touch()
    return known


def _authority(folder: Path) -> Path:
    """A folder of secrets; the path of its `pki`."""
    pki = folder / "pki"
    pki.mkdir(parents=True, exist_ok=True)
    for file in (folder / "vault.yml", pki / "ca.crt", pki / "ca.key"):
        file.write_text(str(folder))
    return pki
