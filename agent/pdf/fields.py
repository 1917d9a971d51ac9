"""What a document says of itself: type, number, customer, event date and total.

The pages come as `agent.pdf.layout.Page` (`page_layout` says how to make them from pdfium) or
as plain text, which knows less about what stands beside what. The rules are data, in
`agent/pdf/rules/*.yaml`; `docs/rules.md` explains them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.pdf.layout import Page, text_layout
from agent.pdf.rules import loading, names, readers, titles
from agent.pdf.rules.readers import Reading
from agent.pdf.rules.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Readings:
    """`agent.contract.files.Fields` as the child has them, without the 7 MB of pydantic."""

    type: Reading | None = None
    number: Reading | None = None
    customer: Reading | None = None
    event_date: Reading | None = None
    total: Reading | None = None


def read_fields(
    pages: Sequence[str | Page], *, title: str | None = None, file_name: str | None = None
) -> Readings:
    """The fields of a document, each with its evidence, null where the document does not say.

    `title` (of the document's properties) and `file_name` can support what is printed; what
    is not printed is never reported. Cost is linear in the text, which is bounded.
    """
    rules = loading.load()
    sheets = [
        Sheet(text_layout(page, number) if isinstance(page, str) else page, rules)
        for number, page in enumerate(pages, 1)
    ]
    sheets = [sheet for sheet in sheets if sheet.cells]
    hint = f"{file_name or ''} ; {title or ''}"[:1000].replace("_", " ")
    kind = titles.document_type(sheets, hint)
    return Readings(
        type=_bounded(kind),
        number=_bounded(titles.number(sheets, kind.value if kind else None, hint)),
        customer=_bounded(names.customer(sheets)),
        event_date=_bounded(readers.event_date(sheets, _language(sheets))),
        total=_bounded(readers.total(sheets)),
    )


def _language(sheets: Sequence[Sheet]) -> str:
    """The language most labels are in."""
    votes = {"pt": 0, "en": 0}
    for sheet in sheets:
        for hit in sheet.hits:
            languages = {label.language for label in hit.labels}
            if len(languages) == 1:
                votes[languages.pop()] += 1
    return max(votes, key=lambda language: votes[language])


def _bounded(reading: Reading | None) -> Reading | None:
    """Within the lengths of the contract; a value that no line shows is its own evidence."""
    if reading is None:
        return None
    value = reading.value[:500]
    return replace(reading, value=value, source=reading.source or value)
