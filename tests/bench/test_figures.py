"""A bench that lost what it measures fails; it does not report nothing."""

import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as runner
from tests.bench.figures import figure


@pytest.mark.parametrize("value", [math.nan, math.inf, 0, -1])
def test_what_is_no_measurement_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no measurement"):
        figure("rate", value, "1/s")


def test_no_fault_at_all_is_a_measurement() -> None:
    assert figure("errors", 0, "%", below=1, none_is_fine=True)["met"]
    with pytest.raises(ValueError, match="no measurement"):
        figure("errors", math.nan, "%", none_is_fine=True)


@pytest.mark.parametrize("body", ["raise RuntimeError", "return []"])
def test_a_bench_without_figures_fails_the_run(body: str, tmp_path: Path) -> None:
    """Each bench is a process of its own, so this one is a file."""
    package = tmp_path / "tests" / "bench"
    package.mkdir(parents=True)
    for name in ("__main__.py", "figures.py", "size.py"):
        shutil.copy(Path(runner.__file__).parent / name, package)
    (package / "bench_broken.py").write_text(f"def run():\n    {body}\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "without figures: broken" in done.stderr
