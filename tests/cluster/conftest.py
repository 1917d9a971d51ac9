"""One cluster for each file of tests: a test leaves it as it found it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster.ledger import Load, audit, sign_in
from tests.cluster.stack import Cluster


@pytest.fixture(scope="module")
def _cluster() -> Iterator[Cluster]:
    # Against the proxy's checks on a machine that is busy, the notice is generous.
    with Cluster(drain_notice_s=4, move_window_s=5, login_limit_per_minute=1000) as cluster:
        yield cluster


@pytest.fixture
def cluster(_cluster: Cluster) -> Cluster:
    """The cluster, with every replica ready."""
    _cluster.settle()
    return _cluster


@pytest.fixture
async def load(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Load]:
    """Clients at work before, while and after what the test does; in the end the books are
    audited, and every write must have been answered within its deadline."""
    work = Load(cluster.url, await sign_in(cluster.url), tmp_path / "books")
    async with work:
        await work.progress()
        yield work
        await work.progress()
    assert work.failures == []
    assert audit(cluster.database_url, work.books, work.views) == []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)
