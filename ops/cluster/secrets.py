"""The cluster's secrets: made once, kept in an Ansible vault beside the inventory."""

import secrets
import subprocess
from pathlib import Path
from typing import Final

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ops.cluster import OperatorError

NAMES: Final = (
    "postgres_superuser",
    "postgres_replication",
    "postgres_rewind",
    "postgres_app",
    "patroni_api",
    "redis",
    "minio_user",
    "minio_password",
    "application",
    "backup",
    "drill",
)


def ensure(path: Path, password: bytes) -> bool:
    """The vault at `path` with every secret; true where one was missing and made.

    Secrets that are there stay as they are: a changed one would lock the cluster out.
    """
    present = _decrypt(path, password) if path.exists() else {}
    missing = {name: secrets.token_urlsafe(30) for name in NAMES if name not in present}
    if not missing:
        return False
    text = yaml.safe_dump({"secrets": present | missing})
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_vault(password).encrypt(text))
    return True


def read(path: Path) -> dict[str, str]:
    """The secrets in the vault at `path`. Raises `OperatorError` where there is none."""
    if not path.exists():
        raise OperatorError(f"there is no {path}: deploy first, or bring it back from your backup")
    return _decrypt(path, vault_password())


def vault_password() -> bytes:
    """What opens the vault, made at the first call by the script that Ansible asks too."""
    script = Path(__file__).parents[1] / "ansible" / "vault-password"
    return subprocess.run([script], capture_output=True, check=True).stdout.strip()


def _decrypt(path: Path, password: bytes) -> dict[str, str]:
    text = _vault(password).decrypt(path.read_text())
    return dict(yaml.safe_load(text)["secrets"])


def _vault(password: bytes) -> VaultLib:
    return VaultLib([("default", VaultSecret(password))])
