"""What may stand in a request's address and headers: text that can be stored, and nothing else."""

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.problems import problem_response
from app.input import Fault, read_text, refused


class CheckedAddresses:
    """ASGI middleware that answers 422 where path, query or a header is not UTF-8, or has a NUL:
    further in, such bytes would pass for other characters."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = _fault_of(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(refused(fault))(scope, receive, send)


def _fault_of(scope: Scope) -> Fault | None:
    path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
    for name, value in scope["headers"]:
        if b"\0" in value:
            return Fault(name.decode("latin-1"), "it has a NUL character")
    if _is_plain(path) and _is_plain(query):
        return None
    parts = [("path", path)]
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        parts += [("query", name), (unquote_to_bytes(name).decode(errors="replace"), value)]
    for where, raw in parts:
        try:
            read_text(unquote_to_bytes(raw))
        except ValueError as error:
            return Fault(where, str(error))
    return None


def _is_plain(raw: bytes) -> bool:
    return b"%" not in raw and raw.isascii() and b"\0" not in raw
