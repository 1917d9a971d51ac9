"""How many fields the reader gets right, by field, type and language, as a table.

Three sets: the demo's own samples (drawn by two libraries), `unseen_layouts` and
`holdout_layouts` (printed by Chromium and two libraries more). `docs/rules.md` has the
figures that were measured before anything was tuned.
"""

import shutil
from collections import Counter
from collections.abc import Iterator

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import sync_playwright

from agent.pdf.fields import Readings, read_fields
from agent.pdf.layout import page_layout, pages_to_read
from app.demo.samples import KINDS, LANGUAGES, LAYOUTS, PRODUCERS, draw
from tests.agent.pdf import holdout_layouts, unseen_layouts

FIELDS = ("type", "number", "customer", "event_date", "total")
COPIES = 2

MIN_CORRECT = {"samples": 0.98, "unseen": 0.97, "holdout": 0.95}
MAX_WRONG = 0.02
"""A field that is wrong is worse than one that is empty."""

Truth = dict[str, str | None]
Document = tuple[str, str, Truth, bytes]
"""Name, language, truth, PDF."""


def samples() -> Iterator[Document]:
    for kind in KINDS:
        for language in LANGUAGES:
            for layout in LAYOUTS:
                for seed, producer in enumerate(PRODUCERS * COPIES):
                    drawn = draw(kind, language, layout, producer, seed, long=seed == 1)
                    yield f"{kind}-{layout}-{producer}", language, drawn.truth, drawn.pdf


@pytest.fixture(scope="module")
def printed() -> dict[str, list[Document]]:
    """The sets that need a browser, with one start of it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is needed to print the documents"
    sets: dict[str, list[Document]] = {"unseen": [], "holdout": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for unseen in unseen_layouts.documents(COPIES):
            page.set_content(unseen.html)
            pdf = page.pdf(prefer_css_page_size=True)
            sets["unseen"].append((unseen.name, unseen.language, unseen.truth, pdf))
        for held in holdout_layouts.documents(COPIES):
            pdf = held.pdf
            if held.html:
                page.set_content(held.html)
                pdf = page.pdf()
            sets["holdout"].append((held.name, held.language, held.truth, pdf))
        browser.close()
    return sets


def read(pdf: bytes) -> Readings:
    with pdfium.PdfDocument(pdf) as document:
        pages = []
        for index in pages_to_read(len(document)):
            textpage = document[index].get_textpage()
            pages.append(page_layout(textpage, textpage.get_text_range(), index + 1))
    return read_fields(pages)


@pytest.mark.parametrize("name", ["samples", "unseen", "holdout"])
def test_accuracy(
    name: str, printed: dict[str, list[Document]], capsys: pytest.CaptureFixture[str]
) -> None:
    counts: Counter[tuple[str, str, str, str]] = Counter()
    misses = []
    for document, language, truth, pdf in samples() if name == "samples" else printed[name]:
        fields = read(pdf)
        for field, expected in truth.items():
            found = getattr(fields, field)
            value = found.value if found else None
            outcome = "correct" if value == expected else "wrong" if found else "missing"
            counts[field, truth["type"] or "none", language, outcome] += 1
            if outcome != "correct":
                misses.append(f"{document}: {field} is {expected!r}, read {value!r}")
    with capsys.disabled():
        print(table(name, counts))
    for field in FIELDS:
        correct, missing, wrong = (
            sum(n for key, n in counts.items() if key[0] == field and key[3] == outcome)
            for outcome in ("correct", "missing", "wrong")
        )
        every = correct + missing + wrong
        assert correct / every >= MIN_CORRECT[name], "\n".join(misses)
        assert wrong / every <= MAX_WRONG, "\n".join(misses)


def table(name: str, counts: Counter[tuple[str, str, str, str]]) -> str:
    """A row for each field, a column for each type and language: correct / missing / wrong."""
    columns = sorted({key[1:3] for key in counts})
    head = f"{name:<11}" + "".join(f"{f'{kind} {language}':>18}" for kind, language in columns)
    lines = ["", head]
    for field in FIELDS:
        cells = (
            "/".join(
                str(counts[field, kind, language, outcome])
                for outcome in ("correct", "missing", "wrong")
            )
            for kind, language in columns
        )
        lines.append(f"{field:<11}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines)
