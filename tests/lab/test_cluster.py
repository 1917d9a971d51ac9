"""From plain machines to a cluster that loses nothing: the lab, the playbooks, drills, restores.

The tests are one story and run in this order. It takes many minutes and a Docker engine, so it is
`make test-lab` and no part of `make test`. SIBERIUS_LAB=keep leaves the lab as it is at the end.
"""

import json
import os
import re
import ssl
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.cluster import secrets, state
from ops.cluster.hosts import Inventory
from ops.drill.ledger import codes
from ops.drill.rehearsal import EMAIL

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / "bin"
INVENTORY = ROOT / "build" / "lab" / "inventory.yml"


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[None]:
    _run(BIN / "siberius", "lab", "up")
    try:
        yield
    finally:
        if os.environ.get("SIBERIUS_LAB") != "keep":
            _run(BIN / "siberius", "lab", "down")


def test_one_command_makes_a_cluster_and_a_second_changes_nothing() -> None:
    began = time.monotonic()
    _play("deploy.yml")
    print(f"deployed after {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    changed = re.findall(r"^(\S+) .*changed=([1-9]\d*)", _play("deploy.yml"), re.MULTILINE)
    print(f"the second run took {time.monotonic() - began:.0f} s")
    assert changed == []
    status = json.loads(_run(BIN / "siberius", "status", "--json"))
    assert status["degraded"] == []
    assert status["losesNothingNow"]


def test_the_doctor_finds_no_problem_and_changes_nothing() -> None:
    before = _as_it_is()
    report = json.loads(_run(BIN / "siberius", "doctor", "--json"))
    assert report["problems"] == 0, report
    assert len(report["outages"]) == 2
    assert _as_it_is() == before


@pytest.mark.parametrize("fault", ["leader-kill", "partition", "rolling-update"])
def test_nothing_acknowledged_is_lost(fault: str) -> None:
    result = _drill(fault)
    assert (result["acknowledgedLost"], result["doubled"]) == (0, 0)
    assert result["met"], result["goal"]


def test_the_checker_reports_loss_where_there_is_some() -> None:
    assert _drill("negative-control")["acknowledgedLost"] > 0


def _as_it_is() -> dict[str, Any]:
    """Each machine's settings, when its parts were started, and the cluster's settings."""
    inventory = Inventory(INVENTORY)
    ask = (
        "find /etc -xdev -type f -exec sha256sum {} + | sort --key 2;"
        "systemctl show --property=Id,ActiveState,ActiveEnterTimestamp,NRestarts etcd patroni"
        " siberius-redis siberius-sentinel siberius-minio haproxy keepalived siberius nftables ssh"
    )
    found = state.ask_all(inventory.machines, lambda machine: machine.run(ask))
    return found | {"patroni": inventory.servers[0].get(8008, "/config")}


def test_the_database_goes_back_to_a_moment_and_clients_read_anew() -> None:
    with _client() as client:
        cursor = client.get("/api/branches").json()["cursor"]
        kept, gone = (uuid.uuid4().hex[:20] for _ in range(2))
        _write(client, kept)
        # To the second: a person reads it off a clock.
        time.sleep(1)
        moment = datetime.now(UTC).replace(microsecond=0)
        time.sleep(1)
        _write(client, gone)

    began = time.monotonic()
    said = _play("restore.yml", "--extra-vars", json.dumps({"restore_to": moment.isoformat()}))
    print(f"restored after {time.monotonic() - began:.0f} s")

    status = json.loads(_run(BIN / "siberius", "status", "--json"))
    assert status["degraded"] == []
    assert status["losesNothingNow"]
    assert status["lastBackup"]["kind"] == "full"
    assert status["lastBackup"]["ageS"] < time.monotonic() - began
    with _client() as client:
        found = codes(client)
        assert (found[kept], found[gone]) == (1, 0)
        assert client.get("/api/branches", params={"since": cursor}).json()["mustRefetch"]
        _write(client, gone)
        assert codes(client)[gone] == 1
    assert '"missing": []' in said


@contextmanager
def _client() -> Iterator[httpx.Client]:
    """As the administrator of the company that the drills made."""
    inventory = Inventory(INVENTORY)
    trusted = ssl.create_default_context(cafile=str(inventory.secrets_folder / "pki" / "ca.crt"))
    body = {"email": EMAIL, "password": secrets.read(inventory.vault)["drill"]}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        token = client.post("/api/auth/login", json=body).raise_for_status().json()["accessToken"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def _write(client: httpx.Client, code: str) -> None:
    client.post("/api/branches", json={"name": code, "code": code, "city": ""}).raise_for_status()


def _drill(fault: str) -> dict[str, Any]:
    journal = ROOT / "build" / "drills" / f"{fault}.json"
    journal.unlink(missing_ok=True)
    print(_run(BIN / "siberius", "drill", fault, "--yes", check=False))
    return dict(json.loads(journal.read_text()))


def _play(playbook: str, *arguments: str) -> str:
    folder = ROOT / "ops" / "ansible"
    return _run(BIN / "ansible-playbook", "-i", INVENTORY, playbook, *arguments, cwd=folder)


def _run(*command: str | Path, cwd: Path = ROOT, check: bool = True) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        pytest.fail(f"{command[0]} {command[1]}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return done.stdout
