"""The rows of the store as JSON: unknown is null, times are ISO, and secrets stay here."""

import msgspec

from monitor.adapters.http.schema import rows
from monitor.adapters.store import JournalRow
from monitor.adapters.store.questions.clinic import Device, Patient
from monitor.adapters.store.questions.contacts import ContactRow, Preferences, Shift
from monitor.adapters.store.questions.findings import ObservationRow
from monitor.adapters.store.questions.quarantine import AuditRow, DroppedRow, QuarantineRow
from monitor.adapters.store.questions.users import User
from monitor.core.alarms.burden import Burden

AT, LATER = 1_795_428_902.25, 1_795_428_903.25
ISO, ISO_LATER = "2026-11-23T10:15:02.250Z", "2026-11-23T10:15:03.250Z"


def wired(contact: ContactRow) -> object:
    """Return the contact as a client reads it."""
    return msgspec.json.decode(msgspec.json.encode(rows.contact(contact)))


def test_a_user_has_no_hash_and_a_reset_is_a_yes() -> None:
    user = User(1, "theo", "therapist", "hash", AT, disabled=False)
    known = {"username": "theo", "role": "therapist", "disabled": False, "phone": None}
    assert rows.user(user) == known | {"must_change_password": False}
    reset = msgspec.structs.replace(user, reset_at=0.0, phone="112")
    assert rows.user(reset) == known | {"must_change_password": True, "phone": "112"}


def test_a_patient_and_a_device_have_their_times() -> None:
    patient = Patient(id="p", label="K-1", risk_factors=("hypertension",), created_at=AT)
    assert rows.patient(patient) == {
        "id": "p", "label": "K-1", "birth_year": None, "risk_factors": ("hypertension",),
        "created_at": ISO,
    }  # fmt: skip
    device = Device(id="c", kind="cuff", site="home", secret_hash="hash", created_at=AT, user=2)
    active = {
        "id": "c", "kind": "cuff", "site": "home", "user": 2, "model": None, "created_at": ISO,
        "active": True, "deactivated_at": None,
    }  # fmt: skip
    assert rows.device(device) == active
    gone = msgspec.structs.replace(device, deactivated_at=0.0)
    assert rows.device(gone) == active | {
        "active": False, "deactivated_at": "1970-01-01T00:00:00.000Z",
    }  # fmt: skip


def test_a_contact_shows_that_there_is_a_pin_and_not_its_hash() -> None:
    contact = ContactRow(
        id=7, name="Anna", urls=("json://example.com",), order=1, after_s=30.0, created_at=AT,
        preferences=Preferences(rota=(Shift(("mon", "tue"), "08:00", "20:00"),)),
        pin_hash="hash", confirmed_at=LATER,
    )  # fmt: skip
    shown = wired(contact)
    assert shown == {
        "id": "7", "name": "Anna", "urls": ["json://example.com"], "order": 1, "after_s": 30.0,
        "user": None, "zone": "UTC", "low": False, "simulated": False, "has_pin": True,
        "rota": [{"days": ["mon", "tue"], "begins": "08:00", "ends": "20:00"}], "quiet": [],
        "confirmed_at": ISO_LATER,
    }  # fmt: skip
    bare = msgspec.structs.replace(
        contact, pin_hash=None, confirmed_at=None, preferences=Preferences(user="theo", low=True)
    )
    changed = {"user": "theo", "low": True, "rota": [], "has_pin": False, "confirmed_at": None}
    assert wired(bare) == shown | changed


def test_figures_are_rounded_and_unknown_ones_stay_unknown() -> None:
    burden = Burden(
        sessions=3, hours=1.23456, alarms={"high physiological": 2}, per_hour=None, answered=0,
        median_s=None, longest_s=12.36, in_alarm_s=0.04, blind_s=0.06, unattended_s=61.25, useful=1,
        rated=2,
    )  # fmt: skip
    assert rows.burden(burden) == {
        "sessions": 3, "hours": 1.23, "alarms": {"high physiological": 2}, "per_hour": None,
        "answered": 0, "median_s": None, "longest_s": 12.4, "in_alarm_s": 0.0, "blind_s": 0.1,
        "unattended_s": 61.2, "useful": 1, "rated": 2,
    }  # fmt: skip


def test_a_reading_has_its_unit_and_a_typed_one_no_device() -> None:
    device = ObservationRow(
        5, "hr", 72.0, AT, LATER, None, "strap", "a1", 9, "device", "accepted", "", (812.4, 0.6), 2
    )
    seen = {
        "id": 5, "vital": "hr", "value": 72.0, "unit": "/min", "effective": ISO,
        "issued": ISO_LATER, "measured": None, "device": "strap", "boot": "a1", "seq": 9,
        "source": "device", "state": "accepted", "reason": "",
    }  # fmt: skip
    assert rows.observation(device) == seen | {"rr_ms": [812, 1], "user": 2}
    typed = msgspec.structs.replace(
        device, device="", boot="", seq=None, source="manual", rr=(), user=None, measured=AT,
        state="rejected", reason="It cannot be.",
    )  # fmt: skip
    assert rows.observation(typed) == seen | {
        "device": None, "boot": None, "seq": None, "source": "manual", "measured": ISO,
        "state": "rejected", "reason": "It cannot be.",
    }  # fmt: skip


def test_stored_json_is_passed_on_byte_by_byte() -> None:
    """A number that was recorded as 1.10 must not become 1.1."""
    body = '{"at": 1.10, "reason": "é"}'
    journal = JournalRow(n=3, at=AT, side="input", type="note", body=body)
    assert msgspec.json.encode(rows.journal(journal)).decode() == (
        f'{{"id":3,"at":"{ISO}","side":"input","type":"note","body":{body}}}'
    )
    audit = AuditRow(4, AT, "ada", "user_added", "theo", body, "")
    assert msgspec.json.encode(rows.audit(audit)).decode() == (
        f'{{"id":4,"at":"{ISO}","by":"ada","action":"user_added","object":"theo",'
        f'"origin":null,"detail":{body}}}'
    )
    assert rows.audit(msgspec.structs.replace(audit, origin="::1"))["origin"] == "::1"


def test_bytes_that_are_no_text_can_be_read_in_the_quarantine() -> None:
    row = QuarantineRow(1, AT, "t", "", "", "not JSON", b"\xff\xfe{\xc3\xa9", 900, 2)
    assert rows.quarantine(row) == {
        "id": 1, "at": ISO, "topic": "t", "device": None, "format": None, "reason": "not JSON",
        "excerpt": "\\xff\\xfe{é", "size": 900, "count": 2,
    }  # fmt: skip
    named = msgspec.structs.replace(row, device="cuff-1", format="native")
    assert (rows.quarantine(named)["device"], rows.quarantine(named)["format"]) == (
        "cuff-1", "native",
    )  # fmt: skip


def test_all_senders_that_are_no_device_are_one_lane_without_a_name() -> None:
    assert rows.dropped(DroppedRow("", 12, AT, LATER)) == {
        "device": None, "count": 12, "since": ISO, "at": ISO_LATER,
    }  # fmt: skip
    assert rows.dropped(DroppedRow("cuff-1", 1, AT, AT))["device"] == "cuff-1"
