"""MinIO: the S3 store that servers run on."""

import secrets
import subprocess
from functools import cache
from pathlib import Path

import urllib3

from tests.support.server import Server, free_port

INSTALL = Path(__file__).resolve().parents[2] / "ops" / "scripts" / "install-minio"


class MinioServer(Server):
    """One node with one drive. What it says of itself is what `S3Server` says."""

    name = "minio"
    access_key = "siberius-test"
    region = "us-east-1"

    def __init__(self) -> None:
        super().__init__()
        self.secret_key = secrets.token_hex(20)
        self._console_port = free_port()

    @property
    def endpoint(self) -> str:
        """`host:port`, as the minio SDK takes it; plain HTTP."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As `SIBERIUS_S3_ENDPOINT` takes it."""
        return f"http://{self.endpoint}"

    def command(self) -> list[str]:
        return [
            "env",
            f"MINIO_ROOT_USER={self.access_key}",
            f"MINIO_ROOT_PASSWORD={self.secret_key}",
            f"HOME={self.folder}",
            # It asks the Internet for updates otherwise; tests stay on loopback.
            "MINIO_UPDATE=off",
            *(_program(), "server", "--quiet", "--address", self.endpoint),
            *("--console-address", f"127.0.0.1:{self._console_port}", str(self.folder / "drive")),
        ]

    def ping(self) -> bool:
        try:
            answer = urllib3.request(
                "GET", f"{self.url}/minio/health/ready", timeout=2, retries=False
            )
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200


@cache
def _program() -> str:
    """The program's path; built, where this machine never did."""
    done = subprocess.run([INSTALL], check=True, capture_output=True, text=True)
    return done.stdout.strip()
