"""What `make` offers is what `.ci/run` tries: a target that nobody runs breaks in silence."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOT_BY_CI = {
    "run": "it ends at Ctrl-C; `test-api-fuzz` starts the same demo",
    "deploy": "`test-lab` runs its playbook",
    "update": "`lint` reads its playbook; a second release would take the lab too long",
    "drills": "`test-lab` runs the drills, one by one",
    "lab-up": "`test-lab` makes the lab by the same command",
    "lab-down": "`test-lab` removes it by the same command",
    "bench": "`bench-check` is its short form",
    "test-compose": "not yet: with its images to build the whole may pass its bound of time",
    "up": "`test-compose` starts the stack by it",
    "down": "`test-compose` removes the stack by it",
    "compose-minio": "`up` needs it",
    "compose-base": "`up` needs it",
    "test-first-starts": "`test-lab` has one of its starts",
    "release": "`test-lab` needs the archive, which the same script makes",
    "format": "it writes sources; `lint` says whether it would",
    "types": "it writes sources; `lint` says whether it would",
    "lock": "it asks a registry what is new; `lint` says whether the lock files fit",
    "clean": "nothing to check",
    "help": "nothing to check",
    "always": "no target of its own",
}


def test_every_target_is_run_by_ci_or_stands_here_with_its_reason() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(" ".join(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)).split())
    run_by_ci = _closure(_steps(), makefile)
    assert targets - run_by_ci - set(NOT_BY_CI) == set(), "neither run by .ci/run nor explained"
    assert set(NOT_BY_CI) - targets == set(), "no such target"
    assert run_by_ci & set(NOT_BY_CI) == set(), "it is run by .ci/run"


def test_what_is_quick_to_fail_comes_first_and_what_takes_longest_last() -> None:
    steps = _steps()
    assert (steps[0], steps[-1]) == ("lint", "test-lab")


def _steps() -> list[str]:
    return re.findall(r"^step \d+ ([a-z-]+)", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)


def _closure(steps: list[str], makefile: str) -> set[str]:
    """The steps, what they need, and what their tests call."""
    needs = {
        name: set(re.findall(r"[a-z][a-z-]+", prerequisites))
        for names, prerequisites in re.findall(r"^([a-z- ]+):([^=#\n]*)", makefile, re.MULTILINE)
        for name in names.split()
    }
    needs["up"] |= set(re.findall(r"\bcompose-[a-z]+", makefile))
    needs["test-compose"] |= set(
        re.findall(
            r'"make", "([a-z-]+)"', (ROOT / "tests" / "compose" / "test_stack.py").read_text()
        )
    )
    found: set[str] = set()
    waiting = [*steps]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, set())
    return found
