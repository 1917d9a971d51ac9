"""Entity tags of collections and of the feed: a tag stands for one answer.

It is written `"<epoch>-<seq>~<address>"`: the last change that the answer could have shown, to
eyes like the caller's, and a digest of path and query. So the tag of a page says nothing of the
next page, nor that of a delta of the rest of it. Where a page shows what the feed does not tell,
`.<content>` follows, a digest of its rows.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.requests import Request

from app.errors import BadRequestError
from app.feed.causal import carried
from app.feed.cursor import Cursor, epoch_for
from app.feed.relay import Head

_PAGING = frozenset({"limit", "after", "since"})


@dataclass(frozen=True, slots=True)
class Tag:
    """`state` is where the reader's collection stood; `address` tells answers apart."""

    state: Cursor
    address: str

    def with_content(self, rows: Sequence[dict[str, Any]]) -> "Tag":
        """The tag of a page of these rows, which are not the feed's alone."""
        return replace(self, address=f"{self.address}.{_digest(json.dumps(rows).encode())}")

    def __str__(self) -> str:
        return f'"{self.state}~{self.address}"'


def tag_for(
    request: Request,
    head: Head,
    collection: str | None,
    branch_ids: Collection[UUID] | None,
    seen_seq: int | None = None,
) -> Tag:
    """The tag that a request for a collection (null: for the whole feed) is answered with, to a
    reader of these branches. `seen_seq` is the head of the snapshot that was read, where that
    may be older: a replica lags."""
    if collection is not None and not _PAGING.issuperset(request.query_params):
        collection = None  # a filter may look at more than the collection's own rows
    seq = head.last_change(collection)
    if seen_seq is not None:
        seq = min(seq, seen_seq)
    return Tag(Cursor(epoch_for(head.epoch, branch_ids), seq), _address(request.scope))


def is_unchanged(request: Request, head: Head, tag: Tag) -> bool:
    """Whether `If-None-Match` shows that the caller has what the request would be answered.

    He has it with the answer's own tag. He has it too where nothing came after his `since`: the
    cursor of an answer that he holds the tag of, and that was the last of its pages. Who has
    seen more than this process knows of has not.
    """
    sent = request.headers.get("if-none-match", "")
    if not sent or not all(map(head.knows, carried(request))):
        return False
    if matches(sent, str(tag)):
        return True
    since = _since(request)
    return (
        since is not None
        and since.epoch == tag.state.epoch
        and since.seq >= tag.state.seq
        and any(known.startswith(f'"{tag.state}~') for known in _tags(sent))
    )


def matches(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names the tag (weakly compared, RFC 9110 13.1.2)."""
    return any(tag in {etag, "*"} for tag in _tags(if_none_match))


def _tags(if_none_match: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]


def _since(request: Request) -> Cursor | None:
    text = request.query_params.get("since")
    try:
        return None if text is None else Cursor.parse(text)
    except BadRequestError:
        return None  # the route says so


def _address(scope: Any) -> str:
    return _digest(scope["path"].encode() + b"?" + scope["query_string"])


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
