"""The version stands in one place, and what names it is in step."""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
SECTION = re.compile(
    r"^## \[(?P<version>\d+\.\d+\.\d+)\] - (?P<day>\d{4}-\d{2}-\d{2})$", re.MULTILINE
)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def _read(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("program", ["siberius", "siberius-agent"])
def test_a_program_says_its_version(program: str) -> None:
    said = subprocess.run(
        [Path(sys.executable).with_name(program), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"{program} {VERSION}\n"


def test_the_newest_section_of_the_changelog_is_this_version() -> None:
    text = _read("CHANGELOG.md")
    found = [(each["version"], date.fromisoformat(each["day"])) for each in SECTION.finditer(text)]
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert len(found) == len(headings) - ("[Unreleased]" in headings)
    assert found[0][0] == VERSION
    numbers = [tuple(map(int, version.split("."))) for version, _ in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert [day for _, day in found] == sorted((day for _, day in found), reverse=True)
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= KINDS


def test_a_section_says_something() -> None:
    for section in re.split(r"^## ", _read("CHANGELOG.md"), flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        assert text.strip() or title == "[Unreleased]", title


def test_this_release_is_one_that_is_mended() -> None:
    minor = VERSION.rpartition(".")[0]
    rows = re.findall(r"^\| (\d+\.\d+)\.x \| (\w+)", _read("SECURITY.md"), re.MULTILINE)
    assert dict(rows)[minor] == "yes"
    assert rows[0][0] == minor


def test_the_docs_name_the_archive_of_this_version() -> None:
    named = {
        version
        for page in [
            ROOT / "README.md",
            *(ROOT / "docs").rglob("*.md"),
            *(ROOT / "ops").rglob("*.md"),
        ]
        for version in re.findall(r"siberius-(\d+\.\d+\.\d+)", page.read_text())
    }
    assert named == {VERSION}
