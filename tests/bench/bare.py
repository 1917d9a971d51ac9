"""The least that Starlette can answer: what our own figures are compared with."""

import sys

import urllib3
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.server import Server


async def _ok(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


# A proxy asks for its health.
app = Starlette(routes=[Route("/", _ok), Route("/health/ready", _ok)])


class BareServer(Server):
    """It, in one process of uvicorn's."""

    name = "bare"

    def command(self) -> list[str]:
        options = ["--port", str(self.port), "--log-level", "warning", "--no-access-log"]
        return [sys.executable, "-m", "uvicorn", "tests.bench.bare:app", *options]

    def ping(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/"
            return urllib3.request("GET", url, timeout=2, retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False
