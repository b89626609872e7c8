"""Patients and devices, with which a session is opened."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Insert, RowMapping, Update, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.questions.paging import Page, number, page
from monitor.adapters.store.tables.audits import noted
from monitor.adapters.store.tables.definitions import (
    devices,
    encounter_devices,
    encounters,
    patients,
)
from monitor.adapters.store.tables.entry import Audited
from monitor.adapters.store.tables.store_errors import Alike, DeviceBusy, Missing, NotUnique, Unfit
from monitor.core.vocabulary.events import Corrected
from monitor.core.vocabulary.labels import likeness, unfit


class Patient(Struct, frozen=True, kw_only=True):
    """A patient. label: a code, never a name."""

    id: str
    label: str
    birth_year: int | None = None
    risk_factors: tuple[str, ...] = ()
    created_at: float


class Device(Struct, frozen=True, kw_only=True):
    """A device. secret_hash: of its MQTT password; None: no password.

    user    which of the device's users the patient is, if several share it; None: not stated
    model   for behaviour that only this model has; None: not stated
    deactivated_at   since when it may serve no session; None: it may
    """

    id: str
    kind: str
    site: str
    secret_hash: str | None = None
    created_at: float
    user: int | None = None
    model: str | None = None
    deactivated_at: float | None = None


_PATIENT: Final = (
    *(patients.c.key, patients.c.id, patients.c.label, patients.c.birth_year),
    *(patients.c.risk_factors, patients.c.created_at),
)
_DEVICE: Final = (
    *(devices.c.id, devices.c.kind, devices.c.site),
    *(devices.c.secret_hash, devices.c.created_at, devices.c.user, devices.c.model),
    devices.c.deactivated_at,
)


def add_patient(connection: Connection, patient: Patient, by: str = "") -> None:
    """Add a patient. by: for the audit. Raises Alike, which names the patient whose label could be
    mistaken for the new one, and Unfit."""
    statement = insert(patients).values(
        id=patient.id,
        label=patient.label,
        birth_year=patient.birth_year,
        risk_factors=msgspec.json.encode(patient.risk_factors).decode(),
        created_at=patient.created_at,
        likeness=likeness(patient.label),
    )
    _labelled(connection, statement, patient.label, patient.id)
    noted(
        connection, patient.created_at, by, "patient_added", patient.id,
        after={
            "label": patient.label, "birth_year": patient.birth_year,
            "risk_factors": patient.risk_factors,
        },
    )  # fmt: skip


def correct_patient(
    connection: Connection, patient_id: str, given: Corrected, said: dict[str, Any],
    origin: str = "",
) -> None:  # fmt: skip
    """Correct a patient's label, year of birth or risk factors, with the correction of a session.
    said, origin: for the audit, besides the values before and after. Raises as `add_patient`."""
    values = {given.what: given.after}
    if given.what == "label":
        values["likeness"] = likeness(str(given.after))
    if given.what == "risk_factors":
        values["risk_factors"] = _factors_after(connection, patient_id, given)
    statement = update(patients).where(patients.c.id == patient_id).values(values)
    _labelled(connection, statement, str(given.after), patient_id)
    noted(
        connection, given.at, given.by, "patient_corrected", patient_id,
        before={given.what: given.before}, after={given.what: given.after}, origin=origin, **said,
    )  # fmt: skip


def _factors_after(connection: Connection, patient_id: str, given: Corrected) -> str:
    """Return the patient's risk factors after a correction.

    A session may know more risk factors than the patient's entry: the correction removes the
    withdrawn ones, adds the new ones and leaves all others.
    """
    patient = find_patient(connection, patient_id)
    before, after = _words(given.before), _words(given.after)
    known = [] if patient is None else [word for word in patient.risk_factors if word not in before]
    added = [word for word in after if patient is None or word not in known]
    return msgspec.json.encode([*known, *added]).decode()


def _words(said: object) -> list[str]:
    return [str(word) for word in said] if isinstance(said, list) else []


def _labelled(
    connection: Connection, statement: Insert | Update, label: str, patient_id: str
) -> None:
    """Execute the statement. Raises Alike or Unfit; a label that is both is reported as Alike.

    The unique index detects a similar label that another process added a moment ago.
    """
    alike = select(patients.c.label).where(
        patients.c.likeness == likeness(label), patients.c.id != patient_id
    )
    if (known := connection.execute(alike).scalar()) is not None:
        raise Alike(known, label)
    if (why := unfit(label)) is not None:
        raise Unfit(why)
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except IntegrityError:
        raise Alike(connection.execute(alike).scalar() or label, label) from None


def find_patient(connection: Connection, patient_id: str) -> Patient | None:
    row = (
        connection.execute(select(*_PATIENT).where(patients.c.id == patient_id)).mappings().first()
    )
    return _patient(row) if row else None


def list_patients(connection: Connection, limit: int, after: str | None = None) -> Page[Patient]:
    """Return patients in the order of addition. Raises BadCursor."""
    statement = select(*_PATIENT).order_by(patients.c.key).limit(limit + 1)
    if (mark := number(after)) is not None:
        statement = statement.where(patients.c.key > mark)
    rows = [(_patient(row), str(row["key"])) for row in connection.execute(statement).mappings()]
    count = connection.execute(select(func.count()).select_from(patients)).scalar_one()
    return page(rows, limit, count)


def add_device(connection: Connection, device: Device, by: str = "") -> None:
    """Add a device. by: for the audit. Raises NotUnique if the id is taken, Alike if it looks like
    one that is: people would choose the wrong device for a session."""
    alike = likeness(device.id)
    taken = connection.execute(select(devices.c.id).where(devices.c.likeness == alike)).scalar()
    if taken is not None:
        raise Alike(taken, device.id, "device")
    try:
        values = msgspec.structs.asdict(device) | {"likeness": alike}
        connection.execute(insert(devices).values(values))
    except IntegrityError:
        raise NotUnique("device", device.id) from None
    noted(connection, device.created_at, by, "device_added", device.id, after=_said(device))


def find_device(connection: Connection, device_id: str) -> Device | None:
    row = connection.execute(select(*_DEVICE).where(devices.c.id == device_id)).mappings().first()
    return _device(row) if row else None


def list_devices(connection: Connection, limit: int, after: str | None = None) -> Page[Device]:
    """Return devices, sorted by id."""
    statement = select(*_DEVICE).order_by(devices.c.id).limit(limit + 1)
    if after is not None:
        statement = statement.where(devices.c.id > after)
    rows = [(_device(row), row["id"]) for row in connection.execute(statement).mappings()]
    count = connection.execute(select(func.count()).select_from(devices)).scalar_one()
    return page(rows, limit, count)


def devices_mark(connection: Connection) -> tuple[int, float]:
    """Return a mark that changes when a device is registered: their count, the newest's time."""
    newest = func.coalesce(func.max(devices.c.created_at), 0.0)
    count, at = connection.execute(select(func.count(), newest).select_from(devices)).one()
    return int(count), float(at)


def set_device_secret(
    connection: Connection, device_id: str, secret_hash: str, at: float = 0.0, by: str = ""
) -> None:
    """Set a device's secret. at, by: for the audit, without the secret. Raises Missing."""
    statement = update(devices).where(devices.c.id == device_id).values(secret_hash=secret_hash)
    if not connection.execute(statement).rowcount:
        raise Missing("device", device_id)
    noted(connection, at, by, "device_credentials_renewed", device_id)


def change_device(
    connection: Connection, device_id: str, changes: Mapping[str, Any], act: Audited, at: float
) -> Device:
    """Set columns of one device (`user`, `model`, `deactivated_at`; None: clear), and record the
    author and the values before and after on the audit. Raises Missing, and DeviceBusy if a device
    to be deactivated serves an open session."""
    before = find_device(connection, device_id)
    if before is None:
        raise Missing("device", device_id)
    if changes.get("deactivated_at") is not None:
        # Lock its row first, so that a session that opens at this moment waits, or is seen here.
        connection.execute(update(devices).where(devices.c.id == device_id).values(id=device_id))
        if busy := serving(connection, device_id):
            raise DeviceBusy(device_id, busy)
    if changes:
        connection.execute(update(devices).where(devices.c.id == device_id).values(changes))
    after = msgspec.structs.replace(before, **changes)
    said = msgspec.json.decode(act.detail, type=dict[str, Any])
    detail = said | {"before": _said(before), "after": _said(after)}
    noted(connection, at, act.user, act.action, act.object, **detail)
    return after


def serving(connection: Connection, device: str) -> str | None:
    """Return the id of the open encounter that the device serves, or None."""
    return connection.execute(
        select(encounters.c.id)
        .join(encounter_devices, encounter_devices.c.encounter == encounters.c.key)
        .where(encounter_devices.c.device == device, encounter_devices.c.until.is_(None))
    ).scalar()


def _said(device: Device) -> dict[str, Any]:
    return {
        "kind": device.kind, "site": device.site, "user": device.user, "model": device.model,
        "active": device.deactivated_at is None,
    }  # fmt: skip


def _patient(row: RowMapping) -> Patient:
    return Patient(
        id=row["id"],
        label=row["label"],
        birth_year=row["birth_year"],
        risk_factors=msgspec.json.decode(row["risk_factors"], type=tuple[str, ...]),
        created_at=row["created_at"],
    )


def _device(row: RowMapping) -> Device:
    return Device(**row)
