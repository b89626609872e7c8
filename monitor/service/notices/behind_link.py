"""The page behind the link of a notice: the session at this moment, in words for a telephone.

A person who proved by a PIN that the notice was for them sees values, reasons and who supervises.
The patient's label, address and telephone are for signed-in people only, as everywhere.
"""

from collections.abc import Container
from functools import partial
from typing import Final

from monitor.adapters.http.ports.notices import Seen, SeenAlarm, SeenValue, Whose
from monitor.codecs.contract import standing
from monitor.core.sentences.calls import bare
from monitor.core.sentences.english import english, noted
from monitor.core.sentences.figures import figure
from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.status import VitalStatus
from monitor.core.vocabulary.vitals import PRESSURES, VITALS
from monitor.core.vocabulary.words import RANK
from monitor.service.notices import rota
from monitor.service.sessions.open_session import Session

UNITS: Final = {"Cel": "\u00b0C", "mm[Hg]": "mmHg"}
NEWEST_S: Final = 90.0


def seen(
    session: Session, zone: str, now: float, *, private: bool, own: Container[str] = ()
) -> Seen:
    """Return the session's alarms and values as text. zone: of the contact, for times of day. own:
    the alarms of the notice."""
    status = session.encounter.status(now)
    alarms = sorted(status.alarms, key=partial(_worst_first, own))
    return Seen(
        at=rota.local(now, zone, seconds=True),
        alarms=tuple(_alarm(a, zone, own) for a in alarms),
        values=tuple(_values(status.vitals, zone, now)),
        whose=_whose(session) if private else None,
    )


def _worst_first(own: Container[str], alarm: Alarm) -> tuple[int, bool, bool, int, float]:
    """Return the sort key: first the worst priority it had, as on the page; among equals, waiting
    alarms and alarms of the notice come first."""
    grave, now = RANK[alarm.gravity], RANK[alarm.priority]
    return -grave, not alarm.waits, alarm.id not in own, -now, alarm.onset


def _alarm(alarm: Alarm, zone: str, own: Container[str]) -> SeenAlarm:
    over = "It is over. " if alarm.presence == "latched" else ""
    minute = partial(rota.minute, zone_name=zone)
    return SeenAlarm(
        priority=alarm.gravity, chip=standing.chip(alarm),
        reason=f"{_reached(alarm, minute)}{_sentence(alarm)}",
        since=standing.history(alarm, partial(rota.clock, zone_name=zone)),
        state=over + standing.answer(alarm, minute),
        own=alarm.id in own,
    )  # fmt: skip


def _sentence(alarm: Alarm) -> str:
    """Return its reason without the person who acknowledged it, who is shown beside it."""
    return noted(alarm, english(bare(alarm.because)))


def _reached(alarm: Alarm, minute: standing.Clock) -> str:
    """Return the extreme value of an alarm that is over or less grave than it was; else ""."""
    past = alarm.presence == "latched" or alarm.gravity != alarm.priority
    if not past or alarm.vital is None or alarm.extreme is None:
        return ""
    at = "" if alarm.extreme_at is None else f" at {minute(alarm.extreme_at)}"
    return f"{VITALS[alarm.vital].name} reached {figure(alarm.vital, alarm.extreme)}{at}. "


def _values(vitals: dict[str, VitalStatus], zone: str, now: float) -> list[SeenValue]:
    """Return the lines of values; the two pressures of one measurement share a line, as
    everywhere."""
    sbp, dbp = vitals["sbp"], vitals["dbp"]
    if sbp.effective == dbp.effective:
        written = f"{_number('sbp', sbp)}/{_number('dbp', dbp)}"
        pressure = [_value("Blood pressure", written, "sbp", sbp, zone, now)]
    else:
        pressure = [
            _value(VITALS[code].name, _number(code, one), code, one, zone, now)
            for code, one in (("sbp", sbp), ("dbp", dbp))
        ]
    others = [
        _value(sign.name, _number(code, vitals[code]), code, vitals[code], zone, now)
        for code, sign in VITALS.items()
        if code not in PRESSURES
    ]
    return [*pressure, *others]


def _value(
    name: str, written: str, code: str, of: VitalStatus, zone: str, now: float
) -> SeenValue:  # fmt: skip
    if of.effective is None:
        return SeenValue(name, "none", "no reading came")
    measured = f"measured {rota.clock(of.effective, zone)}, {_age(now - of.effective)} before"
    if of.state == "missing":
        return SeenValue(name, "none now", f"the last was {written}, {measured}")
    doubt = {"suspect": "in doubt", "stale": "old"}.get(of.state, "")
    cause = f": {english(of.because)}" if of.state == "suspect" and of.because else ""
    note = f"{doubt}{cause}, {measured}" if doubt else measured
    unit = UNITS.get(VITALS[code].unit, VITALS[code].unit)
    return SeenValue(name, f"{written} {unit}", note)


def _number(code: str, of: VitalStatus) -> str:
    return "\u2014" if of.value is None else f"{of.value:.{VITALS[code].decimals}f}"


def _age(seconds: float) -> str:
    whole = max(0.0, seconds)
    return f"{whole:.0f} s" if whole < NEWEST_S else f"{whole / 60:.0f} min"


def _whose(session: Session) -> Whose:
    file = session.emergency
    return Whose(
        label=session.label, address=file.get("address", ""), phone=file.get("phone", ""),
        sitter=file.get("sitter", ""), local_number=file.get("local_number", ""),
    )  # fmt: skip
