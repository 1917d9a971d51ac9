"""How much a bench does: what its figures need, or so little that it only shows that it runs."""

import os
from typing import TypeVar

T = TypeVar("T")

VARIABLE = "SIBERIUS_BENCH_SHORT"
SHORT = bool(os.environ.get(VARIABLE))


def sized(whole: T, *, short: T) -> T:
    """A number of rows, rounds, seconds …: `short` where nobody will read the figures."""
    return short if SHORT else whole
