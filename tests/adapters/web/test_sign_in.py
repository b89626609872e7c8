"""Signing in and out, how long it lasts, and what happens to those who guess."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from monitor.adapters.store import people
from monitor.adapters.store.schema import audit
from monitor.adapters.web.failures import Failures
from monitor.adapters.web.passwords import WAITING, Busy, Passwords
from monitor.adapters.web.sessions import LIFETIME_S, PROLONG_AFTER_S
from tests.adapters.web.conftest import PASSWORD, Service


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
        assert refused.json() == {"detail": "User name or password is wrong."}
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


async def test_more_checks_than_can_wait_are_turned_away(password_hash: str) -> None:
    passwords = Passwords()
    checks = [passwords.matches(PASSWORD, password_hash) for _ in range(WAITING + 5)]
    ends = await asyncio.gather(*checks, return_exceptions=True)
    assert sum(isinstance(end, Busy) for end in ends) == 5
    assert ends.count(True) == WAITING


async def test_guessing_is_slowed_down_and_touches_no_session(service: Service) -> None:
    async with service.client() as client, service.client("theo") as signed_in:
        statuses = [(await sign_in(client, password=f"guess {n}")).status_code for n in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        # The right password does not help now, or the limit would tell when it was found.
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


def test_many_accounts_from_one_address_are_one_attack() -> None:
    failures = Failures()
    for number in range(30):
        assert failures.begin("203.0.113.7", f"user{number}") is None
        failures.finish("203.0.113.7", f"user{number}", failed=True)
    assert failures.begin("203.0.113.7", "another") is not None
    assert failures.begin("203.0.113.8", "another") is None


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
    failures = Failures()
    for _ in range(5):
        assert failures.begin(first, "ann") is None
        failures.finish(first, "ann", failed=True)
    assert (failures.begin(second, "ann") is not None) is same


def test_whoever_signs_in_begins_anew() -> None:
    failures = Failures()
    for _ in range(3):
        for failed in (True, True, True, True, False):
            assert failures.begin("203.0.113.7", "ann") is None
            failures.finish("203.0.113.7", "ann", failed=failed)


async def test_a_session_lasts_twelve_hours_from_its_last_use(service: Service) -> None:
    async with service.client("theo") as client:
        for _ in range(3):
            service.time.now += LIFETIME_S - 1
            assert (await client.get("/api/v1/me")).status_code == 200
        service.time.now += LIFETIME_S + PROLONG_AFTER_S
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_the_service_s_fast_clock_signs_nobody_out(service: Service) -> None:
    service.desk.time += 100 * LIFETIME_S
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
    user = await service.store.read(people.user_named, "nora")
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
    # The second was let in before the first was done, or is signed out by it.
    assert sorted(a.status_code for a in answers) in ([200, 401], [200, 409])
    users = await service.store.read(people.all_users)
    assert [u.disabled for u in users if u.role == "admin"].count(False) == 1
