"""The baseline of a person today: median, spread, grade, and the moment of freezing."""

import pytest

from monitor.core.protocol.baseline import BaselineReadings
from monitor.core.vocabulary.events import Baseline
from tests.core.course import Course


def of(vital: str, rows: list[tuple[float, float]], until: float = 900.0) -> Baseline | None:
    readings = BaselineReadings()
    for t, value in rows:
        readings.add(vital, value, t)
    return readings.baselines(until).get(vital)


def every(step: float, values: list[float], since: float = 10.0) -> list[tuple[float, float]]:
    return [(since + step * n, v) for n, v in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "centre", "spread", "count", "grade"),
    [
        ([120], 120, 0.0, 1, "poor"),
        ([120, 124], 122, 2.97, 2, "fair"),
        ([120, 124, 122], 122, 2.97, 3, "good"),
        # One outlier moves the median to its side, and the spread does not show it.
        ([120, 124, 190], 124, 5.93, 3, "fair"),
        ([120, 121, 122, 123, 190], 122, 1.48, 5, "fair"),
        ([118, 150, 151], 150, 1.48, 3, "fair"),
        ([151, 118, 150], 150, 1.48, 3, "fair"),
        ([120, 135, 136], 135, 1.48, 3, "good"),  # 16 apart
        ([120, 135, 136.1], 135, 1.63, 3, "fair"),
        ([118, 150], 134, 23.72, 2, "fair"),
        ([110, 120, 130], 120, 14.83, 3, "fair"),  # too far apart to be sure
        ([114.6, 120, 125.4], 120, 8.01, 3, "fair"),
        ([114.7, 120, 125.3], 120, 7.86, 3, "good"),
    ],
)
def test_pressures(
    values: list[float], centre: float, spread: float, count: int, grade: str
) -> None:
    readings = BaselineReadings()
    for t, value in every(60, values):
        readings.add("sbp", value, t)
        readings.add("dbp", 80, t)
    assert readings.baselines(900)["sbp"] == Baseline(centre, spread, count, grade)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sbp", "dbp", "grade", "pressures"),
    [
        ([120, 121, 122], [80, 80, 81], "good", 3),
        ([120, 121, 122], [70, 80, 90], "fair", 3),  # diastolic is too far apart to be sure
        ([120, 121, 122], [80, 80], "fair", 2),
        ([120, 121, 122], [80], "poor", 1),
        ([120, 121, 122], [], "poor", 0),
        ([], [80, 80, 80], "poor", 0),
    ],
)
def test_a_pressure_is_as_good_as_its_worse_half(
    sbp: list[float], dbp: list[float], grade: str, pressures: int
) -> None:
    readings = BaselineReadings()
    for vital, values in (("sbp", sbp), ("dbp", dbp)):
        for t, value in every(60, values):
            readings.add(vital, value, t)
    assert {base.grade for base in readings.baselines(900).values()} == {grade}
    assert readings.pressures(900) == readings.taken() == pressures


def test_the_range_of_a_heart_rate_is_no_matter() -> None:
    """It swings with every breath: only the spread shows whether it is steady."""
    base = of("hr", every(5, [70.0, 72.0, 90.0, 71.0] * 20))
    assert base is not None
    assert base.grade == "good"


def test_a_baseline_taken_again_is_poor_when_its_readings_lie_far_apart() -> None:
    readings = BaselineReadings()
    readings.dosed()
    for t, value in every(60, [118, 150, 151]):
        readings.add("sbp", value, t)
        readings.add("dbp", 80, t)
    found = readings.recent(900)
    assert (found["sbp"].grade, found["dbp"].grade) == ("poor", "fair")


@pytest.mark.parametrize(("step", "count"), [(60, 5), (59, 3), (30, 3), (61, 5), (20, 2)])
def test_pressures_count_once_a_minute(step: float, count: int) -> None:
    base = of("sbp", every(step, [120, 121, 122, 123, 124]))
    assert base is not None
    assert base.count == count


@pytest.mark.parametrize(("count", "grade"), [(1, "poor"), (2, "fair"), (59, "fair"), (60, "good")])
def test_a_heart_rate_wants_sixty(count: int, grade: str) -> None:
    base = of("hr", every(5, [70.0] * count))
    assert base is not None
    assert (base.count, base.grade) == (count, grade)


def test_a_heart_rate_counts_every_three_seconds() -> None:
    base = of("hr", every(1, [70.0] * 61))
    assert base is not None
    assert base.count == 21


@pytest.mark.parametrize(("count", "grade"), [(1, "poor"), (2, "good")])
def test_a_temperature_wants_two(count: int, grade: str) -> None:
    base = of("temp", every(30, [36.6] * count))
    assert base is not None
    assert base.grade == grade


def test_the_last_fifteen_minutes_count() -> None:
    rows = [(0.0, 150.0), (60.0, 150.0), (300.0, 120.0), (600.0, 122.0), (900.0, 124.0)]
    base = of("sbp", rows, until=1200)
    assert base is not None
    assert (base.value, base.count) == (122, 3)


def test_a_reading_at_the_very_edge_of_the_window_counts_and_one_at_the_dose_does_not() -> None:
    rows = [(99.0, 150.0), (100.0, 120.0), (500.0, 122.0), (1000.0, 180.0)]
    base = of("sbp", rows, until=1000)
    assert base is not None
    assert (base.value, base.count) == (121, 2)


def test_nothing_came_no_baseline() -> None:
    assert of("sbp", []) is None
    assert of("sbp", [(1000.0, 120.0)], until=900) is None


# --- through the session ------------------------------------------------------------------------


def test_only_clean_readings_count() -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.bp(80, 180, 80, flags=("movement",))
    course.bp(150, 300, 80)
    course.bp(220, 122, 80)
    course.dose(300)
    base = course.encounter.state.baseline.values["sbp"]
    assert (base.value, base.count) == (121, 2)


def test_it_is_frozen_at_the_dose() -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.bp(80, 122, 80)
    course.dose(300)
    frozen = course.status(300).baseline
    course.bp(400, 160, 90)
    course.bp(500, 170, 90)
    course.dose(1200)
    assert course.status(1200).baseline == frozen
    assert frozen["sbp"].value == 121


def test_before_the_dose_the_status_shows_the_present_one() -> None:
    course = Course()
    course.bp(10, 120, 80)
    assert course.status(20).baseline["sbp"].count == 1
    course.bp(80, 124, 80)
    assert course.status(90).baseline["sbp"].value == 122


def test_a_dose_entered_later_freezes_what_was_before_it() -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.bp(80, 122, 80)
    course.bp(900, 160, 90)
    course.dose(1000, at=600)
    assert course.encounter.state.baseline.values["sbp"].value == 121


def test_a_dose_entered_half_an_hour_later_still_has_a_heart_rate_before_it() -> None:
    course = Course()
    course.beat(0, 3600, 70)
    course.dose(3600, at=1800)
    base = course.encounter.state.baseline.values["hr"]
    assert base.grade == "good"
    assert base.count == 300


def test_once_frozen_the_readings_before_it_are_no_longer_carried_along() -> None:
    course = Course()
    course.beat(0, 600, 70)
    course.dose(600)
    assert course.encounter.state.baseline.readings.kept == {}


def test_what_is_kept_before_a_dose_stays_bounded() -> None:
    course = Course()
    course.beat(0, 5000, 70)
    assert len(course.encounter.state.baseline.readings.kept["hr"]) <= 1000
