"""What may come in, from a browser, a program or an agent: one rule for bodies, addresses and
messages.

Whatever passes can be stored by either database, written as JSON again and shown. No route and
no message has a rule of its own for it.
"""

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from app.errors import UnprocessableError

MAX_DEPTH = 64
"""Lists and objects within each other."""
LAST_MOMENT = datetime(9999, 12, 30, tzinfo=UTC)
"""As far as a time of ours goes. The calendar ends a day later; time zones need that day."""
BIGGEST = 2**63 - 1
"""The largest integer of a column; the smallest that is used is its negative."""
_SHOWN_CHARS = 200
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value: `field` is its place (`items.0.path`, empty for the whole),
    `reason` the rest of a sentence about it."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


def _written_out(moment: object) -> object:
    # A number would be taken for seconds since 1970, of which nobody has heard here.
    if isinstance(moment, str) and not _RFC_3339.match(moment):
        raise ValueError("it is no time like 2027-01-15T10:00:00Z")
    return moment


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is beyond the calendar in UTC") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""A time that a caller sends, in UTC."""


def fault_of(value: Any) -> Fault | None:
    """The first fault of a JSON value: NUL or half a surrogate pair in a text, a number that is
    none or has more than 64 bits, or more than `MAX_DEPTH` levels."""
    return _fault_of(value, ())


def is_acceptable(value: Any) -> bool:
    """Whether a JSON value has no fault."""
    return _fault_of(value, ()) is None


def text_fault(text: str) -> str | None:
    """What is wrong with a text, if anything is."""
    if "\0" in text:
        return "it has a NUL character"
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        return "it has half a surrogate pair, which is no character"
    return None


def read_text(raw: bytes) -> str:
    """The text that bytes stand for. Raises `ValueError` with the rest of a sentence."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    fault = text_fault(text)
    if fault is not None:
        raise ValueError(fault)
    return text


def read_json(raw: bytes) -> Any:
    """The document that a body holds. Raises `UnprocessableError` (`invalid_input`) naming the
    field, also for a name that occurs twice: whoever looked before might have seen the other."""
    try:
        document = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise refused(Fault("", "it is not UTF-8")) from None
    except RecursionError:
        raise refused(_too_deep(())) from None
    except json.JSONDecodeError as error:
        raise refused(Fault("", f"it is no JSON: {error.msg} at {error.pos}")) from None
    except ValueError as error:
        raise refused(Fault("", str(error)[:_SHOWN_CHARS])) from None
    fault = fault_of(document)
    if fault is not None:
        raise refused(fault)
    return document


def refused(fault: Fault, whole: str = "body") -> UnprocessableError:
    """422 `invalid_input`; `whole` names what has no field."""
    field = fault.field or whole
    return UnprocessableError(
        "invalid_input",
        f"not accepted: {field}: {fault.reason}",
        errors=[{"field": field, "message": fault.reason}],
    )


def _fault_of(value: Any, where: tuple[str, ...]) -> Fault | None:
    if len(where) > MAX_DEPTH:
        return _too_deep(where)
    reason = None
    match value:
        case str():
            reason = text_fault(value)
        case int() if not -BIGGEST <= value <= BIGGEST:
            reason = "it is a number of more than 64 bits"
        case float() if not math.isfinite(value):
            reason = "it is no finite number"
        case dict():
            for name, item in value.items():
                fault = _fault_of(name, where) or _fault_of(item, (*where, str(name)))
                if fault is not None:
                    return fault
        case list() | tuple():
            for number, item in enumerate(value):
                fault = _fault_of(item, (*where, str(number)))
                if fault is not None:
                    return fault
    return None if reason is None else Fault(_shown(where), reason)


def _too_deep(where: tuple[str, ...]) -> Fault:
    return Fault(_shown(where[:1]), f"it has more than {MAX_DEPTH} levels")


def _shown(where: tuple[str, ...]) -> str:
    place = ".".join(where).encode("ascii", "backslashreplace").decode()
    return place[:_SHOWN_CHARS]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {_shown((twice,))} occurs twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
