"""The cursor: where a reader is in one tenant's feed."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.errors import BadRequestError


@dataclass(frozen=True, slots=True)
class Cursor:
    """Written `epoch-seq`: everything up to and including `seq` is known."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"

    @property
    def history(self) -> str:
        """The epoch of the feed, without what it says of the reader's branches."""
        return self.epoch.partition(".")[0]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `BadRequestError` (`bad_cursor`) where the text is no cursor at all."""
        epoch, separator, seq = text.rpartition("-")
        if not separator or not epoch or not seq.isascii() or not seq.isdigit() or len(seq) > 18:
            raise BadRequestError(
                "bad_cursor",
                "a cursor looks like 'epoch-seq'; send it back as you got it",
                field="since",
            )
        return cls(epoch, int(seq))


def epoch_for(epoch: str, branch_ids: Collection[UUID] | None) -> str:
    """The epoch as a reader of these branches is told it (null: all of them).

    Whoever is given other branches than before has seen another history: the old cursor is
    foreign then, and its reader fetches anew.
    """
    if branch_ids is None:
        return epoch
    seen = hashlib.blake2b(digest_size=4)
    for branch_id in sorted(branch_ids):
        seen.update(branch_id.bytes)
    return f"{epoch}.{seen.hexdigest()}"
