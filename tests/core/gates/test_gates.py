"""The gates before a dose, before a second one, and before a session ends: each condition."""

from typing import Any, Final

import pytest

from monitor.core.gates.gates import Situation, booster, discharge, hold, uncovered
from monitor.core.gates.heart_rates import PresentRate
from monitor.core.protocol.presets import PRESETS
from monitor.core.quality.cuffs.pressures import Pressure
from monitor.core.vocabulary.events import Alarm, Baseline, Closed, DoseRecorded
from monitor.core.vocabulary.inputs import Close, Override
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from monitor.core.vocabulary.refusals import GateRefused, Unmet
from tests.core.course import GOES_AHEAD, START, Course
from tests.core.refusing import refused, text

NOW: Final = 100_000.0
MIN: Final = 60.0


def situation(preset: str = "sl_home", **changed: Any) -> Situation:
    """A situation in which all three gates are open: two hours and more after the dose."""
    usual: dict[str, Any] = {
        "now": NOW, "protocol": PRESETS[preset], "age": 40, "sitter": True, "reachable": True,
        "rates": (clean(70.0),), "hr_expected": True, "present": {"sbp", "dbp"},
        "pressures": (pressure(-15, 122, 78), pressure(-2, 120, 78)),
        "baseline_pressures": 3, "baseline": {}, "last_dose_at": NOW - 200 * MIN, "alarms": (),
    }  # fmt: skip
    return Situation(**(usual | changed))


def clean(value: float, device: str = "strap") -> PresentRate:
    return PresentRate(value, device, clean=True)


def doubtful(value: float, device: str = "strap") -> PresentRate:
    return PresentRate(value, device)


def pressure(minutes: float, sbp: float, dbp: float, *, clean: bool = True) -> Pressure:
    return Pressure(NOW + minutes * MIN, sbp, dbp, clean)


WHY: Final = plain("It says why.")


def alarm(**about: Any) -> Alarm:
    usual: dict[str, Any] = {
        "id": "e-1-1", "condition": "sbp_high", "kind": "physiological", "priority": "medium",
        "presence": "on", "because": WHY, "onset": 0.0, "raised_at": 0.0, "vital": "sbp",
    }  # fmt: skip
    return Alarm(**(usual | about))


SEEN: Final = "Every alarm that is over is acknowledged"
HR: Final = "A present clean heart rate of 50 to 100: {}."

RATES: Final[list[tuple[dict[str, Any], str]]] = [
    ({"rates": (clean(50.0),)}, ""),
    ({"rates": (clean(100.0),)}, ""),
    ({"rates": (clean(49.0),)}, HR.format("49")),
    ({"rates": (clean(101.0),)}, HR.format("101")),
    ({"rates": ()}, HR.format("none")),
    ({"rates": (), "hr_expected": False}, ""),
    ({"rates": (doubtful(70.0),)}, HR.format("none that is beyond doubt")),
    # One source: the clean reading, and later ones.
    ({"rates": (clean(70.0), doubtful(90.0))}, ""),
    ({"rates": (clean(70.0), doubtful(130.0))}, HR.format("130")),
    ({"rates": (clean(130.0), doubtful(80.0))}, HR.format("130")),
    ({"rates": (clean(70.0), doubtful(45.0), doubtful(130.0))},
     HR.format("130")),
    # Several sources.
    ({"rates": (clean(72.0), clean(80.0, "band"))}, ""),
    ({"rates": (clean(95.0), clean(105.0, "band"))}, HR.format("105")),
    ({"rates": (clean(72.0), doubtful(150.0, "band"))},
     HR.format("150 (band) and 72 (strap) contradict each other")),
    ({"rates": (doubtful(72.0), doubtful(150.0, "band"))},
     HR.format("150 (band) and 72 (strap) contradict each other")),
    ({"rates": (doubtful(60.0), clean(76.0, ""), doubtful(150.0, "band"))},
     HR.format("150 (band) and 76 (typed) contradict each other")),
    ({"rates": (doubtful(120.0), doubtful(150.0, "band"))}, HR.format("150")),
    ({"rates": (doubtful(60.0), doubtful(80.0, "band"))},
     HR.format("60 (strap) and 80 (band) contradict each other")),
    ({"rates": (doubtful(66.0), doubtful(80.0, "band"))}, HR.format("none that is beyond doubt")),
    ({"rates": (clean(60.0), doubtful(80.0, "band"))}, ""),
    ({"rates": (clean(130.0),), "hr_expected": False}, HR.format("130")),
]  # fmt: skip


@pytest.mark.parametrize(("about", "said"), RATES)
def test_what_is_said_of_the_heart_rate(about: dict[str, Any], said: str) -> None:
    for gate in (hold, discharge):
        assert [text(u) for u in gate(situation(**about)) if u.id == "hr"] == [said][: bool(said)]


HOLD: Final[list[tuple[dict[str, Any], list[str]]]] = [
    ({}, []),
    ({"baseline_pressures": 1}, ["baseline"]),
    ({"baseline_pressures": 2}, []),
    ({"pressures": (pressure(-1, 140, 90),)}, []),
    ({"pressures": (pressure(-1, 141, 90),)}, ["sbp"]),
    ({"pressures": (pressure(-1, 140, 91),)}, ["dbp"]),
    ({"pressures": (pressure(-1, 150, 95),)}, ["sbp", "dbp"]),
    # a reading over the limit is judged by two clean repeats, five minutes apart
    ({"pressures": (pressure(-6, 160, 95), pressure(-1, 130, 80))}, ["repeats"]),
    ({"pressures": (pressure(-11, 160, 80), pressure(-6, 130, 80), pressure(-1, 130, 80))}, []),
    ({"pressures": (pressure(-11, 120, 91), pressure(-6, 130, 80), pressure(-1.1, 130, 80))},
     ["repeats"]),
    ({"pressures": (pressure(-10.9, 160, 80), pressure(-6, 130, 80), pressure(-1, 130, 80))},
     ["repeats"]),
    ({"pressures": (pressure(-11, 160, 80), pressure(-6, 130, 80), pressure(-1, 141, 80))},
     ["sbp"]),
    ({"pressures": (pressure(-11, 160, 80), pressure(-6, 141, 80), pressure(-1, 130, 80))},
     ["repeats"]),
    ({"pressures": (pressure(-11, 160, 80), pressure(-6, 130, 80, clean=False),
                    pressure(-1, 130, 80))}, ["repeats"]),
    ({"pressures": (pressure(-16, 160, 80), pressure(-11, 130, 80), pressure(-6, 160, 80),
                    pressure(-1, 130, 80))}, ["repeats"]),
    ({"pressures": (pressure(-6, 160, 80, clean=False), pressure(-1, 130, 80))}, []),
    ({"pressures": (pressure(-6, 130, 80), pressure(-1, 160, 80, clean=False))}, ["sbp"]),
    ({"pressures": (pressure(-11, 145, 80), pressure(-1, 140, 80)), "age": 70}, []),
    ({"pressures": (pressure(-1, 141, 80),), "age": 65}, ["sbp"]),
    ({"pressures": (pressure(-1, 150, 80),), "age": 66}, []),
    ({"pressures": (pressure(-1, 151, 80),), "age": 66}, ["sbp"]),
    ({"pressures": (pressure(-1, 150, 91),), "age": 66}, ["dbp"]),
    ({"pressures": (pressure(-1, 145, 80),), "age": None}, ["sbp"]),
    ({"pressures": (pressure(-3, 160, 80, clean=False), pressure(-2, 150, 80, clean=False),
                    pressure(-1, 120, 80, clean=False))}, ["sbp"]),
    *((about, ["hr"] * bool(said)) for about, said in RATES),
    ({"sitter": False}, ["sitter"]), ({"reachable": False}, ["reachable"]),
    ({"baseline_pressures": 0, "rates": (clean(120.0),), "sitter": False, "reachable": False},
     ["baseline", "hr", "sitter", "reachable"]),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "unmet"), HOLD)
def test_the_hold_gate(changed: dict[str, Any], unmet: list[str]) -> None:
    found = hold(situation(**changed))
    assert [u.id for u in found] == unmet
    assert all(text(u).endswith(".") for u in found)


def test_each_condition_is_written_as_what_must_hold_with_the_value_beside_it() -> None:
    """Under "Dose only if" and "Before closing" a reason against it would read as the opposite."""
    bad: dict[str, Any] = {
        "sitter": False, "reachable": False, "rates": (clean(130.0),), "present": set(),
        "pressures": (pressure(-7, 152, 93), pressure(-2, 141, 80), pressure(0, 120, 80)),
        "baseline_pressures": 1, "alarms": (alarm(), alarm(id="e-1-2", cleared_at=NOW)),
        "last_dose_at": NOW - 30 * MIN,
    }  # fmt: skip
    rising = (pressure(-15, 120, 70), pressure(-1, 126, 80))
    over = (pressure(-15, 170, 80), pressure(-1, 170, 80))
    base = {"sbp": Baseline(120, 1, 3, "good"), "dbp": Baseline(70, 1, 3, "good")}
    held = hold(situation(**bad)) + hold(situation(pressures=(pressure(-1, 141, 91),)))
    closing = discharge(situation(**bad)) + discharge(situation(pressures=rising))
    closing += discharge(situation(pressures=over, baseline=base))
    late = booster(situation(pressures=(pressure(-20, 120, 80),), present={"sbp"}))
    other = booster(situation("esk_nasal"))
    said = [text(u) for u in [*held, *closing, *late, *other]]
    assert said == [
        "2 clean pressure readings a minute apart: 1 of 2.",
        "2 clean repeats 5 min apart since a pressure of 141/80: 0 of 2.",
        "A present clean systolic pressure: none.",
        "A present clean diastolic pressure: none.",
        "A present clean heart rate of 50 to 100: 130.",
        "Without a medium alarm on systolic pressure: It says why.",
        "A medium alarm on systolic pressure is acknowledged: nobody has.",
        "A sitter is named: none.",
        "The patient's address and phone: not both on file.",
        "Systolic pressure at most 140: 141.",
        "Diastolic pressure at most 90: 91.",
        "120 min since the dose: 30 of 120.",
        "2 clean pressure readings 10 min apart, 47 min after the dose or later: 0 of 2.",
        "A present clean systolic pressure: none.",
        "A present clean diastolic pressure: none.",
        "A present clean heart rate of 50 to 100: 130.",
        "Without a medium alarm on systolic pressure: It says why.",
        f"{SEEN}: a medium alarm, systolic pressure over its limit, is not.",
        "A sitter stays with the patient: none.",
        "Pressure does not rise: 120/70, then 126/80.",
        "Pressure under 140/90, or within 20 % of the baseline of 120/70: 170/80.",
        "A clean pressure reading in the last 15 min: none.",
        "A present clean diastolic pressure: none.",
        "A second dose in the protocol: Esketamine nasal spray has none.",
    ]


def test_who_acknowledged_an_alarm_is_no_part_of_a_condition() -> None:
    """Five alarms in one line would repeat it five times."""
    taken = {"presence": "acknowledged", "acknowledged_by": "thea"}
    for code in ("acknowledged", "still_there"):
        because = Reason(code, {"by": "thea", "reason": WHY})
        (unmet,) = booster(situation(alarms=(alarm(**taken, because=because),)))
        assert text(unmet) == "Without a medium alarm on systolic pressure: It says why."


FIGURES: Final = {"value": 202.0, "limit": 180.0}
WAS_HIGH: Final = {"worst": "high", "extreme": 218.0}
OVER: Final = {"presence": "latched", "cleared_at": 1.0}
REACHED: Final = "it reached 218 and nobody has."
AGAIN: Final = " since it last called for somebody"
UNSEEN: Final = "it reached 218 and nobody has acknowledged it"
# A further dose, and the close: how a condition names the alarm, and by which values.
TEXTS: Final[list[tuple[dict[str, Any], str, str]]] = [
    ({"priority": "high", **FIGURES},
     "Systolic pressure without a high alarm: 201, limit 180.", "the same"),
    ({"condition": "sbp_rise", **FIGURES},
     "Systolic pressure without a medium alarm over the baseline: 201, limit 180.", "the same"),
    ({"condition": "not_recovering", "priority": "low", **FIGURES}, "",
     "Systolic pressure without a low alarm (not recovering): 201, limit 180."),
    ({"condition": "hr_high", "vital": "hr", "value": 131.0, "limit": 130.0},
     "A medium alarm on heart rate is acknowledged: it reached 131 and nobody has.",
     "Heart rate without a medium alarm: 131, limit 130."),
    # eased, and not acknowledged
    ({"priority": "low", **WAS_HIGH, **FIGURES},
     f"A high alarm on systolic pressure is acknowledged: {REACHED}",
     f"Systolic pressure without a high alarm: {UNSEEN}; now 201, limit 180."),
    ({**WAS_HIGH, **FIGURES},
     f"Systolic pressure without a high alarm: {UNSEEN}; now 201, limit 180.", "the same"),
    # over, and not acknowledged
    ({"condition": "sbp_rise", **OVER, **WAS_HIGH, **FIGURES},
     f"A high alarm on systolic pressure over the baseline is acknowledged: {REACHED}",
     f"{SEEN}: a high alarm, systolic pressure over the baseline, that reached 218, is not."),
    # its extreme was acknowledged before it was raised again
    ({**OVER, **WAS_HIGH, **FIGURES, "acknowledged_by": "mara"},
     f"A high alarm on systolic pressure is acknowledged: {REACHED[:-1]}{AGAIN}.",
     f"{SEEN}: a high alarm, systolic pressure over its limit, that reached 218, is not{AGAIN}."),
    ({"condition": "help_requested", "vital": None, **OVER}, "",
     f"{SEEN}: a medium alarm (help requested), is not."),
    ({"kind": "technical", "condition": "bp_overdue", "priority": "low"}, "",
     "Without a low technical alarm: It says why."),
]  # fmt: skip


@pytest.mark.parametrize(("about", "dose", "close"), TEXTS)
def test_a_condition_names_its_alarm_and_the_newest_value(
    about: dict[str, Any], dose: str, close: str
) -> None:
    """The alarm was last judged by 202; 201 came since, as close as possible."""
    seen = situation(alarms=(alarm(**about),), pressures=(pressure(-2, 201, 78),))
    said = [[text(u) for u in gate(seen) if u.id.startswith("alarm:")] for gate in (booster, hold)]
    assert said == [[dose][: bool(dose)]] * 2
    (closing,) = [text(u) for u in discharge(seen) if u.id.startswith("alarm:")]
    assert closing == (dose if close == "the same" else close)


def test_two_alarms_on_one_vital_sign_are_two_conditions_in_two_wordings() -> None:
    names = ("sbp_high", "sbp_rise", "not_recovering", "higher_than_expected")
    for about in ({}, {"presence": "latched", "cleared_at": 1.0, "extreme": 191.0}):
        beside = tuple(alarm(id=f"e-1-{n}", condition=c, **about) for n, c in enumerate(names))
        for gate in (hold, booster, discharge):
            texts = [text(u) for u in gate(situation(alarms=beside)) if "alarm:" in u.id]
            assert len(set(texts)) == len(names)


def test_the_hold_gate_says_which_pressure_waits_for_its_repeats() -> None:
    found = hold(situation(pressures=(pressure(-7, 152, 93), pressure(-2, 130, 80))))
    assert [text(u) for u in found] == [
        "2 clean repeats 5 min apart since a pressure of 152/93: 1 of 2."
    ]


def test_the_cuff_is_asked_until_the_repeats_are_in() -> None:
    """Three readings are in, the last of them too high: two more, five minutes apart."""
    course = Course(devices={"cuff": "cuff"})
    for t, sbp in [(5, 128), (310, 130), (615, 150), (920, 132), (1225, 131)]:
        course.bp(t, sbp, 80)
    course.advance(3000)
    assert [t for t in course.commands("scheduled") if t > 610] == [915, 1220]
    course.dose(3000, override=None)
    assert isinstance(course.events[-2], DoseRecorded)


@pytest.mark.parametrize("preset", ["esk_nasal", "im_clinic", "iv_40"])
def test_where_staff_is_present_no_sitter_or_address_is_asked_for(preset: str) -> None:
    assert hold(situation(preset, sitter=False, reachable=False)) == []


BOOSTER: Final[list[tuple[dict[str, Any], list[str]]]] = [
    ({}, []),
    ({"alarms": (alarm(),)}, ["alarm:e-1-1:medium"]),
    ({"alarms": (alarm(priority="high"),)}, ["alarm:e-1-1:high"]),
    ({"alarms": (alarm(priority="low"),)}, []),
    ({"alarms": (alarm(vital="hr", condition="hr_high"),)}, ["alarm:e-1-1:medium"]),
    ({"alarms": (alarm(vital="hr", condition="hr_high", presence="acknowledged"),)}, []),
    ({"alarms": (alarm(vital="temp", condition="temp_high"),)}, []),
    ({"alarms": (alarm(vital="dbp", condition="dbp_high"),)}, ["alarm:e-1-1:medium"]),
    ({"alarms": (alarm(presence="acknowledged"),)}, ["alarm:e-1-1:medium"]),
    # one that eased or is over, until acknowledged: by its worst priority
    ({"alarms": (alarm(presence="latched", cleared_at=1.0),)}, ["alarm:e-1-1:medium"]),
    (
        {"alarms": (alarm(presence="latched", cleared_at=1.0, priority="low", worst="high"),)},
        ["alarm:e-1-1:high"],
    ),
    ({"alarms": (alarm(priority="low", worst="high"),)}, ["alarm:e-1-1:high"]),
    ({"alarms": (alarm(priority="medium", worst="high"),)}, ["alarm:e-1-1:high"]),
    ({"alarms": (alarm(priority="low", worst="medium", vital="hr"),)}, ["alarm:e-1-1:medium"]),
    ({"alarms": (alarm(priority="low", worst="high", presence="acknowledged"),)}, []),
    (
        {"alarms": (alarm(priority="medium", worst="high", presence="acknowledged"),)},
        ["alarm:e-1-1:medium"],
    ),
    ({"alarms": (alarm(kind="technical", condition="bp_overdue", worst="high"),)}, []),
    ({"pressures": (pressure(-15, 120, 80),)}, []),
    ({"pressures": (pressure(-15.01, 120, 80),)}, ["bp_age"]),
    ({"pressures": ()}, ["bp_age"]),
    ({"pressures": (Pressure(NOW - 60, 120, None, clean=True),)}, ["bp_age"]),
    ({"pressures": (Pressure(NOW - 60, None, 80, clean=True),)}, ["bp_age"]),
]


@pytest.mark.parametrize(("changed", "unmet"), BOOSTER)
def test_the_booster_gate(changed: dict[str, Any], unmet: list[str]) -> None:
    assert [u.id for u in booster(situation(**changed))] == unmet


@pytest.mark.parametrize("preset", ["esk_nasal", "im_clinic", "iv_40"])
def test_where_there_is_no_second_dose_the_gate_says_so(preset: str) -> None:
    assert [u.id for u in booster(situation(preset))] == ["protocol"]


def readings(*rows: tuple[float, float, float]) -> tuple[Pressure, ...]:
    return tuple(pressure(*row) for row in rows)


def test_who_is_not_alert_does_not_go_home_and_what_was_said_is_kept() -> None:
    course = Course(devices={})
    course.dose(10)
    course.observe(6000, "", {"sbp": 120.0, "dbp": 78.0}, by="sitter")
    course.observe(7200, "", {"sbp": 118.0, "dbp": 78.0}, by="sitter")
    with pytest.raises(GateRefused) as refused:
        course.apply(7300, Close("r.hill", alert=False))
    assert [u.id for u in refused.value.unmet] == ["alert"]
    assert text(refused.value.unmet[0]) == "The patient is awake and answers: not confirmed."
    course.apply(7310, Close("r.hill", alert=True))
    (closed,) = [e for e in course.events if isinstance(e, Closed)]
    assert (closed.alert, closed.unmet) == (True, ())


BASELINE: Final = {"sbp": Baseline(130, 2, 3, "good"), "dbp": Baseline(85, 2, 3, "good")}
DISCHARGE: Final[list[tuple[dict[str, Any], list[str]]]] = [
    ({}, []),
    # minimum time
    ({"last_dose_at": NOW - 120 * MIN}, []),
    ({"last_dose_at": NOW - 119.9 * MIN}, ["minimum"]),
    # two readings, ten minutes apart, after the expected peak
    ({"pressures": ()}, ["readings"]),
    ({"pressures": readings((-2, 120, 78))}, ["readings"]),
    ({"pressures": readings((-11.9, 120, 78), (-2, 120, 78))}, ["readings"]),
    ({"pressures": readings((-12, 120, 78), (-2, 120, 78))}, []),
    ({"pressures": readings((-160, 120, 78), (-2, 120, 78))}, ["readings"]),  # before the peak
    ({"pressures": (pressure(-12, 120, 78), pressure(-2, 120, 78, clean=False))}, ["readings"]),
    # low enough, or near baseline
    ({"pressures": readings((-12, 139, 89), (-2, 139, 89))}, []),
    ({"pressures": readings((-12, 140, 89), (-2, 139, 89))}, ["near_baseline"]),
    ({"pressures": readings((-12, 139, 90), (-2, 139, 89))}, ["near_baseline"]),
    ({"pressures": readings((-12, 139, 89), (-2, 140, 89))}, ["near_baseline"]),
    ({"pressures": readings((-12, 156, 102), (-2, 150, 95)), "baseline": BASELINE}, []),
    ({"pressures": readings((-12, 157, 90), (-2, 150, 90)), "baseline": BASELINE},
     ["near_baseline"]),
    ({"pressures": readings((-12, 150, 103), (-2, 150, 90)), "baseline": BASELINE},
     ["near_baseline"]),
    # no high reading in between or since, not even a doubtful one
    ({"pressures": readings((-12, 130, 80), (-7, 165, 80), (-2, 128, 78))}, ["near_baseline"]),
    ({"pressures": readings((-12, 130, 80), (-7, 139, 89), (-2, 128, 78))}, []),
    ({"pressures": (pressure(-14, 130, 80), pressure(-3, 128, 78),
                    pressure(-1, 185, 78, clean=False))}, ["near_baseline"]),
    ({"pressures": (pressure(-14, 185, 80, clean=False), *readings((-12, 130, 80), (-2, 128, 78)))},
     []),
    # not rising
    ({"pressures": readings((-12, 120, 78), (-2, 125, 78))}, []),
    ({"pressures": readings((-12, 120, 78), (-2, 126, 78))}, ["stable"]),
    ({"pressures": readings((-12, 120, 78), (-2, 120, 84))}, ["stable"]),
    # heart rate
    *((about, ["hr"] * bool(said)) for about, said in RATES),
    # no alarm of any kind; a latched one is not over
    ({"alarms": (alarm(priority="low"),)}, ["alarm:e-1-1:low"]),
    ({"alarms": (alarm(presence="latched", cleared_at=1.0),)}, ["alarm:e-1-1:medium"]),
    ({"alarms": (alarm(presence="latched", cleared_at=1.0, priority="low", worst="high"),)},
     ["alarm:e-1-1:high"]),
    ({"alarms": (alarm(priority="low", worst="high"),)}, ["alarm:e-1-1:high"]),
    ({"alarms": (alarm(kind="technical", condition="no_data"),)}, ["alarm:e-1-1:medium"]),
    # the person who ends the session is there
    ({"alarms": (alarm(kind="technical", condition="unattended", priority="high"),)}, []),
    ({"alarms": (alarm(kind="technical", condition="notice_failed"),)}, []),
    ({"alarms": (alarm(condition="unattended"), alarm(kind="technical", condition="no_data"))},
     ["alarm:e-1-1:medium"]),
    ({"sitter": False}, ["sitter"]),
    ({"last_dose_at": NOW - 10 * MIN, "rates": (clean(120.0),), "alarms": (alarm(),),
      "sitter": False},
     ["minimum", "readings", "hr", "alarm:e-1-1:medium", "sitter"]),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "unmet"), DISCHARGE)
def test_the_discharge_gate(changed: dict[str, Any], unmet: list[str]) -> None:
    found = discharge(situation(**changed))
    assert [u.id for u in found] == unmet
    assert all(text(u).endswith(".") for u in found)


@pytest.mark.parametrize(
    ("preset", "minutes"),
    [("sl_home", 120), ("oral_home", 180), ("esk_nasal", 120), ("im_clinic", 90), ("iv_40", 100)],
)
def test_each_presets_minimum(preset: str, minutes: float) -> None:
    short = discharge(situation(preset, last_dose_at=NOW - (minutes - 0.5) * MIN))
    assert [u.id for u in short] == ["minimum"]
    assert discharge(situation(preset, last_dose_at=NOW - minutes * MIN)) == []


# --- through the session ------------------------------------------------------------------------


def ready(**facts: Any) -> Course:
    """Two clean readings and a heart rate: the dose may be given at 100 s."""
    course = Course(**facts)
    course.bp(10, 124, 78)
    course.bp(70, 126, 80)
    course.beat(80, 100, 70)
    return course


def test_a_high_alarm_that_eased_holds_a_further_dose_until_somebody_has_seen_it() -> None:
    course = ready()
    course.dose(100)
    for minute, sbp in [(15, 191), (16.5, 190), (20, 153), (22, 152), (24, 151)]:
        course.bp(100 + minute * MIN, sbp, 80)
    now = 100 + 25 * MIN
    untaken = [a for a in course.status(now).alarms if a.worst == "high"]
    assert untaken
    assert {a.presence for a in untaken} <= {"on", "latched"}
    assert {a.priority for a in untaken if a.presence == "on"} <= {"low"}
    with pytest.raises(GateRefused) as refused:
        course.dose(now, override=None)
    assert {u.id for u in refused.value.unmet} == {f"alarm:{a.id}:high" for a in untaken}
    assert all("it reached 191 and nobody has." in text(u) for u in refused.value.unmet)
    for each in untaken:
        course.acknowledge(now, each.id)
    assert isinstance(course.dose(now + 1, override=None)[0], DoseRecorded)


def test_an_open_gate_lets_the_dose_pass() -> None:
    course = ready()
    recorded = course.dose(100, override=None)
    assert isinstance(recorded[0], DoseRecorded)
    assert recorded[0].first
    assert recorded[0].unmet == ()


def test_a_shut_gate_refuses_names_everything_and_changes_nothing() -> None:
    course = Course(sitter=False)
    course.advance(100)
    before = course.encounter.snapshot()
    with pytest.raises(GateRefused) as refused:
        course.dose(100, override=None)
    assert [u.id for u in refused.value.unmet] == ["baseline", "sbp", "dbp", "hr", "sitter"]
    assert course.encounter.snapshot() == before


def test_an_override_opens_it_on_the_record() -> None:
    course = Course(sitter=False)
    course.dose(5)
    recorded = next(e for e in course.events if isinstance(e, DoseRecorded))
    assert Reason("no_sitter") in recorded.unmet_because
    assert "A sitter is named: none." in recorded.unmet
    assert recorded.dose.override == GOES_AHEAD


def test_an_old_heart_rate_is_none() -> None:
    course = ready()
    with pytest.raises(GateRefused) as refused:
        course.dose(130, override=None)
    assert [u.id for u in refused.value.unmet] == ["hr"]


def test_readings_less_than_a_minute_apart_count_as_one() -> None:
    course = Course()
    course.bp(10, 124, 78)
    course.bp(69, 126, 80)
    course.beat(80, 100, 70)
    with pytest.raises(GateRefused) as refused:
        course.dose(100, override=None)
    (unmet,) = refused.value.unmet
    assert unmet.id == "baseline"
    assert text(unmet).endswith("a minute apart: 1 of 2, 1 more came too soon.")


@pytest.mark.parametrize(("birth_year", "refused"), [(1961, True), (1960, False), (None, True)])
def test_age_is_taken_at_the_opening(birth_year: int | None, refused: bool) -> None:
    """In 2026 a person born in 1960 turns 66. For the others 145 is too high."""
    course = Course(birth_year=birth_year)
    course.bp(10, 145, 78)
    course.bp(70, 145, 80)
    course.beat(80, 100, 70)
    assert ([u.id for u in course.status(100).gates[0].unmet] == ["sbp"]) is refused


def test_age_does_not_change_on_new_years_eve() -> None:
    new_year = 1_798_761_600.0
    course = Course(birth_year=1961, start=new_year - 60)
    course.bp(10, 145, 78)
    course.bp(70, 145, 80)
    assert "sbp" in [u.id for u in course.status(100).gates[0].unmet]


def test_the_booster_gate_of_a_session() -> None:
    course = ready()
    course.dose(100)
    with pytest.raises(GateRefused) as refused:
        course.dose(1200, override=None)
    assert [u.id for u in refused.value.unmet] == ["bp_age", "sbp", "dbp"]
    course.bp(1210, 124, 80)
    second = course.dose(1220, override=None)[0]
    assert isinstance(second, DoseRecorded)
    assert not second.first


def test_before_any_dose_a_reason_is_enough_to_close() -> None:
    course = Course()
    with refused("needs a reason"):
        course.close(10, override=None)
    closed = course.close(20, Override("r.hill", "the patient felt unwell"))
    assert isinstance(closed[-1], Closed)
    assert closed[-1].override is not None


def test_a_whole_session_closes_by_itself() -> None:
    course = ready(devices={"cuff": "cuff"})
    course.dose(100)
    for minute in (15, 30, 45, 60, 75, 90, 105, 119):
        course.bp(100 + minute * MIN, 124, 80)
    course.beat(100 + 119.5 * MIN, 100 + 120 * MIN, 72)
    for alarm_ in list(course.encounter.state.alarms):
        course.acknowledge(100 + 120 * MIN, alarm_.id)
    assert course.status(100 + 120 * MIN).gates[-1].unmet == ()
    closed = course.close(100 + 120 * MIN, override=None)[-1]
    assert isinstance(closed, Closed)
    assert closed.unmet == ()


def test_closing_past_a_shut_gate_records_what_was_unmet() -> None:
    course = ready()
    course.dose(100)
    with pytest.raises(GateRefused):
        course.close(200, override=None)
    closed = course.close(200)[-1]
    assert isinstance(closed, Closed)
    assert closed.unmet


@pytest.mark.parametrize(("back", "words"), [(-1.0, "ahead of its time"), (1801.0, "30 min")])
def test_when_a_dose_may_have_been_taken(back: float, words: str) -> None:
    course = ready()
    with refused(words):
        course.dose(2000, at=2000 - back)
    course.dose(2000, at=2000 - min(max(back, 0.0), 1800.0))


def test_doses_are_in_order() -> None:
    course = ready()
    course.dose(1000)
    with refused("later dose"):
        course.dose(1100, at=999)
    course.dose(1100, at=1000)


def test_start_is_in_2026() -> None:
    """The ages above depend on it."""
    assert 1_767_225_600 <= START < 1_798_761_600


COVERED: Final[list[tuple[list[str], list[str], list[str]]]] = [
    (["hr"], ["hr"], []),
    (["hr"], [], ["hr"]),
    (["hr", "sbp"], ["hr"], ["sbp"]),
    ([], ["hr"], []),
    (["alarm:e-1-3:medium"], ["alarm:e-1-3:medium"], []),
    # it has eased, or has worsened
    (["alarm:e-1-3:low"], ["alarm:e-1-3:high"], []),
    (["alarm:e-1-3:high"], ["alarm:e-1-3:medium"], ["alarm:e-1-3:high"]),
    # another alarm
    (["alarm:e-1-4:low"], ["alarm:e-1-3:high"], ["alarm:e-1-4:low"]),
    (["alarm:e-1-3:high"], ["alarm", "alarm:", "alarm:e-1-3", ":high"], ["alarm:e-1-3:high"]),
]


@pytest.mark.parametrize(("unmet", "conditions", "left"), COVERED)
def test_an_override_goes_past_what_it_names(
    unmet: list[str], conditions: list[str], left: list[str]
) -> None:
    assert [u.id for u in uncovered([Unmet(u, NONE) for u in unmet], conditions)] == left
