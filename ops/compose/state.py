"""What a stack keeps on its host beside the volumes: secrets, settings, rendered configuration.

All of it is in one folder that only its owner may enter (`var/compose`, outside git):

    secrets.env    made at the first start, never changed
    settings.env   the operator's
    derived.env    what compose.yaml is told of both, written anew at every start
    etc/<service>  each container's /etc/siberius
    branch/        the folder the sample branch's agent watches
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.scripts.render import render

HERE = Path(__file__).resolve().parent
MEMBERS = (1, 2, 3)
DEFAULT_PROJECT = "siberius"
DATABASE = {"name": "siberius", "owner": "siberius"}
HTTP_PORT, LEADER_PORT, REPLICA_PORT = 8080, 5000, 5001
SECRETS = (
    "SIBERIUS_SECRET_KEY",
    "SIBERIUS_ADMIN_PASSWORD",
    "POSTGRES_SUPERUSER_PASSWORD",
    "POSTGRES_REPLICATION_PASSWORD",
    "POSTGRES_REWIND_PASSWORD",
    "POSTGRES_APP_PASSWORD",
    "PATRONI_API_PASSWORD",
    "REDIS_PASSWORD",
    "MINIO_ROOT_PASSWORD",
)


class StateError(Exception):
    """The folder cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class State:
    """The folder, and what was read from it."""

    folder: Path
    secrets: Mapping[str, str]
    settings: Mapping[str, str]

    @property
    def project(self) -> str:
        """The stack's name at Docker: of its containers, networks and volumes."""
        return self.settings.get("SIBERIUS_PROJECT", DEFAULT_PROJECT)

    @property
    def own_s3(self) -> bool:
        """Whether the operator gave a store instead of the stack's MinIO."""
        return bool(self.settings.get("SIBERIUS_S3_ENDPOINT"))

    @property
    def url(self) -> str:
        """Where this host reaches the stack."""
        address = self.settings.get("SIBERIUS_LISTEN", "127.0.0.1:8080")
        host, _, port = address.rpartition(":")
        return f"http://{'127.0.0.1' if host in {'', '0.0.0.0'} else host}:{port}"  # noqa: S104

    @property
    def branch(self) -> Path:
        """The sample branch's folder on this host."""
        return self.folder / "branch"

    @property
    def agent_configuration(self) -> Path:
        """The sample branch's agent, once it has a token."""
        return self.folder / "etc" / "agent" / "agent.toml"


def exists(folder: Path) -> bool:
    """Whether a stack was ever made here."""
    return (folder / "secrets.env").exists()


def project(folder: Path) -> str:
    """The stack's name at Docker, also where nothing was made yet."""
    settings = folder / "settings.env"
    known = _read(settings) if settings.exists() else {}
    return known.get("SIBERIUS_PROJECT", DEFAULT_PROJECT)


def load(folder: Path) -> State:
    """Read the folder, making what is missing. Raises `StateError`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    settings = folder / "settings.env"
    if not settings.exists():
        shutil.copy(HERE / "settings.env", settings)
        settings.chmod(0o600)
    known = folder / "secrets.env"
    if not known.exists():
        # Hexadecimal: a secret stands in files of four notations, and in URLs.
        write_private(known, "".join(f"{name}={secrets.token_hex(24)}\n" for name in SECRETS))
    values = _read(known)
    if missing := [name for name in SECRETS if not values.get(name)]:
        raise StateError(f"{known} lacks {', '.join(missing)}")
    return State(folder, values, _read(settings))


def write(state: State, version: str) -> None:
    """Render every part's configuration, and tell compose what it needs to know."""
    digests = {
        kind: _configure(state, kind, values) for kind, values in _configurations(state).items()
    }
    digests["haproxy"] = _place(state.folder / "etc" / "haproxy", {"haproxy.cfg": _haproxy(state)})
    password = state.secrets["POSTGRES_APP_PASSWORD"]
    database = f"postgresql+psycopg://{DATABASE['owner']}:{password}@haproxy"
    sentinels = ",".join(f"sentinel-{n}:26379" for n in MEMBERS)
    redis = state.secrets["REDIS_PASSWORD"]
    derived = {
        "SIBERIUS_STATE": str(state.folder),
        "SIBERIUS_PROJECT": state.project,
        "SIBERIUS_VERSION": version,
        "SIBERIUS_DATABASE_URL": f"{database}:{LEADER_PORT}/{DATABASE['name']}",
        "SIBERIUS_READ_DATABASE_URL": f"{database}:{REPLICA_PORT}/{DATABASE['name']}",
        "SIBERIUS_REDIS_URL": f"redis+sentinel://:{redis}@{sentinels}/siberius/0",
        **{f"SIBERIUS_CONFIGURATION_{kind.upper()}": digest for kind, digest in digests.items()},
    }
    if not state.own_s3:
        derived["COMPOSE_PROFILES"] = "minio"
    text = "".join(f"{name}={value}\n" for name, value in derived.items())
    write_private(state.folder / "derived.env", text)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, at no moment anyone else."""
    path.unlink(missing_ok=True)
    path.touch(0o600, exist_ok=False)
    path.write_text(text, encoding="utf-8")


def _configurations(state: State) -> dict[str, dict[str, Any]]:
    """For each kind of part: its templates (file name: template), its members and their values."""
    return {
        "etcd": {
            "files": {"etcd.yml": "etcd/etcd.yml.j2"},
            "data_dir": "/var/lib/etcd",
            "members": [{"name": f"etcd-{n}", "address": f"etcd-{n}"} for n in MEMBERS],
        },
        "patroni": {
            "files": {
                "patroni.yml": "patroni/patroni.yml.j2",
                "post-bootstrap": "patroni/post-bootstrap.j2",
            },
            "config_dir": "/etc/siberius",
            "data_dir": "/var/lib/postgresql",
            "database": DATABASE,
            "etcd_hosts": [f"etcd-{n}:2379" for n in MEMBERS],
            # The stack's own networks, which nothing else is in.
            "clients": ["samenet"],
            "postgres": {
                "max_connections": 200,
                "shared_buffers": state.settings.get("POSTGRES_SHARED_BUFFERS", "128MB"),
            },
            "secrets": {
                "patroni_api": state.secrets["PATRONI_API_PASSWORD"],
                "postgres_superuser": state.secrets["POSTGRES_SUPERUSER_PASSWORD"],
                "postgres_replication": state.secrets["POSTGRES_REPLICATION_PASSWORD"],
                "postgres_rewind": state.secrets["POSTGRES_REWIND_PASSWORD"],
                "postgres_app": state.secrets["POSTGRES_APP_PASSWORD"],
            },
        },
        "redis": {
            "files": {"redis.conf": "redis/redis.conf.j2"},
            "data_dir": "/var/lib/redis",
            "master": "redis-1",
            "maxmemory": state.settings.get("REDIS_MAXMEMORY", "128mb"),
            "secrets": {"redis": state.secrets["REDIS_PASSWORD"]},
        },
        "sentinel": {
            "files": {"sentinel.conf": "redis/sentinel.conf.j2"},
            "data_dir": "/var/lib/redis",
            "master": "redis-1",
            "secrets": {"redis": state.secrets["REDIS_PASSWORD"]},
        },
    }


def _haproxy(state: State) -> str:
    uploads = state.settings.get("SIBERIUS_MAX_UPLOAD_BYTES")
    requests = state.settings.get("SIBERIUS_MAX_REQUEST_BYTES")
    return render(
        "haproxy/haproxy.cfg.j2",
        {
            "api": [{"name": f"api-{n}", "address": f"api-{n}:8000"} for n in MEMBERS],
            "http_bind": f"*:{HTTP_PORT}",
            "max_connections": 4000,
            # Docker's own name server: a container that is made anew has another address.
            "dns": "127.0.0.11:53",
            "postgres": [
                {"name": f"patroni-{n}", "address": f"patroni-{n}:5432", "check_port": 8008}
                for n in MEMBERS
            ],
            "postgres_leader_bind": f"*:{LEADER_PORT}",
            "postgres_replica_bind": f"*:{REPLICA_PORT}",
            **({"max_upload_bytes": int(uploads)} if uploads else {}),
            **({"max_request_bytes": int(requests)} if requests else {}),
        },
    )


def _configure(state: State, kind: str, values: dict[str, Any]) -> str:
    """Write one kind's files for each of its members; a digest that changes with them."""
    digests = []
    for number in MEMBERS:
        node = {"name": f"{kind}-{number}", "address": f"{kind}-{number}"}
        files = {
            name: render(template, {**values, "node": node})
            for name, template in values["files"].items()
        }
        digests.append(_place(state.folder / "etc" / node["name"], files))
    return _digest("".join(digests))


def _place(folder: Path, files: Mapping[str, str]) -> str:
    """Write a container's /etc/siberius; a digest that changes with it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_private(folder / name, text)
        # The container's user is another one; on the host the folder above keeps others out.
        (folder / name).chmod(0o555 if text.startswith("#!") else 0o444)
    return _digest("".join(files.values()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _read(path: Path) -> dict[str, str]:
    # Windows' editors write a byte order mark, which Docker Compose passes over as well.
    lines = (line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def folder() -> Path:
    """`SIBERIUS_STATE`, or `var/compose` of this tree."""
    return Path(os.environ.get("SIBERIUS_STATE", HERE.parents[1] / "var" / "compose")).resolve()
