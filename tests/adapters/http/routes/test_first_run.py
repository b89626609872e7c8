"""The first administrator's link over HTTP: once, for 15 minutes, and safe from guesses."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest
import pytest_asyncio
from msgspec import Struct
from prometheus_client import CollectorRegistry

from monitor.adapters.http import Accounts, Doors, Records, SignIns, create_app, listen, serve
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from monitor.service.setup.first_run import FirstRun
from tests.adapters.http.conftest import PASSWORD, RealTime
from tests.adapters.http.desk import SmallDesk
from tests.adapters.http.outbox import SmallOutbox
from tests.parts.tls import TLS

ADA: Final = {"username": "ada", "password": PASSWORD, "again": PASSWORD}


class Empty(Struct):
    """A service without any user. link: the path of the link in the file that it wrote."""

    client: httpx.AsyncClient
    store: Store
    first: FirstRun
    wall: RealTime
    steady: RealTime
    file: Path

    @property
    def link(self) -> str:
        return "/first/" + self.file.read_text().strip().rpartition("/")[2]

    async def users(self) -> int:
        return await self.store.read(users.count_users)


@pytest_asyncio.fixture
async def empty(tmp_path: Path, page_folder: Path) -> AsyncIterator[Empty]:
    store = Store(f"sqlite:///{tmp_path}/data/monitor.db")
    store.migrate()
    faults: list[object] = []
    store.start(asyncio.get_running_loop(), lambda tokens: None, faults.append)
    wall, steady, registry = RealTime(), RealTime(1000.0), CollectorRegistry()
    first = FirstRun(store, tmp_path / "data", (lambda: wall.now, lambda: steady.now))
    hub = Hub(registry)
    desk, accounts = SmallDesk(store, hub), Accounts(store, lambda: wall.now)
    app = create_app(
        desk=desk, outbox=SmallOutbox(store), accounts=accounts, hub=hub, registry=registry,
        records=Records(store, desk.now), sign_ins=SignIns(accounts), page=page_folder,
        allowed_origins=["https://monitor.example"], first_run=first,
    )  # fmt: skip
    sock = listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(app, sock, Doors(asyncio.get_running_loop().time)))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    await first.begin(url, None)
    async with httpx.AsyncClient(base_url=url, timeout=10, verify=TLS) as client:
        file = tmp_path / "data" / "first-administrator"
        yield Empty(client, store, first, wall, steady, file)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await store.stop()
    assert faults == []


def said(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


async def test_it_makes_one_administrator_who_signs_in_and_is_over(empty: Empty) -> None:
    link = empty.link
    await empty.client.get(link)  # opening it does not use it up
    form = await empty.client.get(link)
    assert form.status_code == 200
    assert re.findall(r'name="(\w+)"', form.text)[-3:] == list(ADA)
    assert form.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in form.headers["content-security-policy"]
    assert form.headers["referrer-policy"] == "no-referrer"
    made = await empty.client.post(link, data=ADA)
    assert (made.status_code, "ada is the administrator." in said(made)) == (200, True)
    assert '<a href="/">Sign in</a>' in made.text
    given = {"username": "ada", "password": PASSWORD}
    answer = await empty.client.post("/api/v1/login", json=given)
    assert answer.json()["role"] == "admin"
    assert not empty.file.exists()
    for again in (await empty.client.get(link), await empty.client.post(link, data=ADA)):
        assert (again.status_code, "was used already" in said(again)) == (410, True)
    assert await empty.users() == 1


async def test_nobody_may_sign_in_before_and_is_told_of_the_link(empty: Empty) -> None:
    given = {"username": "ada", "password": PASSWORD}
    answer = await empty.client.post("/api/v1/login", json=given)
    assert answer.status_code == 401
    assert "There is no user yet" in answer.json()["detail"]
    await empty.client.post(empty.link, data=ADA)
    answer = await empty.client.post("/api/v1/login", json=given | {"username": "bert"})
    assert answer.json()["detail"] == "User name or password is wrong."


WRONG: Final = [
    ({"username": ""}, "username", "A user name has 1 to 64 letters"),
    ({"username": "ada lovelace"}, "username", "A user name has 1 to 64 letters"),
    ({"username": "<b>"}, "username", "A user name has 1 to 64 letters"),
    ({"password": "short", "again": "short"}, "password", "at least 8 characters"),
    ({"again": PASSWORD + "s"}, "again", "The two passwords are not the same."),
    ({"again": ""}, "again", "The two passwords are not the same."),
    ({"password": "x" * 300, "again": "x" * 300}, "username", "A user name has"),
]


@pytest.mark.parametrize(("change", "field", "text"), WRONG)
async def test_what_cannot_be_is_said_at_its_field_and_the_link_stays(
    empty: Empty, change: dict[str, str], field: str, text: str
) -> None:
    link = empty.link
    refused = await empty.client.post(link, data=ADA | change)
    assert refused.status_code == 422
    (marked,) = re.findall(r'<input name="(\w+)"[^>]*aria-invalid="true"', refused.text)
    assert marked == field
    (alert,) = re.findall(rf'id="{field}-said" role="alert">([^<]*)<', refused.text)
    assert text in alert
    assert PASSWORD not in refused.text
    assert "<b>" not in refused.text
    assert (await empty.client.post(link, data=ADA)).status_code == 200


@pytest.mark.parametrize("which", ["wall", "steady"])
async def test_after_fifteen_minutes_by_either_clock_it_is_over(empty: Empty, which: str) -> None:
    link, clock = empty.link, getattr(empty, which)
    clock.now += 15 * 60 - 1
    empty.first.look()
    assert (await empty.client.get(link)).status_code == 200
    assert empty.file.exists()
    clock.now += 1
    for answer in (await empty.client.get(link), await empty.client.post(link, data=ADA)):
        assert (answer.status_code, "has expired" in said(answer)) == (410, True)
        assert "dosing-monitor user add" in said(answer)
    empty.first.look()
    assert not empty.file.exists()
    assert await empty.users() == 0


async def test_a_user_who_comes_in_another_way_ends_it(empty: Empty) -> None:
    link = empty.link
    await empty.store.write(users.add_user, "thea", "viewer", "hash", 0.0)
    answer = await empty.client.post(link, data=ADA)
    assert (answer.status_code, "there is a user" in said(answer)) == (410, True)
    assert await empty.users() == 1


async def test_of_many_at_the_same_moment_one_makes_it(empty: Empty) -> None:
    link = empty.link
    names = [f"ada{n}" for n in range(4)]
    answers = await asyncio.gather(
        *(empty.client.post(link, data=ADA | {"username": name}) for name in names)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
    assert await empty.users() == 1


async def test_guesses_are_slowed_down(empty: Empty) -> None:
    link = empty.link
    guesses = [f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}", "/first/x", "/first/" + "x" * 500]
    for guess in guesses:
        for answer in (await empty.client.get(guess), await empty.client.post(guess, data=ADA)):
            assert answer.status_code in (404, 429)
    slow = await empty.client.post(link, data=ADA)
    assert (slow.status_code, "Too many attempts" in said(slow)) == (429, True)
    assert 1 <= int(slow.headers["retry-after"]) <= 60
    assert await empty.users() == 0


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "https://monitor.example", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
async def test_a_form_of_another_origin_makes_nobody(
    empty: Empty, headers: dict[str, str], passes: bool
) -> None:
    answer = await empty.client.post(empty.link, data=ADA, headers=headers)
    assert answer.status_code == (200 if passes else 403)
    assert await empty.users() == passes


async def test_only_a_hash_is_kept(empty: Empty) -> None:
    token = empty.link.rpartition("/")[2]
    assert token not in repr(vars(empty.first))
    assert empty.file.stat().st_mode & 0o777 == 0o600
