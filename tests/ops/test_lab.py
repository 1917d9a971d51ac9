"""The lab's inventory is what its plan says, and all that the playbooks need."""

from pathlib import Path

import pytest

from ops.cluster import OperatorError
from ops.cluster.hosts import Inventory
from ops.lab import inventory
from ops.lab.plan import MACHINES, VIRTUAL_ADDRESS


def test_ansible_reads_the_machines_of_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    inventory.write(path, tmp_path / "id_ed25519")
    lab = Inventory(path)
    planned = [each.address for each in MACHINES if each.group == "servers"]
    assert [server.address for server in lab.servers] == planned
    assert (lab.virtual_address, lab.url) == (VIRTUAL_ADDRESS, f"https://{VIRTUAL_ADDRESS}")
    assert lab.servers[0].variables["ansible_ssh_private_key_file"] == str(tmp_path / "id_ed25519")


def test_addresses_of_the_plan_are_used_once() -> None:
    addresses = [machine.address for machine in MACHINES] + [VIRTUAL_ADDRESS]
    assert len(addresses) == len(set(addresses))


def test_an_inventory_without_servers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    path.write_text("all: {hosts: {alone: {}}}")
    with pytest.raises(OperatorError, match="no group `servers`"):
        Inventory(path)
    with pytest.raises(OperatorError, match="there is no inventory"):
        Inventory(tmp_path / "other.yml")
