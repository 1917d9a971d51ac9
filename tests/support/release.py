"""The release before this one, as an operator has it: a wheel built from its commit."""

import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]
PREVIOUS = "e6b9b3252ff55e1c93c8ae257f3b4f12686e7ee5"
"""The last commit of 0.1.0. Moves with each release: its agents are still out there."""
_PARTS = ("agent", "app", "pyproject.toml", "README.md")


@cache
def previous_release() -> Path:
    """A folder to put first on `PYTHONPATH`: agent and server of the release before, which find
    their dependencies in this environment."""
    folder = Path(tempfile.mkdtemp(prefix="siberius-release-"))
    source, wheels, installed = folder / "source", folder / "wheels", folder / "installed"
    archive = _run("git", "-C", str(ROOT), "archive", PREVIOUS, *_PARTS)
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        tar.extractall(source, filter="data")
    build = ("build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(source))
    _run(sys.executable, "-m", *build)
    (wheel,) = wheels.glob("*.whl")
    install = ("uv", "pip", "install", "--quiet", "--no-deps", "--target", str(installed))
    _run(sys.executable, "-m", *install, str(wheel))
    return installed


def environment_of(release: Path) -> dict[str, str]:
    """The variables with which `python -m` runs that release, and not the folder it stands in."""
    return {"PYTHONPATH": str(release), "PYTHONSAFEPATH": "1"}


def _run(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout
