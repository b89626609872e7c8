"""Evidence about the sensor: when `sensor_contact` and `signal_quality` begin, escalate, end."""

from typing import Any, Final

import pytest

from monitor.core.encounter import Encounter
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.words import Priority
from tests.core.course import START, Course, changes, dosed, living, told

Steps = list[tuple[float, str, Priority]]


def steps(course: Course, condition: str, since: float = 0.0) -> Steps:
    return [(t - since, change, priority) for t, change, _, priority in course.told(condition)]


def beat(course: Course, since: float, pattern: str, **about: Any) -> None:
    """A reading a second: g good, 0 impossible, ~ no skin contact, ! jumps, each `x` times."""
    t = since
    for token in pattern.split():
        kind, _, count = token.partition("x")
        for n in range(int(count or 1)):
            value = {"g": 70.0, "0": 0.0, "~": 66.0, "!": 190.0 if n % 2 else 70.0}[kind]
            contact = kind != "~" if kind in "g~" else None
            course.hr(t, value, contact=contact, **about)
            t += 1.0


# From second 800 of a session with a dose: the readings, and the transitions, seconds after 800.
CONTACT: Final[list[tuple[str, Steps]]] = [
    ("~x5 gx60", []),
    ("~x6 gx60", [(5, "raised", "low"), (11, "cleared", "low")]),
    ("~x15 gx60", [(5, "raised", "low"), (20, "cleared", "low")]),
    ("~x16 gx60", [(5, "raised", "low"), (15, "escalated", "medium"), (21, "cleared", "medium")]),
    # Contact that flickers: one alarm, and each five seconds without skin count.
    ("~x6 gx3 ~x6 gx3 ~x6 gx60",
     [(5, "raised", "low"), (23, "escalated", "medium"), (29, "cleared", "medium")]),
    ("~x4 gx2 ~x4 gx2 ~x4 gx60", []),
    # Zeros without skin contact are explained, and are not a slow heart.
    ("~x6 0x20", [(5, "raised", "low")]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "expected"), CONTACT, ids=[c[0] for c in CONTACT])
def test_skin_contact_of_a_strap(pattern: str, expected: Steps) -> None:
    course = dosed()
    beat(course, 800, pattern)
    assert steps(course, "sensor_contact", 800) == expected
    assert course.told("hr_high", "hr_low") == []


def test_a_strap_that_sends_zeros_without_skin_is_one_alarm_and_no_slow_heart() -> None:
    course = dosed()
    for t in range(800, 860):
        course.hr(t, 0, contact=False)
    assert {t[2] for t in course.told() if t[0] >= 800} == {"sensor_contact"}


QUALITY: Final[list[tuple[str, Steps]]] = [
    ("0x4 gx60", []),
    ("0x5 gx60", [(4, "raised", "low"), (15, "cleared", "low")]),
    ("0x40 gx60", [(4, "raised", "low"), (30, "escalated", "medium"), (50, "cleared", "medium")]),
    # One in four is a zero: one alarm, not one every four seconds.
    ("0 gx3 " * 12 + "gx60", [(16, "raised", "low"), (55, "cleared", "low")]),
    ("0 gx11 " * 12, []),  # one in twelve is tolerated
    # No reading is beyond doubt: two hearts seem to beat in turn.
    ("gx10 !x29 gx60", []),
]


@pytest.mark.parametrize(("pattern", "expected"), QUALITY, ids=[c[0][:16] for c in QUALITY])
def test_the_quality_of_a_heart_rate(pattern: str, expected: Steps) -> None:
    course = dosed()
    beat(course, 800, pattern)
    assert steps(course, "signal_quality", 800) == expected


def test_two_straps_that_go_on_to_disagree_are_told_and_after_five_minutes_again() -> None:
    course = dosed()
    for n in range(640):
        course.observe(
            800 + n / 2,
            "band" if n % 2 else "strap",
            {"hr": living(96.0 if n % 2 else 70.0, n // 2)},
        )
    for n in range(40):
        course.observe(1120 + n / 2, "band" if n % 2 else "strap", {"hr": 71.0 if n % 2 else 70.0})
    found = changes(course.events, "signal_quality")
    rows = [(c.at - START - 800, c.alarm.device, c.transition, c.alarm.priority) for c in found]
    assert rows[:4] == [
        (30.5, "band", "raised", "low"),
        (31, "strap", "raised", "low"),
        (300.5, "band", "escalated", "medium"),
        (301, "strap", "escalated", "medium"),
    ]
    assert [row[1:3] for row in rows[4:]] == [("band", "cleared"), ("strap", "cleared")]
    assert all(330 <= row[0] < 340 for row in rows[4:])
    assert "band says 96 at the same time" in [c.alarm.reason for c in found][1]


GOOD: Final[dict[str, Any]] = {"values": {"sbp": 124.0, "dbp": 80.0}}
ZERO: Final[dict[str, Any]] = {"values": {"sbp": 0.0, "dbp": 0.0}}
HALF: Final[dict[str, Any]] = {"values": {"sbp": 290.0, "dbp": 80.0}}
NARROW: Final[dict[str, Any]] = {"values": {"sbp": 112.0, "dbp": 97.0}}
LOOSE: Final[dict[str, Any]] = {**GOOD, "flags": ("cuff_loose",)}
FAULT: Final[dict[str, Any]] = {"values": {}, "flags": ("cuff_loose",)}
IRREGULAR: Final[dict[str, Any]] = {**GOOD, "flags": ("irregular_pulse",)}

# A reading every five minutes from 800 on; the transitions, by the number of the reading.
CUFF: Final[list[tuple[str, list[dict[str, Any]], Steps, Steps]]] = [
    ("loose once", [LOOSE, GOOD], [(0, "raised", "low"), (1, "cleared", "low")], []),
    ("loose three times", [LOOSE, FAULT, LOOSE, IRREGULAR],
     [(0, "raised", "low"), (2, "escalated", "medium"), (3, "cleared", "medium")], []),
    ("zeros twice", [ZERO, ZERO, GOOD], [], []),
    ("zeros five times", [ZERO] * 5 + [GOOD], [],
     [(2, "raised", "low"), (4, "escalated", "medium"), (5, "cleared", "medium")]),
    ("impossible systolic", [HALF] * 3, [], [(2, "raised", "low")]),
    ("doubtful three times", [NARROW, ZERO, IRREGULAR, GOOD], [],
     [(2, "raised", "low"), (3, "cleared", "low")]),
    ("an impossible one does not end that it is loose", [LOOSE, ZERO],
     [(0, "raised", "low")], []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "contact", "quality"), CUFF, ids=[c[0] for c in CUFF])
def test_a_cuff(name: str, sent: list[dict[str, Any]], contact: Steps, quality: Steps) -> None:
    course = dosed()
    for n, reading in enumerate(sent):
        course.observe(800 + 300 * n, "cuff", **reading)
    for condition, expected in (("sensor_contact", contact), ("signal_quality", quality)):
        by_number = [((t - 800) / 300, change, p) for t, change, p in steps(course, condition)]
        assert by_number == expected


def test_a_gateway_has_an_alarm_for_each_vital_sign_and_neither_ends_the_other() -> None:
    course = Course(devices={"hub": "gateway"})
    course.observe(1, "hub", {"sbp": 124.0, "dbp": 80.0}, flags=("movement",))
    for t in range(2, 30):
        course.observe(t, "hub", {"hr": 0.0})
    course.observe(30, "hub", {"hr": 70.0}, flags=("movement",))  # does not concern a cuff
    found = [
        (a.condition, a.vital) for a in course.encounter.state.alarms.standing.values() if a.device
    ]
    assert found == [("sensor_contact", "sbp"), ("signal_quality", "hr")]


def test_before_the_dose_it_stays_low_and_the_dose_makes_it_urgent_at_once() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for t in range(40):
        course.hr(t, 0, contact=False)
    assert steps(course, "sensor_contact") == [(5, "raised", "low")]
    course.dose(50)
    assert steps(course, "sensor_contact")[1:] == [(50, "escalated", "medium")]
    alarm = course.standing("sensor_contact")
    assert alarm is not None
    assert sentence(alarm).startswith("Device strap has had no skin contact. ")


def test_a_device_that_leaves_takes_its_alarms_along() -> None:
    course = Course()
    for t in range(10):
        course.hr(t, 66, contact=False)
        course.temp(t, 20.0)
    course.change_devices(50, remove=["strap", "thermo"])
    assert [t[1:3] for t in course.told("sensor_contact", "signal_quality")] == [
        ("raised", "signal_quality"), ("raised", "sensor_contact"),
        ("cleared", "sensor_contact"), ("cleared", "signal_quality"),
    ]  # fmt: skip


def test_what_is_late_or_typed_says_nothing_of_a_sensor() -> None:
    course = Course()
    for t in range(10):
        course.hr(1000 + t, 66, contact=False, measured=t)
        course.observe(1000 + t, "", {"hr": 0.0}, by="r.hill")
    assert course.told("sensor_contact", "signal_quality") == []


def test_a_trouble_outlives_a_restart_of_the_service() -> None:
    plain, restarted = dosed(), dosed()
    for course in (plain, restarted):
        beat(course, 800, "~x4 gx2 0x3")
        if course is restarted:
            course.encounter = Encounter.restore(course.encounter.snapshot())
        beat(course, 809, "0x40 ~x20 gx30")
    assert told(restarted.events, START) == told(plain.events, START)
    assert {t[1] for t in plain.told("signal_quality")} == {"raised", "escalated", "cleared"}


# A trouble of a strap, and the reading that causes it.
TROUBLES: Final[list[tuple[str, dict[str, Any]]]] = [
    ("sensor_contact", {"value": 66.0, "contact": False}),
    ("signal_quality", {"value": 0.0}),
]


@pytest.mark.parametrize(("condition", "bad"), TROUBLES, ids=[t[0] for t in TROUBLES])
def test_a_reading_that_may_be_of_another_time_ends_no_trouble(
    condition: str, bad: dict[str, Any]
) -> None:
    """The strap's clock is set back by five minutes: until that is proven, readings may be old."""
    course = dosed()
    for t in range(800, 820):
        course.hr(t, measured=t, **bad)
    assert course.standing(condition) is not None
    for t in range(820, 900):
        course.hr(t, living(70.0, t), measured=t - 300.0, contact=True)
    doubted = [j.issued - START for j in course.judged("hr") if "not known" in j.reason]
    ended = [t for t, change, *_ in course.told(condition) if change == "cleared"]
    assert 30 <= len(doubted) < 60
    assert len(ended) == 1
    assert ended[0] > max(doubted)


@pytest.mark.parametrize(("condition", "bad"), TROUBLES, ids=[t[0] for t in TROUBLES])
def test_a_reading_that_may_be_of_another_time_begins_a_trouble_and_lets_it_grow(
    condition: str, bad: dict[str, Any]
) -> None:
    course = dosed()
    for t in range(780, 800):
        course.hr(t, living(70.0, t), measured=t)
    for t in range(800, 820):
        course.hr(t, measured=t - 300.0, **bad)
    assert "accepted" not in course.states("hr")[-20:]
    assert course.standing(condition) is not None


@pytest.mark.parametrize("value", [70.0, 120.0])
def test_a_doubt_of_its_time_does_not_interrupt_impossible_readings(value: float) -> None:
    """Zeros for thirty seconds except one that may be old, whether another strap agrees or not."""
    course = dosed()
    for t in range(800, 832):
        course.observe(t - 0.5, "band", {"hr": living(70.0, t)})
        if t == 820:
            course.hr(t, value, measured=t - 300.0)
        else:
            course.hr(t, 0.0, measured=t)
    assert steps(course, "signal_quality", 800) == [
        (4, "raised", "low"), (30, "escalated", "medium")
    ]  # fmt: skip
