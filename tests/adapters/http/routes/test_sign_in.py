"""Signing in and out, how long a sign-in lasts, and the limits on guessing."""

import asyncio
import json
from collections import Counter
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from starlette.requests import Request

from monitor.adapters.http.errors import Busy
from monitor.adapters.http.guard.passwords.known import LASTS_S as KNOWN_S
from monitor.adapters.http.guard.passwords.known import KnownBrowser, KnownBrowsers
from monitor.adapters.http.guard.passwords.passwords import Asker, FairLine, Passwords
from monitor.adapters.http.guard.passwords.slow_down import FailedSignIns, Slowed, asker_of
from monitor.adapters.http.guard.sign_ins import AT_MOST, LASTS_S, _hash
from monitor.adapters.store.questions import users
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.tables.definitions import audit
from tests.adapters.http.conftest import PASSWORD, Service
from tests.parts import wait_until


async def sign_in(
    client: httpx.AsyncClient, username: str = "theo", password: str = PASSWORD
) -> httpx.Response:
    body = {"username": username, "password": password}
    return await client.post("/api/v1/login", json=body)


async def test_a_token_opens_and_logout_shuts(service: Service) -> None:
    async with service.client() as client:
        answered = (await sign_in(client)).json()
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answered['token']}"
        me = (await client.get("/api/v1/me")).json()
        assert (me["user"], me["role"]) == ("theo", "therapist")
        assert me["expires"] == answered["expires"]
        assert me["service"]["device_identity"] is False
        assert (await client.post("/api/v1/logout")).status_code == 200
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_the_token_is_not_on_disk(service: Service, tmp_path: Path) -> None:
    async with service.client() as client:
        token = (await sign_in(client)).json()["token"]
    await service.store.flush()
    files = [tmp_path / "monitor.db", tmp_path / "monitor.db-wal"]
    assert not any(token.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("username", ["theo", "nobody-of-that-name"])
async def test_a_wrong_name_is_answered_like_a_wrong_password(
    service: Service, username: str
) -> None:
    async with service.client() as client:
        refused = await sign_in(client, username, "wrong")
        assert refused.status_code == 401
        assert refused.json() == {
            "detail": "User name or password is wrong.",
            "because": {"code": "sign_in_wrong", "facts": {}},
        }
        assert "Set-Cookie" not in refused.headers


async def test_an_unknown_name_takes_as_long(password_hash: str) -> None:
    passwords, loop = Passwords(), asyncio.get_running_loop()
    await passwords.matches("warm", None)
    took = []
    for stored in (password_hash, None):
        begun = loop.time()
        assert not await passwords.matches("wrong", stored)
        took.append(loop.time() - begun)
    assert took[1] > took[0] / 5


async def test_guessing_is_slowed_down_and_touches_no_session(service: Service) -> None:
    async with service.client() as client, service.client("theo") as signed_in:
        statuses = [(await sign_in(client, password=f"guess {n}")).status_code for n in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        # The right password does not help now, or the limit would reveal when it was found.
        refused = await sign_in(client)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert "Try again in" in refused.json()["detail"]
        assert (await sign_in(client, "vera")).status_code == 200
        assert (await signed_in.get("/api/v1/me")).status_code == 200


async def test_guesses_at_the_same_instant_are_slowed_down_too(service: Service) -> None:
    async with service.client() as client:
        answers = await asyncio.gather(*(sign_in(client, password=f"g{n}") for n in range(12)))
    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7


def tried(
    failures: FailedSignIns, network: str, account: str, *, failed: bool = True, browser: str = ""
) -> bool:
    """Return True if the attempt was allowed."""
    try:
        with failures.attempt(Asker(network, account, browser), 0.0) as trying:
            trying.failed = failed
    except Slowed:
        return False
    return True


def test_many_accounts_from_one_address_are_one_attack() -> None:
    failures = FailedSignIns()
    assert all(tried(failures, "7", f"user{number}") for number in range(30))
    assert not tried(failures, "7", "another")
    assert tried(failures, "8", "another")


def test_many_addresses_at_one_account_slow_strangers_and_no_browser_that_is_known() -> None:
    failures = FailedSignIns()
    assert [tried(failures, f"n{n}", "ann") for n in range(15)] == [True] * 10 + [False] * 5
    assert not tried(failures, "elsewhere", "ann", failed=False)
    assert tried(failures, "elsewhere", "bert", failed=False)
    assert tried(failures, "elsewhere", "ann", failed=False, browser="b1")
    # It has its own allowance of mistakes, and counts as a stranger once that is used up.
    assert [tried(failures, "n", "ann", browser="b1") for _ in range(6)] == [True] * 5 + [False]
    assert tried(failures, "n", "ann", failed=False, browser="b2")


@pytest.mark.parametrize("browser", ["", "b1"])
def test_right_passwords_have_a_budget(browser: str) -> None:
    failures = FailedSignIns()
    right = [tried(failures, "7", "ann", failed=False, browser=browser) for _ in range(130)]
    # A known browser that used up its own allowance continues as a stranger, and no further.
    assert right == [True] * (120 if browser else 60) + [False] * (10 if browser else 70)
    assert tried(failures, "8", "ann", failed=False)
    assert tried(failures, "7", "bert", failed=False)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("", "", True),
    ],
)
def test_what_counts_as_one_address(first: str, second: str, same: bool) -> None:
    def network(address: str) -> str:
        scope = {"type": "http", "client": (address, 1), "headers": []}
        return asker_of(Request(scope), "ann").network

    assert (network(first) == network(second)) is same


def test_whoever_signs_in_begins_anew() -> None:
    failures = FailedSignIns()
    for _ in range(2):
        for failed in (True, True, True, True, False):
            assert tried(failures, "7", "ann", failed=failed)


# --- fair turns -----------------------------------------------------------------------------------


async def order(line: FairLine, askers: list[Asker]) -> list[Asker | None]:
    """Return the order in which they had their turn, without those who were turned away."""
    served: list[Asker | None] = []

    async def ask(asker: Asker) -> None:
        with suppress(Busy):
            async with line.turn(asker):
                served.append(asker)
                await asyncio.sleep(0)

    await asyncio.gather(*map(ask, askers))
    return served


OTHER = Asker("elsewhere", "theo")
FLOODS = {
    "one address, one account": [Asker("n", "ann")] * 30,
    "one address, many accounts": [Asker("n", f"a{n}") for n in range(30)],
    "many addresses, one account": [Asker(f"n{n}", "ann") for n in range(30)],
    "one browser": [Asker("n", "ann", "b")] * 30,
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_whoever_asks_for_much_stands_behind_whoever_asks_for_little(
    flood: list[Asker],
) -> None:
    other = OTHER if not flood[0].browser else Asker("elsewhere", "theo", "c")
    served = await order(FairLine(2, 40), [*flood, other])
    assert len(served) == len(flood) + 1
    # Two were being served; one that came first may be on equal terms.
    assert served.index(other) <= 4


async def test_when_too_many_wait_one_of_those_who_asked_for_most_is_turned_away() -> None:
    served = await order(FairLine(2, 5), [*[Asker("n", "ann")] * 30, OTHER])
    assert (len(served), OTHER in served) == (7, True)


async def test_a_known_browser_does_not_wait_for_strangers() -> None:
    known = Asker("n", "theo", "b")
    served = await order(FairLine(1, 40), [Asker(f"n{n}", f"a{n}") for n in range(30)] + [known])
    assert served.index(known) == 1


async def test_who_leaves_the_line_holds_up_nobody() -> None:
    line = FairLine(1, 10)
    async with line.turn(OTHER):
        gone = [asyncio.create_task(order(line, [Asker("n", "ann")])) for _ in range(3)]
        await asyncio.sleep(0)
        for task in gone[:2]:
            task.cancel()
        await asyncio.gather(*gone[:2], return_exceptions=True)
    assert await gone[2] == [Asker("n", "ann")]
    assert await order(line, [OTHER]) == [OTHER]


@pytest.mark.alone
async def test_a_flood_of_sign_ins_delays_another_by_no_more_than_a_few_seconds(
    service: Service,
) -> None:
    """Wrong passwords for many names, and a hundred right ones a second, from this machine."""
    loop = asyncio.get_running_loop()
    answers: Counter[int] = Counter()
    over: list[bool] = []

    async def flood(client: httpx.AsyncClient, number: int) -> None:
        while not over:
            name = "theo" if number % 2 else f"somebody-{number}"
            answers[(await sign_in(client, name)).status_code] += 1
            await asyncio.sleep(0.1)

    async with service.client() as attacker, service.client() as vera:
        attacker.timeout = httpx.Timeout(None)  # a client with many requests waits long
        # A browser that was known would have a second budget, its user's.
        attacker.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        assert (await sign_in(vera, "vera")).status_code == 200
        since = loop.time()
        floods = [asyncio.create_task(flood(attacker, n)) for n in range(20)]
        await wait_until(lambda: answers[429] > 20, timeout=20)
        begun = loop.time()
        for _ in range(3):
            assert (await sign_in(vera, "vera")).status_code == 200
        took = (loop.time() - begun) / 3
        over.append(True)
        await asyncio.gather(*floods)  # or they are cut off at the end, which is not tested here
    assert answers[200] <= 60  # in a minute, which this did not last
    assert loop.time() - since < 60
    assert took < 4  # one second on a machine with other load


# --- browsers that are known ----------------------------------------------------------------------


async def guess_from_everywhere(service: Service, username: str) -> None:
    async def guess(number: int) -> int:
        async with service.client(**{"X-Forwarded-For": f"203.0.113.{number}"}) as client:
            return (await sign_in(client, username, "wrong")).status_code

    answers = await asyncio.gather(*map(guess, range(1, 13)))
    assert sorted(answers) == [401] * 10 + [429] * 2


async def test_a_browser_that_was_used_before_signs_in_while_strangers_are_slowed(
    service: Service,
) -> None:
    async with service.client() as own, service.client() as new:
        signed_in = await sign_in(own)
        (cookie,) = [c for c in own.cookies.jar if c.name.startswith("dosing_monitor_known_")]
        assert "theo" not in f"{cookie.name}{cookie.value}"
        assert (cookie.expires or 0) > 0
        assert "HttpOnly" in signed_in.headers.get_list("Set-Cookie")[1]
        await guess_from_everywhere(service, "theo")
        assert (await sign_in(new)).status_code == 429
        assert (await sign_in(own)).status_code == 200
        # It proves only that, and only for its own user.
        new.cookies.set(cookie.name, cookie.value or "")
        assert (await new.get("/api/v1/me")).status_code == 401
        assert (await sign_in(new)).status_code == 200
        await guess_from_everywhere(service, "vera")
        for name in (cookie.name, "dosing_monitor_known_"):
            new.cookies.set(name, cookie.value or "")
        assert (await sign_in(new, "vera")).status_code == 429


async def test_after_a_reset_no_browser_is_known(service: Service) -> None:
    async with service.client() as own, service.client("ada") as admin:
        await sign_in(own)
        service.time.now += 1
        await admin.patch("/api/v1/users/theo", json={"must_change_password": True})
        await guess_from_everywhere(service, "theo")
        assert (await sign_in(own)).status_code == 429


def test_the_cookie_of_a_browser_is_good_for_its_user_and_half_a_year() -> None:
    browsers = KnownBrowsers(b"key")
    cookie = browsers.cookie("theo", 1000.0)
    found = browsers.proves(cookie, "theo", 1000.0)
    assert found is not None
    assert browsers.proves(cookie, "theo", 999.0 + KNOWN_S) == found
    assert browsers.proves(cookie, "theo", 1000.0 + KNOWN_S) is None
    assert browsers.proves(cookie, "vera", 1000.0) is None
    assert KnownBrowsers(b"another").proves(cookie, "theo", 1000.0) is None
    renewed = browsers.proves(browsers.cookie("theo", 5000.0, found), "theo", 5000.0)
    assert renewed == KnownBrowser(found.number, 5000.0)
    for broken in ("", ".", "..", cookie[:-1], f"{cookie}é", "x" * 5000, f"9{cookie}"):
        assert browsers.proves(broken, "theo", 1000.0) is None


# --- how long, and how many -----------------------------------------------------------------------


async def test_a_sign_in_ends_twelve_hours_after_it_began_however_much_it_is_used(
    service: Service,
) -> None:
    async with service.client("theo") as client:
        for _ in range(3):
            service.time.now += LASTS_S / 4
            assert (await client.get("/api/v1/me")).status_code == 200
        service.time.now += LASTS_S / 4 - 1
        assert (await client.post("/api/v1/patients", json={"label": "K"})).status_code == 201
        service.time.now += 2
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_the_sign_in_that_was_idle_for_longest_goes_for_one_too_many(
    service: Service,
) -> None:
    user = await service.accounts.user("theo")
    assert user is not None
    tokens = [service.tokens["theo"]]
    for _ in range(AT_MOST - 1):
        service.time.now += 1
        tokens.append((await service.sign_ins.open(user))[0])
    async with service.live("theo") as watching:
        await watching.send(json.dumps({"type": "presence", "visible": True, "audible": True}))
        await wait_until(service.hub.presence)
        service.time.now += 1
        assert await service.sign_ins.find(tokens[1]) is not None  # no longer idle
        for gone in (2, 3):
            service.time.now += 1
            newest, _ = await service.sign_ins.open(user)
            held = await service.accounts.sign_ins(user)
            left = [_hash(token) in held for token in tokens]
            assert left == [n not in range(2, gone + 1) for n in range(AT_MOST)]
            assert _hash(newest) in held
            (row,) = (await service.store.read(list_audit, 1)).items
            assert json.loads(row.detail) == {"known_browser": False, "sign_ins_ended": 1}
        assert watching.close_code is None


async def test_when_all_of_them_watch_the_next_is_refused(service: Service) -> None:
    user = await service.accounts.user("theo")
    assert user is not None
    token = service.tokens["theo"]
    for _ in range(AT_MOST - 1):
        await service.sign_ins.open(user)
    held = await service.accounts.sign_ins(user)
    seats = [service.hub.join(session, "theo", "therapist") for session in held]
    for seat in seats:
        seat.hear(json.dumps({"type": "presence", "visible": True, "audible": True}))
    async with service.client() as client:
        refused = await sign_in(client)
        assert (refused.status_code, "Sign out at one" in refused.text) == (409, True)
        await service.store.flush()
        (row,) = (await service.store.read(list_audit, 1)).items
        assert (row.action, row.object) == ("sign_in_failed", "theo")
        assert (await sign_in(client, "vera")).status_code == 200
        assert await service.sign_ins.find(token) is not None
        seats[0].end(1000, "left")
        assert (await sign_in(client)).status_code == 200


async def test_the_service_s_fast_clock_signs_nobody_out(service: Service) -> None:
    service.desk.time += 100 * LASTS_S
    async with service.client("theo") as client:
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_a_telephone_is_said_by_oneself_or_the_administrator_and_is_on_the_audit(
    service: Service,
) -> None:
    async with service.client("ada") as admin, service.client("theo") as theo:
        assert (await theo.get("/api/v1/me")).json()["phone"] is None
        said = await theo.patch("/api/v1/me", json={"phone": "+351 21 555 0100"})
        assert (said.status_code, said.json()["phone"]) == (200, "+351 21 555 0100")
        assert (await theo.get("/api/v1/me")).json()["phone"] == "+351 21 555 0100"
        assert (await theo.patch("/api/v1/users/ada", json={"phone": "112"})).status_code == 403
        for wrong in ("call me", "12", "+", "1" * 33, "+351\n555", "٠١٢٣٤", 5):
            refused = await theo.patch("/api/v1/me", json={"phone": wrong})
            assert (refused.status_code, "phone" in refused.text) == (422, True), wrong
        assert (await admin.patch("/api/v1/users/theo", json={"phone": None})).status_code == 200
        assert (await admin.patch("/api/v1/users/nobody", json={"phone": "112"})).status_code == 404
        known = {
            u["username"]: u["phone"] for u in (await admin.get("/api/v1/users")).json()["items"]
        }
        assert (known["theo"], known["ada"]) == (None, None)
    phones = select(audit).where(audit.c.action == "user_phone_changed").order_by(audit.c.id)
    rows = await service.store.read(lambda c: c.execute(phones).all())
    audited = [(r.user, r.action, r.object, json.loads(r.detail)) for r in rows]
    assert [(*of, [d["before"]["phone"], d["after"]["phone"]]) for *of, d in audited] == [
        ("theo", "user_phone_changed", "theo", [None, "+351 21 555 0100"]),
        ("ada", "user_phone_changed", "theo", ["+351 21 555 0100", None]),
    ]


async def test_an_admin_lets_others_in(service: Service) -> None:
    nora = {"username": "nora", "role": "viewer", "password": "long enough", "phone": "112"}
    async with service.client("ada") as admin, service.client() as client:
        made = await admin.post("/api/v1/users", json=nora)
        assert (made.status_code, made.json()["role"], made.json()["phone"]) == (
            201,
            "viewer",
            "112",
        )
        assert (await sign_in(client, "nora", "long enough")).json()["role"] == "viewer"
        again = await admin.post("/api/v1/users", json=nora)
        assert (again.status_code, "nora" in again.json()["detail"]) == (409, True)
        names = [user["username"] for user in (await admin.get("/api/v1/users")).json()["items"]]
        assert names == ["ada", "nora", "theo", "vera"]
    user = await service.store.read(users.user_named, "nora")
    assert user is not None
    assert user.password_hash.startswith("$argon2id$")


async def test_an_admin_changes_others_and_it_is_on_the_audit(service: Service) -> None:
    async with service.client("ada") as admin, service.client("theo") as theo:
        changed = await admin.patch("/api/v1/users/vera", json={"role": "therapist"})
        assert (changed.status_code, changed.json()["role"]) == (200, "therapist")
        assert (await theo.get("/api/v1/me")).status_code == 200
        gone = await admin.patch("/api/v1/users/theo", json={"disabled": True})
        assert gone.json() == {
            "username": "theo", "role": "therapist", "disabled": True, "phone": None,
            "must_change_password": False,
        }  # fmt: skip
        assert (await theo.get("/api/v1/me")).status_code == 401
        await admin.patch("/api/v1/users/theo", json={"disabled": False, "password": "another one"})
        assert (await sign_in(theo, "theo", PASSWORD)).status_code == 401
        assert (await sign_in(theo, "theo", "another one")).status_code == 200
        assert (
            await admin.patch("/api/v1/users/nobody", json={"role": "viewer"})
        ).status_code == 404
        assert (await admin.patch("/api/v1/users/vera", json={})).status_code == 422
    changes = select(audit).where(audit.c.action == "user_changed").order_by(audit.c.id)
    rows = await service.store.read(lambda c: c.execute(changes).mappings().all())
    assert [(row["user"], row["object"]) for row in rows] == [
        ("ada", "vera"), ("ada", "theo"), ("ada", "theo"),
    ]  # fmt: skip
    assert json.loads(rows[1]["detail"])["sign_ins_ended"] == 1
    assert json.loads(rows[2]["detail"]) == {
        "before": {"role": "therapist", "disabled": True},
        "after": {"role": "therapist", "disabled": False},
        "password": "changed",
    }


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "viewer"}])
async def test_the_last_administrator_stays_one(
    service: Service, change: dict[str, object]
) -> None:
    async with service.client("ada") as admin:
        refused = await admin.patch("/api/v1/users/ada", json=change)
        assert refused.status_code == 409
        assert "ada is the last administrator" in refused.json()["detail"]
        assert "user add" in refused.json()["detail"]
        await admin.patch("/api/v1/users/theo", json={"role": "admin"})
        assert (await admin.patch("/api/v1/users/ada", json=change)).status_code == 200


async def test_two_administrators_who_disable_each_other_at_once_leave_one(
    service: Service,
) -> None:
    async with service.client("ada") as ada, service.client("theo") as theo:
        await ada.patch("/api/v1/users/theo", json={"role": "admin"})
        answers = await asyncio.gather(
            ada.patch("/api/v1/users/theo", json={"disabled": True}),
            theo.patch("/api/v1/users/ada", json={"disabled": True}),
        )
    # The second was accepted before the first was done, or is signed out by it.
    assert sorted(a.status_code for a in answers) in ([200, 401], [200, 409])
    found = await service.store.read(users.all_users)
    assert [u.disabled for u in found if u.role == "admin"].count(False) == 1
