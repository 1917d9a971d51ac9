"""What a bench answers."""

import math
from typing import TypedDict

from tests.bench.size import SHORT


class Figure(TypedDict):
    """One measured value. `goal` is its bound in `unit`, such as `<= 45`; None without one, and
    in the short form, which measures too little to say whether one is met."""

    name: str
    value: float
    unit: str
    goal: str | None
    met: bool


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    below: float | None = None,
    at_least: float | None = None,
    none_is_fine: bool = False,
) -> Figure:
    """A figure, with one bound or none.

    A bench that lost what it measures has nothing, or less, to say: `ValueError`. `none_is_fine`
    is for figures that count what should not happen.
    """
    if not math.isfinite(value) or value < 0 or (value == 0 and not none_is_fine):
        raise ValueError(f"{name}: {value} {unit} is no measurement")
    if SHORT:
        return Figure(name=name, value=value, unit=unit, goal=None, met=True)
    if at_most is not None:
        goal, met = f"<= {at_most:,}", value <= at_most
    elif below is not None:
        goal, met = f"< {below:,}", value < below
    elif at_least is not None:
        goal, met = f">= {at_least:,}", value >= at_least
    else:
        return Figure(name=name, value=value, unit=unit, goal=None, met=True)
    return Figure(name=name, value=value, unit=unit, goal=goal, met=met)
