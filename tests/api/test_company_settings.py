"""What a company sets for itself, its users' sessions and preferences."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from app.domains.identity.company_settings import settings_of
from app.domains.identity.models import Role
from app.operations.metrics import CACHE_READS
from app.runtime.clock import ManualClock
from tests.api.conftest import Api
from tests.api.furniture import document, furnish

MIB = 1024 * 1024


def _code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def _reads(outcome: str) -> float:
    count: float = CACHE_READS.labels("settings", outcome)._value.get()
    return count


async def test_a_company_sets_its_own_and_goes_back(api: Api) -> None:
    company, other = await api.company("One"), await api.company("Two")
    client = company.admin.client
    first = (await client.get("/api/admin/settings")).json()
    assert (first["retentionDays"], first["maxUploadMb"], first["own"]) == (15, 50, [])
    assert first["limits"]["retentionDays"] == {"min": 1, "max": 365}
    changed = await client.patch("/api/admin/settings", json={"retentionDays": 30})
    assert (changed.json()["retentionDays"], changed.json()["own"]) == (30, ["retentionDays"])
    assert (await client.get("/api/admin/settings")).json() == changed.json()
    assert (await other.admin.client.get("/api/admin/settings")).json() == first
    back = await client.patch("/api/admin/settings", json={"retentionDays": None})
    assert back.json() == first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"retentionDays": 0}, "retentionDays"),
        ({"retentionDays": 366}, "retentionDays"),
        ({"maxUploadMb": 51}, "maxUploadMb"),
        ({"agentHeartbeatS": 31}, "agentHeartbeatS"),
        ({"agentRescanS": 1}, "agentRescanS"),
        ({"auditRetentionDays": 29}, "auditRetentionDays"),
        ({"auditRetentionDays": "long"}, "auditRetentionDays"),
    ],
)
async def test_what_the_server_does_not_allow_is_refused(
    api: Api, change: dict[str, Any], field: str
) -> None:
    client = (await api.company()).admin.client
    answer = await client.patch("/api/admin/settings", json=change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert (await client.get("/api/admin/settings")).json()["own"] == []


async def test_settings_are_remembered_until_they_change_anywhere(api: Api) -> None:
    company = await api.company()
    replica = await api.replica()
    assert (await settings_of(replica.runtime, company.id)).retention_days == 15
    hits, misses = _reads("hit"), _reads("miss")
    for _ in range(5):
        await settings_of(replica.runtime, company.id)
    assert (_reads("hit") - hits, _reads("miss") - misses) == (5, 0)
    await company.branch("north")  # another collection: nothing is forgotten
    await company.admin.client.patch("/api/admin/settings", json={"retentionDays": 3})
    assert (await settings_of(api.runtime, company.id)).retention_days == 3
    # The other process hears of it through the feed.
    head = await api.app.state.relay.head(company.id)
    await replica.app.state.relay.wait_beyond(company.id, head.seq - 1, 10)
    assert (await settings_of(replica.runtime, company.id)).retention_days == 3


async def test_they_hold_for_uploads_and_expiry(api: Api) -> None:
    company = await api.company()
    side = await furnish(api, company, "walrus", admin_of_branch=False)
    client = company.admin.client
    kept = (await client.get(f"/api/pdfs/{side.cached_pdf_id}")).json()
    now = api.runtime.clock.now()
    days = (_time(kept["expiresAt"]) - now).total_seconds() / 86_400
    assert 15.9 < days < 16.1, "furnish() sets 16 days"
    await client.patch("/api/admin/settings", json={"maxUploadMb": 1, "agentHeartbeatS": 7})
    config = (await side.agent.post("/api/agent/auth", json={})).json()["config"]
    assert (config["maxUploadBytes"], config["heartbeatS"]) == (MIB, 7)
    large = document("walrus") + b"\0" * MIB
    refused = await side.agent.post(
        f"/api/agent/upload?transferId={side.open_transfer_id}&fileHash={side.sha256}"
        f"&size={len(large)}",
        files={"file": ("a.pdf", large, "application/pdf")},
    )
    assert _code(refused, 413) == "too_large"


async def test_preferences_are_kept_as_they_were_sent(api: Api) -> None:
    company = await api.company()
    client = company.admin.client
    assert (await client.get("/api/me/preferences")).json() == {}
    wanted = {"language": "pt-BR", "savedViews": [{"name": "Amanhã 🚀", "q": None}]}
    assert (await client.put("/api/me/preferences", json=wanted)).status_code == 200
    assert (await client.get("/api/me/preferences")).json() == wanted
    person = await company.person(Role.VIEWER)
    assert (await person.client.get("/api/me/preferences")).json() == {}
    large = await client.put("/api/me/preferences", json={"x": "y" * 64 * 1024})
    assert _code(large, 413) == "too_large"
    assert _code(await client.put("/api/me/preferences", json=["no object"]), 422)
    nonsense = await client.put(
        "/api/me/preferences",
        content='{"x": NaN}',
        headers={"Content-Type": "application/json"},
    )
    assert _code(nonsense, 422) == "invalid_input"
    assert (await client.get("/api/me/preferences")).json() == wanted


async def test_a_session_is_seen_at_its_refresh_and_revoked_at_once(api: Api) -> None:
    company = await api.company()
    person = await company.person(Role.VIEWER)
    other = await api.sign_in(person.email)
    clock = ManualClock(api.runtime.clock.now() + timedelta(minutes=5))
    object.__setattr__(api.runtime, "clock", clock)
    await other.client.post("/api/auth/refresh")
    first, second = (await person.client.get("/api/sessions")).json()["data"]
    assert (first["current"], second["current"]) == (False, True)
    assert _time(first["lastSeenAt"]) == clock.now()
    assert _time(second["lastSeenAt"]) < clock.now()
    assert first["userName"] == "viewer of Acme"
    assert (await person.client.delete(f"/api/sessions/{first['id']}")).status_code == 204
    assert _code(await other.client.get("/api/me"), 401) == "session_ended"
    mine = f"/api/sessions?userId={company.admin.id}"
    assert _code(await person.client.get(mine), 403) == "role_required"
    listed = await company.admin.client.get(f"/api/sessions?userId={person.id}")
    assert [row["id"] for row in listed.json()["data"]] == [second["id"]]
    path = f"/api/sessions/{second['id']}"
    assert (await company.admin.client.delete(path)).status_code == 204
    assert _code(await person.client.get("/api/me"), 401) == "session_ended"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_the_settings_are_in_the_feed_only_for_whom_they_are_shown(api: Api) -> None:
    company = await api.company()
    branch_id = await company.branch("SP")
    whole = await company.person(Role.ADMIN)
    of_branch = await company.person(Role.ADMIN, branches=[branch_id])
    cursors = {
        person.id: (await person.client.get("/api/changes")).json()["cursor"]
        for person in (whole, of_branch)
    }
    await company.admin.client.patch("/api/admin/settings", json={"retentionDays": 30})
    for person, told in ((whole, {"settings"}), (of_branch, set())):
        shown = await person.client.get("/api/admin/settings")
        assert shown.status_code == (200 if told else 403)
        for query in ({}, {"collections": "settings"}):
            answer = await person.client.get(
                "/api/changes", params={"since": cursors[person.id], **query}
            )
            assert {row["collection"] for row in answer.json()["data"]} == told
