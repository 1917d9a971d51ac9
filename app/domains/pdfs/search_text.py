"""What a search looks through: the words of a document, and its day and its total in the forms in
which people see and type them. The dashboard does the same (`app/web/src/stores/search.ts`); one
table of examples tries both (`tests/support/searches.json`)."""

import unicodedata
from datetime import date
from decimal import Decimal

_MARKS = ("M", "Cf")
"""Accents, and what cannot be seen."""


def folded(text: str) -> str:
    """Lower case without accents, however the letters are made up; spaces and dashes of any kind
    are the plain ones."""
    decomposed = unicodedata.normalize("NFKD", text)
    seen = (char for char in decomposed if not unicodedata.category(char).startswith(_MARKS))
    # Capitals first: ß and ſ are letters that only they make plain.
    return "".join(map(_plain, seen)).upper().lower()


def search_text(*words: str | None, day: date | None, total: Decimal | None) -> str:
    """The text of a document of which these are the file name, the number, and so on."""
    parts = [*words, *day_forms(day), *total_forms(total)]
    return folded("\n".join(filter(None, parts)))


def day_forms(day: date | None) -> list[str]:
    """`2026-03-14`, `14/03/2026`, and as a sentence has it: `14, 2026`, `14 de`. The names of
    months are compared with the day itself."""
    if day is None:
        return []
    return [day.isoformat(), f"{day:%d/%m}/{day.year:04}", f"{day.day}, {day.year} de"]


def total_forms(total: Decimal | None) -> list[str]:
    """`R$1.234,56`, `1,234.56`, `1234,56`, `1234.56`."""
    if total is None:
        return []
    plain, grouped = f"{total:.2f}", f"{total:,.2f}"
    return [f"R${_with_comma(grouped)}", grouped, _with_comma(plain), plain]


def _with_comma(number: str) -> str:
    return number.translate(str.maketrans(",.", ".,"))


def _plain(char: str) -> str:
    return "-" if char == "\u2212" or unicodedata.category(char) == "Pd" else char
