"""Patients, devices, contacts, protocols: they are read back as written, and are unique."""

from typing import Any

import pytest

from monitor.adapters.store import Audited, BadCursor, Missing, NotUnique, Store
from monitor.adapters.store.questions import clinic, contacts, protocols, quarantine
from monitor.adapters.store.questions.clinic import Device, Patient
from monitor.adapters.store.questions.contacts import Preferences, Shift, Wanted
from tests.adapters.store.sessions import T0


def patient(i: int) -> Patient:
    return Patient(
        id=f"id-{9 - i}", label=f"P-{i}", birth_year=1970, risk_factors=("ü",), created_at=T0
    )


def test_patients_are_listed_in_the_order_they_came(migrated: Store) -> None:
    everybody = [patient(i) for i in range(5)]
    for one in everybody:
        migrated.run(clinic.add_patient, one)
    first = migrated.run(clinic.list_patients, 3)
    second = migrated.run(clinic.list_patients, 3, first.next)
    assert first.items + second.items == everybody
    assert (first.count, second.next) == (5, None)
    assert migrated.run(clinic.find_patient, "id-9") == everybody[0]
    assert migrated.run(clinic.find_patient, "nobody") is None
    with pytest.raises(BadCursor):
        migrated.run(clinic.list_patients, 3, "P-2")


def test_a_label_belongs_to_one_patient(migrated: Store) -> None:
    migrated.run(clinic.add_patient, patient(0))
    with pytest.raises(NotUnique, match="P-0"):
        migrated.run(clinic.add_patient, Patient(id="other", label="P-0", created_at=T0))


def test_devices_are_listed_by_id_and_get_new_secrets(migrated: Store) -> None:
    for name in ("strap", "cuff", "Cuff-2"):
        migrated.run(clinic.add_device, Device(id=name, kind="cuff", site="home", created_at=T0))
    with pytest.raises(NotUnique):
        migrated.run(clinic.add_device, Device(id="cuff", kind="cuff", site="x", created_at=T0))
    first = migrated.run(clinic.list_devices, 2)
    second = migrated.run(clinic.list_devices, 2, first.next)
    assert sorted(d.id for d in first.items + second.items) == ["Cuff-2", "cuff", "strap"]
    assert (first.count, second.next) == (3, None)
    migrated.run(clinic.set_device_secret, "cuff", "hash")
    found = migrated.run(clinic.find_device, "cuff")
    assert found == Device(id="cuff", kind="cuff", site="home", secret_hash="hash", created_at=T0)
    with pytest.raises(Missing):
        migrated.run(clinic.set_device_secret, "ghost", "hash")


def test_a_device_changes_and_the_audit_says_who_did(migrated: Store) -> None:
    cuff = Device(id="cuff", kind="cuff", site="home", created_at=T0, user=2, model="BM 54")
    migrated.run(clinic.add_device, cuff)
    assert migrated.run(clinic.find_device, "cuff") == cuff
    act = Audited(user="thea", action="device_changed", object="cuff", detail='{"user":null}')
    changed = migrated.run(clinic.change_device, "cuff", {"user": None}, act, T0 + 9)
    assert (changed.user, changed.model) == (None, "BM 54")
    assert migrated.run(clinic.list_devices, 9).items == [changed]
    with pytest.raises(Missing):
        migrated.run(clinic.change_device, "ghost", {"user": 1}, act, T0)
    (row,) = migrated.run(quarantine.list_audit, 9).items
    assert (row.at, row.user, row.action, row.object) == (
        T0 + 9, "thea", "device_changed", "cuff",
    )  # fmt: skip


def wanted(name: str, order: int, after_s: float, *urls: str, **more: Any) -> Wanted:
    return Wanted(name=name, order=order, after_s=after_s, urls=urls, **more)


def test_contacts_are_listed_in_the_order_in_which_they_are_told(migrated: Store) -> None:
    late = migrated.run(contacts.add_contact, wanted("backup", 0, 60, "mailto://a", "x://b"), T0)
    second = migrated.run(contacts.add_contact, wanted("second", 2, 0, "mailto://c"), T0)
    first = migrated.run(contacts.add_contact, wanted("first", 1, 0, "mailto://d"), T0)
    assert migrated.run(contacts.list_contacts) == [first, second, late]
    assert late.urls == ("mailto://a", "x://b")
    assert migrated.run(contacts.find_contact, late.id) == late
    migrated.run(contacts.drop_contact, late.id, T0)
    assert migrated.run(contacts.find_contact, late.id) is None
    assert migrated.run(contacts.list_contacts) == [first, second]
    with pytest.raises(Missing):
        migrated.run(contacts.drop_contact, late.id, T0)


def test_a_changed_contact_keeps_its_pin_and_loses_what_was_confirmed_of_other_addresses(
    migrated: Store,
) -> None:
    shifts = (Shift(("mon", "tue"), "08:00", "18:00"),)
    likes = Preferences(user="mara", zone="Europe/Lisbon", rota=shifts, low=True)
    made = migrated.run(contacts.add_contact, wanted("a", 0, 0, "x://b", pin_hash="hash"), T0)
    migrated.run(contacts.confirm_contact, made.id, T0 + 5)
    changed = migrated.run(
        contacts.change_contact, made.id, wanted("b", 1, 30, "x://b", preferences=likes)
    )
    assert (changed.name, changed.preferences) == ("b", likes)
    assert (changed.pin_hash, changed.confirmed_at) == ("hash", T0 + 5)
    moved = migrated.run(contacts.change_contact, made.id, wanted("b", 1, 30, "x://c"))
    assert (moved.pin_hash, moved.confirmed_at) == ("hash", None)
    migrated.run(contacts.drop_contact, made.id, T0)
    with pytest.raises(Missing):
        migrated.run(contacts.change_contact, made.id, wanted("b", 1, 30, "x://c"))


def test_a_changed_protocol_is_a_new_version(migrated: Store) -> None:
    first = migrated.run(protocols.save_protocol, "ours", "{}", T0, "anna")
    second = migrated.run(protocols.save_protocol, "ours", '{"a":1}', T0 + 1, "bert")
    other = migrated.run(protocols.save_protocol, "another", "{}", T0, "anna")
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert migrated.run(protocols.find_protocol, "ours") == second
    assert migrated.run(protocols.find_protocol, "theirs") is None
    assert migrated.run(protocols.list_protocols) == [other, second]
