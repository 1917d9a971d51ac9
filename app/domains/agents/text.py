"""What the database can hold: agents may be old, broken or hostile."""

import math
from typing import Any

BIGGEST = 2**63 - 1
"""The largest integer of a column; the smallest that is used is its negative."""


def storable(value: Any) -> bool:
    """Whether a JSON value holds nothing that a database refuses: NUL and lone surrogates in
    text, numbers that are none, integers of more than 64 bits."""
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
        case int():
            return -BIGGEST <= value <= BIGGEST
        case float():
            return math.isfinite(value)
        case dict():
            return all(storable(key) and storable(item) for key, item in value.items())
        case list():
            return all(storable(item) for item in value)
        case _:
            return True
