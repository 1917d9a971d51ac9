"""Dates, amounts and document numbers as people print them, to canonical values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

MAX_VALUES = 300
"""Values of a kind on one page that are looked at."""

# Every pattern begins with a digit, so that the search skips text without any; what must not
# stand before it is tested on the few matches.
_NUMERIC = re.compile(
    r"[0-9](?:[0-9]{3}(?P<s1>[-/.])(?P<m>\d{1,2})(?P=s1)(?P<d>\d{1,2})"
    r"|\d?(?:\s?(?:a|e|ate|-|to|and|&)\s?\d{1,2})? ?(?P<s2>[-/.]) ?(?P<b>\d{1,2})"
    r" ?(?P=s2) ?(?P<c>(?:19|20)\d\d|\d\d))(?![\d]|[/.,-]\d)"
)
_NUMBER = re.compile(r"[0-9][0-9]*(?:[.,'][0-9]+)*")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d\d)?|\d+(?:[.,]\d\d)?")
_SIGN = re.compile(r"(?:[$£€]|(?<![a-z])(?:usd|brl|gbp|eur))[ ]?$")
_SIGN_AFTER = re.compile(r"\s?(?:€|(?:usd|gbp|brl|eur|reais)(?!\w))")
_TIMES = re.compile(r"\dx? ?(?:x|de|vezes de|@) ?(?:r?\$|£|€)? ?$")
"""Before an instalment or a unit price: `3x de R$ 400,00`, `7 @ $12.50`."""
_SPACED_REST = re.compile(r"(?: \d{3})+[.,]\d\d(?![\d%])")
_NOT_BEFORE = frozenset("0123456789.,/-")
_TOKEN = re.compile(
    r"(?:[A-Z]{1,5}[ ](?=\d))?[^\W_](?:[^\W_]|[./\\\-–_](?=[^\W_])|[ ]?/[ ]?(?=\d))*"
)
_REVISION = re.compile(r"(?i)[ /.,\-–_(]*\b(?:rev(?:is[aã]o|ision)?|vers[aã]o|version)\b.*$")
_SHORT_REVISION = re.compile(r"(?<=\d)[/\-–_ ](?:R|V|r|v|Rev|REV|rev)\.?\d{1,2}$")
_NO_NUMBER = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})|\d{4}-\d\d-\d\d"  # a date
    r"|\d{1,3}(?:\.\d{3})*,\d\d|\d+\.\d\d"  # an amount
    r"|\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2}"  # CNPJ, CPF
    r"|\d{5}-\d{3}|(?!20[2-4]\d-)\d{4,5}-\d{4}"  # CEP, telephone
    r"|\d{1,2}(?:h|hs|am|pm|st|nd|rd|th)"
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
def _written(months: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    month = "|".join(sorted(months, key=len, reverse=True))
    ordinal = r"(?:o|st|nd|rd|th)?"
    join = r"(?:a|e|ate|to|and|until|through|[-&])"
    day_first = re.compile(
        rf"[0-9][0-9]?{ordinal}"
        rf"(?:\s(?:de\s)?(?P<m0>{month}))?(?:,?\s?{join}\s?(?:dia\s)?\d{{1,2}}{ordinal})?"
        rf"[\s./-]{{0,2}}(?:de\s|of\s)?(?P<m>{month})\b\.?,?[\s./-]{{0,2}}(?:de\s|del\s|/\s?)?"
        rf"(?P<y>(?:19|20)\d\d|\d\d)(?![\d:])"
    )
    month_first = re.compile(
        rf"\b(?P<m>{month})\b\.?\s(?P<d>\d{{1,2}}){ordinal}"
        rf"(?:\s?{join}\s?(?:(?:{month})\s)?\d{{1,2}}{ordinal})?,?\s(?P<y>(?:19|20)\d\d)(?!\d)"
    )
    return day_first, month_first


def dates(folded: str, months: Mapping[str, int], written: bool) -> list[DateValue]:
    """The dates in folded text, from left to right; of a range its first day.

    `written` says that a month's name occurs at all.
    """
    found = [*_numeric_dates(folded)]
    if written:
        found += _written_dates(folded, months)
    return sorted(found, key=lambda value: value.start)[:MAX_VALUES]


def _numeric_dates(folded: str) -> Iterator[DateValue]:
    for match in _NUMERIC.finditer(folded):
        start, end = match.span()
        if start and folded[start - 1] in _NOT_BEFORE:
            continue
        if match["m"]:
            day = _date(folded[start : start + 4], match["m"], match["d"])
            if day and day.year >= 1900:
                yield DateValue(start, end, day)
            continue
        a = folded[start : start + 2] if folded[start + 1].isdigit() else folded[start]
        first = _date(match["c"], match["b"], a)
        second = _date(match["c"], a, match["b"])
        if first and second:
            yield DateValue(start, end, first, None if first == second else second)
        elif first:
            yield DateValue(start, end, first, proves="day")
        elif second:
            yield DateValue(start, end, second, proves="month")


def _written_dates(folded: str, months: Mapping[str, int]) -> Iterator[DateValue]:
    day_first, month_first = _written(tuple(months))
    for match in day_first.finditer(folded):
        start, end = match.span()
        if start and folded[start - 1] in _NOT_BEFORE:
            continue
        digits = folded[start : start + 2] if folded[start + 1].isdigit() else folded[start]
        day = _date(match["y"], months[match["m0"] or match["m"]], digits)
        if day:
            yield DateValue(start, end, day)
    for match in month_first.finditer(folded):
        day = _date(match["y"], months[match["m"]], match["d"])
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
    found: list[Amount] = []
    after = 0
    for match in _NUMBER.finditer(folded):
        start, end = match.span()
        before = folded[start - 1] if start else " "
        if start < after or before in _NOT_BEFORE or before.isalpha():
            continue
        number = match[0]
        sign = _SIGN.search(folded, max(0, start - 5), start)
        if sign and len(number) <= 3:
            spaced = _SPACED_REST.match(folded, end)
            if spaced:
                number, end = number + spaced[0], spaced.end()
                after = end
        if number[-3:-2] not in {".", ","} and not sign and not _SIGN_AFTER.match(folded, end):
            continue
        if _TIMES.search(folded, max(0, start - 16), start):
            continue
        follows = folded[end : end + 2]
        if follows[:1] in {"%", "/", "-"} and (follows[:1] == "%" or follows[1:].isdigit()):
            continue
        if follows == " %" or len(number) > 20:
            continue
        if after == end or _GROUPED.fullmatch(number):
            found.append(Amount(start, end, _decimal(number)))
            if len(found) == MAX_VALUES:
                break
    return found


def _decimal(number: str) -> str:
    cents = "00"
    if number[-3:-2] in {".", ","}:
        number, cents = number[:-3], number[-2:]
    whole = re.sub(r"\D", "", number).lstrip("0") or "0"
    return f"{whole}.{cents}"


def document_number(
    raw: str, start: int, end: int, *, marked: bool = False
) -> tuple[int, int] | None:
    """The document number that begins at `start`, as printed and without its revision.

    One of less than three characters is one only where `marked` says so.
    """
    match = _TOKEN.match(raw, start, min(end, start + 60))
    if not match:
        return None
    text = _SHORT_REVISION.sub("", _REVISION.sub("", match[0]))
    digits = sum(char.isdigit() for char in text)
    if not digits or len(text) > 30 or _NO_NUMBER.fullmatch(text):
        return None
    if len(text) < 3 and not marked:
        return None
    return start, start + len(text)
