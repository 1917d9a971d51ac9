"""What is missing from a cluster's redundancy, as its machines tell it."""

import json
import time
from pathlib import Path

import pytest

from ops.cluster import state
from ops.cluster.hosts import Host, Inventory
from ops.lab import inventory

MEMBERS = {
    "core-1": ("leader", "running"),
    "core-2": ("sync_standby", "streaming"),
    "core-3": ("replica", "streaming"),
}


@pytest.fixture
def lab(tmp_path: Path) -> Inventory:
    inventory.write(tmp_path / "inventory.yml", tmp_path / "id_ed25519")
    return Inventory(tmp_path / "inventory.yml")


def answer(monkeypatch: pytest.MonkeyPatch, *, down: str = "", ready: str = '"ready"') -> None:
    """Every machine answers; core-2 says that these units are down and its application this."""
    members = [
        {"name": name, "role": role, "state": state, "timeline": 1}
        for name, (role, state) in MEMBERS.items()
    ]

    def get(host: Host, port: int, _path: str) -> str:
        if port == 8008:
            return json.dumps({"members": members})
        return ready if host.name == "core-2" else '"ready"'

    monkeypatch.setattr(Host, "get", get)
    monkeypatch.setattr(Host, "run", lambda host, _: down if host.name == "core-2" else "")


def test_nothing_is_missing(lab: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch)
    assert state.degraded(lab) == []


def test_each_part_that_is_down_is_a_reason(
    lab: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, down="etcd\nkeepalived\n")
    assert state.degraded(lab) == ["core-2: etcd is down", "core-2: keepalived is down"]


def test_who_was_cut_off_is_not_believed(lab: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    """core-1 led, and has not heard that core-2 does."""
    answer(monkeypatch)
    as_before = Host.get
    now = {"core-2": ("leader", "running"), "core-3": ("sync_standby", "streaming")}
    members = [{"name": name, "role": role, "state": is_} for name, (role, is_) in now.items()]

    def get(host: Host, port: int, path: str) -> str:
        if port == 8008 and host.name != "core-1":
            return json.dumps({"members": members})
        return as_before(host, port, path)

    monkeypatch.setattr(Host, "get", get)
    assert state.degraded(lab) == ["1 of 2 standbys follow the leader"]


def test_an_application_that_is_not_ready_is_a_reason(
    lab: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, ready='"starting"')
    assert state.degraded(lab) == ["core-2: the application is not ready"]


def test_the_last_proof_is_the_newest_of_all_servers(
    lab: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()

    def figures(succeeded: int, age_s: int) -> str:
        return (
            f"# HELP siberius_backup_proof_success 1 where it was one.\n"
            f"siberius_backup_proof_success {succeeded}\n"
            f"siberius_backup_proof_timestamp_seconds {now - age_s}\n"
        )

    told = {"core-1": "", "core-2": figures(0, 700_000), "core-3": figures(1, 95_000)}
    monkeypatch.setattr(Host, "run", lambda host, _: told[host.name])
    proof = state.last_proof(lab)
    assert proof is not None
    assert (proof.server, proof.succeeded, proof.age_s // 100) == ("core-3", True, 950)

    told["core-1"] = figures(0, 50)
    proof = state.last_proof(lab)
    assert proof is not None
    assert (proof.server, proof.succeeded) == ("core-1", False)

    told.clear()
    told |= dict.fromkeys(("core-1", "core-2", "core-3"), "")
    assert state.last_proof(lab) is None
