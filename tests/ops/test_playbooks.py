"""The playbooks as a user meets them: what may be set is documented, and the examples are right."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from ops.cluster.hosts import Inventory

PLAYBOOKS = Path(__file__).resolve().parents[2] / "ops" / "ansible"
ROLES = sorted((PLAYBOOKS / "roles").iterdir())
EXAMPLES = {"one-server": 1, "three-servers": 3, "five-servers": 5, "branches": 3}


def test_every_default_is_documented_as_it_is() -> None:
    defaults = {name: value for role in ROLES for name, value in _defaults(role).items()}
    documented: dict[str, Any] = {}
    for role in ROLES:
        for entry in _read(role / "meta" / "argument_specs.yml")["argument_specs"].values():
            documented |= entry["options"]
    assert documented.keys() == defaults.keys()
    for name, option in documented.items():
        # One that follows from the machine or the inventory is described in words.
        if "{{" in json.dumps(defaults[name]):
            assert "default" not in option, name
            assert "default" in str(option).lower(), name
        else:
            assert option["default"] == defaults[name], name


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_says_what_it_does_and_where_to_look(role: Path) -> None:
    text = (role / "README.md").read_text()
    assert len(text.splitlines()) <= 15
    for part in ("**Puts there**", "**Needs**", "**When it fails**"):
        assert part in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_an_inventory(name: str) -> None:
    inventory = Inventory(PLAYBOOKS / "examples" / f"{name}.yml")
    assert len(inventory.servers) == EXAMPLES[name]
    addresses = [machine.address for machine in inventory.machines] + [inventory.virtual_address]
    assert len(set(addresses)) == len(addresses)
    assert inventory.url == "https://siberius.example.com"


def test_no_example_is_left_out() -> None:
    assert {path.stem for path in (PLAYBOOKS / "examples").iterdir()} == EXAMPLES.keys()


@pytest.mark.parametrize(
    ("peers", "hears"),
    [
        ("127.0.0.2 127.0.0.3", True),
        ("127.0.0.2 gone.invalid", True),
        ("gone.invalid gone-too.invalid", False),
        ("127.0.0.2 127.0.0.3 gone.invalid gone-too.invalid", True),
        ("127.0.0.2 a.invalid b.invalid c.invalid", False),
    ],
)
def test_who_hears_fewer_than_half_of_the_others_gives_up_the_shared_address(
    peers: str, hears: bool
) -> None:
    template = PLAYBOOKS / "roles" / "haproxy" / "templates" / "majority.j2"
    names = peers.split()
    script = jinja2.Template(template.read_text()).render(
        ansible_managed="", haproxy_peers=names, siberius_servers=["self", *names]
    )
    # A closed port of this machine refuses, as that of a server without HAProxy does.
    done = subprocess.run(["bash", "-c", script], check=False, timeout=30)
    assert (done.returncode == 0) == hears


def _defaults(role: Path) -> dict[str, Any]:
    file = role / "defaults" / "main.yml"
    return _read(file) if file.exists() else {}


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))
