"""What nobody would send: from a JSON schema, a value that fits, and that value with one part
replaced by every extreme, one after the other."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Schema = dict[str, Any]

TEXTS = (
    "",
    " ",
    "9999-12-31",
    "0001-01-01",
    "0000-00-00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999-14:00",
    "0001-01-01T00:00:00+14:00",
    "1e999",
    "-1",
    "٣",
    "9" * 16 + ".99",
    "9" * 400,
    "🚀" * 300,
    "x" * 5000,
    "'; --",
    "%00",
    "\u202e\ufffe",
)
NUMBERS = (
    0,
    -1,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53 + 1,
    2**63 - 1,
    -(2**63) + 1,
    1e308,
    -1e308,
    5e-324,
)
OTHERS: tuple[Any, ...] = (None, True, [], {}, [[]], [None], {"": ""})
EXTREMES: tuple[Any, ...] = (*TEXTS, *NUMBERS, *OTHERS)


def deep(levels: int) -> Any:
    """Lists within lists."""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


UNACCEPTABLE: tuple[Any, ...] = ("a\0b", "\ud800", "x\udfff", 2**63, -(2**64), 10**400, deep(70))
"""What no text, number or document may be."""


def fitting(schema: Schema, components: Schema, ids: dict[str, str] | None = None) -> Any:
    """A value of the schema; `ids` gives those of things that exist, by the property's name."""
    return _fitting(schema, components, ids or {}, "")


def _fitting(schema: Schema, components: Schema, ids: dict[str, str], name: str) -> Any:
    schema = _resolved(schema, components)
    match schema:
        case _ if name in ids and schema.get("type") != "array":
            return ids[name]
        case {"const": value} | {"enum": [value, *_]}:
            return value
        case {"type": "object"}:
            properties = schema.get("properties", {})
            return {key: _fitting(part, components, ids, key) for key, part in properties.items()}
        case {"type": "array"}:
            items = schema.get("prefixItems") or [schema.get("items", {})]
            return [_fitting(part, components, ids, name) for part in items]
        case _:
            return _fitting_scalar(schema)


def _fitting_scalar(schema: Schema) -> Any:
    if schema.get("type") == "boolean":
        return True
    if schema.get("type") in {"integer", "number"}:
        return schema.get("minimum", 1)
    by_format = {
        "uuid": "01890000-0000-7000-8000-000000000000",
        "date-time": "2027-01-15T10:00:00Z",
    }
    digits = re.search(r"0-9a-f\]\{(\d+)\}", schema.get("pattern", ""))
    if digits is not None:
        return "0" * int(digits[1])
    return by_format.get(schema.get("format", ""), "a@b")


def with_extremes(value: Any, extremes: tuple[Any, ...] = EXTREMES) -> Iterator[Any]:
    """The value with one part of it replaced, for every part and every extreme."""
    for path in _places(value):
        for extreme in extremes:
            changed = deepcopy(value)
            if not path:
                yield extreme
                continue
            part = changed
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = extreme
            yield changed


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _places(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _places(part, (*path, number))


def _resolved(schema: Schema, components: Schema) -> Schema:
    while "$ref" in schema or "anyOf" in schema or "allOf" in schema:
        if "$ref" in schema:
            schema = components[schema["$ref"].rpartition("/")[2]]
        else:
            options = schema.get("anyOf") or schema["allOf"]
            schema = next((o for o in options if o.get("type") != "null"), options[0])
    return schema
