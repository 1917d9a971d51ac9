"""`siberius drill FAULT`: break a part while clients write, heal it, compare the books.

The result is a line per fact, `build/drills/<fault>.json`, and the exit code: 0 where the goal
was met.
"""

import argparse
import json
import shlex
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from ops.cluster import OperatorError, secrets, state
from ops.cluster.hosts import Host, Inventory
from ops.drill.faults import FAULTS, Fault
from ops.drill.ledger import Ledger, writing

FOLDER: Final = Path("build/drills")
COMPANY: Final = "Siberius drill"
EMAIL: Final = "drill@siberius.example"
WRITERS: Final = 3
_WARM: Final = 30
"""Acknowledged writes before the fault, and after the cluster goes on."""
_RECOVERY_S: Final = 240


def run(options: argparse.Namespace) -> None:
    """Rehearse `options.fault`. Raises `OperatorError`, also where the goal was missed."""
    inventory = Inventory(options.inventory)
    fault = FAULTS.get(options.fault)
    if fault is None:
        raise OperatorError(f"there is no drill {options.fault}; there are: {', '.join(FAULTS)}")
    if reasons := state.degraded(inventory):
        raise OperatorError(f"refused: the cluster is degraded already: {'; '.join(reasons)}")
    question = f"{fault.what}, on {inventory.url}. Go on? [y/N] "
    if not options.yes and input(question).strip().lower() != "y":
        raise OperatorError("nothing was done")
    result = _rehearse(inventory, options.fault, fault)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{options.fault}.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    for name, value in result.items():
        print(f"  {name:22} {value}")
    print(f"  {'journal':22} {path}")
    if not result["met"]:
        raise OperatorError(f"{options.fault}: the goal was not met")


@dataclass
class _Clock:
    """Says what happens, and when since the start."""

    began: float

    def say(self, what: str) -> None:
        print(f"» {time.monotonic() - self.began:5.1f} s  {what}", flush=True)


def _rehearse(inventory: Inventory, name: str, fault: Fault) -> dict[str, Any]:
    clock = _Clock(time.monotonic())
    authority = inventory.secrets_folder / "pki" / "ca.crt"
    trusted = ssl.create_default_context(cafile=str(authority))
    headers = _sign_in(inventory, secrets.read(inventory.vault)["drill"], trusted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    books = FOLDER / f"{name}.acknowledged"
    books.unlink(missing_ok=True)
    with writing(inventory.url, headers, WRITERS, books=books, verify=trusted) as ledger:
        _until(lambda: len(ledger.acknowledged) >= _WARM, "clients write")
        clock.say(f"{len(ledger.acknowledged)} writes are acknowledged; now: {fault.what}")
        started, began = datetime.now(UTC), time.monotonic()
        heal = fault.begin(inventory)
        try:
            seen = len(ledger.acknowledged)
            clock.say("done; the clients go on")
            _until(lambda: len(ledger.acknowledged) >= seen + _WARM, "writes go on")
            clock.say("writes are acknowledged again; healing")
        finally:
            heal()
        healed = datetime.now(UTC)
        _until(lambda: not state.degraded(inventory), "full redundancy", pause_s=1)
        redundant_s = time.monotonic() - began
        clock.say("full redundancy")
    clock.say("the clients stopped; reading back from every node")
    acknowledged = books.read_text().split()
    nodes = _read_back(inventory, acknowledged)
    return _result(name, fault, ledger, acknowledged, nodes) | {
        "started": started.isoformat(),
        "healed": healed.isoformat(),
        "fullRedundancyAfterS": round(redundant_s, 1),
    }


def _result(
    name: str, fault: Fault, ledger: Ledger, acknowledged: list[str], nodes: dict[str, Counter[str]]
) -> dict[str, Any]:
    lost = max(sum(not found[code] for code in acknowledged) for found in nodes.values())
    doubled = max(sum(found[code] > 1 for code in acknowledged) for found in nodes.values())
    gap_s = round(ledger.longest_gap_s(), 1)
    if fault.must_lose:
        goal, met = "loss is reported", lost > 0
    else:
        goal = "nothing lost, nothing doubled"
        met = lost == 0 and doubled == 0
        if fault.goal_s is not None:
            goal += f", write gap at most {fault.goal_s} s"
            met = met and gap_s <= fault.goal_s
        if fault.fails_none:
            goal += ", no request failed"
            met = met and not ledger.failed
    return {
        "fault": name,
        "acknowledged": len(acknowledged),
        "acknowledgedLost": lost,
        "doubled": doubled,
        "longestWriteGapS": gap_s,
        "failedRequests": len(ledger.failed),
        "problems": sorted({problem[:300] for problem in ledger.failed.values()}),
        "retriedRequests": ledger.retries,
        "readBackFrom": sorted(nodes),
        "goal": goal,
        "met": met,
    }


def _sign_in(inventory: Inventory, password: str, trusted: ssl.SSLContext) -> dict[str, str]:
    """As the administrator of the drills' own company, which is made at the first drill."""
    body = {"email": EMAIL, "password": password}
    with httpx.Client(base_url=inventory.url, verify=trusted, timeout=60) as client:
        answer = client.post("/api/auth/login", json=body)
        if answer.status_code == 401:
            inventory.servers[0].run(
                "runuser -u siberius -- sh -c 'set -a; . /etc/siberius/siberius.env; exec "
                f'/opt/siberius/current/venv/bin/siberius tenant create --name "{COMPANY}" '
                f"--admin-email {EMAIL} --admin-password-stdin'",
                stdin=password + "\n",
            )
            answer = client.post("/api/auth/login", json=body)
        if not answer.is_success:
            raise OperatorError(f"the drill cannot sign in: {answer.status_code} {answer.text}")
        return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


def _read_back(inventory: Inventory, acknowledged: list[str]) -> dict[str, Counter[str]]:
    """How often each node's own Postgres has each code, once the standbys have caught up."""
    psql = "runuser -u postgres -- psql -h /var/lib/postgresql/siberius -d siberius -At"
    query = "SELECT code FROM branches JOIN tenants t ON t.id = tenant_id WHERE t.name = :'company'"

    def rows(server: Host) -> Counter[str]:
        return Counter(server.run(f"{psql} -v company={shlex.quote(COMPANY)}", stdin=query).split())

    deadline = time.monotonic() + 20
    while True:
        found = state.ask_all(inventory.servers, rows)
        for each in found.values():
            if isinstance(each, OperatorError):
                raise OperatorError(f"cannot read back: {each}")
        complete = all(each[code] for each in found.values() for code in acknowledged)
        if complete or time.monotonic() > deadline:
            return found
        time.sleep(1)


def _until(condition: Any, what: str, *, pause_s: float = 0.1) -> None:
    deadline = time.monotonic() + _RECOVERY_S
    while not condition():
        if time.monotonic() > deadline:
            raise OperatorError(f"not within {_RECOVERY_S} s: {what}")
        time.sleep(pause_s)
