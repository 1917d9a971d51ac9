"""Every replica is replaced, one after another, while people work: nobody notices."""

import asyncio
from itertools import pairwise
from pathlib import Path

import aiohttp

from tests.cluster.ledger import Load, audit, sign_in
from tests.cluster.sockets import LiveClient
from tests.cluster.stack import Cluster, start

SOCKETS = 500
WINDOW_S = 5.0


async def test_a_rolling_restart_under_load_with_500_sockets(
    cluster: Cluster, tmp_path: Path
) -> None:
    token = await sign_in(cluster.url)
    headers = {"Authorization": f"Bearer {token}"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(cluster.url, headers=headers, connector=connector) as http:
        clients = [LiveClient(http, token) for _ in range(SOCKETS)]
        running = [asyncio.create_task(client.run()) for client in clients]
        try:
            await _until(lambda: all(client.connected_at for client in clients))
            async with Load(cluster.url, token, tmp_path / "books", pause_s=0.2) as load:
                await load.progress()
                for replica in cluster.replicas:
                    replica.terminate()
                    await asyncio.to_thread(replica.wait, 60)
                    await start(replica)
                    await asyncio.to_thread(cluster.settle)
                    await load.progress()
            assert load.retried == [], "a request failed"
            assert load.failures == []
            await _until(lambda: _level(clients, load))
            views = [client.view for client in clients]
            assert audit(cluster.database_url, load.books, [*views, *load.views]) == []
            for view in views:
                for before, after in pairwise(view.accepted):
                    assert before.seq <= after.reached, "a change was taken twice"
            _check_spread([delay for client in clients for delay in client.moves])
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _level(clients: list[LiveClient], load: Load) -> bool:
    """Whether everyone has seen as much as the one who pulled last."""
    rows = load.views[0].rows["branches"]
    return all(client.idle and client.view.rows["branches"] == rows for client in clients)


def _check_spread(delays: list[float]) -> None:
    """They were told when to come again: everyone within the window, no second in it empty, and
    none with more than its share."""
    assert len(delays) >= SOCKETS, "each was moved at least once"
    assert all(0 <= delay <= WINDOW_S for delay in delays)
    seconds = [sum(second <= delay < second + 1 for delay in delays) for second in range(5)]
    assert min(seconds) > 0.5 * len(delays) / WINDOW_S
    assert max(seconds) < 1.5 * len(delays) / WINDOW_S


async def _until(condition) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.1)
