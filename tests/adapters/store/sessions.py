"""A small clinic for tests: its patients, its straps, and the entries of their sessions."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from monitor.adapters.store import Entry, Opening
from monitor.adapters.store.questions.clinic import Device, Patient, add_device, add_patient
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Closed, Event, Judged, PhaseChanged
from monitor.core.vocabulary.inputs import Facts, Observed, Opened
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import Change, Presence, Verdict

T0: Final = 1_795_428_000.25


def furnish(connection: Connection, sessions: int = 1) -> None:
    """Add patients p0, p1 …, each with a strap-0, strap-1 …"""
    for i in range(sessions):
        add_patient(connection, Patient(id=f"p{i}", label=f"P-{i:03}", created_at=T0))
        add_device(
            connection, Device(id=f"strap-{i}", kind="heart_rate", site="home", created_at=T0)
        )


def opening(i: int = 0, *, at: float = T0, encounter: str = "") -> Entry:
    """Return the entry that opens session e<i> of patient p<i> with strap-<i>."""
    facts = Facts(protocol="oral", mode="test", devices={f"strap-{i}": "heart_rate"})
    return Entry(
        encounter or f"e{i}",
        at,
        Opened(facts, "anna"),
        (PhaseChanged(at, "baseline"),),
        opening=Opening(patient_id=f"p{i}", protocol='{"id":"oral"}', emergency='{"phone":"0"}'),
    )


def closing(encounter: str, at: float) -> Entry:
    return Entry(encounter, at, None, (Closed(at, "anna"), PhaseChanged(at, "closed")))


def judged(
    n: int,
    value: float = 72.0,
    *,
    vital: str = "hr",
    effective: float | None = None,
    state: Verdict = "accepted",
) -> Judged:
    at = T0 + n
    return Judged(
        at=at,
        vital=vital,
        value=value,
        effective=at - 0.1 if effective is None else effective,
        issued=at,
        measured=at - 0.1,
        device="strap-0",
        boot="a1",
        seq=n,
        source="device",
        state=state,
        reason="" if state == "accepted" else f"it is {state}",
        key=f"strap-0|a1|{n}|{vital}",
    )


def reading(
    n: int,
    encounter: str = "e0",
    *,
    token: object | None = None,
    verdicts: Sequence[Judged] = (),
    more: Sequence[Event] = (),
    snapshot: bytes | None = None,
) -> Entry:
    """Return the strap's reading number `n`; its token is `n` unless another is given."""
    observation = Observation(
        issued=T0 + n,
        effective=T0 + n - 0.1,
        device="strap-0",
        boot="a1",
        seq=n,
        values={"hr": 72.0},
    )
    events = (*(verdicts or (judged(n),)), *more)
    held = n if token is None else token
    return Entry(encounter, T0 + n, Observed(observation), events, held, snapshot)


def alarm(
    number: int, transition: Change, presence: Presence, *, at: float = T0, encounter: str = "e0"
) -> AlarmChanged:
    return AlarmChanged(
        at,
        transition,
        Alarm(
            id=f"{encounter}-{number}",
            condition="sbp_high",
            kind="physiological",
            priority="high",
            presence=presence,
            onset=T0,
            raised_at=T0,
            vital="sbp",
            value=184.0,
            limit=180.0,
            acknowledged_by="anna" if presence == "acknowledged" else None,
            reason="Systolic pressure 184 is above 180.",
        ),
    )
