"""One afternoon of messages: the contents of `tests/golden/live` and `tests/golden/mqtt`.

The page and other programs are tested against the golden files; this module gives their meaning. In
order of `seq` the live messages are one connection that watches session `e-7f3a` (code K-104) from
preparation to close. After a wanted change of the wire format, write the files again with `python
-m tests.codecs.live_stories` and read the difference. A file holds the keys of a status that its
story is about (see golden_files.py).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from monitor.codecs.contract import wire
from monitor.codecs.contract.status_object import status_json
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Commanded
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.status import (
    CheckStatus,
    Freshness,
    GateStatus,
    LimitStatus,
    NextCheck,
    Status,
    SupervisorStatus,
    Trend,
    VitalStatus,
)
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Change, Phase, Priority
from tests.codecs.golden_files import GOLDEN, WHOLE_FILE, beside, each_status, written
from tests.codecs.whole_status import (
    ABSOLUTE,
    BASELINE,
    CUFF,
    DOSED,
    ENCOUNTER,
    OPENED,
    PATIENT,
    PEOPLE,
    RELATIVE,
    STRAP,
    UNKNOWN,
    WATCHERS,
    WHOLE,
    whole_json,
)

T = TypeVar("T", Alarm, Status)

CALM: Final = "calm"  # the status of which the others are altered
# No notice was sent, and there is no contact to send one to.
QUIET: Final = msgspec.structs.replace(
    PEOPLE, contacts=(), next_notice=None, nobody_left=(), notices=()
)
LOOSE: Final = Reason("cuff_doubts", {"flags": ("cuff_loose",)})
HIGH: Final = Alarm(
    id=f"{ENCOUNTER}-1",
    condition="sbp_high",
    kind="physiological",
    priority="high",
    presence="on",
    onset=DOSED + 45 * 60 + 12,
    raised_at=DOSED + 45 * 60 + 12.4,
    vital="sbp",
    device=CUFF,
    value=184.0,
    limit=180.0,
    source="hypertensive crisis, common practice",
    extreme=184.0,
    extreme_at=DOSED + 45 * 60 + 12,
    worst="high",
    began="high",
    priority_since=DOSED + 45 * 60 + 12,
    worst_since=DOSED + 45 * 60 + 12,
    called_at=DOSED + 45 * 60 + 12.4,
    provisional=True,
    reason=(
        "Systolic pressure 184 is at or above the high limit of 180 (hypertensive crisis, common "
        "practice), 45 min after the dose; baseline 124, +60. Provisional: a repeat is asked for."
    ),
)
RISE: Final = msgspec.structs.replace(
    HIGH,
    id=f"{ENCOUNTER}-2",
    condition="sbp_rise",
    limit=165.0,
    source="esketamine label",
    reason=(
        "Systolic pressure 184 is 60 above the baseline of 124; the high limit over the baseline "
        "is 165 (esketamine label), 45 min after the dose. Provisional: a repeat is asked for."
    ),
)
BACK: Final = "Systolic pressure 141 is back below the limit of 150, 55 min after the dose."
SILENT: Final = Alarm(
    id=f"{ENCOUNTER}-4",
    condition="no_data",
    kind="technical",
    priority="low",
    presence="on",
    onset=DOSED + 70 * 60,
    raised_at=DOSED + 70 * 60 + 30,
    vital="hr",
    device=STRAP,
    source="engineering default",
    reason="No heart rate. Last one 72.",
    began="low",
    priority_since=DOSED + 70 * 60,
    worst_since=DOSED + 70 * 60,
    called_at=DOSED + 70 * 60 + 30,
)


def reading(
    code: str,
    value: float | None,
    now: float,
    age: float,
    state: Freshness = "fresh",
    trend: Trend | None = "steady",
    cause: str = "",
    because: Reason | None = None,
) -> VitalStatus:
    """A vital sign `age` seconds after it was received; None: no value was ever received."""
    unit = VITALS[code].unit
    if value is None:
        return VitalStatus(
            value=None,
            unit=unit,
            effective=None,
            received=None,
            age_s=None,
            stale_at=None,
            expires_at=None,
            state="missing",
        )
    received = now - age
    stale, expires = (10.0, 30.0) if code == "hr" else (1020.0, 1800.0)
    return VitalStatus(
        value=float(value),
        unit=unit,
        effective=received - 0.2,
        received=received,
        age_s=float(age),
        stale_at=received + stale,
        expires_at=received + expires,
        state=state,
        trend=trend,
        change=value - BASELINE[code].value if now >= DOSED else None,
        cause=cause,
        because=because,
    )


def cuff(
    now: float,
    age: float,
    sbp: float,
    dbp: float,
    mean: float,
    state: Freshness,
    cause: str = "",
    because: Reason | None = None,
) -> dict[str, VitalStatus]:
    values = {"sbp": sbp, "dbp": dbp, "map": mean}
    return {
        code: reading(code, value, now, age, state, cause=cause, because=because)
        for code, value in values.items()
    }


def status(
    now: float,
    phase: Phase,
    vitals: dict[str, VitalStatus],
    alarms: tuple[Alarm, ...] = (),
    next_check: NextCheck | None = None,
    closed_at: float | None = None,
) -> Status:
    dosed = now >= DOSED
    early = Reason("too_early", {"wanted": 120.0, "passed": 45, "doses": 1})
    unmet = (Unmet("minimum_time", early),)
    short = Reason("baseline_short", {"wanted": 2, "count": 1, "too_soon": 0})
    incomplete = (Unmet("baseline", short),)
    gate = GateStatus("discharge", unmet) if dosed else GateStatus("hold", incomplete)
    return altered(
        WHOLE,
        protocol_version=0,
        phase=phase,
        doses=(),
        corrected=(),
        corrections=0,
        dosed_at=DOSED if dosed else None,
        last_dose_at=DOSED if dosed else None,
        minutes_since_dose=(now - DOSED) / 60 if dosed else None,
        vitals=vitals,
        baseline=BASELINE if dosed else {},
        limits=tuple(
            LimitStatus(*row, source=plain("protocol sl_home"))
            for row in (ABSOLUTE + RELATIVE if dosed else ABSOLUTE)
        ),
        alarms=alarms,
        next_check=next_check,
        gates=() if closed_at else (gate,),
        supervisor=SupervisorStatus("thea", OPENED, "mara" if dosed else ""),
        checks={"sitter": CheckStatus(OPENED + 60, "thea")} if dosed else {},
        cuffs={},
        clock_steps={},
        sensors={},
        audio_paused_until=None,
        closed_at=closed_at,
    )


def after(minutes: float) -> float:
    """Return the moment this many minutes after the dose."""
    return DOSED + minutes * 60


def altered(told: T, **changes: object) -> T:
    return msgspec.structs.replace(told, **changes)


def confirmed(alarm: Alarm) -> Alarm:
    return altered(
        alarm,
        value=186.0,
        extreme=186.0,
        extreme_at=after(46.5),
        provisional=False,
        reason=alarm.reason.replace("184", "186")
        .replace("60", "62")
        .replace("Provisional: a repeat is asked for.", "Confirmed by a repeat."),
    )


def acknowledged(alarm: Alarm) -> Alarm:
    return altered(
        confirmed(alarm),
        presence="acknowledged",
        acknowledged_at=after(47),
        acknowledged_by="m.keller",
    )


def cleared(alarm: Alarm) -> Alarm:
    """It was acknowledged and the pressure fell: it clears directly, and the author stays."""
    return altered(
        acknowledged(alarm), presence="off", value=141.0, cleared_at=after(55), reason=BACK
    )


def again() -> Alarm:
    """A second occurrence: a new id."""
    return altered(
        HIGH,
        id=f"{ENCOUNTER}-3",
        onset=after(56),
        raised_at=after(56) + 0.4,
        extreme_at=after(56),
        priority_since=after(56),
        worst_since=after(56),
        called_at=after(56) + 0.4,
    )


def latched() -> Alarm:
    """The pressure fell again before anyone had acknowledged the alarm."""
    return altered(
        again(),
        value=141.0,
        presence="latched",
        provisional=False,
        cleared_at=after(60),
        reason=BACK.replace("55", "60"),
    )


def statuses() -> Iterator[tuple[str, Status]]:
    """Name -> status of the encounter, in order of time."""
    now = OPENED + 60
    yield (
        "preparation",
        status(
            now,
            "preparation",
            {
                "hr": reading("hr", 71.0, now, 0.4, trend=None),
                **{code: reading(code, None, now, 0) for code in ("sbp", "dbp", "map", "temp")},
            },
            next_check=NextCheck(DOSED - 600, False, "schedule"),
        ),
    )
    now = after(31)
    yield CALM, status(now, "peak", calm(now), next_check=NextCheck(after(45), False, "schedule"))
    now = after(45.25)
    yield (
        "alarm-high",
        status(
            now,
            "peak",
            calm(now) | cuff(now, 2.6, 184, 92, 123, "fresh"),
            (HIGH, RISE),
            NextCheck(now + 60, False, "confirm", asked=True),
        ),
    )
    now = after(52)
    yield (
        "alarm-acknowledged",
        status(
            now,
            "peak",
            calm(now) | cuff(now, 31, 181, 90, 120, "fresh"),
            (acknowledged(HIGH), acknowledged(RISE)),
            NextCheck(after(57), False, "schedule"),
        ),
    )
    now = after(60.5)
    yield (
        "alarm-latched",
        status(
            now,
            "peak",
            calm(now) | cuff(now, 30, 141, 86, 104, "fresh"),
            (latched(),),
            NextCheck(after(65), False, "schedule"),
        ),
    )
    now = after(65.5)
    yield (
        "cuff-suspect",
        status(
            now,
            "peak",
            calm(now) | cuff(now, 20, 161, 70, 100, "suspect", because=LOOSE),
            (),
            NextCheck(now + 60, False, "confirm", asked=True),
        ),
    )
    now = after(70.25)
    yield (
        "heart-rate-stale",
        status(
            now,
            "peak",
            calm(now) | {"hr": reading("hr", 72.0, now, 15, "stale")},
            (),
            NextCheck(after(75), False, "schedule"),
        ),
    )
    now = after(71)
    yield (
        "heart-rate-missing",
        status(
            now,
            "peak",
            calm(now) | {"hr": reading("hr", 72.0, now, 60, "missing", trend=None)},
            (SILENT,),
            NextCheck(after(75), False, "schedule"),
        ),
    )
    now = after(93)
    yield (
        "check-overdue",
        status(
            now,
            "recovery",
            calm(now) | cuff(now, 1080, 129, 80, 96, "stale"),
            (),
            NextCheck(after(90), True, "schedule"),
        ),
    )
    now = after(95)
    told = status(
        now,
        "recovery",
        calm(now) | cuff(now, 20, 151, 94, 113, "suspect", UNKNOWN.reason, UNKNOWN.because),
        (),
        NextCheck(now + 60, False, "confirm", asked=True),
    )
    yield "cuff-unknown-age", altered(told, cuffs=WHOLE.cuffs, clock_steps=WHOLE.clock_steps)
    now = after(125)
    yield "closed", status(now, "closed", calm(now), closed_at=now)


def calm(now: float) -> dict[str, VitalStatus]:
    return {
        "hr": reading("hr", 74.0, now, 0.3),
        **cuff(now, 55, 136, 84, 101, "fresh"),
        "temp": reading("temp", 36.8, now, 240),
    }


def rate_reason(value: int, priority: Priority, limit: int, rise: int) -> str:
    return (
        f"Heart rate {value} is at or above the {priority} limit of {limit} (common practice, "
        f"unconfirmed), 80 min after the dose; baseline 68, +{rise}."
    )


def transitions() -> Iterator[tuple[str, AlarmChanged]]:
    """Name -> alarm transition, in order of time. Enough alarms that each transition occurs."""

    def change(at: float, transition: Change, alarm: Alarm) -> AlarmChanged:
        return AlarmChanged(at, transition, alarm)

    def medium(priority: Priority, value: float, limit: float, reason: str) -> Alarm:
        return altered(
            HIGH,
            id=f"{ENCOUNTER}-5",
            condition="hr_high",
            vital="hr",
            device=STRAP,
            priority=priority,
            onset=after(80),
            raised_at=after(80) + 19,
            began="low",
            priority_since=after(80),
            worst_since=after(80),
            called_at=after(80) + 19,
            value=value,
            limit=limit,
            extreme=max(value, 124.0),
            extreme_at=after(80.5),
            worst="medium",
            provisional=False,
            source="common practice, unconfirmed",
            reason=reason,
        )

    rose = {"worst_since": after(80.5), "called_at": after(80.5)}
    worse = altered(
        medium("medium", 124.0, 120.0, rate_reason(124, "medium", 120, 56)),
        priority_since=after(80.5), **rose,
    )  # fmt: skip
    eased = medium("low", 104.0, 100.0, rate_reason(104, "low", 100, 36))
    rate = altered(eased, priority_since=after(82), **rose)
    yield "raised", change(HIGH.raised_at, "raised", HIGH)
    yield "rise-raised", change(RISE.raised_at, "raised", RISE)
    yield (
        "acknowledged",
        change(
            after(47),
            "acknowledged",
            acknowledged(HIGH),
        ),
    )
    yield (
        "rise-acknowledged",
        change(after(47), "acknowledged", acknowledged(RISE)),
    )
    yield "cleared", change(after(55), "cleared", cleared(HIGH))
    yield "rise-cleared", change(after(55), "cleared", cleared(RISE))
    yield "again-raised", change(again().raised_at, "raised", again())
    yield "latched", change(after(60), "latched", latched())
    yield (
        "ended",
        change(
            after(61),
            "ended",
            altered(
                latched(),
                presence="off",
                acknowledged_at=after(61),
                acknowledged_by="m.keller",
            ),
        ),
    )
    yield "no-data-raised", change(SILENT.raised_at, "raised", SILENT)
    yield (
        "no-data-cleared",
        change(
            after(72),
            "cleared",
            altered(SILENT, presence="off", cleared_at=after(72), reason="Heart rate 73 again."),
        ),
    )
    yield (
        "rate-raised",
        change(
            after(80) + 19,
            "raised",
            altered(eased, extreme=104.0, extreme_at=after(80), worst="low"),
        ),
    )
    yield (
        "rate-escalated",
        change(after(80.5), "escalated", worse),
    )
    yield "rate-deescalated", change(after(82), "deescalated", rate)


def live_messages() -> Iterator[tuple[str, wire.Json]]:
    """File name (without .json) -> WebSocket message, its `seq` included."""
    shown = {name: for_people(state) for name, state in statuses()}
    messages: list[tuple[str, wire.Json]] = [
        ("snapshot-empty", wire.snapshot_json(OPENED - 5, [])),
        ("snapshot", wire.snapshot_json(OPENED + 60, [shown["preparation"]])),
        ("heartbeat", wire.heartbeat_json(OPENED + 62)),
        *((f"status-{name}", wire.status_message_json(body)) for name, body in shown.items()),
        *(
            (f"alarm-{name}", wire.transition_json(change, ENCOUNTER))
            for name, change in transitions()
        ),
        ("snapshot-rejoined", wire.snapshot_json(after(45.25), [shown["alarm-high"]])),
    ]
    messages.sort(key=lambda message: _moment(message[1]))
    for seq, (name, body) in enumerate(messages, start=1):
        yield name, {"type": body["type"], "seq": seq, **body}


def mqtt_messages() -> Iterator[tuple[str, wire.Json]]:
    """File name (without .json) -> message that the service publishes: no label, no address."""
    state = dict(statuses())["alarm-high"]
    yield (
        "status",
        status_json(state, patient=PATIENT, watchers=WATCHERS, valid_until=after(45.75)),
    )
    yield "alarm", wire.transition_json(AlarmChanged(HIGH.raised_at, "raised", HIGH), ENCOUNTER)
    yield "command", wire.command_json(Commanded(after(45.25), "confirm", after(47.25), (CUFF,)))
    yield "acks", wire.acks_json("a1", 1045)


def for_people(state: Status) -> wire.Json:
    return status_json(state, patient=PATIENT, watchers=WATCHERS, people=QUIET)


def _moment(body: wire.Json) -> float:
    encounter = body.get("encounter")
    if isinstance(encounter, dict):
        rate = encounter["vitals"]["hr"]
        return wire.from_iso(rate["received"]) + float(rate["age_s"])
    return wire.from_iso(str(body.get("at") or body.get("server_time")))


def golden() -> dict[Path, wire.Json]:
    """Every golden file and its content."""
    live, mqtt = dict(live_messages()), dict(mqtt_messages())
    return {
        WHOLE_FILE: whole_json(),
        **{GOLDEN / "live" / f"{name}.json": _kept(name, body) for name, body in live.items()},
        **{GOLDEN / "mqtt" / f"{name}.json": _kept(name, body) for name, body in mqtt.items()},
    }


def _kept(name: str, message: wire.Json) -> wire.Json:
    """Return the message with each status beside the one from which it is altered."""
    shown = {state: for_people(status) for state, status in statuses()}
    like = {
        f"status-{CALM}": ("whole", whole_json()),
        "snapshot": ("status-preparation", shown["preparation"]),
        "snapshot-rejoined": ("status-alarm-high", shown["alarm-high"]),
        "status": ("status-alarm-high", shown["alarm-high"]),
    }
    base = like.get(name, (f"status-{CALM}", shown[CALM]))
    return each_status(message, lambda body: beside(*base, body))


if __name__ == "__main__":
    for path, body in golden().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(body))
