"""The sample documents: the same for a seed, true to their truth, and no surprise on a disk."""

from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from app.demo.samples import (
    KINDS,
    LANGUAGES,
    LAYOUTS,
    PRODUCERS,
    Producer,
    draw,
    write_demo_folder,
)

TODAY = date(2026, 6, 15)


def text(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize("producer", PRODUCERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_prints_number_and_customer(layout: str, producer: Producer) -> None:
    for kind in KINDS:
        for language in LANGUAGES:
            sample = draw(kind, language, layout, producer, 3)
            printed = text(sample.pdf)
            assert str(sample.truth["number"]) in printed
            assert str(sample.truth["customer"]) in printed
            assert sample.truth["type"] == kind
            assert (sample.truth["total"] is None) == (kind == "assembly")


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_same_arguments_give_the_same_bytes(producer: Producer) -> None:
    first = draw("quote", "pt", "letterhead", producer, 5, today=TODAY)
    again = draw("quote", "pt", "letterhead", producer, 5, today=TODAY)
    other = draw("quote", "pt", "letterhead", producer, 6, today=TODAY)
    assert first == again
    assert first.pdf != other.pdf


def test_a_long_one_has_several_pages_and_its_total_on_the_last() -> None:
    sample = draw("quote", "en", "boxed", "reportlab", 1, long=True)
    with pdfium.PdfDocument(sample.pdf) as document:
        assert len(document) > 1
        last = document[len(document) - 1].get_textpage().get_text_range()
    assert sample.truth["total"] is not None
    assert f"{float(sample.truth['total']):,.2f}" in last


def test_a_demo_folder_is_a_mixture_around_today(tmp_path: Path) -> None:
    paths = write_demo_folder(tmp_path, "Campinas", 24, 1, today=TODAY)
    assert len(paths) == 24
    assert sorted(set(paths)) == sorted(tmp_path.rglob("*.pdf"))
    assert len({path.parent for path in paths}) > 2
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)
    other = write_demo_folder(tmp_path / "other", "Curitiba", 24, 2, today=TODAY)
    assert {path.name for path in other} != {path.name for path in paths}


def test_events_lie_in_the_weeks_around_today() -> None:
    days = [
        date.fromisoformat(event)
        for seed in range(40)
        if (event := draw("quote", "pt", "boxed", "fpdf2", seed, today=TODAY).truth["event_date"])
    ]
    ahead = [day for day in days if day >= TODAY]
    assert len(ahead) > 25
    assert all(abs((day - TODAY).days) < 40 for day in days)


def test_filling_a_folder_again_changes_nothing(tmp_path: Path) -> None:
    first = write_demo_folder(tmp_path, "Campinas", 6, 1, today=TODAY)
    first[0].write_bytes(b"edited by a person")
    write_demo_folder(tmp_path, "Campinas", 6, 1, today=TODAY)
    assert first[0].read_bytes() == b"edited by a person"
