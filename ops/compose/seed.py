"""The first company, its branch and the branch's agent: made once, through the stack itself."""

import json
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from app.demo.samples import write_demo_folder
from ops.compose.state import HTTP_PORT, State, write_private

ADMIN_EMAIL = "admin@siberius.example"
COMPANY = "Demo Eventos Ltda."
BRANCH = {"name": "Campinas", "code": "campinas", "city": "Campinas"}
AGENT_NAME = "PC Campinas"
SAMPLES = 24
READY_TIMEOUT_S = 60


class SeedError(Exception):
    """The stack runs, but does not do what it was asked; the message says what."""


def seed(state: State, compose: Path) -> None:
    """Wait until the stack is ready, then make what is missing. Raises `SeedError`."""
    if not state.branch.exists():
        state.branch.mkdir(parents=True)
        today = datetime.now(UTC).date()
        write_demo_folder(state.branch, BRANCH["name"], SAMPLES, 1, today=today)
    with httpx.Client(base_url=state.url, timeout=60) as client:
        _wait_until_ready(client)
        if state.agent_configuration.exists():
            return
        _sign_in(client, state, compose)
        branch = _branch(client)
        token = _agent_token(client, branch["id"])
    # JSON strings are TOML basic strings.
    lines = {"server": f"http://haproxy:{HTTP_PORT}", "token": token, "folder": "/branch"}
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    state.agent_configuration.parent.mkdir(parents=True, exist_ok=True)
    write_private(state.agent_configuration, text)
    state.agent_configuration.chmod(0o444)


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while True:
        try:
            answer = client.get("/health/ready").text
            if json.loads(answer).get("status") == "ready":
                return
        except (httpx.TransportError, ValueError) as error:
            answer = str(error)
        if time.monotonic() > deadline:
            raise SeedError(f"not ready after {READY_TIMEOUT_S} s: {answer}")
        time.sleep(0.5)


def _sign_in(client: httpx.Client, state: State, compose: Path) -> None:
    """As the administrator, who is made with the company where there is none."""
    body = {"email": ADMIN_EMAIL, "password": state.secrets["SIBERIUS_ADMIN_PASSWORD"]}
    answer = client.post("/api/auth/login", json=body)
    if answer.status_code == 401:
        made = subprocess.run(
            [
                *(str(compose), "exec", "-T", "api-1", "siberius", "tenant", "create"),
                *("--name", COMPANY, "--admin-email", ADMIN_EMAIL, "--admin-password-stdin"),
            ],
            input=body["password"] + "\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if made.returncode != 0:
            raise SeedError(f"the company could not be made: {made.stderr.strip()}")
        answer = client.post("/api/auth/login", json=body)
    client.headers["Authorization"] = f"Bearer {_answer(answer)['accessToken']}"


def _branch(client: httpx.Client) -> dict[str, Any]:
    """The branch's row, made where it is missing."""
    for row in _answer(client.get("/api/branches", params={"limit": 1000}))["data"]:
        if row["code"] == BRANCH["code"]:
            return dict(row)
    return _answer(client.post("/api/branches", json=BRANCH))


def _agent_token(client: httpx.Client, branch_id: str) -> str:
    """A token of the branch's agent; of one that was there before, a new one."""
    for row in _answer(client.get("/api/agents", params={"limit": 1000}))["data"]:
        if row["name"] == AGENT_NAME and row["branchId"] == branch_id:
            made = client.post(f"/api/admin/agents/{row['id']}/rotate-token")
            break
    else:
        made = client.post("/api/admin/agents", json={"name": AGENT_NAME, "branchId": branch_id})
    return str(_answer(made)["token"])


def _answer(response: httpx.Response) -> dict[str, Any]:
    if not response.is_success:
        request = response.request
        raise SeedError(f"{request.method} {request.url}: {response.status_code} {response.text}")
    return dict(response.json())
