"""The contract's JSON for browsers and other programs: plain dicts, ready to be encoded.

Times are ISO 8601 UTC with milliseconds. A measured value is sent as it was received; only computed
numbers (a change, a baseline, a resolved limit, an age) are rounded (see rounding.py). Unknown is
null, never 0. The status object is in status_object.py.
"""

from collections.abc import Iterable
from typing import Final

from monitor.codecs.contract.rounding import PLACES, tidy
from monitor.codecs.times import from_iso, iso
from monitor.core.sentences.calls import bare
from monitor.core.sentences.english import english, noted, sentence, source, standing
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Commanded, Episode, Judged
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
    "status_message_json",
    "transition_json",
]

Json = dict[str, object]

_SIGNS: Final[Json] = {
    code: {
        "name": sign.name, "unit": sign.unit, "decimals": sign.decimals,
        "stream": sign.stream is not None,
    }
    for code, sign in VITALS.items()
}  # fmt: skip


def alarm_json(alarm: Alarm, encounter_id: str) -> Json:
    """Return one alarm in its present state."""
    places = PLACES.get(alarm.vital or "", 2)
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
        "limit": tidy(alarm.limit, places),
        "source": source(alarm),
        **({"source_because": alarm.limit_source} if alarm.limit_source else {}),
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
        **_bare_reason(alarm),
        "began": alarm.began,
        "priority_since": iso(alarm.priority_since),
        "worst_since": iso(alarm.worst_since),
        "called_at": iso(alarm.called_at),
    }


def _bare_reason(alarm: Alarm) -> Json:
    """Return the sentence without who acknowledged the alarm, if the whole one says so."""
    itself = bare(alarm.because)
    return {} if itself is alarm.because else {"bare_reason": noted(alarm, english(itself))}


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
    boot; `rr_ms`, `user` and `because` are present only if they are known."""
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
        "reason": sentence(row),
    }
    if row.rr:
        body["rr_ms"] = [round(ms) for ms in row.rr]
    if row.user is not None:
        body["user"] = row.user
    if row.because:
        body["because"] = row.because
    return body


def episode_json(episode: Episode, encounter_id: str) -> Json:
    """Return one transient elevation; `end` is null while it lasts.

    Minutes count from the dose before it.
    """
    places = PLACES[episode.vital]
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
        "limit": tidy(episode.limit, places),
        "baseline": tidy(episode.baseline, places),
        "over_s": tidy(episode.over_s, 1),
        "area": tidy(episode.area, 1),
        "dosed_at": iso(episode.dosed_at),
        "onset_min": _minutes(episode.dosed_at, episode.onset),
        "peak_min": _minutes(episode.dosed_at, episode.peak_at),
        "duration_s": tidy(None if episode.end is None else episode.end - episode.onset, 1),
        "returned_at": iso(episode.returned_at),
        "return_min": _minutes(episode.dosed_at, episode.returned_at),
        "course": "sustained" if episode.sustained else "transient",
        "holes": episode.holes,
        "hole_s": tidy(episode.hole_s, 1),
        "unwatched_s": tidy(episode.unwatched_s, 1),
    }


def _minutes(since: float | None, at: float | None) -> float | None:
    return None if since is None or at is None else round((at - since) / 60, 1)
