"""Run the benches and collect what they measured: `python -m tests.bench [--short] [NAME…]`.

Each `bench_<name>.py` beside this file has `run() -> list[Figure]`. It gets a fresh process,
so that no bench inherits another's memory or caches, and one that fails hides no other.
Prints a table and writes `build/bench.json`, a flat list. The exit code is 0 when every
bench ran and has figures; a goal that is missed is shown, not an error.

The short form takes the smallest sizes and one round. Its figures say that each bench still
measures, and nothing else, so they are kept apart, in `build/bench-check.json`.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.size import SHORT, VARIABLE

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REPORT = ROOT / "build" / ("bench-check.json" if SHORT else "bench.json")
LIMIT_SECONDS = 240 if SHORT else 1800


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; default all")
    parser.add_argument("--short", action="store_true", help="only whether they still measure")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.into:
        (name,) = args.names
        figures = importlib.import_module(f"tests.bench.bench_{name}").run()
        args.into.write_text(json.dumps(figures))
        return 0
    if args.short and not SHORT:
        # From here on, in every process: sizes are set where a module is loaded.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.bench", *args.names],
            {**os.environ, VARIABLE: "1"},
        )

    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := set(args.names) - set(known):
        parser.error(f"no bench {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    figures = []
    failed = []
    for name in args.names or known:
        print(f"» {name}", flush=True)
        began = time.monotonic()
        measured = _measure(name)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
        if measured:
            figures += measured
        else:
            failed.append(name)
        # After each one: an interrupted run keeps what it has.
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(json.dumps(figures, indent=2) + "\n")
    _print_table(figures)
    if failed:
        print(f"without figures: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(name: str) -> list[Figure]:
    """Its figures; none where it failed."""
    with tempfile.TemporaryDirectory(prefix="siberius-bench-") as folder:
        result = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "tests.bench", name, "--into", str(result)]
        try:
            subprocess.run(
                command, cwd=ROOT, check=True, timeout=LIMIT_SECONDS, stdin=subprocess.DEVNULL
            )
        except subprocess.SubprocessError as error:
            print(f"✗ {name}: {error}", file=sys.stderr)
            return []
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
