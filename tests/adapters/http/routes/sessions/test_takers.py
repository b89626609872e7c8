"""Users who may take a session over, those at hand first."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.http import Accounts
from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.routes.sessions.takers import routes
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from tests.adapters.http.asgi import THEO, client_of, routed
from tests.adapters.http.conftest import REAL_TIME
from tests.adapters.http.desk import SmallDesk
from tests.adapters.http.outbox import SmallOutbox


class Rota(SmallOutbox):
    """An outbox in which these users are on duty."""

    duty: frozenset[str] = frozenset()

    def on_duty(self) -> frozenset[str]:
        return self.duty


class Ward:
    def __init__(self, store: Store) -> None:
        self.hub, self.rota = Hub(CollectorRegistry()), Rota(store)
        self._router = routes(Accounts(store, lambda: REAL_TIME), self.hub, self.rota)

    def sits(self, user: str, *, audible: bool, visible: bool = True) -> None:
        """Open a page of this user that says whether alarms can be heard there."""
        said = {"type": "presence", "visible": visible, "audible": audible}
        self.hub.join(f"sign-in of {user}", user, "therapist").hear(json.dumps(said))

    async def takers(self, person: Person = THEO) -> Any:
        async with client_of(routed(self._router, person=person)) as client:
            return (await client.get("/api/v1/takers")).json()


@pytest_asyncio.fixture
async def ward(store: Store) -> AsyncIterator[Ward]:
    ward = Ward(store)
    running = asyncio.create_task(ward.hub.run(SmallDesk(store, ward.hub)))
    await asyncio.sleep(0)  # from now on it has seats
    yield ward
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_only_users_who_may_run_a_session_are_listed(store: Store, ward: Ward) -> None:
    await store.write(lambda c: users.add_user(c, "gone", "therapist", "h", REAL_TIME))
    await store.write(lambda c: users.change_user(c, "gone", disabled=True))
    listed = await ward.takers()
    away = {"here": False, "audible": False, "on_duty": False}
    assert listed == {
        "items": [
            {"username": "ada", "role": "admin"} | away,
            {"username": "theo", "role": "therapist"} | away,
        ],
        "count": 2, "next": None,
    }  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
async def test_at_a_page_comes_before_on_duty_and_that_before_the_name(
    store: Store, ward: Ward, turned: bool
) -> None:
    for name in ("mara", "noor", "zoe"):
        await store.write(users.add_user, name, "therapist", "h", REAL_TIME)
    ward.rota.duty = frozenset({"noor", "zoe"})
    ward.sits("theo", audible=False)
    ward.sits("zoe", audible=turned)
    listed = (await ward.takers())["items"]
    assert [one["username"] for one in listed] == ["zoe", "theo", "noor", "ada", "mara"]
    assert [one["here"] for one in listed] == [True, True, False, False, False]
    assert [one["on_duty"] for one in listed] == [True, False, True, False, False]
    assert [one["audible"] for one in listed] == [turned, False, False, False, False]


async def test_of_several_pages_one_that_is_heard_is_enough(ward: Ward) -> None:
    ward.sits("theo", audible=False)
    ward.sits("theo", audible=True)
    first, second = (await ward.takers())["items"]
    assert (first["username"], first["here"], first["audible"]) == ("theo", True, True)
    assert (second["username"], second["here"]) == ("ada", False)


async def test_who_looks_on_offers_no_session(ward: Ward) -> None:
    refused = await ward.takers(Person("vera", "viewer", "s", 0.0))
    assert "needs the role therapist" in refused["detail"]
