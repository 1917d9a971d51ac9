"""The release archive installs without a registry, and the agent in it is small."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from fpdf import FPDF

ROOT = Path(__file__).resolve().parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
SERVER_ONLY = {"fastapi", "sqlalchemy", "psycopg", "redis", "minio", "uvicorn", "pillow"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked archive for the Python that runs this test."""
    done = _run("make", "release", f"TARGET_PYTHON={PYTHON}", cwd=ROOT)
    archive = ROOT / done.stdout.splitlines()[-1].removeprefix("» ").split(":")[0]
    folder = tmp_path_factory.mktemp("release")
    _run("tar", "xf", archive, cwd=folder)
    (unpacked,) = folder.iterdir()
    return unpacked


def test_the_checksums_cover_every_file(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {
        str(path.relative_to(release)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert sums == files


def test_a_server_installs_without_a_registry(release: Path, tmp_path: Path) -> None:
    bin_ = _install(release, tmp_path / "venv", "siberius[server]")
    assert _run(bin_ / "siberius", "--version").stdout.startswith("siberius ")
    (dashboard,) = bin_.parent.glob("lib/python*/site-packages/app/web/dist/index.html")
    assert "<html" in dashboard.read_text()

    settings = {"SIBERIUS_DATA_DIR": str(tmp_path / "data"), "SIBERIUS_SECRET_KEY": "k9" * 20}
    _run(bin_ / "siberius", "migrate", env=settings)
    assert (tmp_path / "data" / "siberius.db").stat().st_size > 0


def test_the_agent_alone_is_small_and_reads_documents(release: Path, tmp_path: Path) -> None:
    bin_ = _install(release, tmp_path / "venv", "siberius")
    listed = json.loads(_run(bin_ / "pip", "list", "--format=json").stdout)
    assert not SERVER_ONLY & {package["name"].lower() for package in listed}
    assert _run(bin_ / "siberius-agent", "--version").stdout.strip()

    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.cell(text="Orçamento Nº 4711")
    page.output(str(tmp_path / "quote.pdf"))
    shown = _run(bin_ / "siberius-agent", "inspect", "--json", tmp_path / "quote.pdf").stdout
    read = json.loads(shown)
    assert read["fields"]["type"]["value"] == "quote"
    assert read["fields"]["number"]["value"] == "4711"


def _install(release: Path, folder: Path, requirement: str) -> Path:
    venv.create(folder, with_pip=True)
    _run(
        *(folder / "bin" / "pip", "install", "--quiet", "--no-index"),
        *("--find-links", release / "wheels", requirement),
    )
    return folder / "bin"


def _run(
    *command: str | Path, cwd: Path = Path("/"), env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command outside the tree, where only what was installed can be found."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SIBERIUS_", "PYTHON", "MAKE"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**inherited, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done
