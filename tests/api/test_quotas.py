"""Who asks too much is told so, in the headers that others use too."""

import re
from pathlib import Path

import pytest

from app.domains.identity.models import Role
from app.settings import Settings
from tests.api.conftest import Api, api_settings


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return api_settings(sqlite_url, tmp_path, user_limit_per_minute=5)


async def test_a_user_is_refused_and_others_are_not(api: Api) -> None:
    company = await api.company()
    person = await company.person(Role.VIEWER)
    answers = [await person.client.get("/api/me") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    first, refused = answers[0], answers[-1]
    assert '"user";q=5;w=60' in first.headers["RateLimit-Policy"]
    assert '"tenant";q=60000;w=60' in first.headers["RateLimit-Policy"]
    assert re.fullmatch(r'"user";r=4;t=\d+', first.headers["RateLimit"])
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert re.fullmatch(r'"user";r=0;t=\d+', refused.headers["RateLimit"])
    assert (await company.admin.client.get("/api/me")).status_code == 200


async def test_a_stranger_cannot_use_up_what_a_user_has(api: Api) -> None:
    """A token that nobody signed counts for its address alone."""
    stranger = api.client(Authorization="Bearer made.up.token")
    answer = await stranger.get("/api/me")
    assert answer.status_code == 401
    assert answer.headers["RateLimit-Policy"] == '"address";q=60000;w=60'
