"""What runs on a machine may do there what it needs, and little else."""

import subprocess
from pathlib import Path

import jinja2
import pytest

ROLES = Path(__file__).resolve().parents[2] / "ops" / "ansible" / "roles"
UNITS = sorted([*ROLES.glob("*/files/*.service"), *ROLES.glob("*/templates/*.service.j2")])
MOST = 3.0
"""Of 10, as `systemd-analyze security` counts."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_hardly_exposed(unit: Path, tmp_path: Path) -> None:
    plain = tmp_path / unit.name.removesuffix(".j2")
    # What its variables are has no part in this, but that paths are some.
    plain.write_text(jinja2.Environment(undefined=_Path).from_string(unit.read_text()).render())
    command = ["systemd-analyze", "security", "--no-pager", "--offline=yes"]
    command += [f"--threshold={int(MOST * 10)}", str(plain)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1:] or done.stderr


class _Path(jinja2.ChainableUndefined):
    def __str__(self) -> str:
        return "/any"


def test_every_unit_of_ours_is_looked_at() -> None:
    names = {unit.name.removesuffix(".j2") for unit in UNITS}
    assert {"siberius.service", "siberius-agent.service", "minio.service"} < names
