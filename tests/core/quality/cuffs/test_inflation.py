"""Which records a sign of an inflating cuff proves to be live, also after an outage."""

from collections.abc import Callable
from typing import Final

import pytest

from monitor.core.encounter import Encounter
from monitor.core.quality.cuffs.inflation import BACKLOG_S, Signs
from tests.core.course import Course, dosed

LONG_AGO: Final = 5.0  # a stamp without information

# "i": a sign, "o": an outage; whether a sign counts for the record at 0
SIGNS: Final[dict[str, tuple[list[tuple[float, str]], bool]]] = {
    "none": ([], False),
    "a minute before": ([(-60, "i")], True),
    "longer before": ([(-60.5, "i")], False),
    "a second before, and no outage": ([(-1, "i")], True),
    "a second before, after an outage": ([(-100, "o"), (-1, "i")], False),
    "many, all within a few seconds": (
        [(-100, "o"), *((-9 + n / 5, "i") for n in range(45))], False),
    "the first long enough ago": ([(-100, "o"), (-10, "i"), (-1, "i")], True),
    "one, long enough ago": ([(-100, "o"), (-10, "i")], True),
    "one, too long ago": ([(-100, "o"), (-61, "i")], False),
    "the backlog is over": ([(-500, "o"), (-400, "i"), (-1, "i")], True),
    "one that was live before the outage": ([(-30, "i"), (-10, "o"), (-9, "i")], True),
    "one of a backlog before another outage": (
        [(-100, "o"), (-9, "i"), (-8, "o"), (-7, "i")], False),
    "one that lasted, before another outage": ([(-100, "o"), (-30, "i"), (-15, "o")], True),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNS)
def test_it_is_heard_for_a_record(name: str) -> None:
    given, expected = SIGNS[name]
    signs = Signs()
    for at, what in given:
        (signs.hear if what == "i" else signs.went_away)(1000.0 + at)
    assert signs.prove(1000.0) is expected


def test_one_that_is_used_up_proves_nothing_more() -> None:
    signs = Signs()
    signs.went_away(900.0)
    signs.hear(905.0)
    signs.use_up()
    assert not signs.prove(920.0)


Outage = Callable[[Course], object]


def _interrupted(course: Course) -> None:
    course.interrupted(2000, 1000)


def _offline(course: Course) -> None:
    course.status_of(1000, "cuff", online=False)
    course.status_of(2000, "cuff", online=True)


def _only_back(course: Course) -> None:
    course.status_of(2000, "cuff", online=True)


def _broker(course: Course) -> None:
    course.fault(1000, "broker_lost")
    course.fault_over(2000, "broker_lost")


OUTAGES: Final[list[Outage]] = [_interrupted, _offline, _only_back, _broker]


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_sign_and_its_record_that_both_waited_make_nothing_live(outage: Outage) -> None:
    course = dosed()
    course.bp(900, 186, 112)
    outage(course)
    check = course.encounter.state.cuffs.schedule.check
    for n in range(12):
        course.inflates(2000.1 + n / 10)
    course.record(2002, 118, 76, stamp=LONG_AGO)
    course.advance(2020)
    assert course.states("sbp")[-1] == "suspect"
    assert course.priority("sbp_high") == "high"
    assert course.encounter.state.cuffs.schedule.check == check


@pytest.mark.parametrize("outage", OUTAGES)
def test_a_cuff_that_measures_after_an_outage_is_believed(outage: Outage) -> None:
    course = dosed()
    outage(course)
    course.inflates(2000.1)
    course.record(2000.2, 140, 90, stamp=LONG_AGO)
    for n in range(30):
        course.inflates(2100 + n)
    course.record(2131, 118, 76, stamp=86_400.0)
    course.advance(2140)
    assert course.states("sbp")[-2:] == ["suspect", "accepted"]


@pytest.mark.parametrize("outage", [_interrupted, _offline, _broker])
def test_an_outage_counts_also_for_a_cuff_that_was_never_heard(outage: Outage) -> None:
    course = Course(devices={"cuff": "cuff"})
    outage(course)
    course.inflates(2000.5)
    course.record(2001, 118, 76, stamp=LONG_AGO)
    course.advance(2010)
    assert course.states("sbp") == ["suspect"]


def test_a_cuff_that_comes_for_the_first_time_was_not_away() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.status_of(100, "cuff", online=True)
    course.inflates(101)
    course.record(102, 118, 76, stamp=LONG_AGO)
    course.advance(110)
    assert course.states("sbp") == ["accepted"]


def test_it_survives_a_restart() -> None:
    course = dosed()
    course.bp(900, 120, 80)
    course.interrupted(2000, 1000)
    course.inflates(2000.5)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.record(2000.5 + BACKLOG_S - 0.5, 118, 76, stamp=LONG_AGO)
    course.advance(2020)
    assert course.states("sbp")[-1] == "suspect"
