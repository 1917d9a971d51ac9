"""Run the benches and collect what they measured: `python -m tests.bench [NAME…]`.

Each `bench_<name>.py` beside this file has `run() -> list[Figure]`. It gets a fresh process,
so that no bench inherits another's memory or caches, and one that fails hides no other.
Prints a table and writes `build/bench.json`, a flat list. The exit code is 0 when every
bench ran; a goal that is missed is shown, not an error.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REPORT = ROOT / "build" / "bench.json"
LIMIT_SECONDS = 1800


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; default all")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.into:
        (name,) = args.names
        figures = importlib.import_module(f"tests.bench.bench_{name}").run()
        args.into.write_text(json.dumps(figures))
        return 0

    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := set(args.names) - set(known):
        parser.error(f"no bench {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    figures = []
    failed = []
    for name in args.names or known:
        print(f"» {name}", flush=True)
        measured = _measure(name)
        if measured is None:
            failed.append(name)
        else:
            figures += measured
        # After each one: an interrupted run keeps what it has.
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(json.dumps(figures, indent=2) + "\n")
    _print_table(figures)
    if failed:
        print(f"did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(name: str) -> list[Figure] | None:
    with tempfile.TemporaryDirectory(prefix="siberius-bench-") as folder:
        result = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "tests.bench", name, "--into", str(result)]
        try:
            subprocess.run(
                command, cwd=ROOT, check=True, timeout=LIMIT_SECONDS, stdin=subprocess.DEVNULL
            )
        except subprocess.SubprocessError as error:
            print(f"✗ {name}: {error}", file=sys.stderr)
            return None
        figures: list[Figure] = json.loads(result.read_text())
        return figures


def _print_table(figures: list[Figure]) -> None:
    rows = [("", "measured", "", "goal", "")]
    for each in figures:
        verdict = "" if each["goal"] is None else "met" if each["met"] else "MISSED"
        rows.append(
            (
                each["name"],
                f"{each['value']:,.4g}",
                each["unit"],
                each["goal"] or "",
                verdict,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for name, value, *rest in rows:
        cells = [name.ljust(widths[0]), value.rjust(widths[1])]
        cells += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=True)]
        print("  ".join(cells).rstrip())


if __name__ == "__main__":
    sys.exit(main())
