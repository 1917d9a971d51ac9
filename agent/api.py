"""The agent's plain HTTP: the session both sockets and uploads share, and `/api/agent/auth`.

ServerError                 the message says what a person can do
├── UnreachableError             no answer: name, network, TLS, time
├── NotSiberiusError             an answer, but not this product's
└── RefusedError                 a problem document: `code`, `status`
"""

import json
import os
import ssl
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import ValidationError

from agent.config_file import ConfigError
from agent.contract.messages import AuthAnswer, AuthRequest


class ServerError(Exception):
    """The server did not do what was asked."""


class UnreachableError(ServerError):
    """There was no answer."""


class NotSiberiusError(ServerError):
    """Something else answers at that address."""


class RefusedError(ServerError):
    """The server said no. `code` is the stable code of its problem document."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def tls_context(ca_file: Path | None) -> ssl.SSLContext | None:
    """A context that trusts `ca_file` besides the system's authorities. Raises `ConfigError`."""
    if ca_file is None:
        return None
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except OSError as error:
        raise ConfigError(f"ca_file: {ca_file} holds no certificate ({error})") from None
    return context


def open_session(tls: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """A session; proxies are taken from the environment as everywhere on the machine."""
    connector = aiohttp.TCPConnector(ssl=tls if tls is not None else True)
    return aiohttp.ClientSession(connector=connector, trust_env=True)


async def authenticate(
    session: aiohttp.ClientSession,
    server: str,
    request: AuthRequest,
    *,
    token: str | None = None,
    timeout_s: float = 15,
) -> AuthAnswer:
    """Ask the server who this agent is, or exchange a one-time code for a token.

    Raises `ServerError`.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with session.post(
            f"{server}/api/agent/auth",
            json=request.to_wire(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            allow_redirects=False,
        ) as response:
            if response.status != 200:
                raise await refusal(response)
            return AuthAnswer.model_validate_json(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(explain(error, server)) from error
    except ValidationError as error:
        raise NotSiberiusError(f"{server} answers, but not as a Siberius server") from error


async def refusal(response: aiohttp.ClientResponse) -> ServerError:
    """The error that a response with another status than 200 means."""
    try:
        problem: Any = json.loads(await response.read())
        code, message = str(problem["code"]), str(problem.get("detail") or problem.get("title"))
    except (ValueError, KeyError, TypeError, AttributeError):
        if response.status < 500:
            return NotSiberiusError(
                f"the address answers with HTTP status {response.status}, but not as a Siberius "
                "server: look at host and port"
            )
        code, message = "unavailable", f"the server answers with HTTP status {response.status}"
    return RefusedError(
        response.status, code, message, _seconds(response.headers.get("Retry-After"))
    )


def explain(error: BaseException, server: str) -> str:
    """A connection error as a sentence that says what to look at."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            text = f"the name in {server} is unknown (DNS): look for a typing error"
        case aiohttp.ClientConnectorCertificateError():
            text = (
                f"the certificate of {server} is not trusted ({error.certificate_error}): "
                "set ca_file to your certificate authority"
            )
        case aiohttp.ClientSSLError() | ssl.SSLError():
            text = f"no TLS at {server}: is it http instead of https, or another port?"
        case TimeoutError():
            text = f"{server} does not answer in time: a firewall, or the server is down"
        case aiohttp.ClientConnectorError():
            # asyncio puts its own words into `strerror`.
            number = error.os_error.errno
            reason = os.strerror(number) if number else str(error.os_error)
            text = f"{server} cannot be reached ({reason})"
        case aiohttp.ServerDisconnectedError():
            text = f"{server} closed the connection without an answer"
        case _:
            text = f"{server} cannot be reached ({error or type(error).__name__})"
    return text


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds; the form with a date is not used by this product's servers."""
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
