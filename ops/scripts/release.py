"""Build the release archive: all that a server, an agent or an image installs, in one file.

`build/release/siberius-<version>-<tag>.tar.gz` holds the wheels of Siberius (the dashboard
is inside) and of every package of its server, for one Python on one kind of machine, and
`SHA256SUMS`. The target needs no registry:

    sha256sum --check SHA256SUMS
    pip install --no-index --find-links wheels 'siberius[server]'
"""

import argparse
import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build" / "release"
DEBIAN_13_PYTHON = "3.13"
# What a wheel may ask of the target: glibc 2.35 is older than that of Debian 12.
GLIBC_MINORS = (5, 12, 17, 24, 26, 27, 28, 31, 34, 35)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default=DEBIAN_13_PYTHON, metavar="3.N")
    parser.add_argument("--machine", default=platform.machine(), help="x86_64 or aarch64")
    args = parser.parse_args()

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    name = f"siberius-{version}-cp{args.python.replace('.', '')}"
    folder = OUTPUT / name
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)

    print(f"» {name}: wheel of Siberius", flush=True)
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(ROOT))
    print(f"» {name}: wheels of its packages for {args.machine}", flush=True)
    _download(folder, wheels, args.python, args.machine)
    _write_sums(folder)
    archive = _pack(folder)
    print(f"» {archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.1f} MB")


def _download(folder: Path, wheels: Path, python: str, machine: str) -> None:
    """Fetch what the server's lock names, by hash, for the target and not for this machine."""
    requirements = folder / "requirements.txt"
    # pip reads markers such as `python_version < "3.12"` for the Python it runs on; uv
    # resolves them for the target, so that what pip gets has none left.
    _run(
        *("-m", "uv", "pip", "compile", "--quiet", str(ROOT / "ops/locks/server.txt")),
        *("--no-deps", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--no-emit-index-url", "--python-version", python),
        *("--python-platform", f"{machine}-manylinux_2_35", "-o", str(requirements)),
    )
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    platforms += [f"manylinux{year}_{machine}" for year in ("1", "2010", "2014")]
    _run(
        *("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--require-hashes", "-r", str(requirements), "--dest", str(wheels)),
        *("--only-binary", ":all:", "--implementation", "cp", "--python-version", python),
        *(argument for each in platforms for argument in ("--platform", each)),
    )


def _write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _pack(folder: Path) -> Path:
    """The folder as a `.tar.gz` that depends on nothing but its contents."""
    archive = folder.with_name(folder.name + ".tar.gz")
    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(OUTPUT), recursive=False, filter=_anonymous)
    return archive


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mtime = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    member.mode = 0o755 if member.isdir() else 0o644
    return member


def _run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments[:4])} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
