"""The agent's settings: flags over environment over file.

`load` is the one way to get them. Everything that can be wrong with them is raised as a
`ConfigError` whose message names the setting and where to put it, and never holds its value:
the value may be a secret.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ENV_PREFIX = "SIBERIUS_AGENT_"
DEFAULT_FILES = (Path("siberius-agent.toml"), Path("/etc/siberius/agent.toml"))


class ConfigError(Exception):
    """The settings cannot be used; the message is for the person who wrote them."""


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
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


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
    file = config_file(explicit)

    class WithFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return WithFile(**(flags or {}))  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigError(_plain(error, file)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not a UTF-8 text file") from None
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from None


def _plain(error: ValidationError, file: Path | None) -> str:
    """One line for each setting that is wrong, without its value."""
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        name = str(item["loc"][0]) if item["loc"] else "configuration"
        where = f"{ENV_PREFIX}{name.upper()}, --{name.replace('_', '-')} or {file or 'a file'}"
        match item["type"]:
            case "missing":
                lines.append(f"{name}: is not set (set it with {where})")
            case "extra_forbidden":
                lines.append(f"{name}: there is no such setting (in {file or 'the flags'})")
            case _:
                message = item["msg"].removeprefix("Value error, ")
                lines.append(f"{name}: {message} (from {where})")
    return "\n".join(lines)
