"""What the agent knows of one file: the facts it sends, and how it came to them."""

import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import Field as Constraint

from agent.contract.base import WireModel

MAX_PATH_CHARS = 4096
_Fraction = Annotated[float, Constraint(ge=0, le=1)]
Sha256 = Annotated[str, Constraint(pattern=r"^[0-9a-f]{64}$")]


def possession(key: str) -> "hashlib.blake2b":
    """A digest to feed with the bytes of a file: `hexdigest()` is what proves that one has them.

    `key` is the company's, in hex. Whoever knows only the SHA-256 cannot compute it.
    """
    return hashlib.blake2b(key=bytes.fromhex(key), digest_size=32)


class Result(StrEnum):
    """The outcome of reading a file. Everything but `ok` comes with a reason."""

    OK = "ok"
    NO_TEXT = "no_text"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TIMEOUT = "timeout"


class DocumentType(StrEnum):
    """The kinds of document the rules know."""

    QUOTE = "quote"
    SERVICE_ORDER = "service_order"
    ASSEMBLY = "assembly"


class Field(WireModel):
    """One value read from a document, with the evidence for it.

    `value` is canonical: a `DocumentType`, an ISO date, a decimal string with a point, or
    the text itself. `source` is the line it was read from, as printed; `page` counts from 1.
    `box` is where the value stands, `[left, top, right, bottom]` as fractions of the page from
    its upper left corner; null where the text has no places.
    """

    value: Annotated[str, Constraint(max_length=500)]
    confidence: Annotated[float, Constraint(ge=0, le=1)]
    page: Annotated[int, Constraint(ge=1)]
    source: Annotated[str, Constraint(max_length=500)]
    box: tuple[_Fraction, _Fraction, _Fraction, _Fraction] | None = None


class Fields(WireModel):
    """The five fields the rules look for; a field that was not found is null."""

    type: Field | None = None
    number: Field | None = None
    customer: Field | None = None
    event_date: Field | None = None
    total: Field | None = None


class IndexedFile(WireModel):
    """A file as the agent reports it.

    `path` is relative to the watched folder, with `/`, as `agent.watch.paths.to_wire` writes it.
    `file_hash` is the SHA-256 in hex, null where the file could not be read.
    `possession` proves that the agent has the bytes; null where it has no key, or no bytes.
    `size` is in bytes, `mtime_ns` in nanoseconds since the epoch by the agent's file system: any
    number, because file systems take any.
    `reason_code` is stable (`empty`, `incomplete`, `not_pdf`, `unreadable`, `password`, …),
    `reason` a sentence for a person.
    """

    path: Annotated[str, Constraint(min_length=1, max_length=MAX_PATH_CHARS)]
    file_hash: Sha256 | None = None
    possession: Sha256 | None = None
    size: Annotated[int, Constraint(ge=0)]
    mtime_ns: int
    result: Result
    reason_code: Annotated[str, Constraint(max_length=40)] | None = None
    reason: Annotated[str, Constraint(max_length=500)] | None = None
    pages: Annotated[int, Constraint(ge=0)] | None = None
    title: Annotated[str, Constraint(max_length=300)] | None = None
    rules_version: str
    fields: Fields = Fields()
