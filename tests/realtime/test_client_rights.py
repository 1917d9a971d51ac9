"""Who is let in on `/client`, and which collections he is told of."""

import asyncio

import aiohttp
import pytest
import socketio

from app.domains.identity.models import Role
from tests.api.test_second_factor_required import require_second_factor, set_up_second_factor
from tests.realtime.site import Site, Socket, named


async def test_who_lacks_the_second_factor_that_the_company_asks_for_is_refused(site: Site) -> None:
    await set_up_second_factor(site.company.admin)
    person = await site.company.person(Role.VIEWER)
    before = await site.socket(person)
    stays = await site.socket(site.company.admin)
    await require_second_factor(site.company)
    async with asyncio.timeout(10):
        await before.client.wait()
    assert stays.client.connected
    async with aiohttp.ClientSession() as http:
        refused = Socket(site.url, http)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await refused.connect(person.tokens["accessToken"])
        assert refused.refusal["data"] == {"code": "second_factor_missing"}
    await set_up_second_factor(person)
    assert (await site.socket(person)).client.connected


async def test_company_settings_are_told_to_whom_they_are_shown(site: Site) -> None:
    branch = await site.company.branch("A")
    manager = await site.company.person(Role.MANAGER)
    admin_of_branch = await site.company.person(Role.ADMIN, branches=[branch])
    others = [await site.socket(person) for person in (manager, admin_of_branch)]
    for socket in others:
        answer = await socket.ask("subscribe", {"events": ["settings", "branches"]})
        assert answer["denied"] == ["settings"]
    admin = await site.socket(site.company.admin, "settings")
    for person in (manager, admin_of_branch):
        assert (await person.client.get("/api/admin/settings")).status_code == 403
    await site.company.admin.client.patch("/api/admin/settings", json={"retentionDays": 30})
    (update,) = await admin.until(lambda _: admin.updates("settings"))
    assert update["data"][0]["retentionDays"] == 30
    # What comes after it has come to the others as well.
    await site.company.admin.client.patch(f"/api/branches/{branch}", json={"name": "After"})
    for socket in others:
        await socket.until(lambda heard: named("After", heard))
        assert socket.updates("settings") == []
