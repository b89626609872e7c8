"""Doubts about a reading beside its neighbours: why, and for how long. A doubt never rejects."""

from typing import Any, Final

import pytest

from tests.core.course import Course, dosed


def verdict(course: Course, vital: str) -> tuple[str, str]:
    newest = course.judged(vital)[-1]
    return newest.state, newest.reason


# After a minute of 70: value -> how long it is doubted, s.
STEPS: Final = [
    (100.0, 0), (101.0, 5), (40.0, 0), (39.0, 5), (120.0, 5), (121.0, 10), (190.0, 10),
]  # fmt: skip


@pytest.mark.parametrize(("value", "doubted"), STEPS)
def test_a_heart_rate_that_moves_too_fast_is_doubted_until_it_has_stayed(
    value: float, doubted: int
) -> None:
    course = Course()
    course.beat(0, 59, 70)
    course.beat(60, 90, value)
    states = [j.state for j in course.judged("hr")[60:]]
    assert states.index("accepted") == (doubted and doubted)
    assert set(states[: states.index("accepted")]) <= {"suspect"}
    assert set(states[states.index("accepted") :]) == {"accepted"}
    if doubted:
        assert course.judged("hr")[60].reason == (
            f"it {'rose' if value > 70 else 'fell'} from 70 to {value:g} within 1 s"
        )


def test_after_an_artefact_the_course_is_believed_at_once() -> None:
    course = Course()
    course.beat(0, 59, 70)
    course.beat(60, 63, 190)
    course.hr(64, 71)
    assert verdict(course, "hr") == ("accepted", "")


def test_a_doubted_heart_rate_is_no_baseline() -> None:
    course = Course()
    for n in range(1, 100):
        course.hr(n, 70 if n % 4 else 190)
    status = course.status(100)
    assert status.baseline["hr"].value == 70
    assert status.baseline["hr"].spread == 0


def test_a_heart_rate_that_stands_still_while_the_wearer_moves_is_doubted() -> None:
    course = Course()
    course.hr(0, 70)
    course.hr(1, 71, flags=("movement",))
    for t in range(2, 121):
        course.hr(t, 71)
    assert verdict(course, "hr")[0] == "accepted"
    course.hr(122, 71)
    assert verdict(course, "hr") == (
        "suspect", "heart rate 71 has not moved for 2 min, but the wearer has"
    )  # fmt: skip
    course.hr(123, 72)
    assert verdict(course, "hr")[0] == "accepted"


def test_a_person_who_lies_still_may_have_nearly_one_heart_rate() -> None:
    course = Course()
    course.beat(0, 600, 64)
    assert {j.state for j in course.judged("hr")} == {"accepted"}


def test_a_heart_rate_that_moved_all_the_time_and_then_stands_still_is_doubted() -> None:
    course = Course()
    for t in range(60):
        course.hr(t, 70 + t % 3)
    course.stand_still(60, 180, 75)
    assert verdict(course, "hr")[0] == "accepted"
    course.hr(181, 75)
    assert verdict(course, "hr") == (
        "suspect", "heart rate 75 has not moved for 2 min, after it moved all the time"
    )  # fmt: skip
    course.hr(182, 74)
    assert verdict(course, "hr")[0] == "accepted"


def test_a_reading_that_was_overtaken_is_not_measured_against_what_came_after_it() -> None:
    course = Course()
    course.hr(100, 110, measured=100)
    course.hr(101, 70, measured=60)
    assert verdict(course, "hr") == ("accepted", "")
    course.bp(200, 120, 80, measured=200)
    course.bp(210, 165, 95, measured=100)  # late: the next one is not compared with it
    course.bp(380, 124, 80, measured=380)
    assert verdict(course, "sbp") == ("accepted", "")


def test_what_is_late_leaves_no_trace_in_what_is_remembered() -> None:
    course = Course()
    course.hr(1000, 70)
    course.hr(1001, 150, measured=200)
    assert verdict(course, "hr")[0] == "late"
    course.hr(1002, 72)
    assert verdict(course, "hr") == ("accepted", "")


# Reading at second 800 -> whether another pressure is requested 30 s later.
AGAIN: Final[list[tuple[dict[str, Any], bool]]] = [
    ({"values": {"sbp": 126.0, "dbp": 80.0}}, False),
    ({"values": {"sbp": 126.0, "dbp": 80.0}, "flags": ("movement",)}, True),
    ({"values": {"sbp": 126.0, "dbp": 80.0}, "flags": ("irregular_pulse",)}, False),
    ({"values": {"sbp": 104.0, "dbp": 88.0}}, True),
    ({"values": {"sbp": 0.0, "dbp": 0.0}}, False),
]


@pytest.mark.parametrize(("reading", "again"), AGAIN)
def test_a_doubtful_pressure_is_measured_again_once_in_five_minutes(
    reading: dict[str, Any], again: bool
) -> None:
    course = dosed()
    for t in (800, 860, 920):
        course.observe(t, "cuff", **reading)
    course.advance(1000)
    assert course.commands("confirm") == ([830.0] if again else [])


def test_a_good_pressure_in_between_takes_the_question_back() -> None:
    course = dosed()
    course.bp(800, 126, 80, flags=("movement",))
    course.bp(820, 126, 80)
    course.advance(1000)
    assert course.commands("confirm") == []


PRESSURES: Final[list[tuple[tuple[float, ...], float, tuple[float, ...], str]]] = [
    # the reading before, seconds after it, this one -> the doubt
    ((120, 80), 299, (160, 80), ""),
    ((120, 80), 299, (161, 85), "systolic was 120 5 min before"),
    ((120, 80), 300, (161, 85), ""),
    ((120, 70), 60, (120, 96), "diastolic was 70 1 min before"),
    ((120, 70), 60, (120, 95), ""),
    ((160, 90), 60, (119, 80), "systolic was 160 1 min before"),
    ((120, 80), 120, (120, 80), ""),
    ((120, 80, 93), 120, (120, 80, 93),
     "the very same systolic, diastolic and mean as the reading before"),
    ((120, 80, 93), 120, (120, 80, 94), ""),
    ((120, 80, 93), 3, (120, 80, 93), ""),  # the same measurement by another route
]  # fmt: skip


def pressures(course: Course, t: float, values: tuple[float, ...], **about: Any) -> None:
    named = dict(zip(("sbp", "dbp", "map"), values, strict=False))
    course.observe(t, "cuff", named, **about)


@pytest.mark.parametrize(("first", "after", "second", "doubt"), PRESSURES)
def test_a_pressure_beside_the_one_before(
    first: tuple[float, ...], after: float, second: tuple[float, ...], doubt: str
) -> None:
    course = Course()
    pressures(course, 100, first)
    pressures(course, 100 + after, second)
    assert verdict(course, "sbp") == (("suspect" if doubt else "accepted"), doubt)
    assert verdict(course, "dbp")[0] == verdict(course, "sbp")[0]


def test_the_same_pressure_typed_with_a_heart_rate_is_believed() -> None:
    course = Course()
    for t in (100, 220):
        course.observe(t, "", {"hr": 70, "sbp": 118, "dbp": 76}, by="r.hill")
    assert verdict(course, "sbp") == ("accepted", "")


def test_two_that_agree_after_a_far_one_are_believed() -> None:
    course = Course()
    for n, value in enumerate((120, 190, 125, 126)):
        pressures(course, 100 + 70 * n, (value, 80))
    assert [j.state for j in course.judged("sbp")] == [
        "accepted", "suspect", "suspect", "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize(("pulse", "doubt"), [(85, ""), (86, "86"), (54, "54"), (55, "")])
def test_a_cuff_that_counts_another_pulse_is_doubted(pulse: float, doubt: str) -> None:
    course = Course()
    course.beat(0, 60, 70)
    pressures(course, 61, (184, 90), pulse=pulse)
    state, reason = verdict(course, "sbp")
    assert (state == "suspect") is bool(doubt)
    assert doubt in reason
    assert course.priority("sbp_high") == "high"  # doubted or not
    course.advance(200)
    pressures(course, 261, (184, 90), pulse=pulse)  # no longer a heart rate to compare with
    assert "pulse" not in verdict(course, "sbp")[1]


@pytest.mark.parametrize(
    ("pulse", "counts"),
    [(0, False), (24.9, False), (25, True), (240, True), (240.1, False), (2047, False)],
)
def test_a_pulse_that_no_heart_has_is_no_evidence_against_a_pressure(
    pulse: float, counts: bool
) -> None:
    course = Course()
    course.beat(0, 60, 70)
    pressures(course, 61, (124, 80), pulse=pulse)
    assert verdict(course, "sbp")[0] == ("suspect" if counts else "accepted")


def test_two_straps_that_disagree_doubt_each_other() -> None:
    course = Course()
    for t in range(60):
        course.observe(t, "strap", {"hr": 70.0})
        course.observe(t + 0.5, "band", {"hr": 84.0 if t < 30 else 86.0})
    assert {j.state for j in course.judged("hr")[:60]} == {"accepted"}
    newest = course.judged("hr")[-2:]
    assert [(j.device, j.reason) for j in newest] == [
        ("strap", "band says 86 at the same time"), ("band", "strap says 70 at the same time"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [0.0, -1.0, 2047.0, 32_000.0, 65_535.0])
def test_what_stands_for_a_missing_value_is_none(value: float) -> None:
    course = Course()
    course.hr(1, value)
    assert verdict(course, "hr") == (
        "rejected", f"Heart rate {value:g} stands for a missing value, it is none",
    )  # fmt: skip
    assert course.told() == []
