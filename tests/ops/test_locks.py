"""The lock files name versions and hashes, no addresses, and fit `pyproject.toml`."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "ops" / "locks"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[str | dict[str, str]]] = PROJECT["dependency-groups"]
BASE: list[str] = PROJECT["project"]["dependencies"]


def _group(name: str) -> list[str]:
    found: list[str] = []
    for entry in GROUPS[name]:
        found += [entry] if isinstance(entry, str) else _group(entry["include-group"])
    return found


WANTED = {
    "agent": BASE,
    "server": BASE + EXTRAS["server"],
    "demo": BASE + EXTRAS["server"] + EXTRAS["demo"] + _group("build"),
    "dev": BASE + EXTRAS["server"] + EXTRAS["demo"] + EXTRAS["ops"] + _group("dev"),
    "uv": _group("uv"),
    "node": _group("node"),
    "go": _group("go"),
}


def _locked(lock: str) -> dict[str, set[str]]:
    """The versions that a lock names for each package: several where markers part them."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE
    ):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def test_there_is_one_lock_for_each_use() -> None:
    assert {path.stem for path in LOCKS.iterdir()} == set(WANTED)


@pytest.mark.parametrize("lock", WANTED)
def test_what_the_project_asks_for_is_locked(lock: str) -> None:
    locked = _locked(lock)
    for requirement in map(Requirement, WANTED[lock]):
        versions = locked.get(canonicalize_name(requirement.name))
        assert versions, f"{lock}.txt lacks {requirement.name}: run 'make lock'"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("lock", ["agent", "server", "demo"])
def test_what_is_installed_is_what_is_tested(lock: str) -> None:
    tested = _locked("dev")
    assert {name: tested[name] for name in _locked(lock)} == _locked(lock)


@pytest.mark.parametrize("lock", WANTED)
def test_every_package_has_a_hash_and_no_address(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block


def test_npm_packages_have_a_hash_and_no_address() -> None:
    lock = json.loads((ROOT / "app" / "web" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "integrity" in entry, name
        assert "resolved" not in entry, name
