"""Corrections on disk: the content of listings and of the audit, and labels that look alike."""

import json
from concurrent.futures import ThreadPoolExecutor as Threads
from importlib import import_module
from typing import Any

import msgspec
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, select, text, update

from monitor.adapters.store import (
    Alike,
    Audited,
    Deactivated,
    DeviceBusy,
    Entry,
    NotUnique,
    Store,
    StoreError,
)
from monitor.adapters.store.questions import clinic, contacts, protocols, users
from monitor.adapters.store.questions.clinic import Device, Patient
from monitor.adapters.store.questions.contacts import Preferences, Wanted
from monitor.adapters.store.questions.encounters import find_encounter, list_journal
from monitor.adapters.store.questions.findings import find_typed
from monitor.adapters.store.questions.quarantine import list_audit
from monitor.adapters.store.tables.definitions import patients
from monitor.core.vocabulary.events import Corrected
from monitor.core.vocabulary.inputs import ChangeDevices, CorrectDose, CorrectFact
from monitor.core.vocabulary.labels import likeness
from tests.adapters.store.running import Running, ask
from tests.adapters.store.sessions import T0, closing, judged, reading

WHY = "read it from the wrong line"


def patient(label: str, identifier: str = "") -> Patient:
    return Patient(id=identifier or f"id {label}", label=label, created_at=T0)


def correction(what: Any, before: Any, after: Any, number: int | None = None) -> Entry:
    told = Corrected(
        at=T0 + 60, what=what, before=before, after=after, by="thea", reason=WHY, follows="",
        number=number,
    )  # fmt: skip
    given: Any = CorrectDose(number=1, by="thea", reason=WHY)
    if number is None:
        given = CorrectFact(fact=what, before=before, after=after, by="thea", reason=WHY)
    return Entry("e0", T0 + 60, given, (told,))


def audited(store: Store) -> list[tuple[str, str, str, dict[str, Any]]]:
    rows = store.run(list_audit, 99).items
    return [(row.user, row.action, row.object, json.loads(row.detail)) for row in rows]


# --- labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["P-1", "p-1", "P -1", "P\u20131", "Ṕ-1", "P -\u00a01"])
def test_a_label_that_would_be_taken_for_another_is_refused_by_its_name(
    migrated: Store, label: str
) -> None:
    migrated.run(clinic.add_patient, patient("P-1"))
    with pytest.raises(NotUnique, match="There is a patient P-1 already"):
        migrated.run(clinic.add_patient, patient(label, "other"))


def test_two_that_come_at_the_same_moment_are_not_both_let_in(migrated: Store, url: str) -> None:
    def add(i: int) -> str:
        try:
            Store(url).run(clinic.add_patient, patient("Zoë" if i % 2 else "zoe", f"id {i}"))
        except StoreError as error:
            return str(error)
        return ""

    with Threads(4) as threads:
        said = list(threads.map(add, range(8)))
    assert said.count("") == 1
    assert len(ask(url, lambda c: c.execute(select(patients.c.id)).all())) == 1


def test_the_schema_alone_keeps_labels_apart(migrated: Store) -> None:
    migrated.run(clinic.add_patient, patient("P-1"))
    migrated.run(clinic.add_patient, patient("P-2"))

    def same(connection: Connection) -> None:
        row = update(patients).where(patients.c.label == "P-2")
        connection.execute(row.values(likeness=likeness("P-1")))

    with pytest.raises(StoreError):
        migrated.run(same)


def test_labels_that_were_alike_before_stay_and_no_further_one_is_let_in(url: str) -> None:
    store = Store(url)
    store.migrate()
    fourth = import_module("monitor.adapters.store.migrations.versions.0004_corrections")

    def back(connection: Connection) -> None:
        connection.execute(text("DROP INDEX ux_patients_likeness"))
        connection.execute(text("ALTER TABLE patients DROP COLUMN likeness"))
        connection.execute(text("ALTER TABLE devices DROP COLUMN deactivated_at"))
        row = text(
            "INSERT INTO patients (id, label, risk_factors, created_at) VALUES (:id, :id, '[]', 0)"
        )
        for label in ("Zoë", "zoe", "Ann"):
            connection.execute(row, {"id": label})
        with Operations.context(MigrationContext.configure(connection)):
            fourth.upgrade()

    store.run(back)
    assert [p.label for p in store.run(clinic.list_patients, 9).items] == ["Zoë", "zoe", "Ann"]
    with pytest.raises(Alike, match="There is a patient Zoë already"):
        store.run(clinic.add_patient, patient("ZOE"))


def test_names_that_look_alike_before_the_upgrade_stay_and_no_further_one_is_let_in(
    url: str,
) -> None:
    store = Store(url)
    store.migrate()
    seventh = import_module("monitor.adapters.store.migrations.versions.0007_audit")

    def back(connection: Connection) -> None:
        for index in ("ix_audit_user_id", "ix_audit_object_id"):
            connection.execute(text(f"DROP INDEX {index}"))
        connection.execute(text("ALTER TABLE audit DROP COLUMN origin"))
        for table in ("users", "devices"):
            connection.execute(text(f"DROP INDEX ux_{table}_likeness"))
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN likeness"))
        for name in ("Mara", "mara", "ann"):
            row = "INSERT INTO users (name, role, password_hash, created_at, disabled) VALUES"
            connection.execute(text(f"{row} ('{name}', 'admin', 'h', 0, false)"))
            row = "INSERT INTO devices (id, kind, site, created_at) VALUES"
            connection.execute(text(f"{row} ('{name}', 'cuff', 'home', 0)"))
        row = "INSERT INTO patients (id, label, risk_factors, created_at, likeness) VALUES"
        for label in ("P-01", "P-O1"):  # the previous version treated these as different
            old = label.lower()
            connection.execute(text(f"{row} ('{label}', '{label}', '[]', 0, '{old}')"))
        with Operations.context(MigrationContext.configure(connection)):
            seventh.upgrade()

    store.run(back)
    assert {user.name for user in store.run(users.all_users)} == {"Mara", "ann", "mara"}
    device = Device(id="MARA", kind="cuff", site="home", created_at=T0)
    for add, alike in (
        (lambda c: users.add_user(c, "MARA", "viewer", "h", 1.0), "Mara"),
        (lambda c: users.add_user(c, "Ann", "viewer", "h", 1.0), "ann"),
        (lambda c: clinic.add_device(c, device), "Mara"),
        (lambda c: clinic.add_patient(c, patient("p-oi")), "P-01"),
    ):
        with pytest.raises(Alike, match=f" {alike} already. .* looks like it"):
            store.run(add)
    store.run(users.add_user, "thea", "viewer", "h", 1.0)


async def test_a_corrected_label_is_the_patients_and_on_the_audit(store: Running) -> None:
    await store.commit(correction("label", "P-000", "P-100"))
    found = await store.read(find_encounter, "e0")
    assert found is not None
    assert found.patient_label == "P-100"
    (act,) = audited(store)
    assert act == ("thea", "patient_corrected", "p0", {
        "before": {"label": "P-000"}, "after": {"label": "P-100"}, "session": "e0", "reason": WHY,
    })  # fmt: skip


async def test_one_that_is_taken_is_refused_whole_and_what_comes_with_it_is_kept(
    store: Running,
) -> None:
    refused = store.commit(correction("label", "P-000", "p\u2013001"))
    store.append(reading(1))
    with pytest.raises(Alike, match="There is a patient P-001 already"):
        await refused
    await store.flush()
    assert store.confirmed == [1]
    rows = (await store.read(list_journal, "e0", 99)).items
    assert "corrected" not in [row.type for row in rows]
    assert audited(store) == []


# --- a session's correction outside the journal -------------------------------------------------


async def test_whereabouts_change_one_by_one_and_both_stand_in_the_journal(store: Running) -> None:
    await store.commit(correction("address", "", "Elm Row 30"))
    await store.commit(correction("phone", "0", ""))
    found = await store.read(find_encounter, "e0")
    assert found is not None
    assert json.loads(found.emergency or "") == {"address": "Elm Row 30"}
    rows = (await store.read(list_journal, "e0", 99, type_="corrected")).items
    said = [json.loads(row.body) for row in rows]
    assert [(s["before"], s["after"], s["by"], s["reason"]) for s in said] == [
        ("", "Elm Row 30", "thea", WHY),
        ("0", "", "thea", WHY),
    ]
    assert audited(store) == []


async def test_risk_factors_of_a_session_change_those_of_the_patient_by_the_difference(
    store: Running,
) -> None:
    def known(connection: Connection) -> None:
        row = update(patients).where(patients.c.id == "p0")
        connection.execute(row.values(risk_factors='["stroke","thyroid"]'))

    await store.write(known)
    await store.commit(correction("risk_factors", ["stroke", "maoi"], ["maoi", "hypertension"]))
    await store.commit(correction("birth_year", None, 1950))
    now = await store.read(clinic.find_patient, "p0")
    assert now is not None
    assert (set(now.risk_factors), now.birth_year) == ({"thyroid", "maoi", "hypertension"}, 1950)


async def test_the_first_dose_is_listed_at_its_corrected_time(store: Running) -> None:
    before = {"at": T0, "amount_mg": 100.0}
    await store.commit(correction("dose", before, before | {"at": T0 + 30}, number=1))
    await store.commit(correction("dose", before, before | {"at": T0 + 90}, number=2))
    found = await store.read(find_encounter, "e0")
    assert found is not None
    assert found.dosed_at == T0 + 30


async def test_all_that_was_typed_at_once_is_one_reading(store: Running) -> None:
    rows = [
        msgspec.structs.replace(judged(1, value, vital=vital), source="manual", key=f"|#1|{vital}")
        for vital, value in (("sbp", 185.0), ("dbp", 80.0))
    ]
    await store.commit(reading(1, verdicts=rows))
    await store.commit(reading(2))
    typed = await store.read(find_typed, "e0", 1)
    assert typed is not None
    assert typed.values == {"sbp": 185, "dbp": 80}
    assert typed.keys == {"sbp": "|#1|sbp", "dbp": "|#1|dbp"}
    assert await store.read(find_typed, "e0", 3) is None
    with pytest.raises(StoreError):
        await store.read(find_typed, "e1", 1)


# --- devices ------------------------------------------------------------------------------------


def act(reason: str = "its strap is torn") -> Audited:
    detail = json.dumps({"reason": reason})
    return Audited(user="thea", action="device_deactivated", object="strap-2", detail=detail)


async def test_a_deactivated_device_is_taken_into_no_session(store: Running) -> None:
    gone = {"deactivated_at": T0}
    device = await store.write(clinic.change_device, "strap-2", gone, act(), T0)
    assert device.deactivated_at == T0
    swap = ChangeDevices("thea", {"strap-2": "heart_rate"}, ("strap-0",), reason=WHY)
    with pytest.raises(Deactivated, match="strap-2"):
        await store.commit(Entry("e0", T0, swap))
    found = await store.read(find_encounter, "e0")
    assert found is not None
    assert found.devices == {"strap-0": "heart_rate"}
    (row,) = audited(store)
    assert row[3]["reason"] == "its strap is torn"
    assert (row[3]["before"]["active"], row[3]["after"]["active"]) == (True, False)


async def test_one_that_serves_a_session_is_not_deactivated(store: Running) -> None:
    gone = {"deactivated_at": T0}
    with pytest.raises(DeviceBusy):
        await store.write(clinic.change_device, "strap-0", gone, act(), T0)
    await store.commit(closing("e0", T0 + 1))
    await store.write(clinic.change_device, "strap-0", gone, act(), T0)


# --- the audit ----------------------------------------------------------------------------------


def test_what_belongs_to_no_session_is_told_without_a_secret(migrated: Store) -> None:
    secrets = ("hash-of-anna", "new-hash", "s3cret", "device-hash", "pin-hash")
    run = migrated.run
    run(users.add_user, "anna", "viewer", secrets[0], T0, "ada")
    run(users.change_user, "anna", role="admin", at=T0, by="ada")
    run(users.change_user, "anna", disabled=True, password_hash=secrets[1], at=T0, by="ada")
    cuff = Device(id="cuff", kind="cuff", site="home", secret_hash=secrets[3], created_at=T0)
    run(clinic.add_device, cuff, "thea")
    run(clinic.set_device_secret, "cuff", secrets[3], T0, "thea")
    run(clinic.add_patient, patient("P-1", "p1"), "thea")
    urls = (f"mailto://me:{secrets[2]}@mail.example", "tgram://s3cret/1")
    want = Wanted(name="Dr One", urls=urls, order=0, after_s=30, pin_hash=secrets[4])
    made = run(contacts.add_contact, want, T0, "ada")
    later = Wanted(
        name="Dr One", urls=urls[:1], order=0, after_s=60, pin_hash="",
        preferences=Preferences(zone="Europe/Lisbon", low=True),
    )  # fmt: skip
    run(contacts.change_contact, made.id, later, T0, "ada")
    run(contacts.drop_contact, made.id, T0, "ada")
    run(protocols.save_protocol, "ours", "{}", T0, "ada")
    told = audited(migrated)[::-1]
    assert [(by, action, of) for by, action, of, _ in told] == [
        ("ada", "user_added", "anna"),
        ("ada", "user_changed", "anna"),
        ("ada", "user_changed", "anna"),
        ("thea", "device_added", "cuff"),
        ("thea", "device_credentials_renewed", "cuff"),
        ("thea", "patient_added", "p1"),
        ("ada", "contact_added", str(made.id)),
        ("ada", "contact_changed", str(made.id)),
        ("ada", "contact_removed", str(made.id)),
        ("ada", "protocol_saved", "ours"),
    ]
    details = [detail for *_, detail in told]
    assert not [s for s in secrets if s in json.dumps(details)]
    assert details[1] == {
        "before": {"role": "viewer", "disabled": False},
        "after": {"role": "admin", "disabled": False},
    }
    assert details[2]["password"] == "changed"
    moved = details[7]
    assert (moved["before"]["channels"], moved["after"]["channels"]) == (
        ["mailto", "tgram"], ["mailto"],
    )  # fmt: skip
    assert (moved["before"]["after_s"], moved["after"]["after_s"]) == (30, 60)
    assert (moved["addresses"], moved["PIN"]) == ("changed", "changed")
    assert moved["after"]["zone"] == "Europe/Lisbon"


def test_what_is_refused_is_not_told(migrated: Store) -> None:
    migrated.run(users.add_user, "anna", "viewer", "hash", T0, "ada")
    with pytest.raises(NotUnique):
        migrated.run(users.add_user, "anna", "admin", "hash", T0, "ada")
    with pytest.raises(StoreError):
        migrated.run(contacts.drop_contact, 7, T0, "ada")
    assert len(audited(migrated)) == 1
