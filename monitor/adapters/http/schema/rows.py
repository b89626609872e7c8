"""The store's rows as JSON of the API, except those that `codecs.contract` writes."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from monitor.adapters.store import JournalRow
from monitor.adapters.store.questions.clinic import Device, Patient
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.adapters.store.questions.findings import ObservationRow
from monitor.adapters.store.questions.quarantine import AuditRow, DroppedRow, QuarantineRow
from monitor.adapters.store.questions.users import User
from monitor.codecs.contract.wire import iso, observation_json
from monitor.core.alarms.burden import Burden
from monitor.core.sentences.english import brief
from monitor.core.vocabulary.events import Judged
from monitor.core.vocabulary.reasons import NONE, Reason

Json = dict[str, Any]

_OBSERVED: Final = tuple(
    name for name in ObservationRow.__struct_fields__ if name in Judged.__struct_fields__
)


def user(row: User) -> Json:
    return {
        "username": row.name, "role": row.role, "disabled": row.disabled, "phone": row.phone,
        "must_change_password": row.reset_at is not None,
    }  # fmt: skip


def patient(row: Patient) -> Json:
    return {
        "id": row.id,
        "label": row.label,
        "birth_year": row.birth_year,
        "risk_factors": row.risk_factors,
        "created_at": iso(row.created_at),
    }


def device(row: Device) -> Json:
    return {
        "id": row.id,
        "kind": row.kind,
        "site": row.site,
        "user": row.user,
        "model": row.model,
        "created_at": iso(row.created_at),
        "active": row.deactivated_at is None,
        "deactivated_at": iso(row.deactivated_at),
    }


def contact(row: ContactRow) -> Json:
    wants = row.preferences
    return {
        "id": str(row.id),
        "name": row.name,
        "urls": row.urls,
        "order": row.order,
        "after_s": row.after_s,
        "user": wants.user or None,
        "zone": wants.zone,
        "rota": msgspec.to_builtins(wants.rota),
        "quiet": msgspec.to_builtins(wants.quiet),
        "low": wants.low,
        "simulated": wants.simulated,
        "has_pin": row.pin_hash is not None,
        "confirmed_at": iso(row.confirmed_at),
    }


def burden(of: Burden) -> Json:
    """Seconds and rates rounded to a tenth, hours to a hundredth."""
    tenths = ("per_hour", "median_s", "longest_s", "in_alarm_s", "blind_s", "unattended_s")
    body = msgspec.structs.asdict(of) | {"hours": round(of.hours, 2)}
    return body | {n: None if body[n] is None else round(body[n], 1) for n in tenths}


def observation(row: ObservationRow) -> Json:
    judged = Judged(at=row.issued, key="", **{name: getattr(row, name) for name in _OBSERVED})
    return observation_json(judged, row.id)


class _OfAlarm(Struct):
    because: Reason = NONE


class _Change(Struct):
    """The part of an alarm's row that `journal` needs."""

    alarm: _OfAlarm


_decode_change: Final = msgspec.json.Decoder(_Change).decode


def journal(row: JournalRow) -> Json:
    """`body` is passed on as stored; times in it are epoch seconds."""
    made: Json = {
        "id": row.n,
        "at": iso(row.at),
        "side": row.side,
        "type": row.type,
        "body": msgspec.Raw(row.body.encode()),
    }
    if row.type == "alarm" and (said := brief(_decode_change(row.body).alarm.because)):
        made["brief"] = said
    return made


def audit(row: AuditRow) -> Json:
    return {
        "id": row.id,
        "at": iso(row.at),
        "by": row.user,
        "action": row.action,
        "object": row.object,
        "origin": row.origin or None,
        "detail": msgspec.Raw(row.detail.encode()),
    }


def quarantine(row: QuarantineRow) -> Json:
    """`excerpt`: the beginning as text; bytes that are not text are written \\xnn."""
    return {
        "id": row.id,
        "at": iso(row.at),
        "topic": row.topic,
        "device": row.device or None,
        "format": row.format or None,
        "reason": row.reason,
        "excerpt": row.excerpt.decode("utf-8", "backslashreplace"),
        "size": row.size,
        "count": row.count,
    }


def dropped(row: DroppedRow) -> Json:
    return {
        "device": row.lane or None, "count": row.rows, "since": iso(row.since), "at": iso(row.at),
    }  # fmt: skip
