"""The lab as an Ansible inventory, which is all the playbooks get to see of it."""

from pathlib import Path

import yaml

from ops.lab.plan import MACHINES, NETWORK, VIRTUAL_ADDRESS


def write(path: Path, key: Path) -> None:
    """The inventory of the lab's machines, reached by SSH with `key`."""
    groups: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for machine in MACHINES:
        hosts = groups.setdefault(machine.group, {"hosts": {}})["hosts"]
        hosts[machine.name] = {
            "ansible_host": machine.address,
            "power_off": f"docker kill {NETWORK}-{machine.name}",
            "power_on": f"docker start {NETWORK}-{machine.name}",
        }
    inventory = {
        "all": {
            "vars": {
                "ansible_user": "root",
                "ansible_ssh_private_key_file": str(key),
                # The machines are made anew, and with them their keys.
                "ansible_ssh_common_args": f"-o UserKnownHostsFile={key.parent / 'known_hosts'}",
                "siberius_virtual_address": VIRTUAL_ADDRESS,
                # The clocks of containers are their host's.
                "siberius_time_sync": False,
                # They see the whole memory of their host, and may use a part of it.
                "siberius_postgres": {"max_connections": 200, "shared_buffers": "128MB"},
            },
            "children": groups,
        }
    }
    path.write_text(yaml.safe_dump(inventory, sort_keys=False))
