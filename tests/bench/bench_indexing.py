"""How fast files are indexed, against the bare parser on the same files in the same process.

Bare: pypdfium2's text of all pages. Ours: the same files through `index_file`, that is with
hash, child process, layout, rules and validation.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pypdfium2 as pdfium
from reportlab.pdfgen.canvas import Canvas

from agent.pdf.extract import Extractor
from agent.pdf.inspect import index_file

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "zugferd"
GENERATED = 60
FILES = 400
ROUNDS = 3
READERS = 3


class Figure(TypedDict):
    name: str
    value: float
    unit: str
    goal: float | str | None
    met: bool


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        distinct = [*_generated(Path(folder)), *sorted(CORPUS.glob("*.pdf"))]
        files = [distinct[index % len(distinct)] for index in range(FILES)]
        bare, ours = [], []
        # In turns, so that a noisy neighbour disturbs both; the best round of each counts.
        for _ in range(ROUNDS):
            bare.append(_bare(files))
            ours.append(asyncio.run(_ours(files)))
    ratio = max(ours) / max(bare)
    return [
        Figure(name="indexing, bare parser", value=max(bare), unit="files/s", goal=None, met=True),
        Figure(name="indexing, agent", value=max(ours), unit="files/s", goal=None, met=True),
        Figure(
            name="indexing rate against the bare parser",
            value=ratio,
            unit="ratio",
            goal=0.8,
            met=ratio >= 0.8,
        ),
    ]


def _bare(files: list[Path]) -> float:
    begun = time.perf_counter()
    for file in files:
        with pdfium.PdfDocument(file) as document:
            for page in document:
                textpage = page.get_textpage()
                textpage.get_text_range()
                textpage.close()
                page.close()
    return len(files) / (time.perf_counter() - begun)


async def _ours(files: list[Path]) -> float:
    async with Extractor() as extractor:
        await extractor.read(files[0])
        waiting = iter(files)

        async def reader() -> None:
            for file in waiting:
                await index_file(file.parent, file, extractor)

        begun = time.perf_counter()
        await asyncio.gather(*(reader() for _ in range(READERS)))
        return len(files) / (time.perf_counter() - begun)


def _generated(folder: Path) -> Iterator[Path]:
    """Quotes of one to three pages, as an office program would print them."""
    for number in range(GENERATED):
        path = folder / f"{number}.pdf"
        canvas = Canvas(str(path))
        canvas.setTitle(f"Orçamento {number}")
        for page in range(1 + number % 3):
            canvas.setFont("Helvetica-Bold", 14)
            canvas.drawString(60, 780, f"ORÇAMENTO Nº {number:05}")
            canvas.setFont("Helvetica", 10)
            canvas.drawString(60, 755, f"Cliente: Padaria Pão Quente {number} Ltda")
            canvas.drawString(60, 740, "Data do evento: 15 de janeiro de 2026")
            for line in range(35):
                canvas.drawString(60, 710 - 17 * line, f"Item {page}.{line} - aço galvanizado")
                canvas.drawRightString(500, 710 - 17 * line, f"R$ {line * 13},50")
            canvas.drawString(60, 60, "Total: R$ 1.234,56")
            canvas.showPage()
        canvas.save()
        yield path
