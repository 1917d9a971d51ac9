"""What was answered to one caller and holds for every other who asks the same.

After a change each screen of an office asks for the same delta, and whoever opens the list for
the same first page: one of them reads the database for all. An answer holds for as long as its
entity tag does, which is until the feed tells of a later change in its collection.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from app.db.scope import Scope

_Key = tuple[UUID | None, frozenset[UUID] | None, str, bytes]
MAX_BYTES = 16 * 1024 * 1024
"""Of all bodies together: some hundred pages of a hundred documents."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of a collection's page or delta, and the quoted entity tag it went out with."""

    collection: str
    etag: str
    body: bytes


class Answers:
    """The answers of this process, the least used of which are forgotten. `count` is told the
    collection of each, and whether it was in memory."""

    def __init__(self, count: Callable[[str, bool], None], max_bytes: int = MAX_BYTES) -> None:
        self._count = count
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()

    def find(self, request: Request, scope: Scope, etag: str) -> bytes | None:
        """The body, if the answer to this request still has the tag `etag`."""
        key = _key(request, scope)
        answer = self._answers.get(key)
        if answer is None or answer.etag != etag:
            return None
        self._answers.move_to_end(key)
        self._count(answer.collection, True)
        return answer.body

    def keep(self, request: Request, scope: Scope, answer: Answer) -> None:
        """Remember what this request was answered."""
        self._count(answer.collection, False)
        key = _key(request, scope)
        self._forget(key)
        self._answers[key] = answer
        self._bytes += len(answer.body)
        while self._bytes > self._max_bytes:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: _Key) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._bytes -= len(answer.body)


def _key(request: Request, scope: Scope) -> _Key:
    # Not `request.url`, which begins with whatever host the caller names.
    asked = request.scope
    return scope.tenant_id, scope.branch_ids, asked["path"], asked["query_string"]
