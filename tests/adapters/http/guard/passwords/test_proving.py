"""Every way in has the same budgets, turns and records."""

import json
from collections.abc import Awaitable
from typing import Any

import pytest
import pytest_asyncio
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.responses import Response

from monitor.adapters.http import Accounts, Passwords
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.passwords.passwords import FairLine
from monitor.adapters.http.guard.passwords.proving import NotNow, Proving
from monitor.adapters.http.guard.passwords.slow_down import FailedSignIns
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from monitor.adapters.store.questions.quarantine import list_audit
from tests.adapters.http.asgi import request_of
from tests.adapters.http.conftest import REAL_TIME, RealTime

# A hash names its own cost: this one takes no time to check.
CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash("1234")


class Door:
    """The checks of passwords, on a real store; `mara` has the password 1234."""

    def __init__(self, store: Store) -> None:
        self.store, self.time = store, RealTime()
        self.accounts = Accounts(store, lambda: self.time.now)
        self.passwords = Passwords()
        self.proving = Proving(self.accounts, self.passwords, FailedSignIns(), Cookies())

    async def audited(self) -> list[tuple[str, dict[str, Any]]]:
        """Return failed attempts, oldest first: the account, and the detail."""
        await self.store.flush()
        rows = (await self.store.read(list_audit, 100)).items[::-1]
        failed = [row for row in rows if row.action == "sign_in_failed"]
        return [(row.object, json.loads(row.detail)) for row in failed]


@pytest_asyncio.fixture
async def door(store: Store) -> Door:
    await store.write(users.add_user, "mara", "therapist", CHEAP, REAL_TIME)
    await store.write(users.add_user, "gone", "therapist", CHEAP, REAL_TIME)
    await store.write(lambda c: users.change_user(c, "gone", disabled=True))
    return Door(store)


async def not_now(asking: Awaitable[object]) -> NotNow:
    with pytest.raises(NotNow) as raised:
        await asking
    return raised.value


async def test_only_a_user_who_may_sign_in_is_returned(door: Door) -> None:
    right = await door.proving.user(request_of(), "mara", "1234")
    assert right is not None
    assert right.name == "mara"
    for name, password in (("mara", "12345"), ("gone", "1234"), ("nobody", "1234")):
        assert await door.proving.user(request_of(), name, password) is None
    # The typed name may be a password: an unknown one is not kept.
    assert [(of, one.get("account")) for of, one in await door.audited()] == [
        ("mara", None), ("gone", None), ("", "unknown"),
    ]  # fmt: skip


async def test_a_pin_has_the_budget_of_a_password_and_waits_when_it_is_used_up(door: Door) -> None:
    async def given(pin: str, address: str = "203.0.113.7") -> bool:
        return await door.proving.secret(request_of(address), "contact 1", pin, CHEAP)

    assert [await given(pin) for pin in ("1", "2", "1234", "3", "4", "5", "6", "7")] == [
        False, False, True, *[False] * 5,
    ]  # fmt: skip
    slowed = await not_now(given("1234"))
    assert slowed.status == 429
    assert str(slowed) == slowed.text
    assert f"Try again in {slowed.wait} seconds." in slowed.text
    answer = slowed.answer()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(slowed.wait))
    assert await given("1234", "203.0.113.8")
    assert (await door.audited())[0] == ("contact 1", {"count": 1, "since": REAL_TIME})


async def test_a_contact_without_a_pin_is_no_account_in_the_audit(door: Door) -> None:
    assert not await door.proving.secret(request_of(), "contact 1", "1234", None)
    assert [(of, one["account"]) for of, one in await door.audited()] == [("", "unknown")]


async def test_when_too_many_wait_an_attempt_is_put_off_and_counts_as_none(door: Door) -> None:
    line, door.passwords._line = door.passwords._line, FairLine(at_once=0, waiting=0)
    for _ in range(9):
        busy = await not_now(door.proving.user(request_of(), "mara", "1234"))
        assert (busy.status, busy.wait, busy.reason.code) == (503, 2, "sign_ins_wait")
    door.passwords._line = line
    assert await door.proving.user(request_of(), "mara", "1234") is not None
    assert {one["not_looked_at"] for _, one in await door.audited()} == {1, 2, 4, 8}


async def test_a_browser_is_known_to_the_user_who_signed_in_there_until_a_reset(
    door: Door,
) -> None:
    response = Response()
    await door.proving.remember(response, request_of(), "mara", None)
    cookie, _, attributes = response.headers["Set-Cookie"].partition(";")
    assert "Max-Age=15552000" in attributes  # 180 days

    async def known(name: str, cookie: str = cookie) -> Any:
        return await door.proving.known(request_of(headers={"Cookie": cookie}), name)

    found = await known("mara")
    assert found.since == REAL_TIME
    assert (
        await known("vera") is await known("mara", cookie[:-1]) is await known("mara", "") is None
    )
    # Its budget is its own, and goes on in a new cookie.
    again = Response()
    door.time.now += 5
    await door.proving.remember(again, request_of(), "mara", found)
    renewed = await known("mara", again.headers["Set-Cookie"].partition(";")[0])
    assert (renewed.number, renewed.since) == (found.number, REAL_TIME + 5)
    await door.store.write(lambda c: users.change_user(c, "mara", reset=True, at=REAL_TIME + 5))
    assert await known("mara") is None


async def test_a_known_browser_gets_in_while_strangers_are_slowed_down(door: Door) -> None:
    response = Response()
    await door.proving.remember(response, request_of(), "mara", None)
    cookie = response.headers["Set-Cookie"].partition(";")[0]
    for _ in range(5):
        assert await door.proving.user(request_of(), "mara", "wrong") is None
    await not_now(door.proving.user(request_of(), "mara", "1234"))
    own = request_of(headers={"Cookie": cookie})
    assert await door.proving.user(own, "mara", "1234") is not None
