"""The settings: environment variables `SIBERIUS_*`, each with its default and its limits."""

import os
import secrets
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.contract.messages import HOLD_FILES

_PLACEHOLDERS = frozenset({"", "secret", "changeme", "change-me", "password", "test"})
_DAY_S = 24 * 60 * 60
_MOST_DAYS = 36_500
"""No span is longer than a hundred years: a time that far from now is still one."""


class Settings(BaseSettings):
    """All of them. Durations end in `_s`, `_minutes`, `_hours` or `_days`, sizes in `_bytes`."""

    model_config = SettingsConfigDict(env_prefix="SIBERIUS_", extra="ignore")

    profile: Literal["embedded", "clustered"] = "embedded"
    demo: bool = False
    """The embedded demo: makes its own secrets in the data folder."""
    demo_password: SecretStr | None = Field(None, min_length=8)
    """The demo admin's; by default one is made at the first run."""
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str | None = None
    workers: int = Field(2, ge=1, le=64)
    """Processes of the clustered profile."""
    worker_max_requests: int = Field(0, ge=0)
    """A worker is replaced after about so many; 0 is never."""
    trusted_proxies: str = ""
    """Addresses or networks, with commas; only they may say whom they speak for."""
    drain_notice_s: float = Field(3, ge=0)
    """How long a worker that was asked to stop goes on, so that the proxy sees it."""
    move_window_s: float = Field(5, ge=0)
    """Over so long the sockets of a worker that stops are spread."""
    drain_limit_s: float = Field(45, ge=10)
    """After so long it is gone, whatever hangs."""
    node: str = "local"
    """Names this process in the feed and the logs."""

    secret_key: SecretStr | None = None
    """Signs access tokens; at least 32 characters. Everyone who has it can be anyone."""
    access_token_minutes: int = Field(10, ge=1, le=60)
    refresh_token_days: int = Field(30, ge=1, le=365)
    secure_cookies: bool = False
    password_memory_kib: int = Field(65536, ge=8)
    """Memory of one argon2id hash; below 19456 only for tests."""
    password_rounds: int = Field(3, ge=1)

    database_url: str | None = None
    """`postgresql+psycopg://…`; embedded: a SQLite file in the data folder."""
    read_database_url: str | None = None
    """For reads that carry a cursor: replicas, which are asked whether they have come so far."""
    database_pool_size: int = Field(10, ge=1, le=200)
    database_prepared_statements: bool = True
    failover_patience_s: float = Field(30.0, gt=0, le=300)
    """How long a request waits for a database that is away."""
    redis_url: str | None = None
    s3_endpoint: str | None = None
    """`https://host:port`; embedded: files in the data folder."""
    s3_bucket: str = "siberius"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None

    max_upload_bytes: int = Field(50 * 1024 * 1024, ge=1024)
    max_request_bytes: int = Field(1024 * 1024, ge=1024)
    """Of every request that is not an upload."""
    retention_days: int = Field(15, ge=0, le=_MOST_DAYS)
    """A PDF expires so many days after its event, or its upload where no date is known."""
    max_retention_days: int = Field(365, ge=1, le=_MOST_DAYS)
    """The longest that a company may set for itself."""
    gone_days: int = Field(30, ge=1, le=_MOST_DAYS)
    """A document that is gone from every branch leaves the list after so long."""
    audit_retention_days: int = Field(365, ge=30, le=_MOST_DAYS)
    feed_retention_days: int = Field(14, ge=1, le=_MOST_DAYS)
    idempotency_hours: int = Field(24, ge=1, le=_MOST_DAYS)

    agent_heartbeat_s: float = Field(30, gt=0, le=_DAY_S)
    agent_reconnecting_after_s: float = Field(45, gt=0, le=_DAY_S)
    agent_offline_after_s: float = Field(90, gt=0, le=_DAY_S)
    agent_rescan_s: float = Field(900, gt=0, le=_DAY_S)
    agent_hold_files: int = Field(HOLD_FILES, ge=2)
    """So many files that vanish at once from one place are asked about, and not taken away."""
    transfer_stalled_s: float = Field(30, gt=0, le=_DAY_S)
    """A transfer without progress for so long is asked for again."""

    address_limit_per_minute: int = Field(60_000, ge=1)
    """Requests of one address: an office is one, and so may a proxy be."""
    anonymous_sockets_per_address: int = Field(100, ge=1)
    """Sockets of one address on which nobody has shown yet who he is, in one process."""
    user_limit_per_minute: int = Field(6_000, ge=1)
    tenant_limit_per_minute: int = Field(60_000, ge=1)
    agent_limit_per_minute: int = Field(1_200, ge=1)
    login_limit_per_minute: int = Field(10, ge=1)
    agent_auth_limit_per_minute: int = Field(30, ge=1)
    upload_limit_per_15_minutes: int = Field(100, ge=1)

    push_window_ms: int = Field(60, ge=0, le=1000)
    """Changes within it go out to a socket as one message."""
    feed_tick_s: float = Field(1.0, gt=0, le=_DAY_S)
    jobs_tick_s: float = Field(5.0, gt=0, le=_DAY_S)
    expiry_hour_utc: int = Field(6, ge=0, le=23)
    clock_offset_s: float = Field(0.0, ge=-_MOST_DAYS * _DAY_S, le=_MOST_DAYS * _DAY_S)
    """Moves the server's clock, for tests and rehearsals."""

    @model_validator(mode="after")
    def _secrets_are_real(self) -> Self:
        if self.demo and self.profile == "embedded" and self.secret_key is None:
            self.secret_key = SecretStr(_own_secret(self.data_dir / "secret-key"))
        key = self.secret_key.get_secret_value() if self.secret_key else ""
        if key.lower() in _PLACEHOLDERS or len(key) < 32:
            raise ValueError(
                "SIBERIUS_SECRET_KEY must be a real secret of at least 32 characters; "
                "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if self.profile == "clustered" and not self.database_url:
            raise ValueError("SIBERIUS_DATABASE_URL is required in the clustered profile")
        return self

    @property
    def effective_database_url(self) -> str:
        """The database's URL, after defaults."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'siberius.db'}"

    @property
    def signing_key(self) -> str:
        """The secret key; the validator made sure that there is one."""
        if self.secret_key is None:
            raise RuntimeError("the settings were not validated")
        return self.secret_key.get_secret_value()


def _own_secret(path: Path) -> str:
    """The secret in `path`, made at the first use and readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
