"""The drill of a branch that is away, against an agent that is killed and started again."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.cluster.hosts import Host
from ops.drill import branch as drill
from ops.drill.faults import NotHereError
from ops.drill.ledger import Ledger
from tests.e2e.stack import ADMIN, PASSWORD, Branch, Stack
from tests.support.server import wait_until


class ThisMachine(Host):
    """A branch's machine that is this one."""

    def run(self, command: str, *, stdin: str = "", timeout_s: float = 60) -> str:
        shell = ["sh", "-c", command]
        return subprocess.run(
            shell, input=stdin, stdout=subprocess.PIPE, text=True, timeout=timeout_s, check=True
        ).stdout


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    times = {"HEARTBEAT_S": "0.3", "RECONNECTING_AFTER_S": "1", "OFFLINE_AFTER_S": "2"}
    stack = Stack(tmp_path, **{f"SIBERIUS_AGENT_{name}": text for name, text in times.items()})
    try:
        asyncio.run(stack.start_server())
        yield stack
    finally:
        stack.close()


@pytest.fixture
def person(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        login = client.post("/api/auth/login", json={"email": ADMIN, "password": PASSWORD})
        token = login.raise_for_status().json()["accessToken"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_what_was_opened_and_added_while_it_was_away_comes_up(
    stack: Stack, person: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Branch(stack, "matriz")
    machine = ThisMachine("branch-1", {"agent_name": "PC matriz"})
    monkeypatch.setattr(drill, "branch_machine", lambda _inventory: machine)
    inventory: Any = None
    with pytest.raises(NotHereError, match="branch-1 is none of the drills' own company"):
        drill.Branch(inventory, person, Ledger())

    place.agent.start()
    wait_until(lambda: _agent(person)["status"] == "online" and _agent(person)["folder"], 60)
    ledger = Ledger()
    branch = drill.Branch(inventory, person, ledger)
    branch.prepare()
    place.agent.kill()
    branch.watch(time.monotonic())
    assert len(ledger.documents) == 1
    place.agent.start()
    branch.catch_up(time.monotonic())
    assert len(ledger.documents) == 2
    rows = person.get("/api/pdfs").json()["data"]
    assert {row["fileHash"]: row["status"] for row in rows} == dict.fromkeys(
        ledger.documents, "cached"
    )
    judged = branch.judged({"goal": "nothing lost", "met": True})
    assert judged["met"], judged
    assert not branch.judged({"goal": "nothing lost", "met": False})["met"]
    branch.facts["offlineAfterS"] = None
    assert not branch.judged({"goal": "nothing lost", "met": True})["met"]

    branch.tidy()
    assert list(place.folder.iterdir()) == []


def _agent(person: httpx.Client) -> dict[str, Any]:
    return dict(person.get("/api/agents").raise_for_status().json()["data"][0])
