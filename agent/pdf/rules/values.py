"""Dates, amounts and document numbers as people print them, to canonical values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

MAX_VALUES = 300
"""Values of a kind on one page that are looked at."""

_NUMERIC = re.compile(
    r"(?<![\d/.,-])(?:(?P<y>(?:19|20)\d\d)(?P<s1>[-/.])(?P<m>\d{1,2})(?P=s1)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?:\s?(?:a|e|ate|-|to|and|&)\s?\d{1,2})? ?(?P<s2>[-/.]) ?(?P<b>\d{1,2})"
    r" ?(?P=s2) ?(?P<c>(?:19|20)\d\d|\d\d))(?![\d]|[/.,-]\d)"
)
_AMOUNT = re.compile(
    r"(?<![\d.,/\w-])(?P<sign>(?:r|us|c|a)?\s?\$|[£€]|\b(?:usd|brl|gbp|eur)\b)?\s?"
    r"(?<![\d.,/\w-])(?P<number>\d{1,3}(?:[.,']\d{3})+(?:[.,]\d\d)?|\d+(?:[.,]\d\d)?)"
    r"(?![\d%]|\s?%|[.,/-]\d)(?P<after>\s?(?:€|usd|gbp|brl|eur|reais)(?!\w))?"
)
_SPACED = re.compile(
    r"(?:[$£€]|\b(?:usd|brl|gbp|eur)\b)\s?(?P<number>\d{1,3}(?: \d{3})+[.,]\d\d)(?![\d%])"
)
_TOKEN = re.compile(
    r"(?:[A-Z]{1,5}[ ](?=\d))?[^\W_](?:[^\W_]|[./\\\-–_](?=[^\W_])|[ ]?/[ ]?(?=\d))*"
)
_REVISION = re.compile(r"(?i)[ /.,\-–_(]*\b(?:rev(?:is[aã]o|ision)?|vers[aã]o|version)\b.*$")
_SHORT_REVISION = re.compile(r"(?<=\d)[/\-–_ ](?:R|V|r|v|Rev|REV|rev)\.?\d{1,2}$")
_NO_NUMBER = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})|\d{4}-\d\d-\d\d"  # a date
    r"|\d{1,3}(?:\.\d{3})*,\d\d|\d+\.\d\d"  # an amount
    r"|\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2}"  # CNPJ, CPF
    r"|\d{5}-\d{3}|\d{4,5}-\d{4}|\d{1,2}(?:h|hs|am|pm|:\d\d)?|\d{1,2}(?:st|nd|rd|th)"
)


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date in a text. Of `03/04/2026`, `day` reads the day first and `swapped` the month;
    where only one reading is a date, `proves` says which: "day", "month" or ""."""

    start: int
    end: int
    day: date
    swapped: date | None = None
    proves: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in a text: canonical, with two decimals."""

    start: int
    end: int
    value: str


@cache
def _written(months: tuple[str, ...]) -> re.Pattern[str]:
    month = "|".join(sorted(months, key=len, reverse=True))
    ordinal = r"(?:o|st|nd|rd|th)?"
    join = r"(?:a|e|ate|to|and|until|through|[-&])"
    return re.compile(
        rf"(?<![\d/.,])(?P<d>\d{{1,2}}){ordinal}"
        rf"(?:\s(?:de\s)?(?P<m0>{month}))?(?:,?\s?{join}\s?\d{{1,2}}{ordinal})?"
        rf"[\s./-]{{0,2}}(?:de\s|of\s)?(?P<m>{month})\b\.?,?[\s./-]{{0,2}}(?:de\s|del\s|/\s?)?"
        rf"(?P<y>(?:19|20)\d\d|\d\d)(?![\d:])"
        rf"|\b(?P<m2>{month})\b\.?\s(?P<d2>\d{{1,2}}){ordinal}"
        rf"(?:\s?{join}\s?(?:(?:{month})\s)?\d{{1,2}}{ordinal})?,?\s(?P<y2>(?:19|20)\d\d)(?!\d)"
    )


def dates(folded: str, months: Mapping[str, int]) -> list[DateValue]:
    """The dates in folded text, from left to right; of a range its first day."""
    found = [*_numeric_dates(folded), *_written_dates(folded, months)]
    return sorted(found, key=lambda value: value.start)[:MAX_VALUES]


def _numeric_dates(folded: str) -> Iterator[DateValue]:
    for match in _NUMERIC.finditer(folded):
        if match["y"]:
            day = _date(match["y"], match["m"], match["d"])
            if day:
                yield DateValue(match.start(), match.end(), day)
            continue
        first = _date(match["c"], match["b"], match["a"])
        second = _date(match["c"], match["a"], match["b"])
        start, end = match.span()
        if first and second:
            yield DateValue(start, end, first, None if first == second else second)
        elif first:
            yield DateValue(start, end, first, proves="day")
        elif second:
            yield DateValue(start, end, second, proves="month")


def _written_dates(folded: str, months: Mapping[str, int]) -> Iterator[DateValue]:
    for match in _written(tuple(months)).finditer(folded):
        if match["m2"]:
            day = _date(match["y2"], months[match["m2"]], match["d2"])
        else:
            day = _date(match["y"], months[match["m0"] or match["m"]], match["d"])
        if day:
            yield DateValue(match.start(), match.end(), day)


def _date(year: str, month: str | int, day: str) -> date | None:
    number = int(year)
    try:
        return date(number if number > 99 else 2000 + number, int(month), int(day))
    except ValueError:
        return None


def amounts(folded: str) -> list[Amount]:
    """The amounts of money in folded text: with a currency, or with two decimals."""
    spaced = [
        Amount(match.start(), match.end(), _decimal(match["number"]))
        for match in _SPACED.finditer(folded)
    ]
    taken = {value.end for value in spaced}
    found = []
    for match in _AMOUNT.finditer(folded):
        number = match["number"]
        if not (match["sign"] or match["after"] or number[-3:-2] in {".", ","}):
            continue
        if match.end("number") in taken or len(number) > 15:
            continue
        if any(value.start <= match.start() < value.end for value in spaced):
            continue
        found.append(Amount(match.start(), match.end(), _decimal(number)))
    return sorted([*spaced, *found], key=lambda value: value.start)[:MAX_VALUES]


def _decimal(number: str) -> str:
    cents = "00"
    if number[-3:-2] in {".", ","}:
        number, cents = number[:-3], number[-2:]
    whole = re.sub(r"\D", "", number).lstrip("0") or "0"
    return f"{whole}.{cents}"


def document_number(raw: str, start: int, end: int) -> tuple[int, int] | None:
    """The document number that begins at `start`, as printed and without its revision."""
    match = _TOKEN.match(raw, start, min(end, start + 60))
    if not match:
        return None
    text = _SHORT_REVISION.sub("", _REVISION.sub("", match[0]))
    digits = sum(char.isdigit() for char in text)
    if not digits or len(text) > 30 or _NO_NUMBER.fullmatch(text):
        return None
    if digits < 3 and len(text) < 3:
        return None
    return start, start + len(text)
