"""An S3 store."""

import json
import secrets
import signal
import sys
from pathlib import Path

import urllib3
from minio import Minio

from tests.support.server import Server, free_port


class S3Server(Server):
    """SeaweedFS with its S3 gateway: one process, one user that may do everything."""

    name = "s3"
    # Asked politely it takes 15 s to leave, and it survives this.
    stop_signal = signal.SIGKILL
    access_key = "siberius-test"
    region = "us-east-1"

    def __init__(self) -> None:
        super().__init__()
        self.secret_key = secrets.token_hex(20)
        self._ports = {
            option: free_port()
            for option in (
                *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
                *("filer.port", "filer.port.grpc", "s3.port.grpc"),
            )
        }

    @property
    def endpoint(self) -> str:
        """`host:port`, as the minio SDK takes it; plain HTTP."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As `SIBERIUS_S3_ENDPOINT` takes it."""
        return f"http://{self.endpoint}"

    def command(self) -> list[str]:
        identity = {
            "name": "test",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        config = self.folder / "s3.json"
        config.write_text(json.dumps({"identities": [identity]}))
        return [
            *(str(Path(sys.executable).with_name("weed")), "server", f"-dir={self.folder}"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.config={config}"),
            *(f"-s3.port={self.port}", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-{option}={port}" for option, port in self._ports.items()),
            # A bucket takes seven volumes: room for 28 of them, made as they are needed.
            *("-volume.max=200", "-master.volumeSizeLimitMB=64", "-volume.preStopSeconds=0"),
            # It has nobody to wait for; started again, it would do so for ten seconds.
            "-master.electionTimeout=1s",
            # On by default, and it sends statistics to its makers; tests stay on loopback.
            "-master.telemetry=false",
        ]

    def remove_bucket(self, name: str) -> None:
        """Remove a bucket and what is in it, if there is one."""
        client = Minio(
            self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            region=self.region,
            secure=False,
        )
        if client.bucket_exists(name):
            for item in client.list_objects(name, recursive=True):
                client.remove_object(name, str(item.object_name))
            client.remove_bucket(name)

    def ping(self) -> bool:
        try:
            answer = urllib3.request("GET", f"{self.url}/status", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status < 500
