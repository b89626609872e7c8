"""Who must set a new password, and which sign-ins of its user a new one ends."""

import json
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection

from monitor.adapters.http.guard.passwords.weak import BLANK, COMMON, NAME
from monitor.adapters.store.questions import users
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.tables.audits import COMMAND, SERVICE
from tests.adapters.http.conftest import PASSWORD, Service
from tests.adapters.http.guard.conftest import heard
from tests.adapters.http.routes.test_sign_in import sign_in

NEW = "seven blue kettles"


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
        await service.sign_ins.follow(open_now=True)
        service.time.now += users.FOUND_WITHIN_S + 1
        assert (await page.get("/api/v1/me")).status_code == 200
        await service.sign_ins.follow(open_now=True)
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
