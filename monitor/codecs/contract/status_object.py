"""The status object of a session, as every reader gets it: the contract's section 6.

One flat dict display on purpose: a status is encoded four times a second for each session, and this
is most of that cost.
"""

from collections.abc import Mapping

from monitor.codecs.contract.rounding import PLACES, tidy
from monitor.codecs.contract.wire import Json, alarm_json
from monitor.codecs.times import iso
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.inputs import Dose
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


def status_json(
    status: Status,
    *,
    patient: str | None,
    patient_label: str | None = None,
    emergency: Mapping[str, object] | None = None,
    supervision: Mapping[str, object] | None = None,
    valid_until: float | None = None,
) -> Json:
    """Return the status object of the contract, section 6.

    patient        the patient's id; the label and `emergency` (address, phone) are for signed-in
                   people only: leave them out for MQTT and the keys are absent, not null
    supervision    who watches; passed through
    valid_until    MQTT only: after this time a retained status must not be believed
    """
    encounter = status.id
    body: Json = {
        "id": encounter,
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
        "alarms": [alarm_json(alarm, encounter) for alarm in status.alarms],
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
        "supervision": supervision,
    }
    if status.sensors:
        body["sensors"] = {
            device: {"battery": s.battery, "no_contact_since": iso(s.no_contact_since)}
            for device, s in status.sensors.items()
        }
    if patient_label is not None:
        body["patient_label"] = patient_label
    if emergency is not None:
        body["emergency"] = emergency
    if valid_until is not None:
        body["valid_until"] = iso(valid_until)
    return body


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
            "reason": unknown.reason,
        },
        "stored_at": iso(cuff.stored_at),
        "stored_reason": cuff.stored_reason,
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
        "cause": vital.cause,
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
    return {"gate": gate.gate, "unmet": [{"id": u.id, "text": u.text} for u in gate.unmet]}
