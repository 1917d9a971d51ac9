"""`make up` and `make down`: the stack of this tree, from what is built to what people use."""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from ops.compose import state
from ops.compose.seed import ADMIN_EMAIL, SeedError, seed

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "ops" / "scripts" / "compose"
START_TIMEOUT_S = 300
# Also where another store is set by now: it may run from before.
WITH_MINIO = ("--profile", "minio")


class StackError(Exception):
    """The stack does not run; the message says why and what to do."""


def main() -> None:
    """Exit code 0, or 1 with a message."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    up = commands.add_parser("up")
    up.add_argument("version")
    up.set_defaults(run=lambda options: _up(options.version))
    commands.add_parser("check").set_defaults(run=lambda _: _check())
    down = commands.add_parser("down")
    down.add_argument("--volumes", action="store_true")
    down.set_defaults(run=lambda options: _down(options.volumes))
    options = parser.parse_args()
    try:
        options.run(options)
    except (StackError, SeedError, state.StateError) as error:
        print(f"✗ {error}", file=sys.stderr)
        sys.exit(1)


def _check() -> None:
    """What the rest needs; before anything is built, which takes minutes."""
    if shutil.which("docker") is None:
        raise StackError("Docker is missing. On Debian: apt-get install docker.io")
    done = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StackError(
            "No Docker engine answers. Start it (systemctl start docker), or become a user who "
            f"may speak to it. docker info said: {done.stderr.strip().splitlines()[-1:]}"
        )
    if not state.exists(state.folder()):
        _refuse_volumes_without_secrets(state.project(state.folder()))


def _refuse_volumes_without_secrets(project: str) -> None:
    ours = f"label=com.docker.compose.project={project}"
    listed = subprocess.run(
        ["docker", "volume", "ls", "--quiet", "--filter", ours],
        capture_output=True,
        text=True,
        check=True,
    )
    if listed.stdout.strip():
        raise StackError(
            f"There are volumes of a stack {project}, but not its secrets "
            f"({state.folder() / 'secrets.env'}). Bring the file back, choose another "
            "SIBERIUS_PROJECT in settings.env, or remove the data: "
            f"docker volume rm $(docker volume ls -q -f {ours})"
        )


def _up(version: str) -> None:
    began = time.monotonic()
    stack = state.load(state.folder())
    state.write(stack, version)
    parts = ["haproxy", "api-1", "api-2", "api-3"]
    print("» starting: etcd, Patroni, Redis, Sentinel, MinIO, three replicas, HAProxy", flush=True)
    _compose("up", "--detach", "--remove-orphans", "--wait", *parts, timeout_s=START_TIMEOUT_S)
    if stack.own_s3:
        _compose(*WITH_MINIO, "rm", "--stop", "--force", "minio")
    print("» company, branch and agent", flush=True)
    seed(stack, COMPOSE)
    _compose("up", "--detach", "--no-deps", "--wait", "agent", timeout_s=START_TIMEOUT_S)
    print(f"» all of it runs after {time.monotonic() - began:.0f} s")
    print(f"\n  drop PDFs into  {stack.branch}")
    print("  stop with  make down; everything is kept for the next time\n")
    password = stack.secrets["SIBERIUS_ADMIN_PASSWORD"]
    print(f"Siberius is ready: {stack.url}  login {ADMIN_EMAIL} / {password}", flush=True)


def _down(volumes: bool) -> None:
    folder = state.folder()
    if not state.exists(folder):
        raise StackError(f"there is no stack in {folder}")
    if volumes:
        _compose(*WITH_MINIO, "down", "--volumes", "--remove-orphans")
        # A new database knows nothing of the old one's agent.
        state.load(folder).agent_configuration.unlink(missing_ok=True)
        print("» stopped; the volumes are removed, secrets and settings are kept")
    else:
        _compose(*WITH_MINIO, "down", "--remove-orphans")
        print("» stopped; the data is kept")


def _compose(*arguments: str, timeout_s: float = 120) -> None:
    try:
        done = subprocess.run(
            [COMPOSE, "--progress", "quiet", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StackError(
            f"not ready after {timeout_s:.0f} s. What is not: ops/scripts/compose ps; "
            "why: ops/scripts/compose logs NAME"
        ) from None
    if done.returncode != 0:
        raise StackError(
            f"docker compose {arguments[0]} failed:\n{done.stderr.strip()}\n"
            "Why: ops/scripts/compose logs NAME"
        )


if __name__ == "__main__":
    main()
