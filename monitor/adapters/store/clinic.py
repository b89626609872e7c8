"""Patients and devices: what a session is opened with."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.entry import Audited
from monitor.adapters.store.errors import Conflict, Missing
from monitor.adapters.store.paging import Page, number, page
from monitor.adapters.store.schema import audit, devices, patients


class Patient(Struct, frozen=True, kw_only=True):
    """label: a code, never a name."""

    id: str
    label: str
    birth_year: int | None = None
    risk_factors: tuple[str, ...] = ()
    created_at: float


class Device(Struct, frozen=True, kw_only=True):
    """secret_hash: of its MQTT password; None: it has none.

    user    which of its users the patient is, where several share it; None: not said
    model   what it is, for what only that model does; None: not said
    """

    id: str
    kind: str
    site: str
    secret_hash: str | None = None
    created_at: float
    user: int | None = None
    model: str | None = None


_PATIENT: Final = (
    *(patients.c.key, patients.c.id, patients.c.label, patients.c.birth_year),
    *(patients.c.risk_factors, patients.c.created_at),
)
_DEVICE: Final = (
    *(devices.c.id, devices.c.kind, devices.c.site),
    *(devices.c.secret_hash, devices.c.created_at, devices.c.user, devices.c.model),
)


def add_patient(connection: Connection, patient: Patient) -> None:
    """Raises Conflict when the label (or the id) is taken."""
    statement = insert(patients).values(
        id=patient.id,
        label=patient.label,
        birth_year=patient.birth_year,
        risk_factors=msgspec.json.encode(patient.risk_factors).decode(),
        created_at=patient.created_at,
    )
    try:
        connection.execute(statement)
    except IntegrityError:
        raise Conflict("patient", patient.label) from None


def find_patient(connection: Connection, patient_id: str) -> Patient | None:
    row = (
        connection.execute(select(*_PATIENT).where(patients.c.id == patient_id)).mappings().first()
    )
    return _patient(row) if row else None


def list_patients(connection: Connection, limit: int, after: str | None = None) -> Page[Patient]:
    """In the order in which they were added. Raises BadCursor."""
    statement = select(*_PATIENT).order_by(patients.c.key).limit(limit + 1)
    if (mark := number(after)) is not None:
        statement = statement.where(patients.c.key > mark)
    rows = [(_patient(row), str(row["key"])) for row in connection.execute(statement).mappings()]
    count = connection.execute(select(func.count()).select_from(patients)).scalar_one()
    return page(rows, limit, count)


def add_device(connection: Connection, device: Device) -> None:
    """Raises Conflict when the id is taken."""
    try:
        connection.execute(insert(devices).values(**msgspec.structs.asdict(device)))
    except IntegrityError:
        raise Conflict("device", device.id) from None


def find_device(connection: Connection, device_id: str) -> Device | None:
    row = connection.execute(select(*_DEVICE).where(devices.c.id == device_id)).mappings().first()
    return _device(row) if row else None


def list_devices(connection: Connection, limit: int, after: str | None = None) -> Page[Device]:
    """By id."""
    statement = select(*_DEVICE).order_by(devices.c.id).limit(limit + 1)
    if after is not None:
        statement = statement.where(devices.c.id > after)
    rows = [(_device(row), row["id"]) for row in connection.execute(statement).mappings()]
    count = connection.execute(select(func.count()).select_from(devices)).scalar_one()
    return page(rows, limit, count)


def devices_mark(connection: Connection) -> tuple[int, float]:
    """What changes when a device was registered: how many there are, and when the newest was."""
    newest = func.coalesce(func.max(devices.c.created_at), 0.0)
    count, at = connection.execute(select(func.count(), newest).select_from(devices)).one()
    return int(count), float(at)


def set_device_secret(connection: Connection, device_id: str, secret_hash: str) -> None:
    """Raises Missing."""
    statement = update(devices).where(devices.c.id == device_id).values(secret_hash=secret_hash)
    if not connection.execute(statement).rowcount:
        raise Missing("device", device_id)


def change_device(
    connection: Connection, device_id: str, changes: Mapping[str, Any], act: Audited, at: float
) -> Device:
    """Set columns of one device (`user`, `model`; None: not said any more), and say in the audit
    who did. Raises Missing."""
    if changes:
        connection.execute(update(devices).where(devices.c.id == device_id).values(changes))
    device = find_device(connection, device_id)
    if device is None:
        raise Missing("device", device_id)
    connection.execute(insert(audit).values(at=at, **msgspec.structs.asdict(act)))
    return device


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
