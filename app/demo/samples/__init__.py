"""Sample documents: realistic quotes, service orders and assembly sheets, drawn from a seed.

Used by the demo, by the tests of the field reader and by the benchmarks. Nothing here is
read from a file, and nothing in it is anybody's.
"""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from app.demo.samples.content import Facts, Kind, Language, make_facts
from app.demo.samples.layouts import LAYOUTS
from app.demo.samples.pen import FpdfPen, Pen, ReportLabPen

__all__ = ["KINDS", "LANGUAGES", "LAYOUTS", "PRODUCERS", "Sample", "draw", "write_demo_folder"]

Producer = Literal["reportlab", "fpdf2"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LANGUAGES: tuple[Language, ...] = get_args(Language)
PRODUCERS: tuple[Producer, ...] = get_args(Producer)

DEMO_DAY = date(2026, 6, 15)
"""What `today` is where a caller does not care."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`truth` has the canonical value of each field as the contract has it, null for none."""

    pdf: bytes
    file_name: str
    truth: dict[str, str | None]


def draw(
    kind: Kind,
    language: Language,
    layout: str,
    producer: Producer,
    seed: int,
    *,
    today: date = DEMO_DAY,
    long: bool = False,
) -> Sample:
    """One document; the same arguments give the same bytes.

    `layout` is a key of `LAYOUTS`, `long` makes it several pages. Raises `KeyError` for a
    layout that does not exist.
    """
    facts = make_facts(kind, language, seed, today, long=long)
    pen: Pen = ReportLabPen() if producer == "reportlab" else FpdfPen()
    LAYOUTS[layout](pen, facts)
    title = f"{facts.say('title')} {facts.number}"
    return Sample(
        pdf=pen.finish(title, facts.company.name),
        file_name=_file_name(facts),
        truth={
            "type": kind,
            "number": facts.number,
            "customer": facts.customer.name,
            "event_date": facts.event.isoformat(),
            "total": f"{facts.total:.2f}" if facts.priced else None,
        },
    )


def write_demo_folder(
    folder: Path, branch: str, count: int, seed: int, *, today: date
) -> list[Path]:
    """Fills a folder with `count` documents of a branch and gives their paths.

    They lie as people keep them: some in folders by year and kind. Two thirds are Portuguese.
    Every ninth is long. Files that are there already are left alone.
    """
    rng = random.Random(f"{branch}-{seed}")  # noqa: S311  (samples, not secrets)
    paths = []
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        language: Language = "en" if rng.random() < 1 / 3 else "pt"
        sample = draw(
            kind,
            language,
            rng.choice(list(LAYOUTS)),
            rng.choice(PRODUCERS),
            rng.randrange(1_000_000),
            today=today,
            long=index % 9 == 8,
        )
        place = folder / _FOLDERS[language][kind] if rng.random() < 0.6 else folder
        path = place / sample.file_name
        place.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(sample.pdf)
        paths.append(path)
    return paths


_FOLDERS: dict[Language, dict[Kind, str]] = {
    "pt": {"quote": "Orçamentos", "service_order": "Ordens de serviço", "assembly": "Montagens"},
    "en": {"quote": "Quotes", "service_order": "Service orders", "assembly": "Assembly"},
}


def _file_name(facts: Facts) -> str:
    """A name as an office gives it: title, number, customer; safe on every file system."""
    words = f"{facts.say('title')} {facts.number} - {facts.customer.name}"
    words = unicodedata.normalize("NFC", words)
    return "".join("-" if char in '/\\:*?"<>|' else char for char in words).strip(". ") + ".pdf"
