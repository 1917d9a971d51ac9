"""`make test-api-fuzz`: the API of a running demo, tried by schemathesis as admin and as viewer.

It ends within `SECONDS`, whatever it finds, with the seed of the run: `FUZZ_SEED=…` repeats it.
A failure is printed with the request as a line for curl.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
SECONDS = 200
"""Of both runs together; with the demo's start it is less than five minutes."""
ROLES = ("admin", "viewer")
PASSWORD = "correct horse battery"
DOCUMENTS = 20
"""So many are there before it begins."""


def main() -> int:
    """The exit code: of the first run that found something."""
    seed = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(2**31))
    print(f"FUZZ_SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        url, password = f"http://127.0.0.1:{free_port()}", secrets.token_urlsafe(12)
        demo = _demo(url, password, Path(folder))
        try:
            admin = _signed_in(url, password, demo)
            ended = time.monotonic() + SECONDS
            for number, role in enumerate(ROLES):
                seconds = (ended - time.monotonic()) / (len(ROLES) - number)
                code = _fuzz(url, _user(admin, role), password, seed, int(seconds))
                if code:
                    print(f"as {role}; again with FUZZ_SEED={seed} make test-api-fuzz")
                    return code
            return _after(demo, Path(folder))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)


def _demo(url: str, password: str, folder: Path) -> "subprocess.Popen[bytes]":
    settings = {
        "SIBERIUS_PORT": url.rpartition(":")[2],
        "SIBERIUS_DATA_DIR": str(folder),
        "SIBERIUS_DEMO_PASSWORD": password,
        "SIBERIUS_PASSWORD_MEMORY_KIB": "8",
        "SIBERIUS_PASSWORD_ROUNDS": "1",
        "SIBERIUS_ACCESS_TOKEN_MINUTES": "60",
        # It is one user at one address, who asks as much as a hundred.
        **{
            f"SIBERIUS_{name}_LIMIT_PER_MINUTE": "1000000"
            for name in ("ADDRESS", "USER", "TENANT", "LOGIN", "AGENT_AUTH")
        },
    }
    program = [sys.executable, "-m", "app", "demo"]
    return subprocess.Popen(program, cwd=ROOT, env=os.environ | settings)


def _signed_in(url: str, password: str, demo: "subprocess.Popen[bytes]") -> httpx.Client:
    """The demo's administrator, when documents are there."""
    client = httpx.Client(base_url=url, timeout=30)
    body = {"email": "admin@demo.example", "password": password}
    for _ in range(600):
        assert demo.poll() is None, "the demo has ended"
        time.sleep(0.2)
        try:
            answer = client.post("/api/auth/login", json=body)
            client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
            if len(client.get("/api/pdfs").json()["data"]) >= DOCUMENTS:
                return client
        except (httpx.TransportError, KeyError):
            continue
    raise TimeoutError("the demo has no documents")


def _user(admin: httpx.Client, role: str) -> str:
    """The address of a new user."""
    email = f"{role}@fuzz.example"
    body = {"email": email, "name": role, "password": PASSWORD, "role": role}
    admin.post("/api/users", json=body).raise_for_status()
    return email


def _fuzz(url: str, email: str, admin_password: str, seed: int, seconds: int) -> int:
    hooks = {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "FUZZ_URL": url,
        "FUZZ_EMAIL": email,
        "FUZZ_ADMIN_PASSWORD": admin_password,
    }
    options = ["--checks=all", f"--seed={seed}", f"--max-time={seconds}", "--max-failures=20"]
    options += ["--generation-database=none", "--suppress-health-check=all", "--no-color"]
    program = ["--config-file", str(ROOT / "tests/fuzz/schemathesis.toml"), "run", *options]
    st = Path(sys.executable).with_name("st")
    command = [str(st), *program, f"{url}/openapi.json"]
    # It ends by itself; what hangs is ended.
    return subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ | hooks, timeout=seconds + 60
    ).returncode


def _after(demo: "subprocess.Popen[bytes]", folder: Path) -> int:
    """A server that was tried lives, and wrote no traceback."""
    assert demo.poll() is None, "the demo has ended"
    logs = [
        path for path in folder.rglob("*.log") if "Traceback" in path.read_text("utf-8", "replace")
    ]
    print(json.dumps({"tracebacks in": [path.name for path in logs]}))
    return 1 if logs else 0


if __name__ == "__main__":
    sys.exit(main())
