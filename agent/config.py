"""The agent's settings: flags over environment over file.

`load` is the one way to get them. Everything that can be wrong with them is raised as a
`ConfigError` whose message names the setting and where it stands or where to put it, and never
holds its value: the value may be a secret.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from agent.config_file import ConfigError, ConfigFile, read_config_file

ENV_PREFIX = "SIBERIUS_AGENT_"
DEFAULT_FILES = (Path("siberius-agent.toml"), Path("/etc/siberius/agent.toml"))


def _server_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be a URL such as https://siberius.example.com")
    if parts.query or parts.fragment or parts.path.strip("/"):
        raise ValueError("must be the server's address only, without path or query")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password; the token is a setting of its own")
    return value.rstrip("/")


def _patterns(value: tuple[str, ...]) -> tuple[str, ...]:
    # Only an agent that watches needs what this imports.
    from agent.watch.ignore import Ignore

    Ignore(value)
    return value


ServerUrl = Annotated[str, AfterValidator(_server_url)]
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """What the agent is told from outside. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    server: ServerUrl
    token: Annotated[SecretStr, Field(min_length=16)]
    folder: Path

    watch: Literal["auto", "polling"] = "auto"
    """`auto` takes the file system's events where a self-test shows that they arrive."""
    poll_s: Seconds = 3
    """Time between two looks at the folder where events do not arrive, at least."""
    settle_s: Seconds = 0.25
    """A file is taken when its size and time were the same twice, this far apart."""

    ignore: Annotated[tuple[str, ...], AfterValidator(_patterns)] = ()
    """What else is left out of the folder: gitignore's patterns, after the defaults."""

    ca_file: Path | None = None
    """Certificate authority of a server with a private certificate."""
    reconnect_s: Annotated[tuple[Seconds, ...], Field(min_length=1)] = (5, 10, 20, 40, 60)
    """Waits between attempts to connect, each with 20 % jitter; the last one repeats."""
    connect_timeout_s: Seconds = 15
    ack_timeout_s: Seconds = 20
    upload_retry_s: Annotated[tuple[Seconds, ...], Field(min_length=1)] = (1, 4)
    """Waits between the tries of one upload: two waits are three tries."""
    upload_stall_s: Seconds = 60
    """An upload that moves no byte for so long is tried again."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False


def config_file(explicit: Path | None) -> Path | None:
    """The file to read: the one asked for, else the first default that exists.

    Raises `ConfigError` where the one asked for does not exist.
    """
    if explicit is not None:
        if not explicit.is_file():
            raise ConfigError(f"there is no configuration file {explicit}")
        return explicit
    return next((path for path in DEFAULT_FILES if path.is_file()), None)


def load(explicit: Path | None = None, flags: Mapping[str, object] | None = None) -> Settings:
    """Read the settings; `flags` are those given on the command line.

    Raises `ConfigError`.
    """
    path = config_file(explicit)
    public = {
        name for name, field in Settings.model_fields.items() if field.annotation != SecretStr
    }
    file = read_config_file(path, public) if path else None

    class WithFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            values = InitSettingsSource(settings_cls, file.values if file else {})
            return init_settings, env_settings, values

    try:
        return WithFile(**(flags or {}))  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigError(_plain(error, file, flags or {})) from None
    except SettingsError as error:
        raise ConfigError(_no_json(str(error))) from None


_ADVICE = {
    "tuple_type": "must be a list, as in [5, 10] or ['drafts/']",
    "string_type": "must be a text, in quotes",
    "path_type": "must be a text, in quotes",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number, without quotes",
    "float_parsing": "must be a number, without quotes",
}
"""What to write, by the kind of fault, where pydantic says it to programmers."""


def _plain(error: ValidationError, file: ConfigFile | None, flags: Mapping[str, object]) -> str:
    """One line for each setting that is wrong, without its value."""
    problems = error.errors(include_url=False)
    for problem in problems:
        if problem["type"] == "extra_forbidden" and isinstance(problem["input"], dict) and file:
            name = str(problem["loc"][0])
            return f"[{name}]: there are no sections; take that line out ({file.place(name)})"
    return "\n".join(_about(problem, file, flags) for problem in problems)


def _about(problem: ErrorDetails, file: ConfigFile | None, flags: Mapping[str, object]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else "configuration"
    if problem["type"] == "missing":
        where = f"{ENV_PREFIX}{name.upper()}, --{name.replace('_', '-')} or {_named(file)}"
        return f"{name}: is not set (set it with {where})"
    if problem["type"] == "extra_forbidden":
        wanted = name.lower().removeprefix(ENV_PREFIX.lower()).replace("-", "_")
        close = get_close_matches(wanted, Settings.model_fields, n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        where = file.place(name) if file and name in file.values else "the flags"
        return f"{name}: there is no such setting (in {where}){meant}"
    message = _ADVICE.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    return f"{name}: {message} (from {_origin(name, file, flags)})"


def _origin(name: str, file: ConfigFile | None, flags: Mapping[str, object]) -> str:
    """Where the value came from: the strongest of the three that has it."""
    if name in flags:
        return f"--{name.replace('_', '-')}"
    if any(key.upper() == f"{ENV_PREFIX}{name}".upper() for key in os.environ):
        return f"{ENV_PREFIX}{name.upper()}"
    return file.place(name) if file else "a file"


def _named(file: ConfigFile | None) -> str:
    return str(file.path) if file else "a file"


def _no_json(said: str) -> str:
    """`pydantic-settings` says which field of which source it could not take apart."""
    name = next((name for name in Settings.model_fields if f'"{name}"' in said), "a list")
    return (
        f'{name}: must be a list in JSON, as in [5, 10] or ["drafts/"] '
        f"(from {ENV_PREFIX}{name.upper()})"
    )
