"""Which passwords are allowed, who must set a new one, and when the password is requested again."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from monitor.adapters.http.guard.passwords.weak import BLANK, COMMON, NAME, why_weak
from monitor.adapters.http.guard.sign_ins import LASTS_S, WATCHING_S
from monitor.adapters.store.questions import users
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.tables.audits import COMMAND, SERVICE
from tests.adapters.http.conftest import PASSWORD, Service
from tests.adapters.http.routes.test_sign_in import sign_in
from tests.parts import wait_until

NEW = "seven blue kettles"
HERE = json.dumps({"type": "presence", "visible": True, "audible": True})


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password", COMMON), ("Password1", COMMON), ("P@ssw0rd!", COMMON), ("letme1n!!", COMMON),
        ("Welcome2026!", COMMON), ("12345678", COMMON), ("87654321", COMMON),
        ("qwertyuiop", COMMON), ("1q2w3e4r", COMMON), ("asdf1234", COMMON), ("zaq12wsx", COMMON),
        ("aaaaaaaa", COMMON), ("abcabcabc", COMMON), ("11223344", COMMON),
        ("monkeymonkey", COMMON), ("password1password1", COMMON), ("31.12.1984", COMMON),
        ("19841231", COMMON), ("ketamine100", COMMON), ("  iloveyou  ", COMMON),
        ("        ", BLANK), ("\u00a0\u2003\u3000     ", BLANK),
        ("theo.b@x", NAME), ("THEO.B@X", NAME), ("theob1234", NAME), ("theo.b2026!", NAME),
        ("x@b.oeht", NAME), ("boeht123", NAME), ("theo.btheo.b", NAME), ("12theob34", NAME),
        (PASSWORD, ""), (NEW, ""), ("theo.b likes kettles", ""), ("kyq7-vmw2", ""),
        ("tr0ub4dor&3x", ""), ("81920465", ""), ("a password of mine", ""), ("ünïcödé dreams", ""),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str, why: str) -> None:
    assert why_weak("theo.b@x", password) == why


async def test_such_a_password_is_refused_wherever_one_is_set(service: Service) -> None:
    async with service.client("ada") as admin, service.client("theo") as theo:
        ways: list[tuple[httpx.AsyncClient, str, str, dict[str, str], str]] = [
            (admin, "POST", "/users", {"username": "nora", "role": "viewer"}, "password"),
            (admin, "PATCH", "/users/nora", {}, "password"),
            (theo, "POST", "/me/password", {"password": PASSWORD}, "new_password"),
        ]
        for client, method, path, body, field in ways:
            own = "theo2026" if client is theo else "nora2026"
            for password, why in (("password1", COMMON), (" " * 9, BLANK), (own, NAME)):
                json_ = body | {field: password}
                refused = await client.request(method, f"/api/v1{path}", json=json_)
                assert refused.status_code == 422, (path, password)
                (problem,) = refused.json()["fields"]
                assert (problem["field"], problem["text"]) == (field, why)
        # A user who already has such a password can still sign in.
        assert (await theo.get("/api/v1/me")).status_code == 200


# --- another password -----------------------------------------------------------------------------


@pytest_asyncio.fixture
async def watching(service: Service) -> AsyncIterator[ClientConnection]:
    """Yield a page of theo that answers, under the sign-in of `service.client("theo")`."""
    async with service.live("theo") as socket:
        await socket.send(HERE)
        await wait_until(service.hub.presence)
        yield socket


_UNCHANGED = {
    part: {"role": "therapist", "disabled": False} for part in ("before", "after")
}  # fmt: skip


async def audited(service: Service, user: str = "theo") -> list[tuple[str, str, Any]]:
    """Return the acts on that user since the fixture's sign-in, oldest first, except reading."""
    await service.store.flush()
    rows = (await service.store.read(list_audit, 1000)).items[::-1]
    acts = [(row.user, row.action, json.loads(row.detail)) for row in rows if row.object == user]
    return [one for one in acts[1:] if not one[1].endswith("_read")]


def counted(service: Service) -> dict[str, float]:
    """Return the metric of sign-ins, the fixture's three among them."""
    found = service.registry.collect()
    (family,) = (one for one in found if one.name == "dosing_monitor_sign_ins")
    return {s.labels["act"]: s.value for s in family.samples if s.name.endswith("_total")}


async def heard(socket: ClientConnection, kind: str) -> dict[str, object]:
    """Return the next message of that kind."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, object] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message


async def test_a_new_password_of_ones_own_ends_the_other_sign_ins_but_not_who_watches(
    service: Service, watching: ClientConnection
) -> None:
    async with service.client() as mine, service.client() as other, service.client("theo") as page:
        await sign_in(mine)
        await sign_in(other)
        body = {"password": "wrong", "new_password": NEW}
        assert (await mine.post("/api/v1/me/password", json=body)).status_code == 403
        body["password"] = PASSWORD
        assert (await mine.post("/api/v1/me/password", json=body)).status_code == 200
        assert (await mine.post("/api/v1/patients", json={"label": "K"})).status_code == 201
        assert (await other.get("/api/v1/me")).status_code == 401
        # The page is view-only. It may act once it knows the new password.
        assert (await page.get("/api/v1/patients")).status_code == 200
        await heard(watching, "heartbeat")
        asked = await page.post("/api/v1/patients", json={"label": "K-2"})
        assert (asked.status_code, asked.json()["code"]) == (401, "password_again")
        old = await page.post("/api/v1/confirm", json={"password": PASSWORD})
        assert old.status_code == 403
        assert (await page.post("/api/v1/confirm", json={"password": NEW})).status_code == 200
        assert (await page.post("/api/v1/patients", json={"label": "K-2"})).status_code == 201
    assert watching.close_code is None
    failed, changed = "sign_in_failed", {"password": "changed"} | _UNCHANGED
    assert await audited(service) == [
        ("theo", "signed_in", {"known_browser": False}),
        ("theo", "signed_in", {"known_browser": False}),
        ("not signed in", failed, {"count": 1, "since": service.time.now}),
        ("theo", "user_changed", changed | {"sign_ins_ended": 1, "sign_ins_looking_on": 1}),
        ("not signed in", failed, {"count": 2, "since": service.time.now}),
        ("theo", "password_confirmed", {}),
    ]
    assert counted(service) == {
        "signed_in": 5, "sign_in_failed": 2, "password_changed": 1, "password_confirmed": 1,
    }  # fmt: skip


async def test_after_a_reset_a_new_password_comes_before_anything_else(
    service: Service, watching: ClientConnection
) -> None:
    async with service.client("ada") as admin, service.client() as theo:
        await sign_in(theo)
        changed = await admin.patch("/api/v1/users/theo", json={"must_change_password": True})
        assert changed.json()["must_change_password"] is True
        assert (await theo.get("/api/v1/me")).status_code == 401
        signed_in = await sign_in(theo)
        assert signed_in.json()["must_change_password"] is True
        assert (await theo.get("/api/v1/me")).json()["must_change_password"] is True
        for method, path in (("GET", "/patients"), ("POST", "/patients"), ("PATCH", "/me")):
            refused = await theo.request(method, f"/api/v1{path}", json={"label": "K"})
            assert (refused.status_code, refused.json()["code"]) == (403, "new_password")
        same = {"password": PASSWORD, "new_password": PASSWORD}
        assert (await theo.post("/api/v1/me/password", json=same)).status_code == 422
        new = {"password": PASSWORD, "new_password": NEW}
        assert (await theo.post("/api/v1/me/password", json=new)).status_code == 200
        assert (await theo.post("/api/v1/patients", json={"label": "K"})).status_code == 201
        await sign_in(theo, "theo", NEW)
        assert (await theo.get("/api/v1/me")).json()["must_change_password"] is False
    await heard(watching, "heartbeat")
    assert watching.close_code is None


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


async def test_a_command_ends_sign_ins_at_once_but_not_who_watches(
    service: Service, watching: ClientConnection
) -> None:
    async with service.client() as other, service.client("theo") as page:
        await sign_in(other)
        await service.store.write(
            users.alter_user, "theo", password_hash="x", watched=None, at=service.time.now,
            by=COMMAND,
        )  # fmt: skip
        assert (await other.get("/api/v1/me")).status_code == 401
        asked = await page.post("/api/v1/patients", json={"label": "K"})
        assert (asked.status_code, asked.json()["code"]) == (401, "password_again")
        await looked_after(service)
        service.time.now += users.FOUND_WITHIN_S + 1
        assert (await page.get("/api/v1/me")).status_code == 200
        await looked_after(service)
    await heard(watching, "heartbeat")
    assert watching.close_code is None
    user = await service.accounts.user("theo")
    assert user is not None
    await service.sign_ins.open(user)
    changed, ended = (await audited(service))[1:3]
    assert changed[:2] == (COMMAND, "user_changed")
    assert (changed[2]["password"], changed[2]["sign_ins_in_doubt"]) == ("changed", 2)
    assert ended[:2] == (SERVICE, "sign_in_ended")
    assert (ended[2]["why"], ended[2]["count"]) == ("changed by a command", 1)
