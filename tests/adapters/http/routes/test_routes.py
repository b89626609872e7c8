"""One session from its opening to its end, as a program would run it."""

import json
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from monitor.adapters.http.schema import responses
from monitor.adapters.store import Entry, Quarantined
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.writing.quarantine_quota import OF_A_LANE
from monitor.core.sentences.english import english
from monitor.core.vocabulary.events import (
    ClockStepped,
    Event,
    Judged,
    MeasurementFailed,
    NumberReused,
    Rejudged,
    UserTaken,
)
from monitor.core.vocabulary.inputs import CuffUser, MeasuredNow
from monitor.core.vocabulary.reasons import NONE, Reason
from tests.adapters.http.conftest import Service, open_encounter
from tests.adapters.store.sessions import alarm

CALM = {"sbp": 124, "dbp": 78}


async def calm(client: httpx.AsyncClient, service: Service, encounter: str) -> None:
    """Send three good readings, five minutes apart, as the hold gate requires."""
    for _ in range(3):
        body = CALM | {"hr": 72}
        await client.post(f"/api/v1/encounters/{encounter}/observations", json=body)
        service.desk.time += 300
    await client.post(f"/api/v1/encounters/{encounter}/observations", json={"hr": 72})


async def dose(client: httpx.AsyncClient, encounter: str, **more: Any) -> httpx.Response:
    body = {"drug": "ketamine", "route": "sublingual", "amount_mg": 100} | more
    return await client.post(f"/api/v1/encounters/{encounter}/doses", json=body)


async def test_patients_and_devices_are_listed_and_known_by_one_name(
    therapist: httpx.AsyncClient,
) -> None:
    body = {"label": "K-1", "birth_year": 1980, "risk_factors": ["hypertension"]}
    made = await therapist.post("/api/v1/patients", json=body)
    assert made.status_code == 201
    (patient,) = (await therapist.get("/api/v1/patients")).json()["items"]
    assert patient == {**body, "id": made.json()["id"], "created_at": "2026-11-23T10:15:02.250Z"}
    again = await therapist.post("/api/v1/patients", json=body)
    assert (again.status_code, "K-1" in again.json()["detail"]) == (409, True)

    made = await therapist.post("/api/v1/devices", json={"id": "strap_1", "kind": "heart_rate"})
    assert made.json() == {
        "id": "strap_1",
        "mqtt": {
            "username": None,
            "password": None,
            "topic": "dosing/v1/home/strap_1/readings",
        },
    }
    again = await therapist.post("/api/v1/devices", json={"id": "strap_1", "kind": "cuff"})
    assert again.status_code == 409
    (device,) = (await therapist.get("/api/v1/devices")).json()["items"]
    assert (device["id"], device["kind"], device["site"]) == ("strap_1", "heart_rate", "home")


async def test_a_device_has_a_user_and_a_model_which_come_and_go(
    service: Service, therapist: httpx.AsyncClient
) -> None:
    given = {"id": "cuff", "kind": "cuff", "user": 0, "model": "BM 54"}
    assert (await therapist.post("/api/v1/devices", json=given)).status_code == 201
    await therapist.post("/api/v1/devices", json={"id": "strap", "kind": "heart_rate"})
    listed = (await therapist.get("/api/v1/devices")).json()["items"]
    assert [(d["user"], d["model"]) for d in listed] == [(0, "BM 54"), (None, None)]
    for body, user, model in (
        ({"user": 254}, 254, "BM 54"),
        ({"model": "  M7 (2020)  "}, 254, "M7 (2020)"),
        ({"user": None}, None, "M7 (2020)"),
        ({"user": 2, "model": None}, 2, None),
    ):
        changed = (await therapist.patch("/api/v1/devices/cuff", json=body)).json()
        assert (changed["user"], changed["model"]) == (user, model)
        assert (await therapist.get("/api/v1/devices")).json()["items"][0] == changed
    assert (await therapist.patch("/api/v1/devices/ghost", json={"user": 1})).status_code == 404
    acts = (await service.store.read(list_audit, 10, by="cuff")).items
    assert [(act.user, act.action, act.object) for act in acts] == [
        ("theo", "device_changed", "cuff")
    ] * 4


@pytest.mark.parametrize(("body", "field"), [
    ({"user": -1}, "user"),
    ({"user": 255}, "user"),  # in a record it means that the user is not known
    ({"user": 1.5}, "user"),
    ({"user": "1"}, "user"),
    ({"user": True}, "user"),
    ({"model": "x" * 65}, "model"),
    ({"model": " "}, "model"),
    ({"model": "a\tb"}, "model"),
    ({"model": "a\u202eb"}, "model"),
    ({"kind": "cuff"}, "kind"),
    ({}, "body"),
])  # fmt: skip
async def test_a_device_that_cannot_be_is_refused_by_field(
    therapist: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    await therapist.post("/api/v1/devices", json={"id": "cuff", "kind": "cuff"})
    refused = await therapist.patch("/api/v1/devices/cuff", json=body)
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, field)
    if field in {"user", "model"}:
        new = {"id": "cuff-2", "kind": "cuff"} | body
        assert (await therapist.post("/api/v1/devices", json=new)).status_code == 422


async def test_a_cuffs_record_is_called_live_and_its_user_the_patient(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    base, key = f"/api/v1/encounters/{encounter}", service.desk.unknown
    done = await therapist.post(f"{base}/measured-now", json={"key": key})
    assert done.json()["id"] == encounter
    done = await therapist.post(f"{base}/devices/cuff-1/user", json={"user": 2})
    assert done.json()["id"] == encounter
    assert service.desk.said == [MeasuredNow(key, "theo"), CuffUser("cuff-1", 2, "theo")]
    for path, body, status in (
        ("measured-now", {"key": "another"}, 409),
        ("measured-now", {"key": ""}, 422),
        ("measured-now", {"key": key, "by": "vera"}, 422),
        ("devices/cuff-1/user", {"user": 255}, 422),
        ("devices/cuff-1/user", {}, 422),
        ("devices/strap-9/user", {"user": 1}, 404),
        ("devices/a b/user", {"user": 1}, 404),
    ):
        refused = await therapist.post(f"{base}/{path}", json=body)
        assert refused.status_code == status, (path, body)
    for path, body in (("measured-now", {"key": key}), ("devices/cuff-1/user", {"user": 1})):
        assert (
            await therapist.post(f"/api/v1/encounters/e99/{path}", json=body)
        ).status_code == 404


async def test_a_row_has_its_beats_and_its_user_where_there_are_any(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    judged = Judged(
        at=service.desk.time, vital="hr", value=72.0, effective=service.desk.time,
        issued=service.desk.time, measured=None, device="cuff-1", boot="", seq=None,
        source="device", state="accepted", reason="", key="1", rr=(812.5, 799.8),
    )  # fmt: skip
    pressure = replace(judged, vital="sbp", value=120.0, key="2", rr=(), user=2)
    doubt = Reason("other_user", {"user": 2, "patient": 1})
    pressure = replace(pressure, state="suspect", because=doubt)
    typed = replace(judged, value=70.0, key="3", rr=())
    entry = Entry(encounter, service.desk.time, None, (judged, pressure, typed))
    await service.store.commit(entry)
    rows = (await therapist.get(f"/api/v1/encounters/{encounter}/observations")).json()["items"]
    assert [(row.get("rr_ms"), row.get("user")) for row in rows] == [
        ([812, 800], None), (None, 2), (None, None),
    ]  # fmt: skip
    assert rows[1]["because"] == {"code": "other_user", "facts": {"user": 2, "patient": 1}}
    assert {"rr_ms", "user", "because"}.isdisjoint(rows[2])
    for row in rows:
        responses.ObservationResponse.model_validate_json(json.dumps(row))


NEWS = (
    Rejudged(at=5.0, keys=("1", "2"), state="late", reason="Stored.", effective=1.0),
    MeasurementFailed(at=5.0, device="cuff-1", effective=4.0, cause="too loose", count=2),
    ClockStepped(at=5.0, device="strap-1", by_s=3600.0, reason="It was set."),
    NumberReused(at=5.0, device="strap-1", boot="a", seq=7, reason="Other content."),
    UserTaken(at=5.0, device="cuff-1", user=1),
)


@pytest.mark.parametrize("event", NEWS, ids=lambda event: type(event).__name__)
async def test_what_devices_tell_beside_values_is_listed_by_its_type(
    service: Service, therapist: httpx.AsyncClient, encounter: str, event: Event
) -> None:
    await service.store.commit(Entry(encounter, 5.0, None, NEWS))
    kind = str(type(event).__struct_config__.tag)
    listing = await therapist.get(f"/api/v1/encounters/{encounter}/journal", params={"type": kind})
    (row,) = listing.json()["items"]
    assert (row["type"], row["at"]) == (kind, "1970-01-01T00:00:05.000Z")
    assert msgspec.convert(row["body"], type(event)) == event
    assert row["body"].keys() == {"type", *event.__struct_fields__}
    assert f"| `{kind}` |" in (Path(__file__).parents[4] / "docs" / "http.md").read_text()


LOST: Final = Reason("fault", {
    "condition": "broker_lost", "since": Reason("before_dose", {"doses": 0}), "cause": "",
})  # fmt: skip


@pytest.mark.parametrize(
    ("because", "brief"),
    [
        (
            Reason("fault_over", {"condition": "broker_lost", "seconds": 420.0, "cause": "asleep"}),
            "The devices can be heard again: asleep.",
        ),
        (
            Reason("flood_over", {"device": "cuff-1", "seconds": 60.0, "dropped": 3}),
            "Device cuff-1 sends as usual again. 3 of its readings were dropped.",
        ),
        (LOST, None),
        (NONE, None),
    ],
)
async def test_a_reason_with_a_length_of_time_is_also_listed_without_it(
    service: Service, therapist: httpx.AsyncClient, encounter: str, because: Reason,
    brief: str | None,
) -> None:  # fmt: skip
    over = alarm(1, "cleared", "off")
    over = replace(over, alarm=replace(over.alarm, reason="", because=because))
    await service.store.commit(Entry(encounter, 5.0, None, (over,)))
    path = f"/api/v1/encounters/{encounter}/journal"
    (row,) = (await therapist.get(path, params={"type": "alarm"})).json()["items"]
    assert row.get("brief") == brief
    assert row["body"]["alarm"]["reason"] == english(because)
    assert ("brief" in row) == bool(brief)
    responses.JournalLine.model_validate_json(json.dumps(row))


@pytest.mark.parametrize("values", [{"sbp": 124}, {"dbp": 78}])
async def test_one_pressure_alone_may_be_typed(
    therapist: httpx.AsyncClient, encounter: str, values: dict[str, int]
) -> None:
    typed = await therapist.post(f"/api/v1/encounters/{encounter}/observations", json=values)
    (row,) = typed.json()["items"]
    assert {row["vital"]: row["value"]} == values


async def test_a_device_serves_one_session_at_a_time(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    patient = (await therapist.get("/api/v1/patients")).json()["items"][0]["id"]
    body = {"patient_id": patient, "protocol": "sl_home", "device_ids": ["cuff-1"]}
    refused = await therapist.post("/api/v1/encounters", json=body)
    assert refused.status_code == 409
    assert "cuff-1" in refused.json()["detail"]
    for field, value in (("patient_id", "nobody"), ("protocol", "none"), ("device_ids", ["x"])):
        refused = await therapist.post("/api/v1/encounters", json=body | {field: value})
        assert refused.status_code == 422
        assert refused.json()["fields"][0]["field"] == field


async def test_the_hold_gate_lists_what_is_missing_and_yields_to_a_reason(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    refused = await dose(therapist, encounter)
    assert refused.status_code == 409
    unmet = refused.json()["unmet"]
    assert unmet
    assert all(u.keys() == {"id", "text", "because"} and u["text"] for u in unmet)
    assert all(u["text"] in refused.json()["detail"] for u in unmet)
    given = await dose(
        therapist, encounter, override_reason="Seen in person", authorised_by="Dr A."
    )
    assert given.status_code == 200
    assert given.json()["phase"] == "onset"
    assert given.json()["dosed_at"] == "2026-11-23T10:15:02.250Z"
    journal = (await therapist.get(f"/api/v1/encounters/{encounter}/journal")).json()["items"]
    (recorded,) = [row for row in journal if row["type"] == "dose"]
    assert recorded["side"] == "input"
    expected = {"by": "theo", "reason": "Seen in person", "authorised_by": "Dr A."}
    assert recorded["body"]["override"] == expected


async def test_a_dose_may_be_recorded_late_but_never_ahead(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    await calm(therapist, service, encounter)
    assert (await dose(therapist, encounter, at="2026-11-23T11:00:00Z")).status_code == 409
    assert (await dose(therapist, encounter, at="2026-11-23T09:00:00Z")).status_code == 409
    given = await dose(therapist, encounter, at="2026-11-23T12:25:00+02:00")
    assert given.status_code == 200, given.text
    assert given.json()["dosed_at"] == "2026-11-23T10:25:00.000Z"


async def test_a_typed_reading_is_answered_with_what_was_thought_of_it(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    url = f"/api/v1/encounters/{encounter}/observations"
    answered = (await therapist.post(url, json={"hr": 72, "sbp": 999, "dbp": 80})).json()
    judged = {row["vital"]: (row["state"], bool(row["reason"])) for row in answered["items"]}
    assert judged["hr"] == ("accepted", False)
    assert judged["sbp"] == ("rejected", True)
    listed = (await therapist.get(url)).json()
    assert listed["count"] == 3
    assert {row["source"] for row in listed["items"]} == {"manual"}
    rejected = (await therapist.get(url, params={"state": "rejected", "vital": "sbp"})).json()
    assert [row["value"] for row in rejected["items"]] == [999.0]


async def test_readings_are_listed_page_after_page_within_their_time(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    url = f"/api/v1/encounters/{encounter}/observations"
    for number in range(7):
        await therapist.post(url, json={"hr": 70 + number})
        service.desk.time += 60
    got: list[float] = []
    after = ""
    while True:
        page = (await therapist.get(f"{url}?limit=3&vital=hr{after}")).json()
        assert page["count"] == 7
        got += [row["value"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert got == [70, 71, 72, 73, 74, 75, 76]
    # An offset's plus that was not encoded, and epoch milliseconds.
    since = f"{url}?since=2026-11-23T12:17:02.250+02:00&until=1795429202250"
    window = (await therapist.get(since)).json()
    assert [row["value"] for row in window["items"]] == [72, 73, 74]


async def test_what_people_do_is_on_the_record(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    base = f"/api/v1/encounters/{encounter}"
    status = (await therapist.post(f"{base}/symptoms", json={"symptom": "chest_pain"})).json()
    assert [a["condition"] for a in status["alarms"]] == ["symptom"]
    status = (await therapist.post(f"{base}/help")).json()
    assert {a["condition"] for a in status["alarms"]} == {"symptom", "help_requested"}
    assert (await therapist.post(f"{base}/notes", json={"text": "Calm.\nAsleep."})).json() == {}
    paused = (await therapist.post(f"{base}/audio-pause", json={"seconds": 60})).json()
    assert paused["audio_paused_until"] == "2026-11-23T10:16:02.250Z"
    await therapist.post("/api/v1/devices", json={"id": "cuff-2", "kind": "cuff"})
    changed = await therapist.post(
        f"{base}/devices", json={"add": ["cuff-2"], "remove": ["cuff-1"]}
    )
    assert set(changed.json()["devices"]) == {"cuff-2"}

    listed = (await therapist.get(f"{base}/alarms")).json()
    assert listed["count"] == 2
    alarm = listed["items"][0]["id"]
    assert (await therapist.get(f"/api/v1/alarms/{alarm}/notices")).json() == {
        "items": [],
        "count": 0,
        "next": None,
    }
    taken = await therapist.post(f"/api/v1/alarms/{alarm}/acknowledge", json={"note": "On it"})
    assert taken.json()["acknowledged_by"] == "theo"
    types = [row["type"] for row in (await therapist.get(f"{base}/journal")).json()["items"]]
    for kind in ("opened", "symptom", "help", "note", "audio_pause", "devices_changed"):
        assert kind in types
    assert (await therapist.get(f"{base}/episodes")).json()["items"] == []


async def test_what_is_said_of_the_patient_at_the_close_reaches_gate_and_record(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    base = f"/api/v1/encounters/{encounter}"
    dose = {"drug": "ketamine", "route": "oral", "amount_mg": 100, "override_reason": "A test"}
    assert (await therapist.post(f"{base}/doses", json=dose)).is_success
    refused = await therapist.post(f"{base}/close", json={"alert": False})
    assert "alert" in [one["id"] for one in refused.json()["unmet"]]
    refused = await therapist.post(f"{base}/close", json={"alert": True})
    assert "alert" not in [one["id"] for one in refused.json()["unmet"]]
    done = {"alert": True, "override_reason": "Goes home with a friend"}
    assert (await therapist.post(f"{base}/close", json=done)).is_success
    rows = (await therapist.get(f"{base}/journal")).json()["items"]
    assert [row["body"]["alert"] for row in rows if row["type"] == "close"] == [True]


async def test_a_session_ends_by_its_gate_or_by_a_reason(
    service: Service, therapist: httpx.AsyncClient, encounter: str
) -> None:
    base = f"/api/v1/encounters/{encounter}"
    refused = await therapist.post(f"{base}/close")
    assert refused.status_code == 409
    assert refused.json()["unmet"][0]["text"]
    closed = await therapist.post(f"{base}/close", json={"override_reason": "Did not want to"})
    assert closed.json()["phase"] == "closed"
    states = {}
    for state in ("open", "closed"):
        found = (await therapist.get("/api/v1/encounters", params={"state": state})).json()
        states[state] = [status["id"] for status in found["items"]]
    assert states == {"open": [], "closed": [encounter]}
    for patient, wanted in ((closed.json()["patient"], [encounter]), ("p-none", [])):
        of = await therapist.get("/api/v1/encounters", params={"patient": patient})
        assert [status["id"] for status in of.json()["items"]] == wanted
    assert (await therapist.get("/api/v1/encounters", params={"patient": "a b"})).status_code == 404
    assert (await therapist.post(f"{base}/help")).status_code == 409


CONTACT = {"name": "On call", "urls": ["ntfy://topic"], "order": 1, "after_s": 0}


async def test_contacts_are_kept_changed_and_taken_off_the_list(service: Service) -> None:
    rota = [{"days": ["mon", "fri"], "begins": "18:00", "ends": "08:00"}]
    async with service.client("ada") as admin:
        made = await admin.post("/api/v1/contacts", json=CONTACT | {"pin": "481516"})
        assert made.status_code == 201
        (contact,) = (await admin.get("/api/v1/contacts")).json()["items"]
        assert contact == made.json()
        assert contact == CONTACT | {
            "id": contact["id"], "after_s": 0.0, "user": None, "zone": "UTC", "rota": [],
            "quiet": [], "low": False, "simulated": False, "has_pin": True, "confirmed_at": None,
            "signing_key": contact["signing_key"],
        }  # fmt: skip
        where = f"/api/v1/contacts/{contact['id']}"
        likes = {"zone": "Europe/Lisbon", "rota": rota, "low": True, "user": "theo"}
        changed = (await admin.put(where, json=CONTACT | likes)).json()
        assert {name: changed[name] for name in likes} == likes
        assert changed["has_pin"]
        assert (await admin.delete(where)).status_code == 200
        assert (await admin.get("/api/v1/contacts")).json()["items"] == []
        for gone in (
            admin.delete(where),
            admin.put(where, json=CONTACT),
            admin.post(f"{where}/test"),
        ):
            assert (await gone).status_code == 404


@pytest.mark.parametrize(("given", "field"), [
    ({"urls": ["no scheme"]}, "urls"),
    ({"urls": ["json://10.0.0.1/x"]}, "urls"),
    ({"zone": "Mars/Olympus"}, "zone"),
    ({"zone": "../etc/passwd"}, "zone"),
    ({"user": "vera"}, "user"),  # a viewer
    ({"user": "nobody"}, "user"),
    ({"rota": [{"days": [], "begins": "08:00", "ends": "09:00"}]}, "rota.0.days"),
    ({"rota": [{"days": ["mon"], "begins": "24:00", "ends": "09:00"}]}, "rota.0.begins"),
    ({"pin": "12"}, "pin"),
    ({"after_s": -1}, "after_s"),
])  # fmt: skip
async def test_a_contact_that_cannot_be_is_refused_by_field(
    service: Service, given: dict[str, Any], field: str
) -> None:
    async with service.client("ada") as admin:
        refused = await admin.post("/api/v1/contacts", json=CONTACT | given)
        assert refused.status_code == 422
        assert field in refused.json()["fields"][0]["field"]
        assert "10.0.0.1" not in refused.text


async def test_what_could_not_be_taken_can_be_seen_with_its_reason(
    service: Service, therapist: httpx.AsyncClient
) -> None:
    held = Quarantined(
        topic="dosing/v1/home/x/readings", reason="not JSON", excerpt=b"\xff{hr", size=4, count=3
    )
    await service.store.commit(Entry(encounter_id="", at=service.desk.time, quarantined=(held,)))
    found = (await therapist.get("/api/v1/quarantine")).json()
    (row,) = found["items"]
    assert (row["reason"], row["excerpt"], row["size"]) == ("not JSON", "\\xff{hr", 4)
    assert (row["count"], found["dropped"]) == (3, {"count": 0, "devices": []})
    # One more than the quota: the oldest are dropped, and the answer reports that.
    more = [held] * OF_A_LANE.rows
    await service.store.commit(Entry(encounter_id="", at=service.desk.time, quarantined=more))
    found = (await therapist.get("/api/v1/quarantine")).json()
    (of,) = found["dropped"]["devices"]
    assert found["count"] + found["dropped"]["count"] == OF_A_LANE.rows + 1
    assert (of["device"], of["count"]) == (None, found["dropped"]["count"])


async def test_the_words_and_protocols_are_listed(therapist: httpx.AsyncClient) -> None:
    words = (await therapist.get("/api/v1/vocabulary")).json()
    assert "chest_pain" in {word["id"] for word in words["symptoms"]}
    protocols = (await therapist.get("/api/v1/protocols")).json()
    assert "sl_home" in {protocol["id"] for protocol in protocols["items"]}


@pytest.mark.parametrize("user", ["vera", "theo"])
async def test_nobody_signed_in_is_kept_from_the_emergency_card(
    service: Service, therapist: httpx.AsyncClient, user: str
) -> None:
    encounter = await open_encounter(therapist, "K-9", "cuff-9")
    async with service.client(user) as client:
        status = (await client.get(f"/api/v1/encounters/{encounter}")).json()
    assert status["emergency"]["address"] == "1 Example Lane"
