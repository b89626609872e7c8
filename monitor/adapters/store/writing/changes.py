"""Changes of the encounter's row and devices by an entry: rare, one statement each.

The encounter's row is a summary for listings. The journal is the authority, and each change here
derives from the same input or event that is written to it.
"""

from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from monitor.adapters.store.questions.clinic import correct_patient, serving
from monitor.adapters.store.tables.definitions import devices, encounter_devices, encounters
from monitor.adapters.store.tables.entry import Entry
from monitor.adapters.store.tables.store_errors import Deactivated, DeviceBusy, Missing
from monitor.core.vocabulary.events import Closed, Corrected, DoseRecorded, Event, PhaseChanged
from monitor.core.vocabulary.inputs import ChangeDevices, Opened

CHANGING: Final = frozenset({PhaseChanged, DoseRecorded, Corrected, Closed})
_OF_THE_PATIENT: Final = ("label", "birth_year", "risk_factors")
WHEREABOUTS: Final = ("address", "phone", "sitter", "local_number", "time_zone")


def open_encounter(connection: Connection, entry: Entry) -> int:
    """Add the encounter and its devices; return its key.

    Raises DeviceBusy, Deactivated, Missing.
    """
    opening, opened = entry.opening, entry.input
    if opening is None or not isinstance(opened, Opened):
        raise TypeError("an opening comes with the input that opened the encounter")
    facts = opened.facts
    statement = insert(encounters).values(
        id=entry.encounter_id,
        patient_id=opening.patient_id,
        protocol_id=facts.protocol,
        protocol=opening.protocol,
        mode=facts.mode,
        phase="preparation",
        opened_at=entry.at,
        facts=msgspec.json.encode(facts).decode(),
        emergency=opening.emergency,
    )
    key: int = connection.execute(statement.returning(encounters.c.key)).scalar_one()
    for device in facts.devices:
        _attach(connection, key, device, entry.at)
    return key


def change_devices(connection: Connection, key: int, change: ChangeDevices, at: float) -> None:
    """Remove devices, then add, so that a device can be removed and put back. Raises as above."""
    for device in change.remove:
        _release(connection, key, at, device)
    for device in change.add:
        _attach(connection, key, device, at)


def change(connection: Connection, key: int, event: Event, origin: str = "") -> None:
    """Apply one event of a kind in `CHANGING`. origin: for the audit."""
    row = update(encounters).where(encounters.c.key == key)
    match event:
        case PhaseChanged():
            connection.execute(row.values(phase=event.phase))
        case DoseRecorded(first=True):
            connection.execute(row.values(dosed_at=event.dose.at))
        case Corrected():
            _correct(connection, key, event, origin)
        case Closed():
            connection.execute(row.values(closed_at=event.at, phase="closed"))
            _release(connection, key, event.at)
        case _:
            pass


def _correct(connection: Connection, key: int, event: Corrected, origin: str) -> None:
    """Apply a correction for listings and the next session. Raises Alike.

    The former value remains in the journal.
    """
    row = encounters.c.key == key
    if event.what in _OF_THE_PATIENT:
        found = connection.execute(
            select(encounters.c.id, encounters.c.patient_id).where(row)
        ).one()
        said = {"session": found.id, "reason": event.reason}
        correct_patient(connection, found.patient_id, event, said, origin)
    elif event.what in WHEREABOUTS:
        known = connection.execute(select(encounters.c.emergency).where(row)).scalar()
        emergency = msgspec.json.decode(known, type=dict[str, str]) if known else {}
        emergency[event.what] = str(event.after or "")
        text = msgspec.json.encode(
            {name: said for name, said in emergency.items() if said}
        ).decode()
        connection.execute(update(encounters).where(row).values(emergency=text))
    elif event.what == "dose" and event.number == 1:
        assert isinstance(event.after, dict)
        connection.execute(update(encounters).where(row).values(dosed_at=event.after["at"]))


def _attach(connection: Connection, key: int, device: str, at: float) -> None:
    if busy := serving(connection, device):
        raise DeviceBusy(device, busy)
    known = select(devices.c.deactivated_at).where(devices.c.id == device)
    found = connection.execute(known).first()
    if found is None:
        raise Missing("device", device)
    if found.deactivated_at is not None:
        raise Deactivated(device)
    connection.execute(insert(encounter_devices).values(encounter=key, device=device, since=at))


def _release(connection: Connection, key: int, at: float, device: str | None = None) -> None:
    statement = update(encounter_devices).where(
        encounter_devices.c.encounter == key, encounter_devices.c.until.is_(None)
    )
    if device is not None:
        statement = statement.where(encounter_devices.c.device == device)
    connection.execute(statement.values(until=at))
