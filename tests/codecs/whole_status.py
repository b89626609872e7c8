"""A status with a value in every field: the content of `tests/golden/status.json`.

It is no moment of a session: it is closed, and waits for a measurement. The stories alter it (see
live_stories.py), so a new field is filled here, and a story names it only if it is about it.
"""

from typing import Final

import msgspec

from monitor.adapters.store import NoticeRow
from monitor.codecs.contract import wire
from monitor.codecs.contract.status_object import ForPeople, Watchers, status_json
from monitor.core.vocabulary.events import Alarm, Baseline
from monitor.core.vocabulary.inputs import Contact, Dose, Facts
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.status import (
    CheckStatus,
    ClockStep,
    CuffStatus,
    GateStatus,
    LimitStatus,
    NextCheck,
    SensorStatus,
    Status,
    SupervisorStatus,
    UnknownAge,
    VitalStatus,
)
from monitor.core.vocabulary.vitals import VITALS

ENCOUNTER: Final = "e-7f3a"
OPENED: Final = wire.from_iso("2026-11-23T13:38:00Z")
DOSED: Final = wire.from_iso("2026-11-23T14:00:00Z")
NOW: Final = DOSED + 95 * 60
STRAP, CUFF, THERMOMETER = "strap-7", "cuff-3", "thermo-2"

BASELINE: Final = {
    "hr": Baseline(68.0, 2.1, 212, "good"),
    "sbp": Baseline(124.0, 3.0, 3, "good"),
    "dbp": Baseline(78.0, 2.0, 3, "good"),
    "map": Baseline(93.3, 2.3, 3, "good"),
    "temp": Baseline(36.6, 0.1, 2, "fair"),
}
OF_PROTOCOL: Final = plain("protocol sl_home")
VALUES: Final = {"hr": 74.0, "sbp": 151.0, "dbp": 94.0, "map": 113.0, "temp": 36.8}
ABSOLUTE: Final = (
    ("sbp_high", "low", "sbp", "high", 150.0),
    ("sbp_high", "medium", "sbp", "high", 165.0),
    ("sbp_high", "high", "sbp", "high", 180.0),
    ("dbp_high", "medium", "dbp", "high", 100.0),
    ("dbp_high", "high", "dbp", "high", 110.0),
    ("hr_high", "medium", "hr", "high", 120.0),
    ("hr_high", "high", "hr", "high", 140.0),
    ("hr_low", "medium", "hr", "low", 50.0),
    ("hr_low", "high", "hr", "low", 40.0),
    ("temp_high", "medium", "temp", "high", 38.5),
)
RELATIVE: Final = (
    ("sbp_rise", "medium", "sbp", "high", 164.0),
    ("hr_rise", "medium", "hr", "high", 100.0),
)

# All fields that a cuff and a strap can report beside their values, together.
UNKNOWN: Final = UnknownAge(
    key=f"{CUFF}/a1/31/sbp",
    received=NOW - 20,
    values={"sbp": 151.0, "dbp": 94.0, "map": 113.0},
    reason="The cuff does not say when this was measured.",
    because=Reason("record_of_unknown_age", {"user": 1}),
)
SHARED: Final = CuffStatus(
    user=1,
    user_by="thea",
    users=(1, 2),
    failed_at=DOSED + 94 * 60,
    failed_reason="The cuff measured and failed: too loose. It is asked again.",
    failed_because=Reason(
        "cuff_failed",
        {
            "device": CUFF,
            "count": 1,
            "flags": ("cuff_loose",),
            "lost": (),
        },
    ),
    unknown=UNKNOWN,
    stored_at=NOW - 20,
    stored_reason="Stored in the cuff, measured 8 days ago.",
    stored_because=Reason(
        "records_stored", {"count": 1, "why": Reason("stored_for", {"seconds": 691200.0})}
    ),
)
EARLY: Final = Reason("too_early", {"wanted": 120.0, "passed": 95, "doses": 1})
STEP: Final = ClockStep(
    DOSED + 32 * 60,
    3600.04,
    "The clock of strap-7 was set right: it had been 60 min behind.",
    Reason("clock_right", {"device": STRAP}),
)
STRUCK: Final = Alarm(
    id=f"{ENCOUNTER}-9", condition="sbp_high", kind="physiological", priority="medium",
    presence="acknowledged", onset=DOSED + 45 * 60, raised_at=DOSED + 45 * 60 + 0.4, vital="sbp",
    device=CUFF, value=151.0, limit=150.0, source="common practice", extreme=171.0,
    extreme_at=DOSED + 50 * 60, worst="medium", provisional=True, data_lost_at=DOSED + 80 * 60,
    cleared_at=DOSED + 90 * 60, acknowledged_at=DOSED + 47 * 60, acknowledged_by="m.keller",
    reason="Systolic pressure 151 is at or above the low limit of 150.", began="low",
    priority_since=DOSED + 50 * 60, worst_since=DOSED + 50 * 60, called_at=DOSED + 50 * 60,
    struck=171.0, because=Reason("acknowledged", {
        "by": "m.keller",
        "reason": plain("Systolic pressure 151 is at or above the low limit of 150."),
    }),
    limit_source=plain("common practice"),
)  # fmt: skip


def doubted(code: str, value: float) -> VitalStatus:
    return VitalStatus(
        value=value, unit=VITALS[code].unit, effective=NOW - 20.2, received=NOW - 20, age_s=20.2,
        stale_at=NOW + 1000, expires_at=NOW + 1780, state="suspect", trend="rising",
        change=value - BASELINE[code].value, cause="cuff loose", typed=True,
        because=Reason("cuff_doubts", {"flags": ("cuff_loose",)}),
    )  # fmt: skip


WHOLE: Final = Status(
    id=ENCOUNTER,
    protocol="sl_home",
    protocol_version=3,
    phase="recovery",
    mode="test",
    opened_at=OPENED,
    doses=(Dose(DOSED, "ketamine", "sublingual", 100.0, "thea"),),
    corrected=(1,),
    corrections=2,
    dosed_at=DOSED,
    last_dose_at=DOSED,
    minutes_since_dose=95.0,
    vitals={code: doubted(code, value) for code, value in VALUES.items()},
    baseline=BASELINE,
    limits=tuple(
        LimitStatus(*row, source=plain("protocol sl_home")) for row in ABSOLUTE + RELATIVE
    ),
    alarms=(STRUCK,),
    next_check=NextCheck(NOW + 60, overdue=True, reason="confirm", asked=True),
    gates=(GateStatus("discharge", (Unmet("minimum_time", EARLY),)),),
    devices={STRAP: "heart_rate", CUFF: "cuff", THERMOMETER: "thermometer"},
    clocks={STRAP: 0.24, CUFF: 41.0, THERMOMETER: None},
    supervisor=SupervisorStatus("thea", OPENED, "mara"),
    checks={"sitter": CheckStatus(OPENED + 60, "thea")},
    phases={"onset": 20.0, "peak": 75.0, "recovery": 150.0},
    cuffs={CUFF: SHARED},
    clock_steps={STRAP: STEP},
    sensors={STRAP: SensorStatus(64, DOSED + 94 * 60)},
    audio_paused_until=NOW + 60,
    closed_at=DOSED + 125 * 60,
)

PATIENT: Final = "p-12"
WATCHERS: Final = Watchers(watching=1, visible=1, audible=1)
ANNA: Final = Contact(id=4, name="Anna")
TOLD: Final = NoticeRow(
    id="n-1-0", message="n-1", encounter=ENCOUNTER, alarm=STRUCK.id, contact=ANNA.id,
    name=ANNA.name, channel="json", channel_index=0, priority="medium", kind="physiological",
    onset=STRUCK.onset, queued_at=DOSED + 46 * 60, at=DOSED + 46 * 60 + 9, attempts=2,
    state="sent", sent_at=DOSED + 46 * 60 + 3, delivered_at=DOSED + 46 * 60 + 4,
    seen_at=DOSED + 46 * 60 + 5, acknowledged_at=DOSED + 46 * 60 + 8,
    declined_at=DOSED + 46 * 60 + 9, detail="it answered 500",
    because=Reason("answered", {"status": 500}),
)  # fmt: skip
PEOPLE: Final = ForPeople(
    label="K-104",
    emergency={
        "address": "12 Example Lane, 3rd floor",
        "phone": "+1 555 0100",
        "sitter": "sitter on file, +1 555 0101",
        "local_number": "911",
    },
    facts=Facts(protocol="sl_home", birth_year=1979, risk_factors=("hypertension",)),
    contacts=(ANNA,),
    on_duty={ANNA.id},
    confirmed={ANNA.id: OPENED - 3600},
    contacts_known=True,
    next_notice=(STRUCK.id, ANNA, NOW + 60),
    nobody_left=(STRUCK.id,),
    notices=(TOLD,),
)


def whole_json() -> wire.Json:
    """Return it as a reader gets it."""
    made = status_json(WHOLE, patient=PATIENT, watchers=WATCHERS, people=PEOPLE)
    sent: wire.Json = msgspec.to_builtins(made)
    return sent
