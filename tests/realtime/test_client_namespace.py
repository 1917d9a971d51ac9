"""The `/client` namespace, over real websockets; and two processes that share a database."""

import asyncio
import os
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import aiohttp
import httpx
import pytest
import socketio

from app.db.database import Database
from app.domains.agents.models import Agent
from app.domains.identity.models import Role
from app.domains.pdfs.models import Pdf
from app.feed.append import Appender
from app.feed.cursor import Cursor
from tests.api.conftest import api_settings, start
from tests.feed.reader import Reader
from tests.feed.world import a_pdf, an_agent, place
from tests.realtime.site import HttpSource, Site, Socket, add_agent, named, told
from tests.support.servers import RedisServer, free_port

NAMESPACE = "/client"
ROOT = Path(__file__).parents[2]


async def test_a_change_is_pushed_and_continues_the_cursor(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin)
    answer = await socket.ask("subscribe", {"events": ["agents", "nothing"]})
    assert answer["denied"] == ["nothing"]
    agent = await add_agent(site, branch)
    (update,) = await socket.until(lambda _: socket.updates("agents"))
    assert update == {
        "type": "agents",
        "branchId": str(branch),
        "data": [{**agent.wire(), "_operation": "insert"}],
        "delta": True,
        "seq": update["seq"],
        "prevSeq": 0,
    }
    assert update["prevSeq"] <= Cursor.parse(answer["cursor"]).seq < update["seq"]
    beat = await socket.ask("heartbeat")
    assert Cursor.parse(beat["cursor"]).seq == update["seq"]
    assert beat["serverTime"].endswith("Z")


async def test_changes_in_the_window_are_one_message_that_still_chains(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    for number in range(25):
        agent = await add_agent(site, branch)
        async with site.database.unit_of_work(site.scope()) as unit:
            (await unit.session.get_one(Agent, agent.id)).name = f"PC {number}"
    await socket.until(
        lambda _: (
            {row["id"] for u in socket.updates("agents") for row in u["data"]}
            and any(
                row.get("name") == "PC 24" for u in socket.updates("agents") for row in u["data"]
            )
        )
    )
    updates = socket.updates("agents")
    assert len(updates) < 50
    assert all(b["prevSeq"] == a["seq"] for a, b in pairwise(updates))
    assert all(len({row["id"] for row in u["data"]}) == len(u["data"]) for u in updates)


async def test_unsubscribed_is_not_told(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents", "branches")
    await socket.ask("unsubscribe", {"events": ["agents"]})
    await add_agent(site, branch)
    await site.company.branch("B")
    await socket.until(lambda _: socket.updates("branches"))
    assert socket.updates("agents") == []


async def test_a_reader_of_one_branch_sees_only_it(site: Site) -> None:
    a, b = await site.company.branch("A"), await site.company.branch("B")
    limited = await site.company.person(Role.OPERATOR, branches=[a])
    socket = await site.socket(limited, "agents", "branches")
    everything = await site.socket(site.company.admin, "agents")
    agent = await add_agent(site, b)
    company_wide = await add_agent(site, None)
    async with site.database.unit_of_work(site.scope()) as unit:
        moved = await unit.session.get_one(Agent, agent.id)
        moved.branch_id = a
    await socket.until(
        lambda _: any(
            row["id"] == str(agent.id) for u in socket.updates("agents") for row in u["data"]
        )
    )
    assert {u["branchId"] for u in socket.updates("agents")} == {None, str(a)}
    seen = {row["id"] for u in socket.updates("agents") for row in u["data"]}
    assert seen == {str(agent.id), str(company_wide.id)}
    await everything.until(
        lambda _: len({u["branchId"] for u in everything.updates("agents")}) == 3
    )
    (left,) = [u for u in everything.updates("agents") if u["branchId"] == str(b)][-1:]
    assert left["data"][-1]["_operation"] in {"leave", "insert"}


async def test_another_company_hears_nothing(site: Site) -> None:
    other = await site.api.company("Umbrella")
    socket = await site.socket(other.admin, "agents", "branches")
    await add_agent(site, await site.company.branch("A"))
    site.api.runtime.signals.tell_clients(site.company.id, [None], "agent:heartbeat", {})
    await other.branch("X")
    await socket.until(lambda _: socket.updates("branches"))
    assert [event for event, _ in socket.told] == ["data_update"]


async def test_only_managers_read_users(site: Site) -> None:
    operator = await site.company.person(Role.OPERATOR)
    manager = await site.company.person(Role.MANAGER)
    for person, denied in ((operator, ["users"]), (manager, [])):
        socket = await site.socket(person)
        answer = await socket.ask("subscribe", {"events": ["users"]})
        assert answer["denied"] == denied
        await site.company.person(Role.VIEWER)
        if denied:
            await asyncio.sleep(0.2)
            assert socket.updates("users") == []
        else:
            await socket.until(told("data_update"))
            assert socket.updates("users")


@pytest.mark.parametrize("data", [None, [], {"events": "agents"}, {"events": [1]}, 7])
async def test_a_subscription_that_makes_no_sense_is_answered(site: Site, data: object) -> None:
    socket = await site.socket(site.company.admin)
    for event in ("subscribe", "unsubscribe"):
        assert (await socket.ask(event, data))["error"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("token", "code"), [(None, "not_authenticated"), ({}, "not_authenticated"), ("x", "bad_token")]
)
async def test_a_bad_token_is_refused(site: Site, token: object, code: str) -> None:
    async with aiohttp.ClientSession() as http:
        socket = Socket(site.url, http)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await socket.connect(token)
        assert socket.refusal["data"] == {"code": code}


async def test_logout_closes_the_socket(site: Site) -> None:
    person = await site.company.person(Role.VIEWER)
    stays = await site.socket(site.company.admin)
    socket = await site.socket(person)
    assert (await person.client.post("/api/auth/logout")).status_code == 204
    async with asyncio.timeout(5):
        await socket.client.wait()
    assert stays.client.connected
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Socket(site.url, socket.http).connect(person.tokens["accessToken"])


async def test_a_session_that_ended_unheard_is_swept(site: Site) -> None:
    """Another process ended it, and the signal got lost."""
    person = await site.company.person(Role.VIEWER)
    socket = await site.socket(person)
    replica = await site.api.replica()
    other = replica.client(Authorization=person.client.headers["Authorization"])
    assert (await other.post("/api/auth/logout")).status_code == 204
    async with asyncio.timeout(10):
        await socket.client.wait()


async def test_other_eyes_close_the_socket(site: Site) -> None:
    """Who is given other branches comes back and is seen with other eyes."""
    a, b = await site.company.branch("A"), await site.company.branch("B")
    person = await site.company.person(Role.OPERATOR, branches=[a])
    socket = await site.socket(person)
    answer = await site.company.admin.client.patch(
        f"/api/users/{person.id}", json={"branchIds": [str(b)]}
    )
    assert answer.status_code == 200, answer.text
    async with asyncio.timeout(5):
        await socket.client.wait()


async def test_what_happened_to_a_document_follows_from_its_row(site: Site) -> None:
    a, b = await site.company.branch("A"), await site.company.branch("B")
    limited = await site.company.person(Role.OPERATOR, branches=[b])
    sockets = [await site.socket(site.company.admin), await site.socket(limited)]
    async with site.database.unit_of_work(site.scope()) as unit:
        pdf = a_pdf([a, b])
        unit.session.add(pdf)
        await place(unit.session, pdf, [a, b])
    for status, event in (("cached", "pdf:ready"), ("expired", "pdf:expired")):
        async with site.database.unit_of_work(site.scope()) as unit:
            (await unit.session.get_one(Pdf, pdf.id)).status = status
        for socket in sockets:
            assert await socket.until(told(event)) == [{"pdfId": str(pdf.id)}]


async def test_lost_messages_show_as_a_gap_and_the_pull_fills_it(site: Site) -> None:
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    reader = Reader(HttpSource(site.company.admin.client), ["agents"])
    await reader.pull()
    verdicts = []
    for number in range(3):
        socket.told.clear()
        await add_agent(site, branch)
        (update,) = await socket.until(lambda _: socket.updates("agents"))
        if number != 1:  # the second message is lost
            verdicts.append(reader.receive(update))
    assert verdicts == [True, False]
    await reader.pull()
    rows, _ = await reader.source.rows("agents")
    assert reader.rows["agents"] == {row["id"]: row for row in rows}
    assert reader.refetches == 1


@dataclass
class Process:
    """A server process of its own."""

    process: subprocess.Popen[bytes]
    url: str

    async def ready(self) -> None:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self.process.poll() is None, "the server ended"
                await asyncio.sleep(0.1)


def start_process(database_url: str, redis_url: str, folder: Path) -> Process:
    port = free_port()
    settings = api_settings(database_url, folder, redis_url=redis_url)
    environment = {
        **os.environ,
        "SIBERIUS_DATABASE_URL": database_url,
        "SIBERIUS_REDIS_URL": redis_url,
        "SIBERIUS_SECRET_KEY": settings.signing_key,
        "SIBERIUS_DATA_DIR": str(folder),
        "SIBERIUS_FEED_TICK_S": "1.0",
    }
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory"]
    command += ["--port", str(port), "--log-level", "warning"]
    return Process(subprocess.Popen(command, cwd=ROOT, env=environment), f"http://127.0.0.1:{port}")


async def test_a_commit_in_one_process_reaches_the_sockets_of_another(
    postgres_url: str,
    redis_server: RedisServer,
    tmp_path: Path,
) -> None:
    """Through Redis at once; without it, by the tick."""
    processes = [
        start_process(postgres_url, redis_server.url, tmp_path / str(number)) for number in range(2)
    ]
    try:
        async with AsyncExitStack() as stack:
            # The third member: makes the company, and writes without a socket of its own.
            settings = api_settings(postgres_url, tmp_path / "own", redis_url=redis_server.url)
            api = await start(settings, stack)
            company = await api.company()
            branch = await company.branch("A")
            for process in processes:
                await process.ready()
            one, two = [
                await Site(api, process.url, company, stack).socket(company.admin, "branches")
                for process in processes
            ]
            client = await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=processes[0].url,
                    headers={"Authorization": company.admin.client.headers["Authorization"]},
                )
            )

            async def rename(name: str) -> float:
                """Change the branch in process one; how long until a socket of two is told."""
                loop = asyncio.get_running_loop()
                answer = await client.patch(f"/api/branches/{branch}", json={"name": name})
                assert answer.status_code == 200, answer.text
                committed = loop.time()
                for socket in (one, two):
                    await socket.until(partial(named, name))
                return loop.time() - committed

            await rename("the first, while the bus connects")
            quickest = min([await rename(f"with Redis {number}") for number in range(5)])
            assert quickest < 0.5, "the hint came before the tick"
            redis_server.kill()
            assert await rename("without Redis") < 5
    finally:
        for process in processes:
            process.process.kill()
            process.process.wait()


async def test_a_database_without_the_application_is_followed_by_the_tick(site: Site) -> None:
    """The command line commits and tells nobody."""
    branch = await site.company.branch("A")
    socket = await site.socket(site.company.admin, "agents")
    database = Database(site.database.url.render_as_string(hide_password=False))
    database.record_with(Appender("cli"))
    async with database.unit_of_work(site.scope()) as unit:
        unit.session.add(an_agent(branch))
    await database.close()
    assert await socket.until(lambda _: socket.updates("agents"), 5)
