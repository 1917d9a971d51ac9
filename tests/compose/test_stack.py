"""`make up` from a clean clone; its main job; its database leader and its Redis master killed.

This takes minutes and a Docker engine, so it is `make test-compose` and no part of `make test`.
A build (`CI`) is a fresh clone itself and makes no other. SIBERIUS_TREE names a tree whose stack is
up; it is left as it is.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.compose import state
from ops.compose.seed import ADMIN_EMAIL
from ops.drill.access import Bearer
from ops.drill.ledger import Ledger, codes, writing
from tests.e2e.samples import quote_pdf
from tests.support.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "siberius-test"
# The key of a leader that is gone runs out after 20 s; the rest is the election and finding it.
LONGEST_WRITE_GAP_S = 30


@dataclass(frozen=True)
class Stack:
    tree: Path
    state: state.State

    def compose(self, *arguments: str) -> str:
        return _run("ops/scripts/compose", *arguments, cwd=self.tree)

    def member(self, role: str) -> str:
        """The database member that has this role now; empty where none has."""
        for name in ("patroni-1", "patroni-2", "patroni-3"):
            try:
                listed = self.compose(
                    *("exec", "-T", name, "patronictl", "-c", "/etc/siberius/patroni.yml"),
                    *("list", "--format", "json"),
                )
            except subprocess.CalledProcessError:
                continue  # this one is the one that was killed
            found = [member["Member"] for member in json.loads(listed) if member["Role"] == role]
            return found[0] if found else ""
        return ""

    def redis_master(self) -> str:
        password = self.state.secrets["REDIS_PASSWORD"]
        ask = "redis-cli -p 26379 sentinel get-master-addr-by-name siberius"
        answer = self.compose(
            *("exec", "-T", "-e", f"REDISCLI_AUTH={password}", "sentinel-1", "sh", "-c", ask)
        )
        return answer.split()[0]

    def sign_in(self) -> Bearer:
        body = {"email": ADMIN_EMAIL, "password": self.state.secrets["SIBERIUS_ADMIN_PASSWORD"]}
        answer = httpx.post(f"{self.state.url}/api/auth/login", json=body, timeout=60)
        return Bearer(answer.raise_for_status().json()["accessToken"])

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.state.url, auth=self.sign_in(), timeout=60)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if tree := os.environ.get("SIBERIUS_TREE"):
        yield Stack(Path(tree), state.load(Path(tree) / "var" / "compose"))
        return
    clone = ROOT
    if not os.environ.get("CI"):
        clone = tmp_path_factory.mktemp("clone") / "siberius"
        _run("git", "clone", "--quiet", str(ROOT), str(clone), cwd=ROOT)
    settings = clone / "var" / "compose" / "settings.env"
    settings.parent.mkdir(parents=True, mode=0o700)
    settings.write_text(f"SIBERIUS_LISTEN=127.0.0.1:{free_port()}\nSIBERIUS_PROJECT={PROJECT}\n")
    try:
        began = time.monotonic()
        print(_run("make", "up", cwd=clone))
        print(f"make up: {time.monotonic() - began:.0f} s")
        yield Stack(clone, state.load(settings.parent))
    finally:
        if state.exists(settings.parent):
            _run("make", "down", "VOLUMES=1", cwd=clone)
        shutil.rmtree(settings.parent if clone == ROOT else clone)


def test_the_main_job(stack: Stack) -> None:
    event = datetime.now(UTC).date() + timedelta(days=10)
    name = f"quote-{time.time_ns()}.pdf"
    content = quote_pdf(name, "Padaria Estrela Ltda.", f"{event:%d/%m/%Y}", "1.234,56")
    with stack.client() as client:

        def row() -> dict[str, Any] | None:
            rows = client.get("/api/pdfs", params={"limit": 1000}).raise_for_status().json()["data"]
            return next((row for row in rows if row["fileName"] == name), None)

        def cached() -> bool:
            status = client.get(f"/api/pdfs/{found['id']}/status").raise_for_status().json()
            return bool(status["status"] == "cached")

        (stack.state.branch / name).write_bytes(content)
        dropped = time.monotonic()
        found = _eventually(row, "the document is listed")
        print(f"listed after {time.monotonic() - dropped:.1f} s")
        assert client.post(f"/api/pdfs/{found['id']}/request").status_code in {200, 202}
        _eventually(cached, "the document is here")
        opened = client.get(f"/api/pdfs/{found['id']}/download").raise_for_status()
        assert opened.content == content
    (stack.state.branch / name).unlink()


def test_the_database_leader_is_killed_while_people_write(stack: Stack) -> None:
    leader = stack.member("Leader")
    _eventually(lambda: stack.member("Sync Standby"), "a standby that has everything")
    with writing(stack.state.url, stack.sign_in()) as ledger:
        _eventually(lambda: len(ledger.acknowledged) > 20, "writes are acknowledged")
        stack.compose("kill", leader)
        new = _eventually(
            lambda: (found := stack.member("Leader")) != leader and found, "another leader"
        )
        seen = len(ledger.acknowledged)
        _eventually(lambda: len(ledger.acknowledged) > seen + 20, "writes go on", within_s=90)
    print(f"leader {leader} killed, {new} leads")
    _settle(stack, ledger)
    assert ledger.longest_gap_s() <= LONGEST_WRITE_GAP_S
    # The old one comes back as a standby of the new.
    stack.compose("up", "--detach", "--no-deps", leader)
    _eventually(lambda: stack.member("Replica"), "three members again", within_s=90)


def test_the_redis_master_is_killed_while_people_write(stack: Stack) -> None:
    master = stack.redis_master()
    with writing(stack.state.url, stack.sign_in()) as ledger:
        _eventually(lambda: len(ledger.acknowledged) > 20, "writes are acknowledged")
        stack.compose("kill", master)
        new = _eventually(lambda: (found := stack.redis_master()) != master and found, "a master")
        seen = len(ledger.acknowledged)
        _eventually(lambda: len(ledger.acknowledged) > seen + 20, "writes go on")
    print(f"Redis master {master} killed, {new} is master")
    _settle(stack, ledger)
    stack.compose("up", "--detach", "--no-deps", master)


def _settle(stack: Stack, ledger: Ledger) -> None:
    """Compare what was promised with what is there."""
    with stack.client() as client:
        found = codes(client)
    lost = [code for code in ledger.acknowledged if not found[code]]
    doubled = [code for code in ledger.acknowledged if found[code] > 1]
    print(
        f"acknowledged {len(ledger.acknowledged)}, lost {len(lost)}, doubled {len(doubled)}, "
        f"failed {len(ledger.failed)}, longest gap {ledger.longest_gap_s():.1f} s"
    )
    assert (lost, doubled, ledger.failed) == ([], [], {})


def _eventually(condition: Callable[[], Any], what: str, within_s: float = 60) -> Any:
    deadline = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.3)
    return value


def _run(*command: str, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SIBERIUS_", "MAKE"))}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout, done.stderr)
    done.check_returncode()
    return done.stdout
