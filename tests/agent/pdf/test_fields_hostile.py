"""No text, however it was made, costs more than a bounded time or breaks the reader."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.pdf.fields import read_fields
from agent.pdf.layout import MAX_CHARS

SECONDS = 2.0
"""For one page, on a machine that is busy with something else; typical is 1 ms."""

PIECES = [
    "data do evento ", "Cliente: ", "cliente ", "total ", "Total: R$ ", "1", "1.", "1/", "12/03/",
    "12/03/2026 ", "1.234,56 ", "12 de ", "de março ", "a ", "- ", "Nº ", "OS-", "ORÇAMENTO ", "\n",
    "\r\n", "  ", "_", ":", "(", "R$", "x", "3x de ", "A B C D ", "|", "\0", "é", "\u0301", "Ltda ",
    "12 a 14 ", ", ", "@", "CNPJ ", "(47) 3322-1090 ", "March ", "14-", "Prezado ", "\ufffe", "İ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_a_page_of_one_thing_is_cheap(piece: str) -> None:
    page = (piece * MAX_CHARS)[:MAX_CHARS]
    started = time.perf_counter()
    read_fields([page])
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("pair", list(zip(PIECES, PIECES[7:] + PIECES[:7], strict=True)), ids=ascii)
def test_a_page_of_two_things_in_turn_is_cheap(pair: tuple[str, str]) -> None:
    page = ("".join(pair) * MAX_CHARS)[:MAX_CHARS]
    started = time.perf_counter()
    read_fields([page])
    assert time.perf_counter() - started < SECONDS


def test_a_label_at_each_line_of_a_long_page_is_cheap() -> None:
    lines = [f"Data do evento: 12/03/2026   Total: R$ {n},00   Cliente: X" for n in range(2000)]
    started = time.perf_counter()
    read_fields(["\n".join(lines)] * 6)
    assert time.perf_counter() - started < 6 * SECONDS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join), st.text(max_size=40))
def test_any_mixture_gives_fields_or_nothing(text: str, name: str) -> None:
    fields = read_fields([text], title=name, file_name=name)
    for field in (fields.type, fields.number, fields.customer, fields.event_date, fields.total):
        assert field is None or (field.value and field.source and field.page == 1)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_fields_or_nothing(text: str) -> None:
    read_fields([text, text])
