"""The commands, as processes of their own."""

import asyncio
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agent.hub import CODE, TOKEN, Hub, free_port


@dataclass
class Outcome:
    code: int
    out: str
    err: str


async def agent(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, seconds: float = 60
) -> Outcome:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SIBERIUS_AGENT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agent.cli",
        *map(str, arguments),
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(seconds):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Outcome(process.returncode, out.decode(), err.decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pdf"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    return folder


async def check(url: str, folder: Path, token: str = TOKEN) -> Outcome:
    outcome = await agent(
        *("check", "--server", url, "--folder", folder),
        cwd=folder.parent,
        env={"SIBERIUS_AGENT_TOKEN": token, "SIBERIUS_AGENT_CONNECT_TIMEOUT_S": "3"},
    )
    assert token not in outcome.out + outcome.err
    return outcome


async def test_no_configuration(tmp_path: Path) -> None:
    for command in ((), ("run",), ("check",)):
        outcome = await agent(*command, cwd=tmp_path)
        assert outcome.code == 2
        assert "server: is not set" in outcome.err
        assert "Traceback" not in outcome.err


async def test_version_and_help(tmp_path: Path) -> None:
    outcome = await agent("--version", cwd=tmp_path)
    assert outcome.out.startswith("siberius-agent ")
    assert "enroll" in (await agent("--help", cwd=tmp_path)).out


async def test_inspect_prints_a_json_object_a_line(tmp_path: Path, folder: Path) -> None:
    outcome = await agent("inspect", "--json", folder / "a.pdf", cwd=tmp_path)
    assert outcome.code == 0
    assert outcome.out.startswith('{"path"')


async def test_a_check_that_finds_nothing_wrong(hub: Hub, folder: Path) -> None:
    outcome = await check(hub.url, folder)
    assert outcome.code == 0, outcome.out
    assert "✗" not in outcome.out
    assert "readable and has 1 PDFs" in outcome.out
    assert "this is PC da filial, branch Campinas of Demo" in outcome.out
    assert hub.connects == 0


async def test_check_says_what_is_left_out(hub: Hub, folder: Path) -> None:
    for name in ("@eaDir/a.pdf", "b/#recycle/c.pdf", ".hidden.pdf", "x/drafts/d.pdf", "e.tmp.pdf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"%PDF-1.4\n%%EOF\n")
    (folder / "link.pdf").symlink_to(folder / "a.pdf")
    outcome = await agent(
        *("check", "--server", hub.url, "--folder", folder),
        cwd=folder.parent,
        env={
            "SIBERIUS_AGENT_TOKEN": TOKEN,
            "SIBERIUS_AGENT_IGNORE": '["drafts/", "*.tmp.pdf"]',
        },
    )
    assert outcome.code == 0, outcome.out
    assert "readable and has 1 PDFs" in outcome.out
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("✓ left out")]
    assert "bins, versions and thumbnails" in line
    assert "by `ignore`: drafts/ *.tmp.pdf;" in line
    assert "here: 3 folders, 2 PDFs, 1 symbolic link (@eaDir, b/#recycle, x/drafts)" in line


async def test_a_pattern_that_cannot_work_is_no_configuration(hub: Hub, folder: Path) -> None:
    outcome = await agent(
        *("check", "--server", hub.url, "--folder", folder),
        cwd=folder.parent,
        env={"SIBERIUS_AGENT_TOKEN": TOKEN, "SIBERIUS_AGENT_IGNORE": '["Old\\\\Files"]'},
    )
    assert outcome.code == 2
    assert "ignore: 'Old\\Files' has a backslash; folders are parted by /" in outcome.err


async def test_check_a_folder_that_is_missing(hub: Hub, tmp_path: Path) -> None:
    outcome = await check(hub.url, tmp_path / "nowhere")
    assert outcome.code == 1
    assert "nowhere is missing: create it" in outcome.out


async def test_check_a_wrong_token(hub: Hub, folder: Path) -> None:
    outcome = await check(hub.url, folder, token="x" * 40)
    assert outcome.code == 1
    assert "✗ token" in outcome.out
    assert "make a new token" in outcome.out


async def test_check_a_blocked_agent(hub: Hub, folder: Path) -> None:
    hub.refuse = ("agent_blocked", "This agent is blocked.")
    outcome = await check(hub.url, folder)
    assert outcome.code == 1
    assert "unblock it" in outcome.out


async def test_check_another_contract_and_a_wrong_clock(hub: Hub, folder: Path) -> None:
    hub.contract, hub.clock_skew_s = 99, 3600
    outcome = await check(hub.url, folder)
    assert outcome.code == 1
    assert "the server speaks version 99, this agent version" in outcome.out
    assert "✗ clock" in outcome.out
    assert "NTP" in outcome.out


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://no-such-host.invalid", "DNS"),
        ("http://127.0.0.1:{closed}", "Connection refused"),
        ("https://127.0.0.1:{open}", "no TLS"),
    ],
)
async def test_check_a_server_that_is_not_there(
    hub: Hub, folder: Path, url: str, expected: str
) -> None:
    outcome = await check(url.format(closed=free_port(), open=hub.port), folder)
    assert outcome.code == 1
    assert "✗ server" in outcome.out
    assert expected in outcome.out


async def test_check_a_server_that_never_answers(folder: Path) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        outcome = await check(f"http://127.0.0.1:{port}", folder)
    assert outcome.code == 1
    assert "does not answer in time" in outcome.out


async def test_check_something_else_on_that_port(folder: Path) -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        outcome = await check(f"http://127.0.0.1:{port}", folder)
    assert outcome.code == 1
    assert "not as a Siberius server" in outcome.out


async def test_a_code_becomes_a_private_file_once(hub: Hub, folder: Path) -> None:
    config = folder.parent / "agent.toml"
    enrol = ("enroll", "--server", hub.url, "--code", CODE, "--folder", folder, "--config", config)
    outcome = await agent(*enrol, cwd=folder.parent)
    assert outcome.code == 0, outcome.err
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert TOKEN not in outcome.out + outcome.err
    checked = await agent("check", "--config", config, cwd=folder.parent)
    assert checked.code == 0, checked.out

    again = await agent(*enrol, cwd=folder.parent)
    assert again.code == 2
    assert "exists already" in again.err
    config.unlink()
    spent = await agent(*enrol, cwd=folder.parent)
    assert spent.code == 1
    assert "wrong, used or too old" in spent.err
    assert [path.name for path in folder.parent.iterdir()] == ["pdf"]


async def test_a_code_is_not_spent_on_a_file_that_cannot_be_written(hub: Hub, folder: Path) -> None:
    outcome = await agent(
        *("enroll", "--server", hub.url, "--code", CODE, "--folder", folder),
        *("--config", folder / "absent" / "agent.toml"),
        cwd=folder.parent,
    )
    assert outcome.code == 2
    assert "cannot write" in outcome.err
    assert hub.code == CODE


async def test_others_may_read_the_configuration(hub: Hub, folder: Path) -> None:
    config = folder.parent / "agent.toml"
    config.write_text(f'server = "{hub.url}"\ntoken = "{TOKEN}"\nfolder = "{folder}"\n')
    config.chmod(0o644)
    outcome = await agent("check", "--config", config, cwd=folder.parent)
    assert outcome.code == 1
    assert "chmod 600" in outcome.out
