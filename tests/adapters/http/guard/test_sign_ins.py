"""How long a sign-in lasts, which acts it allows, and when its open pages are closed."""

import hashlib

import pytest
from websockets.asyncio.client import ClientConnection

from monitor.adapters.http import Accounts, SignIns
from monitor.adapters.http.guard.sign_ins import (
    IDLE_S,
    LASTS_S,
    PROLONG_AFTER_S,
    WATCHING_S,
    Person,
)
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from monitor.core.vocabulary.words import Role
from tests.adapters.http.conftest import PASSWORD, REAL_TIME, RealTime, Service
from tests.adapters.http.guard.conftest import HERE, heard

# --- the end of a sign-in -------------------------------------------------------------------------


async def test_past_its_end_a_page_that_watches_looks_on_and_asks_before_it_acts(
    service: Service, watching: ClientConnection
) -> None:
    async with service.client("theo") as page, service.client("vera") as idle:
        step = WATCHING_S / 2
        for _ in range(int(2 * LASTS_S / step)):
            service.time.now += step
            await looked_after(service)
            await watching.send(HERE)
        assert (await idle.get("/api/v1/me")).status_code == 401
        assert (await page.get("/api/v1/me")).status_code == 200
        async with service.live("theo") as again:  # as after a lost connection
            await heard(again, "snapshot")
        asked = await page.post("/api/v1/patients", json={"label": "K"})
        assert (asked.status_code, asked.json()["code"]) == (401, "password_again")
        assert (await page.get("/api/v1/patients")).json()["items"] == []
        assert (await page.post("/api/v1/confirm", json={"password": "x"})).status_code == 403
        given = await page.post("/api/v1/confirm", json={"password": PASSWORD})
        until = (await page.get("/api/v1/me")).json()["acts_until"]
        assert given.json() == {"acts_until": until}
        assert (await page.post("/api/v1/patients", json={"label": "K"})).status_code == 201
        await heard(watching, "heartbeat")
        assert watching.close_code is None


async def looked_after(service: Service) -> None:
    """Run now the check of open pages that happens every ten seconds."""
    await service.sign_ins.follow(open_now=True)


async def test_past_its_end_a_page_is_closed_where_no_session_is_open(
    service: Service, watching: ClientConnection
) -> None:
    service.time.now += LASTS_S + 1
    await service.sign_ins.follow(open_now=False)
    await watching.wait_closed()
    assert watching.close_code == 4401


# --- another role ---------------------------------------------------------------------------------


async def test_a_role_that_changes_applies_to_open_pages_at_once(
    service: Service, watching: ClientConnection
) -> None:
    async with service.client("ada") as admin, service.client("theo") as page:
        assert service.hub.attended_at() is not None
        await admin.patch("/api/v1/users/theo", json={"role": "viewer"})
        assert service.hub.attended_at() is None, "who may not act is no watch"
        assert (await page.post("/api/v1/patients", json={"label": "K"})).status_code == 403
        told = await heard(watching, "person")
        assert (told["user"], told["role"]) == ("theo", "viewer")
        await watching.send(HERE)
        assert service.hub.attended_at() is None
        # Changed elsewhere, as by the command: it applies at the next check of open pages.
        await service.store.write(_made_therapist)
        assert (await heard(watching, "person"))["role"] == "therapist"
        assert service.hub.attended_at() is not None
        await admin.patch("/api/v1/users/theo", json={"disabled": True})
        assert service.hub.attended_at() is None
        await watching.wait_closed()
        assert watching.close_code == 4401
        assert (await page.get("/api/v1/me")).status_code == 401


def _made_therapist(connection: object) -> None:
    users.change_user(connection, "theo", role="therapist")  # type: ignore[arg-type]


# --- without a server -----------------------------------------------------------------------------


class Pages:
    """The open pages of the tests: sign-in -> name of the user, whether one of them answers."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[str, bool]] = {}
        self.done: list[tuple[str, str]] = []

    def sign_ins(self) -> dict[str, bool]:
        return {sign_in: answers for sign_in, (_, answers) in self.open.items()}

    def users(self) -> dict[str, str]:
        return {sign_in: user for sign_in, (user, _) in self.open.items()}

    def end_sign_in(self, sign_in: str) -> None:
        self.done.append((sign_in, "ended"))

    def appoint(self, sign_in: str, role: str) -> None:
        self.done.append((sign_in, role))


class Desk:
    """Sign-ins on a real store, with a clock and pages of their own."""

    def __init__(self, store: Store, lasts_s: float = LASTS_S) -> None:
        self.time, self.pages, self.store = RealTime(), Pages(), store
        self.accounts = Accounts(store, lambda: self.time.now)
        self.sign_ins = SignIns(self.accounts, self.pages, lasts_s)

    async def open(self, name: str = "theo") -> tuple[str, str]:
        """Open a sign-in; return its token and its hash."""
        user = await self.accounts.user(name)
        assert user is not None
        token, _ = await self.sign_ins.open(user)
        return token, hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize(
    ("has", "needs", "may"),
    [
        ("viewer", "viewer", True), ("viewer", "therapist", False), ("therapist", "viewer", True),
        ("therapist", "therapist", True), ("therapist", "admin", False), ("admin", "admin", True),
        ("", "viewer", False), ("owner", "viewer", False),
    ],
)  # fmt: skip
def test_a_role_may_all_that_lower_ones_may(has: str, needs: Role, may: bool) -> None:
    assert Person("ann", has, "s", 0.0).may(needs) is may
    assert Person("ann", has, "s", 0.0).acts_as(needs) is may
    assert not Person("ann", has, "s", 0.0, proven=False).acts_as(needs)
    assert not Person("ann", has, "s", 0.0, must_change=True).acts_as(needs)


async def test_a_token_is_known_by_its_hash_alone(store: Store) -> None:
    desk = Desk(store)
    token, sign_in = await desk.open()
    person = await desk.sign_ins.find(token)
    assert person is not None
    assert (person.name, person.role, person.sign_in) == ("theo", "therapist", sign_in)
    for other in ("", sign_in, token[:-1], token + "x", "x" * 5000, "\ud800"):
        assert await desk.sign_ins.find(other) is None
    await desk.sign_ins.close(sign_in)
    assert await desk.sign_ins.find(token) is None


async def test_a_shorter_time_that_the_operator_sets_ends_a_sign_in_earlier(store: Store) -> None:
    desk = Desk(store, lasts_s=600.0)
    token, sign_in = await desk.open()
    desk.time.now = REAL_TIME + 599.0
    person = await desk.sign_ins.find(token)
    assert person is not None
    assert (person.proven, person.acts_until) == (True, REAL_TIME + 600.0)
    assert await desk.sign_ins.prove(sign_in) == REAL_TIME + 1199.0
    desk.time.now = REAL_TIME + 1198.0
    assert await desk.sign_ins.find(token) is not None
    desk.time.now = REAL_TIME + 1200.0
    assert await desk.sign_ins.find(token) is None


async def test_a_page_that_watches_looks_on_and_the_end_of_its_acts_is_exact(store: Store) -> None:
    desk = Desk(store)
    token, _ = await desk.open()
    for after, proven in (
        (LASTS_S - 1, True),
        (LASTS_S, False),
        (LASTS_S + WATCHING_S - 300, False),
    ):
        desk.time.now = REAL_TIME + after
        person = await desk.sign_ins.find(token, watches=True)
        assert person is not None
        assert (person.proven, person.expires) == (proven, desk.time.now + WATCHING_S)
    desk.time.now += WATCHING_S
    assert await desk.sign_ins.find(token, watches=True) is None


async def test_use_is_written_now_and_then_and_never_shortens(store: Store) -> None:
    desk = Desk(store, lasts_s=2 * IDLE_S)
    token, sign_in = await desk.open()

    async def stored() -> float:
        held = await desk.accounts.holder(sign_in)
        assert held is not None
        return held.expires_at - REAL_TIME

    for after, kept in ((PROLONG_AFTER_S - 1, 0.0), (PROLONG_AFTER_S, PROLONG_AFTER_S)):
        desk.time.now = REAL_TIME + after
        assert await desk.sign_ins.find(token) is not None
        assert await stored() == IDLE_S + kept
    assert await desk.sign_ins.look(sign_in, used=False) is not None
    assert await stored() == IDLE_S + PROLONG_AFTER_S


async def test_pages_follow_the_rights_of_their_sign_ins_of_one_user_or_of_all(
    store: Store,
) -> None:
    desk = Desk(store)
    (_, theo), (_, vera) = await desk.open("theo"), await desk.open("vera")
    desk.pages.open = {theo: ("theo", True), vera: ("vera", True), "gone": ("theo", True)}
    await desk.sign_ins.follow("theo")
    assert desk.pages.done == [(theo, "therapist"), ("gone", "ended")]
    desk.pages.done.clear()
    await desk.sign_ins.follow()
    assert desk.pages.done == [(theo, "therapist"), (vera, "viewer"), ("gone", "ended")]


async def test_only_a_page_that_answers_keeps_a_sign_in_beyond_its_end(store: Store) -> None:
    desk = Desk(store)
    (_, answers), (_, silent) = await desk.open(), await desk.open()
    desk.pages.open = {answers: ("theo", True), silent: ("theo", False)}
    assert desk.sign_ins.watching() == {answers}
    desk.time.now += LASTS_S - 1
    await desk.sign_ins.follow(open_now=True)
    desk.time.now += 2
    desk.pages.done.clear()
    await desk.sign_ins.follow(open_now=True)
    assert desk.pages.done == [(answers, "therapist"), (silent, "ended")]
    assert SignIns(desk.accounts).watching() == frozenset()
