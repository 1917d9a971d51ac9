"""Serves the built dashboard: files as they were built, and the page itself for deep links."""

import mimetypes
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException

DIST: Final = Path(__file__).parent / "dist"

_SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
# Vite names these by their content, so they may be kept for ever.
_HASHED: Final = "public, max-age=31536000, immutable"
_REVALIDATED: Final = "no-cache"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Siberius</title>
<h1>The dashboard is not built</h1>
<p>The API works. To build the dashboard, run <code>npm ci &amp;&amp; npm run build</code>
in <code>app/web</code> and start the server again.</p></html>
"""


class _ScreenConvertor(Convertor[str]):
    """Any path but those of the API and the operator: an unknown one there stays a plain 404,
    and a wrong method a 405, instead of becoming the page."""

    regex = r"(?!(?:api|socket\.io|health|metrics|docs|redoc|openapi\.json)(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class _File:
    """One built file; `packed` maps a content coding to the compressed file beside it."""

    path: Path
    media_type: str
    etag: str
    cache: str
    packed: dict[str, Path] = field(default_factory=dict)

    def respond(self, request: Request) -> Response:
        headers = {
            **_SECURITY_HEADERS,
            "Cache-Control": self.cache,
            "ETag": self.etag,
            "Vary": "Accept-Encoding",
        }
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        accepted = _accepted(request.headers.get("accept-encoding", ""))
        path = self.path
        for coding, packed in self.packed.items():
            if coding in accepted:
                path = packed
                headers["Content-Encoding"] = coding
                break
        # Built files are small and in the page cache: reading one takes less than a thread hop.
        return Response(path.read_bytes(), headers=headers, media_type=self.media_type)


def mount_dashboard(app: FastAPI, dist: Path = DIST) -> None:
    """Serve the dashboard for every path that is not the API's. Mount it last.

    Without a build every such path answers 503 with a page that says how to build it.
    """
    register_url_convertor("screen", _ScreenConvertor())
    files = _scan(dist)
    index = files.get("index.html")

    async def dashboard(request: Request, path: str) -> Response:
        if index is None:
            return Response(_NOT_BUILT, 503, {"Retry-After": "60"}, "text/html; charset=utf-8")
        file = files.get(path)
        if file is not None:
            return file.respond(request)
        if "." in path.rpartition("/")[2]:
            # A file of an older build: the page in its place would only confuse the browser.
            raise HTTPException(404, "There is no such file")
        return index.respond(request)

    app.add_api_route("/{path:screen}", dashboard, methods=["GET", "HEAD"], include_in_schema=False)


def _scan(dist: Path) -> dict[str, _File]:
    """The built files by their path in the URL. Nothing else is ever opened."""
    files: dict[str, _File] = {}
    packed_suffixes = {suffix for _, suffix in _ENCODINGS}
    for path in sorted(dist.rglob("*")):
        if not path.is_file() or path.suffix in packed_suffixes:
            continue
        name = path.relative_to(dist).as_posix()
        candidates = ((coding, path.with_name(path.name + end)) for coding, end in _ENCODINGS)
        files[name] = _File(
            path=path,
            media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
            etag=f'"{sha256(path.read_bytes()).hexdigest()[:20]}"',
            cache=_HASHED if name.startswith("assets/") else _REVALIDATED,
            packed={coding: packed for coding, packed in candidates if packed.is_file()},
        )
    return files


def _accepted(header: str) -> set[str]:
    """The content codings a client accepts; `;q=0` refuses one (RFC 9110 12.5.3)."""
    accepted = set()
    for part in header.split(","):
        coding, _, quality = part.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            accepted.add(coding.strip().lower())
    return accepted
