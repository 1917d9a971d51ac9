"""What a document says of itself: type, number, customer, event date and total.

The pages come as `agent.pdf.layout.Page` (`page_layout` says how to make them from pdfium) or
as plain text, which knows less about what stands beside what. The rules are data, in
`agent/pdf/rules/*.yaml`; `docs/rules.md` explains them.
"""

from collections.abc import Sequence

from agent.contract.files import Field, Fields
from agent.pdf.layout import Page, text_layout
from agent.pdf.rules import RULES_VERSION, loading, names, readers, titles
from agent.pdf.rules.sheet import Sheet

__all__ = ["RULES_VERSION", "read_fields"]


def read_fields(
    pages: Sequence[str | Page], *, title: str | None = None, file_name: str | None = None
) -> Fields:
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
    return Fields(
        type=_field(kind),
        number=_field(titles.number(sheets, kind.value if kind else None, hint)),
        customer=_field(names.customer(sheets)),
        event_date=_field(readers.event_date(sheets, _language(sheets))),
        total=_field(readers.total(sheets)),
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


def _field(reading: readers.Reading | None) -> Field | None:
    if reading is None:
        return None
    return Field(
        value=reading.value[:500],
        confidence=reading.confidence,
        page=reading.page,
        source=reading.source or reading.value[:500],
    )
