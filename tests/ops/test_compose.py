"""What can be said of the compose stack without starting it."""

import re
import stat
import subprocess
from pathlib import Path

import jinja2
import pytest
import yaml

from ops.compose import state
from ops.scripts.render import render

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "ops" / "compose" / "compose.yaml"


@pytest.fixture
def stack(tmp_path: Path) -> state.State:
    made = state.load(tmp_path / "state")
    state.write(made, "1.2.3")
    return made


def test_secrets_are_made_once_and_are_nobody_elses(stack: state.State) -> None:
    assert set(stack.secrets) == set(state.SECRETS)
    assert len(set(stack.secrets.values())) == len(state.SECRETS)
    assert all(len(secret) >= 40 for secret in stack.secrets.values())
    assert stat.S_IMODE(stack.folder.stat().st_mode) == 0o700
    for name in ("secrets.env", "settings.env", "derived.env"):
        assert stat.S_IMODE((stack.folder / name).stat().st_mode) == 0o600, name
    assert state.load(stack.folder).secrets == stack.secrets


def test_a_secret_that_was_lost_is_named(stack: state.State) -> None:
    (stack.folder / "secrets.env").write_text("REDIS_PASSWORD=x\n")
    with pytest.raises(state.StateError, match="lacks SIBERIUS_SECRET_KEY"):
        state.load(stack.folder)


def test_every_variable_of_the_stack_is_told(stack: state.State) -> None:
    """A variable that nobody sets would be an empty word in a running stack."""
    text = COMPOSE.read_text()
    needed = set(re.findall(r"\$\{([A-Z0-9_]+)\}", text))
    told = {
        line.split("=")[0]
        for name in ("secrets.env", "settings.env", "derived.env")
        for line in (stack.folder / name).read_text().splitlines()
    }
    assert needed <= told


def test_every_container_has_its_configuration(stack: state.State) -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    mounted = {
        volume.split(":")[0].removeprefix("${SIBERIUS_STATE}/etc/")
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith("${SIBERIUS_STATE}/etc/")
    }
    # The agent's is written when the stack runs and has given it a token.
    rendered = {path.name for path in (stack.folder / "etc").iterdir()} | {"agent"}
    assert mounted == rendered


def test_parts_run_again_keep_few_rights_and_say_whether_they_are_well() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert len([name for name in services if name.startswith("api-")]) == 3
    for name, service in services.items():
        assert service["restart"] in {"unless-stopped", "on-failure"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert "healthcheck" in service or name in {"migrate", "agent"}, name
    published = [name for name, service in services.items() if service.get("ports")]
    assert published == ["haproxy"]


def test_patronis_settings_are_those_that_were_decided(stack: state.State) -> None:
    config = yaml.safe_load((stack.folder / "etc/patroni-2/patroni.yml").read_text())
    dcs = config["bootstrap"]["dcs"]
    expected = {
        "ttl": 20,
        "loop_wait": 2,
        "retry_timeout": 5,
        "primary_start_timeout": 0,
        "synchronous_mode": True,
        "synchronous_mode_strict": True,
        "failsafe_mode": True,
    }
    assert {name: dcs[name] for name in expected} == expected
    assert config["name"] == "patroni-2"
    assert config["postgresql"]["parameters"]["password_encryption"] == "scram-sha-256"
    over_network = [line for line in config["postgresql"]["pg_hba"] if line.startswith("host")]
    assert all(line.endswith("scram-sha-256") for line in over_network)
    assert not [line for line in over_network if " all " in line or "postgres postgres" in line]


def test_settings_may_begin_with_a_byte_order_mark(stack: state.State) -> None:
    settings = stack.folder / "settings.env"
    settings.write_text("\ufeffSIBERIUS_PROJECT=other\nSIBERIUS_LISTEN=127.0.0.1:1\n")
    assert state.project(stack.folder) == "other"
    assert state.load(stack.folder).settings == {
        "SIBERIUS_PROJECT": "other",
        "SIBERIUS_LISTEN": "127.0.0.1:1",
    }


def test_a_change_of_settings_reaches_only_what_it_concerns(stack: state.State) -> None:
    before = (stack.folder / "derived.env").read_text()
    with (stack.folder / "settings.env").open("a") as settings:
        settings.write(
            "POSTGRES_SHARED_BUFFERS=64MB\nSIBERIUS_S3_ENDPOINT=https://s3.example.com\n"
        )
    changed = state.load(stack.folder)
    state.write(changed, "1.2.3")
    different = set(before.splitlines()) ^ set(
        (stack.folder / "derived.env").read_text().splitlines()
    )
    names = {line.split("=")[0] for line in different}
    assert names == {"SIBERIUS_CONFIGURATION_PATRONI", "COMPOSE_PROFILES"}


def test_a_template_does_not_go_without_a_value() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("etcd/etcd.yml.j2", {"node": {"name": "etcd-1"}})


def test_scripts_of_the_images_can_be_read_by_their_shells() -> None:
    scripts = [
        *(ROOT / "ops/compose/image").iterdir(),
        *(ROOT / "ops/scripts" / name for name in ("compose", "debian-base")),
        ROOT / "ops/compose/build-images",
    ]
    for script in scripts:
        shell = "bash" if "bash" in script.read_text().splitlines()[0] else "sh"
        done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert script.stat().st_mode & stat.S_IXUSR, script
