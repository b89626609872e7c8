"""The contract's JSON for browsers and other programs: plain dicts, ready to be encoded.

Times are ISO 8601 UTC with milliseconds. A measured value is sent as it was received; only computed
numbers (a change, a baseline, a resolved limit, an age) are rounded, one place finer than the vital
sign is shown, so that 36.9 - 36.6 reads 0.3. Unknown is null, never 0.

The functions are flat dict displays on purpose: a status is encoded four times a second for each
session, and they are most of that cost.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from monitor.codecs.times import from_iso, iso
from monitor.core.sentences.english import english, sentence, source, standing
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Baseline, Commanded, Episode, Judged
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
from monitor.core.vocabulary.vitals import VITALS

__all__ = [
    "Json",
    "acks_json",
    "alarm_json",
    "command_json",
    "episode_json",
    "from_iso",
    "heartbeat_json",
    "iso",
    "observation_json",
    "snapshot_json",
    "status_json",
    "status_message_json",
    "transition_json",
]

Json = dict[str, object]

_PLACES: Final = {code: vital.decimals + 1 for code, vital in VITALS.items()}
_SIGNS: Final[Json] = {
    code: {
        "name": sign.name, "unit": sign.unit, "decimals": sign.decimals,
        "stream": sign.stream is not None,
    }
    for code, sign in VITALS.items()
}  # fmt: skip


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
        "minutes_since_dose": _tidy(status.minutes_since_dose, 1),
        "vitals": {code: _vital(code, vital) for code, vital in status.vitals.items()},
        "baseline": {code: _baseline(code, base) for code, base in status.baseline.items()},
        "limits": [_limit(limit) for limit in status.limits],
        "alarms": [alarm_json(alarm, encounter) for alarm in status.alarms],
        "next_check": _next_check(status.next_check),
        "gates": [_gate(gate) for gate in status.gates],
        "devices": status.devices,
        "clocks": {device: _tidy(s, 1) for device, s in status.clocks.items()},
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
    told: Json = {"at": iso(step.at), "by_s": _tidy(step.by_s, 1), "reason": sentence(step)}
    return told | {"because": step.because} if step.because else told


def _supervisor(held: SupervisorStatus | None) -> Json | None:
    if held is None:
        return None
    return {
        "name": held.name, "since": iso(held.since), "offered_to": held.offered_to or None,
    }  # fmt: skip


def alarm_json(alarm: Alarm, encounter_id: str) -> Json:
    """Return one alarm in its present state."""
    places = _PLACES.get(alarm.vital or "", 2)
    return {
        "id": alarm.id,
        "encounter_id": encounter_id,
        "condition": alarm.condition,
        "kind": alarm.kind,
        "priority": alarm.priority,
        "presence": alarm.presence,
        "vital": alarm.vital,
        "device": alarm.device,
        "value": alarm.value,
        "limit": _tidy(alarm.limit, places),
        "source": source(alarm),
        "extreme": alarm.extreme,
        "extreme_at": iso(alarm.extreme_at),
        **({} if alarm.struck is None else {"struck": alarm.struck}),
        "worst": alarm.worst,
        "provisional": alarm.provisional,
        "data_lost_at": iso(alarm.data_lost_at),
        "onset": iso(alarm.onset),
        "raised_at": iso(alarm.raised_at),
        "cleared_at": iso(alarm.cleared_at),
        "acknowledged_at": iso(alarm.acknowledged_at),
        "acknowledged_by": alarm.acknowledged_by,
        "reason": standing(alarm),
        **({"because": alarm.because} if alarm.because else {}),
        "began": alarm.began,
        "priority_since": iso(alarm.priority_since),
        "worst_since": iso(alarm.worst_since),
        "called_at": iso(alarm.called_at),
    }


def transition_json(change: AlarmChanged, encounter_id: str) -> Json:
    """Return an alarm transition: the MQTT payload, and the WebSocket message without `seq`."""
    return {
        "type": "alarm",
        "transition": change.transition,
        "at": iso(change.at),
        "alarm": alarm_json(change.alarm, encounter_id),
    }


def status_message_json(status: Json) -> Json:
    """Return the WebSocket message around one status, without `seq`."""
    return {"type": "status", "encounter": status}


def snapshot_json(server_time: float, encounters: Iterable[Json]) -> Json:
    """Return the first WebSocket message of a connection, without `seq`."""
    return {
        "type": "snapshot", "server_time": iso(server_time), "vital_signs": _SIGNS,
        "encounters": list(encounters),
    }  # fmt: skip


def heartbeat_json(server_time: float) -> Json:
    """Return the WebSocket heartbeat, without `seq`."""
    return {"type": "heartbeat", "server_time": iso(server_time)}


def person_json(server_time: float, user: str, role: str) -> Json:
    """Return the WebSocket message of a role that changed, without `seq`."""
    return {"type": "person", "server_time": iso(server_time), "user": user, "role": role}


def command_json(command: Commanded) -> Json:
    """Return a command for a cuff's `commands` topic."""
    return {"command": command.command, "reason": command.reason, "by": iso(command.by)}


def acks_json(boot: str, seq: int) -> Json:
    """Return the acknowledgement for a device's `acks` topic: all messages of this boot up to `seq`
    are on disk, or reported as lost."""
    return {"boot": boot, "seq": seq}


def observation_json(row: Judged, row_id: int | str) -> Json:
    """Return one row of `GET /encounters/{id}/observations`. A typed reading has no device and no
    boot; `rr_ms` and `user` are present only if they are known."""
    body: Json = {
        "id": row_id,
        "vital": row.vital,
        "value": row.value,
        "unit": VITALS[row.vital].unit,
        "effective": iso(row.effective),
        "issued": iso(row.issued),
        "measured": iso(row.measured),
        "device": row.device or None,
        "boot": row.boot or None,
        "seq": row.seq,
        "source": row.source,
        "state": row.state,
        "reason": row.reason,
    }
    if row.rr:
        body["rr_ms"] = [round(ms) for ms in row.rr]
    if row.user is not None:
        body["user"] = row.user
    return body


def episode_json(episode: Episode, encounter_id: str) -> Json:
    """Return one transient elevation; `end` is null while it lasts.

    Minutes count from the dose before it.
    """
    places = _PLACES[episode.vital]
    return {
        "id": f"{encounter_id}-e{episode.number}",
        "encounter_id": encounter_id,
        "number": episode.number,
        "vital": episode.vital,
        "direction": episode.direction,
        "unit": VITALS[episode.vital].unit,
        "onset": iso(episode.onset),
        "peak_at": iso(episode.peak_at),
        "peak": episode.peak,
        "end": iso(episode.end),
        "limit": _tidy(episode.limit, places),
        "baseline": _tidy(episode.baseline, places),
        "over_s": _tidy(episode.over_s, 1),
        "area": _tidy(episode.area, 1),
        "dosed_at": iso(episode.dosed_at),
        "onset_min": _minutes(episode.dosed_at, episode.onset),
        "peak_min": _minutes(episode.dosed_at, episode.peak_at),
        "duration_s": _tidy(None if episode.end is None else episode.end - episode.onset, 1),
        "returned_at": iso(episode.returned_at),
        "return_min": _minutes(episode.dosed_at, episode.returned_at),
        "course": "sustained" if episode.sustained else "transient",
        "holes": episode.holes,
        "hole_s": _tidy(episode.hole_s, 1),
        "unwatched_s": _tidy(episode.unwatched_s, 1),
    }


def _minutes(since: float | None, at: float | None) -> float | None:
    return None if since is None or at is None else round((at - since) / 60, 1)


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
        "age_s": _tidy(vital.age_s, 1),
        "stale_at": iso(vital.stale_at),
        "expires_at": iso(vital.expires_at),
        "state": vital.state,
        "trend": vital.trend,
        "change": _tidy(vital.change, _PLACES[code]),
        "cause": vital.cause,
        **({"typed": True} if vital.typed else {}),
    }


def _baseline(code: str, base: Baseline) -> Json:
    places = _PLACES[code]
    return {
        "value": _tidy(base.value, places),
        "spread": _tidy(base.spread, places),
        "count": base.count,
        "grade": base.grade,
    }


def _limit(limit: LimitStatus) -> Json:
    return {
        "condition": limit.condition,
        "priority": limit.priority,
        "vital": limit.vital,
        "direction": limit.direction,
        "value": _tidy(limit.value, _PLACES[limit.vital]),
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


def _tidy(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
