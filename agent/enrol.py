"""`siberius-agent enroll`: a one-time code becomes a configuration file."""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent import api, host
from agent.config import ServerUrl
from agent.config_file import ConfigError
from agent.contract.messages import AuthAnswer, AuthRequest


def enrol(server: str, code: str, folder: Path, config: Path, ca_file: Path | None) -> int:
    """Write `config` with the new token, readable by its owner only. Returns the exit code.

    The code works once, so whatever else can fail is tried before it is spent.
    Raises `ConfigError`.
    """
    try:
        server = TypeAdapter(ServerUrl).validate_python(server)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ConfigError(f"--server: {message}") from None
    folder = folder.absolute()
    if not folder.is_dir():
        raise ConfigError(f"--folder: there is no folder {folder}")
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise ConfigError("--folder: its name is not UTF-8, so no file can hold it") from None
    if config.exists():
        raise ConfigError(f"--config: {config} exists already; move it away or name another file")
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{config.name}.", dir=config.absolute().parent)
    except OSError as error:
        raise ConfigError(f"--config: cannot write {config} ({error.strerror})") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            answer = asyncio.run(_exchange(server, code, ca_file))
            if answer.token is None:
                raise api.NotSiberiusError(f"{server} took the code but answered without a token")
            file.write(_toml(server, answer.token, folder, ca_file))
        # `mkstemp` made it 0600, and the rename shows the file whole or not at all.
        Path(draft).replace(config)
    except api.ServerError as error:
        sys.stderr.write(f"Not enrolled: {error}\n")
        Path(draft).unlink(missing_ok=True)
        return 1
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sys.stdout.write(
        f"Enrolled as {answer.name} ({answer.branch}, {answer.tenant}). Wrote {config}.\n"
        f"Next: siberius-agent check --config {config}\n"
    )
    return 0


async def _exchange(server: str, code: str, ca_file: Path | None) -> AuthAnswer:
    """Raises `ServerError` and `ConfigError`."""
    async with api.open_session(api.tls_context(ca_file)) as session:
        request = AuthRequest(enrolment_code=code.strip(), hostname=host.hostname())
        return await api.authenticate(session, server, request)


def _toml(server: str, token: str, folder: Path, ca_file: Path | None) -> str:
    values = {"server": server, "token": token, "folder": str(folder)}
    if ca_file is not None:
        values["ca_file"] = str(ca_file.absolute())
    # A JSON string of valid text is a TOML basic string too.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"
