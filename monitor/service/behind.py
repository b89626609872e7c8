"""What stands behind the link of a notice: the session at this moment, in words for a telephone.

Whoever proved by a PIN that the notice was for them sees values, reasons and who supervises. The
patient's label, address and telephone are for who is signed in, as everywhere.
"""

from typing import Final

from monitor.adapters.web.outbox import Seen, SeenAlarm, SeenValue, Whose
from monitor.core import reasons
from monitor.core.alarms import RANK
from monitor.core.events import Alarm
from monitor.core.status import VitalStatus
from monitor.core.vitals import VITALS
from monitor.service import rota
from monitor.service.session import Session

UNITS: Final = {"Cel": "\u00b0C", "mm[Hg]": "mmHg"}
NEWEST_S: Final = 90.0


def seen(session: Session, zone: str, now: float, *, private: bool) -> Seen:
    """zone: of the contact, for times of day."""
    status = session.encounter.status(now)
    alarms = sorted(status.alarms, key=_worst_first)
    return Seen(
        at=rota.local(now, zone, seconds=True),
        alarms=tuple(_alarm(a, zone) for a in alarms),
        values=tuple(_values(status.vitals, zone, now)),
        whose=_whose(session) if private else None,
    )


def _worst_first(alarm: Alarm) -> tuple[bool, int, float]:
    return alarm.acknowledged_at is not None, -RANK[alarm.priority], alarm.onset


def _alarm(alarm: Alarm, zone: str) -> SeenAlarm:
    state = "Nobody has acknowledged it."
    if alarm.acknowledged_by:
        state = f"Acknowledged by {alarm.acknowledged_by}."
    if alarm.presence == "latched":
        state = f"It is over. {state}"
    return SeenAlarm(
        priority=alarm.priority, reason=reasons.standing(alarm),
        since=_since(alarm, zone), state=state,
    )  # fmt: skip


def _since(alarm: Alarm, zone: str) -> str:
    """ "07:04:31, began 06:57:02 as low": of what it is now, and of what it came on as."""
    began, since = rota.clock(alarm.onset, zone), alarm.priority_since
    if since is None or since == alarm.onset:
        return began
    as_what = f" as {alarm.began}" if alarm.began else ""
    return f"{rota.clock(since, zone)}, began {began}{as_what}"


def _values(vitals: dict[str, VitalStatus], zone: str, now: float) -> list[SeenValue]:
    """The two pressures of one measurement are one line, as everywhere."""
    sbp, dbp, hr, temp = (vitals[code] for code in ("sbp", "dbp", "hr", "temp"))
    if sbp.effective == dbp.effective:
        written = f"{_number('sbp', sbp)}/{_number('dbp', dbp)}"
        pressure = [_value("Blood pressure", written, "sbp", sbp, zone, now)]
    else:
        pressure = [
            _value(VITALS[code].name, _number(code, one), code, one, zone, now)
            for code, one in (("sbp", sbp), ("dbp", dbp))
        ]
    others = [
        _value(VITALS[code].name, _number(code, one), code, one, zone, now)
        for code, one in (("hr", hr), ("temp", temp))
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
    cause = f": {of.cause}" if of.state == "suspect" and of.cause else ""
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
