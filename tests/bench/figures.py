"""What a bench answers."""

from typing import TypedDict


class Figure(TypedDict):
    """One measured value. `goal` is its bound in `unit`, such as `<= 45`; None without one."""

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
) -> Figure:
    """A figure, with one bound or none."""
    if at_most is not None:
        goal, met = f"<= {at_most:,}", value <= at_most
    elif below is not None:
        goal, met = f"< {below:,}", value < below
    elif at_least is not None:
        goal, met = f">= {at_least:,}", value >= at_least
    else:
        return Figure(name=name, value=value, unit=unit, goal=None, met=True)
    return Figure(name=name, value=value, unit=unit, goal=goal, met=met)
