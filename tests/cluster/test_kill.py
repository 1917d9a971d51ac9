"""Any process of the cluster may die under load: what was acknowledged is there, once."""

import asyncio
import signal
from pathlib import Path

import psycopg
import pytest

from tests.cluster.ledger import DEADLINE_S, Load, audit, sign_in
from tests.cluster.stack import Cluster, start
from tests.support.server import wait_until


async def _threaded_settle(cluster: Cluster) -> None:
    await asyncio.to_thread(cluster.settle)


async def test_a_replica_is_killed(cluster: Cluster, load: Load) -> None:
    replica = cluster.replicas[0]
    replica.kill()
    await load.progress()
    await start(replica)
    await _threaded_settle(cluster)


async def test_a_worker_is_killed(cluster: Cluster, load: Load) -> None:
    for replica in cluster.replicas:
        before = {worker.pid for worker in replica.workers()}
        replica.workers()[0].kill()
        await load.progress()
        await asyncio.to_thread(
            wait_until,
            lambda replica=replica, before=before: (  # type: ignore[misc]
                len({worker.pid for worker in replica.workers()} - before) == 1
            ),
        )
    await _threaded_settle(cluster)


async def test_redis_is_killed_and_comes_back_empty(cluster: Cluster, load: Load) -> None:
    cluster.redis_copy.kill()
    cluster.redis.kill()
    await load.progress()
    await start(cluster.redis)
    await start(cluster.redis_copy)


async def test_the_sentinel_master_is_killed(cluster: Cluster, load: Load) -> None:
    await asyncio.to_thread(wait_until, cluster.sentinel.ping, 60)
    master = await asyncio.to_thread(cluster.sentinel.master_port)
    old = cluster.redis if cluster.redis.port == master else cluster.redis_copy
    old.kill()
    await load.progress()
    await asyncio.to_thread(wait_until, lambda: cluster.sentinel.master_port() != master, 60)
    await load.progress()
    await start(old)


async def test_minio_is_killed(cluster: Cluster, load: Load) -> None:
    cluster.minio.kill()
    await load.progress()
    await start(cluster.minio)


async def test_postgres_is_restarted(cluster: Cluster, load: Load) -> None:
    cluster.postgres.leader.stop()
    await start(cluster.postgres.leader)
    await load.progress()


async def test_postgres_is_killed(cluster: Cluster, load: Load) -> None:
    cluster.postgres.leader.kill()
    await asyncio.sleep(1)
    await start(cluster.postgres.leader)
    await load.progress()


async def test_postgres_hangs_for_ten_seconds(cluster: Cluster, load: Load) -> None:
    cluster.postgres.leader.pause()
    try:
        await asyncio.sleep(10)
    finally:
        cluster.postgres.leader.resume()
    await load.progress()
    assert 9 < load.slowest_s < DEADLINE_S, "a slow request, not an error"


async def test_a_supervisor_that_is_asked_to_stop_twice_still_stops(cluster: Cluster) -> None:
    replica = cluster.replicas[2]
    replica.terminate()
    await asyncio.sleep(0.5)
    replica.terminate()
    assert await asyncio.to_thread(replica.wait, 40) in {0, -signal.SIGTERM}
    await start(replica)


async def test_the_audit_sees_a_row_that_is_gone(cluster: Cluster, tmp_path: Path) -> None:
    """The negative control of every test above."""
    books = tmp_path / "books"
    async with Load(cluster.url, await sign_in(cluster.url), books) as load:
        await load.progress()
    assert audit(cluster.database_url, books, load.views) == []
    code, branch_id = books.read_text().splitlines()[-1].split()
    with psycopg.connect(cluster.database_url.replace("+psycopg", "")) as connection:
        connection.execute("SELECT set_config('siberius.tenant', '*', false)")
        connection.execute("DELETE FROM branches WHERE id = %s", (branch_id,))
    wrong = audit(cluster.database_url, books, load.views)
    assert any(line.startswith(f"{code} was acknowledged") for line in wrong)
    assert sum(line.startswith("view") for line in wrong) == len(load.views)
    with pytest.raises(AssertionError):
        assert wrong == []
