"""Parts that form a group at their first start form it on bare machines, however these lag.

Each start is on servers that were made a moment before, with random delays between them. One is a
part of `make test-lab`; `make test-first-starts STARTS=20 PARTS=minio` is what a change of a part's
role is tried with.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.cluster import OperatorError
from ops.cluster.hosts import Host, Inventory
from ops.lab import inventory
from ops.lab.machines import Lab
from ops.lab.plan import MACHINES

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = ROOT / "build" / "lab" / "inventory.yml"
STARTS = int(os.environ.get("SIBERIUS_FIRST_STARTS", "1"))
PARTS = os.environ.get("SIBERIUS_FIRST_START_PARTS", "etcd redis minio patroni").split()
SLOW_S = 4
SERVERS = [machine.name for machine in MACHINES if machine.group == "servers"]

_TLS = "--cacert /etc/siberius/pki/ca.crt"
_ETCD = f"etcdctl {_TLS} --cert /etc/siberius/pki/host.crt --key /etc/siberius/pki/host.key"
_REDIS = "export REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /etc/siberius/redis.conf);"
_HEALTHY = """python3 - <<'E'
import ssl, urllib.request
trusted = ssl.create_default_context(cafile="/etc/siberius/pki/ca.crt")
ask = "https://127.0.0.1:%s"
print(urllib.request.urlopen(ask, context=trusted, timeout=10).read().decode())
E"""
# Of each part: its units, what each server is asked, and what is in the answer where it is whole.
GROUPS = {
    "etcd": (["etcd"], f"{_ETCD} endpoint health --cluster 2>&1", r"(?s)(is healthy.*){3}"),
    "redis": (
        ["siberius-redis", "siberius-sentinel"],
        f"{_REDIS} redis-cli --tls {_TLS} -p 26379 sentinel ckquorum siberius",
        "OK 3 usable Sentinels",
    ),
    "minio": (["siberius-minio"], _HEALTHY % "9000/minio/health/cluster", r"^\n$"),
    "patroni": (
        ["patroni"],
        _HEALTHY % "8008/cluster",
        r"(?s)^(?=.*sync_standby)(.*running|.*streaming){3}",
    ),
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Its servers have what every machine has (`common`), and no part."""
    lab = Lab(ROOT / "build" / "lab")
    inventory.write(lab.folder / "inventory.yml", lab.key)
    try:
        _make_anew(lab)
        _run_role("localhost", "secrets")
        _run_role("servers", "common")
        lab.freeze(SERVERS)
        yield lab
    finally:
        for _ in lab.down():
            pass


@pytest.mark.parametrize("start", range(1, STARTS + 1))
def test_a_group_is_formed_at_once_and_nothing_starts_twice(start: int, lab: Lab) -> None:
    _make_anew(lab)
    servers = Inventory(INVENTORY).servers
    for part in PARTS:
        units, ask, whole = GROUPS[part]
        began = time.monotonic()
        _run_role("servers", part, slow_s=SLOW_S)
        took = time.monotonic() - began
        for server in servers:
            _wait_until_whole(server, ask, whole)
            for unit in units:
                assert _starts(server, unit) == 1, (server.name, unit)
        print(f"start {start}: {part} is whole after {took:.0f} s")
        if start == 1:
            assert _changed(_run_role("servers", part)) == []


def test_a_store_that_does_not_become_whole_is_started_once_more(lab: Lab) -> None:
    _run_role("servers", "minio")
    servers = Inventory(INVENTORY).servers
    before = [_starts(server, "siberius-minio") for server in servers]
    hangs = servers[1]
    hangs.run("systemctl kill --signal STOP siberius-minio")
    said = _run_role("servers", "minio", minio_tries=2)
    assert re.search(rf"the store is not whole: .*{hangs.name} said -1", said)
    _, ask, whole = GROUPS["minio"]
    for server in servers:
        _wait_until_whole(server, ask, whole)
    after = [_starts(server, "siberius-minio") for server in servers]
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 1, 0]


def _make_anew(lab: Lab) -> None:
    for _ in (*lab.down(SERVERS), *lab.up(SERVERS)):
        pass


def _run_role(hosts: str, role: str, *, slow_s: float = 0, **variables: Any) -> str:
    """What Ansible said when it ran this role alone."""
    command = [str(ROOT / ".venv" / "bin" / "ansible"), hosts]
    command += ["--inventory", str(INVENTORY)]
    command += ["--playbook-dir", str(ROOT / "ops" / "ansible")]
    command += ["--module-name", "include_role", "--args", f"name={role}"]
    command += ["--extra-vars", json.dumps(variables)]
    settings = {"ANSIBLE_CONFIG": str(ROOT / "ops" / "ansible" / "ansible.cfg")}
    if slow_s:
        settings |= {
            "ANSIBLE_SSH_EXECUTABLE": str(Path(__file__).with_name("slow-ssh")),
            "SIBERIUS_SLOW_S": str(slow_s),
        }
    done = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"{role} on {hosts}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return done.stdout


def _starts(server: Host, unit: str) -> int:
    """How often it was started since the machine was."""
    said = server.run(f"journalctl --unit {unit} --output cat")
    return len(re.findall("^Started ", said, re.MULTILINE))


def _changed(said: str) -> list[str]:
    """The machines on which a role alone changed something."""
    return re.findall(r"^(\S+) \| CHANGED", said, re.MULTILINE)


def _wait_until_whole(server: Host, ask: str, whole: str, *, within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    said = ""
    while not re.search(whole, said):
        assert time.monotonic() < deadline, f"{server.name}: {said}"
        try:
            said = server.run(ask)
        except OperatorError as error:
            said = str(error)
        time.sleep(0.5)
