"""From plain machines to a cluster that loses nothing: the lab, the playbooks, the drills.

This takes many minutes and a Docker engine, so it is `make test-lab` and no part of `make test`.
SIBERIUS_LAB=keep leaves the lab as it is at the end.
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

from ops.cluster import state
from ops.cluster.hosts import Inventory

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
    _deploy()
    print(f"deployed after {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    changed = re.findall(r"^(\S+) .*changed=([1-9]\d*)", _deploy(), re.MULTILINE)
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


def _drill(fault: str) -> dict[str, Any]:
    journal = ROOT / "build" / "drills" / f"{fault}.json"
    journal.unlink(missing_ok=True)
    print(_run(BIN / "siberius", "drill", fault, "--yes", check=False))
    return dict(json.loads(journal.read_text()))


def _deploy() -> str:
    return _run(
        BIN / "ansible-playbook", "-i", INVENTORY, "deploy.yml", cwd=ROOT / "ops" / "ansible"
    )


def _run(*command: str | Path, cwd: Path = ROOT, check: bool = True) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        pytest.fail(f"{command[0]} {command[1]}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return done.stdout
