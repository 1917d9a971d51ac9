"""`siberius-agent check`: one line for each thing that has to work, and what to do if not.

Nothing here changes anything, and nothing waits for ever: what blocks runs in threads that
do not outlive the process.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import aiohttp

from agent import api, host
from agent.config import Settings, config_file
from agent.contract.messages import AuthAnswer, AuthRequest
from agent.contract.versions import CONTRACTS, newest_common
from agent.watch import Pace, Watcher
from agent.watch.ignore import Ignore
from agent.watch.paths import UNSEEN, Stamp, join, to_wire
from agent.watch.survey import FolderUnavailableError, Survey, must_be_there
from agent.watch.table import KnownFiles

FOLDER_S = 20
WATCH_S = 20
CLOCK_S = 60
SHOWN_FOLDERS = 3

Value = TypeVar("Value")
_REFUSALS = {
    "bad_token": "make a new token for this agent in the dashboard and put it in the configuration",
    "agent_blocked": "an administrator blocked this agent; unblock it in the dashboard",
    "rate_limited": "too many attempts with a wrong token; wait some minutes",
}


class Report:
    """Prints the lines and remembers whether one failed."""

    def __init__(self) -> None:
        self.failed = False

    def ok(self, subject: str, text: str) -> None:
        self._print("✓", subject, text)

    def bad(self, subject: str, text: str) -> None:
        self.failed = True
        self._print("✗", subject, text)

    @staticmethod
    def _print(mark: str, subject: str, text: str) -> None:
        line = f"{mark} {subject:<14} {text}\n"
        sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()


def check(settings: Settings, explicit: Path | None) -> int:
    """Print the report; the exit code is 1 where something does not work."""
    report = Report()
    _check_configuration(config_file(explicit), report)
    if _check_folder(settings, report):
        _check_watching(settings, report)
    asyncio.run(_check_server(settings, report))
    if _left_behind:
        # The interpreter would wait for what hangs there, and it may hang for ever.
        os._exit(int(report.failed))
    return int(report.failed)


def _check_configuration(file: Path | None, report: Report) -> None:
    text = f"from {file}" if file else "from environment and flags"
    if file is not None and sys.platform != "win32" and file.stat().st_mode & 0o077:
        report.bad("configuration", f"{text}: others may read the token; run: chmod 600 {file}")
    else:
        report.ok("configuration", text)


def _check_folder(settings: Settings, report: Report) -> bool:
    folder = settings.folder
    root = os.fsencode(folder.absolute())
    try:
        _within(FOLDER_S, lambda: must_be_there(root))
        survey, found = _within(FOLDER_S, lambda: _survey(root, settings))
    except FolderUnavailableError as error:
        advice = {
            "missing": "create it, mount it, or correct the setting `folder`",
            "unreadable": "let the user of this agent read it",
        }
        report.bad("folder", f"{folder} is {error.state}: {advice[error.state]}")
        return False
    except TimeoutError:
        report.bad("folder", f"{folder} does not answer in {FOLDER_S} s: is its disk or share up?")
        return False
    known = sum(stamp != UNSEEN for stamp in found.values())
    count = str(known) if survey.done else f"more than {known}"
    unreadable = sum(not os.access(join(root, path), os.R_OK) for path in found)
    if unreadable:
        report.bad(
            "folder",
            f"{folder} has {count} PDFs, but {unreadable} folders or files in it cannot be read: "
            "let the user of this agent read them",
        )
    else:
        report.ok("folder", f"{folder} is readable and has {count} PDFs")
    report.ok("left out", _left_out(survey, settings))
    return True


def _survey(root: bytes, settings: Settings) -> tuple[Survey, dict[bytes, Stamp]]:
    """Look at the folder, as far as that gets in time; with what was found there."""
    survey = Survey(root, KnownFiles(), ignore=Ignore(settings.ignore))
    return survey, survey.advance(FOLDER_S / 2).found


def _left_out(survey: Survey, settings: Settings) -> str:
    """What is not looked at: by default, by the setting, and how much of that is there."""
    passed = survey.left_out
    counts = [
        (len(passed.folders), "folder", "folders"),
        (passed.files, "PDF", "PDFs"),
        (passed.links, "symbolic link", "symbolic links"),
    ]
    met = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
    examples = ", ".join(to_wire(folder) for folder in sorted(passed.folders)[:SHOWN_FOLDERS])
    more = ", …" if len(passed.folders) > SHOWN_FOLDERS else ""
    return (
        "bins, versions and thumbnails of other programs, hidden PDFs; "
        + (f"by `ignore`: {' '.join(settings.ignore)}; " if settings.ignore else "")
        + f"here: {', '.join(met) or 'nothing'}"
        + (f" ({examples}{more})" if examples else "")
    )


def _check_watching(settings: Settings, report: Report) -> None:
    """Let a watcher look at the folder until it knows how it can watch it."""
    try:
        report.ok("watching", _within(WATCH_S + 5, lambda: asyncio.run(_watch(settings))))
    except TimeoutError:
        report.bad("watching", "the folder was not looked through in time; the agent takes longer")


async def _watch(settings: Settings) -> str:
    watcher = Watcher(
        settings.folder,
        polling=settings.watch == "polling",
        pace=Pace(poll_s=settings.poll_s, settle_s=settings.settle_s),
        ignore=Ignore(settings.ignore),
    )

    async def ignore(_: object) -> None:
        return None

    task = asyncio.create_task(watcher.run(ignore))
    try:
        async with asyncio.timeout(WATCH_S):
            await watcher.decided.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return watcher.why


async def _check_server(settings: Settings, report: Report) -> None:
    async with api.open_session(api.tls_context(settings.ca_file)) as session:
        start = time.monotonic()
        try:
            answer = await api.authenticate(
                session,
                settings.server,
                AuthRequest(hostname=host.hostname()),
                token=settings.token.get_secret_value(),
                timeout_s=settings.connect_timeout_s,
            )
        except api.RefusedError as error:
            report.ok("server", f"{settings.server} answers")
            report.bad("token", f"{error}: {_REFUSALS.get(error.code, 'look at the server')}")
            return
        except api.ServerError as error:
            report.bad("server", str(error))
            return
        report.ok(
            "server", f"{settings.server} answers ({(time.monotonic() - start) * 1e3:.0f} ms)"
        )
        _check_answer(answer, report)
        await _check_socket(session, settings, report)


def _check_answer(answer: AuthAnswer, report: Report) -> None:
    report.ok("token", f"this is {answer.name}, branch {answer.branch} of {answer.tenant}")
    if (version := newest_common(CONTRACTS, answer.speaks)) is not None:
        report.ok("contract", f"version {version} on both sides")
    else:
        report.bad(
            "contract",
            f"the server speaks {answer.speaks}, this agent {CONTRACTS}: install the version of "
            "the agent that belongs to the server",
        )
    skew = time.time() - answer.server_time.timestamp()
    if abs(skew) <= CLOCK_S:
        report.ok("clock", f"{abs(skew):.0f} s off the server's")
    else:
        report.bad("clock", f"{skew:+.0f} s off the server's: let this machine set it by NTP")


async def _check_socket(session: aiohttp.ClientSession, settings: Settings, report: Report) -> None:
    """Open the websocket but not the namespace, so that a running agent is not disturbed."""
    url = f"{settings.server}/socket.io/?EIO=4&transport=websocket"
    try:
        async with (
            asyncio.timeout(settings.connect_timeout_s),
            session.ws_connect(url) as websocket,
        ):
            greeting = await websocket.receive_str()
    except (aiohttp.ClientError, TimeoutError, OSError, TypeError) as error:
        report.bad(
            "websocket",
            f"{settings.server} takes HTTP but no websocket ({error}): let the proxy or firewall "
            "in between pass websockets",
        )
        return
    if greeting.startswith("0{"):
        report.ok("websocket", "opens")
    else:
        report.bad("websocket", "something else answers there: let the proxy pass /socket.io/")


_left_behind: list[threading.Thread] = []


def _within(seconds: float, work: Callable[[], Value]) -> Value:
    """Run blocking work in a thread that may be left behind. Raises `TimeoutError`."""
    result: Future[Value] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 (it is raised in the caller's thread)
            result.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        return result.result(seconds)
    except TimeoutError:
        if thread.is_alive():
            _left_behind.append(thread)
        raise
