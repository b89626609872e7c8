"""The protocols that ship with the product, with the source of each number."""

from typing import Final

import msgspec

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.protocol import DischargeGate, HoldGate, Protocol
from monitor.core.quality.stream import TAKES_OVER_S
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.words import Priority

Row = tuple[Priority, float, str]


def absolute(
    vital: str,
    direction: Direction,
    *rows: Row,
    delays: dict[Priority, float] | None = None,
    sooner: float | None = None,
) -> list[AlarmLimit]:
    """Return absolute limits from rows of priority, value, source."""
    return [
        AlarmLimit(
            vital=vital, direction=direction, priority=priority, value=float(value), source=source,
            delay=(delays or {}).get(priority, 0.0), sooner=sooner,
        )
        for priority, value, source in rows
    ]  # fmt: skip


# Silence has one second of grace, so each delay is a second below the disclosed maximum: 20 s at
# low and medium, 15 s at high (Goerges 2009: 14 s removes half, 19 s two thirds of the unneeded
# alarms), 30 s for a rise.
_HR_DELAY: Final[dict[Priority, float]] = {"low": 19.0, "medium": 19.0, "high": 14.0}

# The shorter delay while the evidence is clean: longer than an artefact lasts.
_HR_SOONER: Final = TAKES_OVER_S

_DEFAULT = "engineering default"

_PRACTICE = "common practice, unconfirmed"

_CRTCE = "CRTCE definition of treatment-emergent hypertension"

_CRISIS = "hypertensive crisis, common practice"

_LABEL = "esketamine label"

LIMITS: Final[tuple[AlarmLimit, ...]] = (
    *absolute(
        "sbp", "high", ("low", 150, _DEFAULT), ("medium", 165, _CRTCE), ("high", 180, _CRISIS)
    ),
    *absolute(
        "dbp", "high", ("low", 95, _DEFAULT), ("medium", 100, _CRTCE), ("high", 110, _CRISIS)
    ),
    AlarmLimit(vital="sbp", direction="high", priority="low", rise=25, percent=20, source=_DEFAULT),
    AlarmLimit(
        vital="sbp", direction="high", priority="medium", rise=40, percent=30, source=_LABEL
    ),
    AlarmLimit(
        vital="sbp",
        direction="high",
        priority="high",
        rise=40,
        at_least=165,
        source=f"{_LABEL} with {_CRTCE}",
    ),
    AlarmLimit(vital="dbp", direction="high", priority="low", rise=15, percent=20, source=_DEFAULT),
    AlarmLimit(vital="dbp", direction="high", priority="medium", rise=25, source=_LABEL),
    AlarmLimit(
        vital="dbp",
        direction="high",
        priority="high",
        rise=25,
        at_least=100,
        source=f"{_LABEL} with {_CRTCE}",
    ),
    *absolute(
        "sbp", "low", ("low", 100, _PRACTICE), ("medium", 90, _PRACTICE), ("high", 80, _PRACTICE)
    ),
    *absolute(
        "hr",
        "high",
        ("low", 100, _PRACTICE),
        ("medium", 120, _PRACTICE),
        ("high", 140, _PRACTICE),
        delays=_HR_DELAY,
        sooner=_HR_SOONER,
    ),
    AlarmLimit(vital="hr", direction="high", priority="low", percent=20, source=_DEFAULT, delay=29),
    AlarmLimit(
        vital="hr",
        direction="high",
        priority="medium",
        percent=30,
        at_least=100,
        source=_DEFAULT,
        delay=29,
    ),
    *absolute(
        "hr",
        "low",
        ("low", 55, _PRACTICE),
        ("medium", 50, _PRACTICE),
        ("high", 40, _PRACTICE),
        delays=_HR_DELAY,
        sooner=_HR_SOONER,
    ),
    *absolute(
        "temp",
        "high",
        ("low", 37.8, _DEFAULT),
        ("medium", 38.5, _DEFAULT),
        ("high", 40.0, _DEFAULT),
    ),
    AlarmLimit(vital="temp", direction="high", priority="low", rise=1.0, source=_DEFAULT),
    AlarmLimit(vital="temp", direction="high", priority="medium", rise=1.5, source=_DEFAULT),
    *absolute("temp", "low", ("low", 35.5, _DEFAULT), ("medium", 35.0, _DEFAULT)),
)

_SUPERVISED = HoldGate(sitter=False, reachable=False)

PRESETS: Final[dict[str, Protocol]] = {
    p.id: msgspec.convert(msgspec.to_builtins(p), Protocol)  # whole numbers become floats
    for p in (
        Protocol(
            id="sl_home",
            version=1,
            name="Sublingual at home",
            route="sublingual",
            onset_until=20,
            peak_until=75,
            recovery_until=150,
            expected_peak=47,
            bp_minutes=(15, 30, 45, 60, 75, 90, 120),
            discharge=DischargeGate(minimum_min=120),
            limits=LIMITS,
            source="onset, peak and schedule are engineering defaults around 45 min",
        ),
        Protocol(
            id="oral_home",
            version=1,
            name="Oral at home",
            route="oral",
            onset_until=30,
            peak_until=105,
            recovery_until=180,
            expected_peak=65,
            bp_minutes=(20, 40, 60, 80, 100, 120, 150, 180),
            discharge=DischargeGate(minimum_min=180),
            limits=LIMITS,
            source="onset, peak and schedule are engineering defaults around 60 min",
        ),
        Protocol(
            id="esk_nasal",
            version=1,
            name="Esketamine nasal spray",
            route="intranasal",
            onset_until=15,
            peak_until=75,
            recovery_until=120,
            expected_peak=40,
            bp_minutes=(15, 40, 60, 90, 120),
            booster=False,
            hold=_SUPERVISED,
            discharge=DischargeGate(minimum_min=120, sitter=False),
            limits=LIMITS,
            source="40 min reading and two hours: esketamine label; the rest engineering defaults",
        ),
        Protocol(
            id="im_clinic",
            version=1,
            name="Intramuscular in clinic",
            route="intramuscular",
            onset_until=5,
            peak_until=45,
            recovery_until=90,
            expected_peak=17,
            bp_minutes=(5, 10, 15, 20, 30, 45, 60, 90),
            booster=False,
            hold=_SUPERVISED,
            discharge=DischargeGate(minimum_min=90, sitter=False),
            limits=LIMITS,
            source="engineering defaults; companion for 8 to 12 h from practice reports",
        ),
        Protocol(
            id="iv_40",
            version=1,
            name="Infusion over 40 min",
            route="intravenous",
            onset_until=10,
            peak_until=50,
            recovery_until=130,
            expected_peak=40,
            bp_minutes=(10, 20, 30, 40, 55, 70, 85, 100),
            booster=False,
            hold=_SUPERVISED,
            discharge=DischargeGate(minimum_min=100, sitter=False),
            limits=LIMITS,
            source="every 10 min then every 15: Yale and Emory series; 60 min after: practice",
        ),
    )
}
