"""The status object of a session, the contract's section 6: the one place that makes it.

The live view, `GET /encounters/{id}` and the retained MQTT message show the same object; the last
without the part for signed-in people. Callers hand in plain values and add no key.

Flat dict displays on purpose: a status is encoded four times a second for each session, and they
are most of that cost.
"""

from collections.abc import Container, Iterable, Mapping, Sequence

from msgspec import Struct

from monitor.codecs.contract.notice_object import LedgerNotice, notice_json
from monitor.codecs.contract.notice_text import session_code
from monitor.codecs.contract.rounding import PLACES, tidy
from monitor.codecs.contract.wire import Json, alarm_json
from monitor.codecs.times import iso
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.inputs import Contact, Dose, Facts
from monitor.core.vocabulary.status import (
    ClockStep,
    CuffStatus,
    GateStatus,
    LimitStatus,
    NextCheck,
    Status,
    SupervisorStatus,
    VitalStatus,
)


class Watchers(Struct, frozen=True, kw_only=True):
    """How many pages of people who may act are open, and of these visible, and audible."""

    watching: int
    visible: int
    audible: int


class ForPeople(Struct, frozen=True, kw_only=True):
    """The part of a status that signed-in people see and the broker never gets.

    label           the patient's code, no name
    emergency       address, phone, sitter, local number
    contacts        who would be notified of this session; on_duty: ids of those reachable now;
                    confirmed: id -> when a test notice to this contact was last confirmed
    contacts_known  False: the contacts have not been worked out yet
    next_notice     alarm, contact and time of the next notice while no one acknowledges
    nobody_left     alarms that a contact declined, with no further contact to notify
    notices         the newest notice of each alarm on each channel of each contact
    """

    label: str
    emergency: Mapping[str, str]
    facts: Facts
    contacts: Sequence[Contact]
    on_duty: Container[int]
    confirmed: Mapping[int, float | None]
    contacts_known: bool
    next_notice: tuple[str, Contact, float] | None
    nobody_left: Sequence[str]
    notices: Iterable[LedgerNotice]


def status_json(
    status: Status,
    *,
    patient: str | None,
    watchers: Watchers | None,
    people: ForPeople | None = None,
    valid_until: float | None = None,
) -> Json:
    """Return the status object.

    patient        the patient's id
    watchers       None: of a closed session
    people         None, as for MQTT: its keys are absent, not null
    valid_until    MQTT only: after this time a retained status must not be believed
    """
    body: Json = {
        "id": status.id,
        "patient": patient,
        "protocol": status.protocol,
        "protocol_version": status.protocol_version or None,
        "phase": status.phase,
        "mode": status.mode,
        "opened_at": iso(status.opened_at),
        "doses": [
            _dose(dose, corrected=number in status.corrected)
            for number, dose in enumerate(status.doses, 1)
        ],
        "corrections": status.corrections,
        "dosed_at": iso(status.dosed_at),
        "last_dose_at": iso(status.last_dose_at),
        "minutes_since_dose": tidy(status.minutes_since_dose, 1),
        "vitals": {code: _vital(code, vital) for code, vital in status.vitals.items()},
        "baseline": {code: _baseline(code, base) for code, base in status.baseline.items()},
        "limits": [_limit(limit) for limit in status.limits],
        "alarms": [alarm_json(alarm, status.id) for alarm in status.alarms],
        "next_check": _next_check(status.next_check),
        "gates": [_gate(gate) for gate in status.gates],
        "devices": status.devices,
        "clocks": {device: tidy(s, 1) for device, s in status.clocks.items()},
        "cuffs": {device: _cuff(cuff) for device, cuff in status.cuffs.items()},
        "clock_steps": {device: _step(step) for device, step in status.clock_steps.items()},
        "checks": {name: {"at": iso(c.at), "by": c.by} for name, c in status.checks.items()},
        "supervisor": _supervisor(status.supervisor),
        "phases": _phases(status),
        "audio_paused_until": iso(status.audio_paused_until),
        "closed_at": iso(status.closed_at),
        "supervision": _supervision(watchers),
    }
    if status.sensors:
        body["sensors"] = {
            device: {"battery": s.battery, "no_contact_since": iso(s.no_contact_since)}
            for device, s in status.sensors.items()
        }
    if people is not None:
        body |= _for_people(status, people)
    if valid_until is not None:
        body["valid_until"] = iso(valid_until)
    return body


def _for_people(status: Status, people: ForPeople) -> Json:
    """Return the keys that only signed-in people get. Notices: of present alarms, and tests."""
    facts = people.facts
    shown = {alarm.id for alarm in status.alarms} | {""}
    return {
        "patient_label": people.label,
        "emergency": people.emergency,
        "facts": {"birth_year": facts.birth_year, "risk_factors": list(facts.risk_factors)},
        "code": session_code(status.id),
        "contacts": [
            {
                "id": c.id, "name": c.name, "after_s": c.after_s, "on_duty": c.id in people.on_duty,
                "confirmed_at": iso(people.confirmed.get(c.id)),
            }
            for c in people.contacts
        ],
        "contacts_known": people.contacts_known,
        "next_notice": _next_notice(people.next_notice),
        "nobody_left": list(people.nobody_left),
        "notices": [notice_json(row) for row in people.notices if row.alarm in shown],
    }  # fmt: skip


def _next_notice(coming: tuple[str, Contact, float] | None) -> Json | None:
    if coming is None:
        return None
    alarm, contact, at = coming
    return {"alarm": alarm, "contact": contact.name, "at": iso(at)}


def _supervision(watchers: Watchers | None) -> Json | None:
    if watchers is None:
        return None
    return {
        "watching": watchers.watching, "visible": watchers.visible, "audible": watchers.audible,
    }  # fmt: skip


def _dose(dose: Dose, *, corrected: bool) -> Json:
    given: Json = {"at": iso(dose.at), "drug": dose.drug, "route": dose.route}
    return given | {"amount_mg": dose.amount_mg, "corrected": corrected}


def _cuff(cuff: CuffStatus) -> Json:
    unknown = cuff.unknown
    return {
        "user": cuff.user,
        "user_by": cuff.user_by or None,
        "users": list(cuff.users),
        "failed_at": iso(cuff.failed_at),
        "failed_reason": cuff.failed_reason or english(cuff.failed_because),
        **({"failed_because": cuff.failed_because} if cuff.failed_because else {}),
        "unknown": None if unknown is None else {
            "key": unknown.key, "received": iso(unknown.received), "values": unknown.values,
            "reason": sentence(unknown),
            **({"because": unknown.because} if unknown.because else {}),
        },
        "stored_at": iso(cuff.stored_at),
        "stored_reason": cuff.stored_reason or english(cuff.stored_because),
        **({"stored_because": cuff.stored_because} if cuff.stored_because else {}),
    }  # fmt: skip


def _step(step: ClockStep) -> Json:
    told: Json = {"at": iso(step.at), "by_s": tidy(step.by_s, 1), "reason": sentence(step)}
    return told | {"because": step.because} if step.because else told


def _supervisor(held: SupervisorStatus | None) -> Json | None:
    if held is None:
        return None
    return {
        "name": held.name, "since": iso(held.since), "offered_to": held.offered_to or None,
    }  # fmt: skip


def _phases(status: Status) -> Json:
    """Return when each phase begins, and the `end` of the last; empty before a dose sets the clock.

    The core knows the minute after the last dose at which each phase ends.
    """
    if status.last_dose_at is None:
        return {}
    phases: Json = {}
    begins = status.last_dose_at
    for phase, ends in status.phases.items():
        phases[phase] = iso(begins)
        begins = status.last_dose_at + ends * 60
    phases["end"] = iso(begins)
    return phases


def _vital(code: str, vital: VitalStatus) -> Json:
    return {
        "value": vital.value,
        "unit": vital.unit,
        "effective": iso(vital.effective),
        "received": iso(vital.received),
        "age_s": tidy(vital.age_s, 1),
        "stale_at": iso(vital.stale_at),
        "expires_at": iso(vital.expires_at),
        "state": vital.state,
        "trend": vital.trend,
        "change": tidy(vital.change, PLACES[code]),
        "cause": vital.cause or english(vital.because),
        **({"because": vital.because} if vital.because else {}),
        **({"typed": True} if vital.typed else {}),
    }


def _baseline(code: str, base: Baseline) -> Json:
    places = PLACES[code]
    return {
        "value": tidy(base.value, places),
        "spread": tidy(base.spread, places),
        "count": base.count,
        "grade": base.grade,
    }


def _limit(limit: LimitStatus) -> Json:
    return {
        "condition": limit.condition,
        "priority": limit.priority,
        "vital": limit.vital,
        "direction": limit.direction,
        "value": tidy(limit.value, PLACES[limit.vital]),
        "source": english(limit.source),
        "source_because": limit.source,
    }


def _next_check(check: NextCheck | None) -> Json | None:
    if check is None:
        return None
    return {
        "due": iso(check.due),
        "overdue": check.overdue,
        "reason": check.reason,
        "asked": check.asked,
    }


def _gate(gate: GateStatus) -> Json:
    unmet = [{"id": u.id, "text": english(u.because), "because": u.because} for u in gate.unmet]
    return {"gate": gate.gate, "unmet": unmet}
