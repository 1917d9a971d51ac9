"""One server of ours, as `siberius serve` runs it in the clustered profile."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import urllib3

from tests.support.server import Server

ADMIN, PASSWORD = "ana@example.com", "correct horse battery"
ROOT = Path(__file__).resolve().parents[2]


class ReplicaServer(Server):
    """A supervisor and its workers; `settings` are `SIBERIUS_*` without the prefix."""

    name = "replica"

    def __init__(self, **settings: object) -> None:
        super().__init__()
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("SIBERIUS_")}
        self.environment = inherited | {
            f"SIBERIUS_{name.upper()}": str(value)
            for name, value in {
                "profile": "clustered",
                "data_dir": self.folder,
                "port": self.port,
                "trusted_proxies": "127.0.0.1",
                "feed_tick_s": 0.5,
                # All load comes from one address, and often from one user.
                "address_limit_per_minute": 10_000_000,
                "user_limit_per_minute": 10_000_000,
                "tenant_limit_per_minute": 10_000_000,
                **settings,
            }.items()
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return ["env", "-i", "-C", str(ROOT), *variables, sys.executable, "-m", "app.cli", "serve"]

    def ping(self) -> bool:
        """Whether it is ready."""
        return self.status("/health/ready") == 200

    def status(self, path: str) -> int:
        """What it answers to a GET; 0 where it does not."""
        try:
            return urllib3.request("GET", self.url + path, timeout=5, retries=False).status
        except urllib3.exceptions.HTTPError:
            return 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[psutil.Process]:
        """Its processes that serve."""
        return psutil.Process(self.pid).children()

    def cli(self, *arguments: str, stdin: str = "") -> str:
        """Run `siberius …` with its settings; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make_company(self) -> None:
        """A company and its administrator."""
        self.cli(
            *("tenant", "create", "--name", "Example", "--admin-email", ADMIN),
            "--admin-password-stdin",
            stdin=PASSWORD + "\n",
        )

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        assert self._process is not None
        self._process.terminate()

    def wait(self, within_s: float) -> int:
        """The exit code. Raises `subprocess.TimeoutExpired`."""
        assert self._process is not None
        return self._process.wait(within_s)
