"""The right to ask: a token that is renewed while a drill goes on, since it lives ten minutes."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from ops.cluster import OperatorError
from ops.drill.background import in_threads

RENEW_S: Final = 240
_AGAIN_S: Final = 10
"""Before it is asked for again, where the cluster did not answer."""


@dataclass
class Bearer(httpx.Auth):
    """Whoever has the token; clients that were given it use the newest."""

    token: str

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Show it."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


@contextmanager
def renewed(sign_in: Callable[[], str]) -> Iterator[Bearer]:
    """A bearer whose token is always one that `sign_in` gave a while ago. Raises what that does."""
    bearer = Bearer(sign_in())

    def renew(stop: threading.Event) -> None:
        wait_s = RENEW_S
        while not stop.wait(wait_s):
            try:
                bearer.token, wait_s = sign_in(), RENEW_S
            except (httpx.HTTPError, OperatorError):
                wait_s = _AGAIN_S

    with in_threads(renew):
        yield bearer
