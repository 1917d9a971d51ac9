"""How fast files are indexed, against the bare parser on the same files in the same process.

Bare: pypdfium2's text of all pages. Ours: the same files through `index_file`, that is with
hash, child process, layout, rules and validation.
"""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium

from agent.contract.files import Result
from agent.pdf.extract import MAX_CHILDREN, Extractor
from agent.pdf.inspect import index_file
from app.demo.samples import KINDS, LANGUAGES, LAYOUTS, PRODUCERS, draw
from tests.bench.figures import Figure, figure
from tests.bench.size import sized

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "zugferd"
FILES = sized(600, short=30)
ROUNDS = sized(3, short=1)
READERS = 4


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
        figure("indexing, bare parser", max(bare), "files/s"),
        figure("indexing, agent", max(ours), "files/s"),
        figure("indexing rate against the bare parser", ratio, "ratio", at_least=0.8),
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
        waiting = iter(files)

        async def reader() -> None:
            for file in waiting:
                indexed = await index_file(file.parent, file, extractor)
                # What cannot be read is done quickly.
                if indexed is None or indexed.result is not Result.OK:
                    raise RuntimeError(f"not indexed: {indexed}")

        # Processes start once and index for hours: what is measured is how fast they then are.
        await asyncio.gather(*(_warm(extractor, files) for _ in range(READERS)))
        begun = time.perf_counter()
        await asyncio.gather(*(reader() for _ in range(READERS)))
        return len(files) / (time.perf_counter() - begun)


async def _warm(extractor: Extractor, files: list[Path]) -> None:
    while len(extractor.child_pids) < MAX_CHILDREN:
        await extractor.read(files[0])


def _generated(folder: Path) -> Iterator[Path]:
    """The project's own samples: every kind, language, layout and producer."""
    variants = itertools.product(KINDS, LANGUAGES, sorted(LAYOUTS), PRODUCERS)
    for seed, (kind, language, layout, producer) in enumerate(variants):
        path = folder / f"{seed}.pdf"
        path.write_bytes(draw(kind, language, layout, producer, seed).pdf)
        yield path
