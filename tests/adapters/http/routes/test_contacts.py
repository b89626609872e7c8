"""Contacts, their test notices, and the browsers of a user."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import pytest_asyncio

from monitor.adapters.http import Accounts, Passwords, Records
from monitor.adapters.http.errors import TooOften
from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.routes import contacts as routes
from monitor.adapters.store import NoticeRow, Store
from monitor.adapters.store.questions.contacts import find_contact
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.core.vocabulary.reasons import Reason
from tests.adapters.http.asgi import ADA, THEO, client_of, routed
from tests.adapters.http.conftest import REAL_TIME
from tests.adapters.http.outbox import SmallOutbox

ROW = NoticeRow(
    id="n1", message="m1", encounter="", alarm="", contact=1, name="Anna", channel="json",
    channel_index=0, priority="medium", kind="technical", onset=0.0, queued_at=0.0, at=0.0,
    purpose="test", state="sent",
)  # fmt: skip
CONTACT: dict[str, Any] = {"name": "Anna", "urls": ["json://example.com"], "order": 1}


class Outbox(SmallOutbox):
    """An outbox that keeps the requests that reach it. crowded: it has sent too much lately."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.changes = 0
        self.crowded = False
        self.asked: list[tuple[Any, ...]] = []

    async def changed(self) -> None:
        self.changes += 1

    async def test(
        self, contact_ids: Sequence[int] | None, encounter_id: str, *, by: str
    ) -> list[NoticeRow]:
        if self.crowded:
            raise TooOften(Reason("tested_just_now", {"name": "Anna"}), 40)
        self.asked.append((contact_ids, encounter_id, by))
        return [ROW]

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        self.asked.append((user, endpoint, p256dh, auth))

    async def drop_browser(self, user: str, endpoint: str) -> None:
        self.asked.append((user, endpoint))


class Clinic:
    def __init__(self, store: Store) -> None:
        self.store, self.outbox = store, Outbox(store)
        accounts = Accounts(store, lambda: REAL_TIME)
        records = Records(store, lambda: REAL_TIME)
        self.routers = (
            routes.contacts(records, self.outbox, accounts, Passwords()),
            routes.tests(self.outbox),
            routes.browsers(self.outbox),
        )

    def client(self, person: Person = ADA) -> httpx.AsyncClient:
        return client_of(routed(*self.routers, person=person), url="http://x/api/v1")

    async def pin_hash(self, number: str) -> str | None:
        found = await self.store.read(find_contact, int(number))
        assert found is not None
        return found.pin_hash


@pytest_asyncio.fixture
async def clinic(store: Store) -> Clinic:
    return Clinic(store)


async def test_a_pin_is_hashed_stays_when_it_is_omitted_and_goes_when_it_is_empty(
    clinic: Clinic,
) -> None:
    async with clinic.client() as admin:
        made = (await admin.post("/contacts", json=CONTACT | {"pin": "481516"})).json()
        first = await clinic.pin_hash(made["id"])
        assert first is not None
        assert first.startswith("$argon2")
        where = f"/contacts/{made['id']}"
        kept = (await admin.put(where, json=CONTACT | {"name": "Bea"})).json()
        assert (kept["name"], kept["has_pin"]) == ("Bea", True)
        assert await clinic.pin_hash(made["id"]) == first
        assert (await admin.put(where, json=CONTACT | {"pin": ""})).json()["has_pin"] is False
        assert await clinic.pin_hash(made["id"]) in (None, "")


async def test_open_sessions_learn_of_each_change_and_of_no_refused_one(clinic: Clinic) -> None:
    async with clinic.client() as admin:
        assert (await admin.post("/contacts", json=CONTACT)).status_code == 201
        assert (await admin.put("/contacts/1", json=CONTACT)).status_code == 200
        assert clinic.outbox.changes == 2
        for user, said in (("vera", "vera is nobody who may run"), ("nora", "nora is nobody")):
            for refused in (
                await admin.post("/contacts", json=CONTACT | {"user": user}),
                await admin.put("/contacts/1", json=CONTACT | {"user": user}),
            ):
                assert refused.status_code == 422
                assert [one["field"] for one in refused.json()["fields"]] == ["user"]
                assert said in refused.json()["detail"]
        assert (await admin.put("/contacts/9", json=CONTACT)).status_code == 404
        assert (await admin.delete("/contacts/9")).status_code == 404
        assert clinic.outbox.changes == 2
        assert (await admin.delete("/contacts/1")).json() == {}
        assert clinic.outbox.changes == 3
    rows = (await clinic.store.read(list_audit, 10)).items[::-1]
    acts = [(row.user, row.action) for row in rows if row.action.startswith("contact")]
    assert acts == [
        ("ada", "contact_added"), ("ada", "contact_changed"), ("ada", "contact_removed"),
    ]  # fmt: skip


async def test_each_contact_has_the_key_that_signs_its_webhooks(clinic: Clinic) -> None:
    async with clinic.client() as admin:
        made = await admin.post("/contacts", json=CONTACT)
        changed = await admin.put("/contacts/1", json=CONTACT | {"user": "theo"})
        keys = {made.json()["signing_key"], changed.json()["signing_key"]}
    assert keys == {clinic.outbox.signing_key(1).decode()}
    assert changed.json()["user"] == "theo"


async def test_a_test_notice_goes_to_one_contact_or_to_all_of_a_session(clinic: Clinic) -> None:
    async with clinic.client() as admin, clinic.client(THEO) as theo:
        one = await admin.post("/contacts/7/test")
        every = await theo.post("/encounters/e1/test-notice")
        assert clinic.outbox.asked == [([7], "", "ada"), (None, "e1", "theo")]
        for answer in (one, every):
            assert answer.json()["count"] == 1
            assert answer.json()["items"][0]["contact"] == "Anna"
        clinic.outbox.crowded = True
        refused = await theo.post("/encounters/e1/test-notice")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")


async def test_a_browser_is_that_of_the_person_who_asks(clinic: Clinic) -> None:
    keys = {"p256dh": "B" + "a" * 86, "auth": "c" * 22}
    browser = {"endpoint": "https://push.example/1", "keys": keys}
    async with clinic.client(THEO) as theo:
        assert (await theo.get("/push")).json() == {"key": clinic.outbox.push_key}
        assert (await theo.post("/push", json=browser)).status_code == 201
        ended = await theo.post("/push/end", json={"endpoint": browser["endpoint"]})
        assert ended.status_code == 200
    assert clinic.outbox.asked == [
        ("theo", "https://push.example/1", keys["p256dh"], keys["auth"]),
        ("theo", "https://push.example/1"),
    ]


@pytest.mark.parametrize("role", ["viewer", "therapist"])
async def test_who_may_not_manage_contacts_changes_none(clinic: Clinic, role: str) -> None:
    async with clinic.client(Person("x", role, "s", 0.0)) as client:
        for answer in (
            await client.post("/contacts", json=CONTACT), await client.delete("/contacts/1"),
            await client.post("/contacts/1/test"),
        ):  # fmt: skip
            assert answer.status_code == 403
    assert (clinic.outbox.changes, clinic.outbox.asked) == (0, [])
