"""The cursor: where a reader is in one tenant's feed."""

from dataclasses import dataclass
from typing import Self

from app.errors import BadRequestError


@dataclass(frozen=True, slots=True)
class Cursor:
    """Written `epoch-seq`: everything up to and including `seq` is known."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `BadRequestError` (`bad_cursor`) where the text is no cursor at all."""
        epoch, separator, seq = text.rpartition("-")
        if not separator or not epoch or not seq.isascii() or not seq.isdigit() or len(seq) > 18:
            raise BadRequestError(
                "bad_cursor", "a cursor looks like 'epoch-seq'; send it back as you got it",
                field="since",
            )
        return cls(epoch, int(seq))
