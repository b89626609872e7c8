"""Whether a record was received before, and whether its stamp carries information."""

from typing import Final

import pytest

from monitor.core.encounter import Encounter
from monitor.core.quality.arrivals.contents import Contents
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import Course

T: Final = 1_795_428_000.0
S: Final = 1_483_228_800.0  # the cuff's clock shows 2017


def record(t: float, sbp: float, stamp: float | None) -> Observation:
    at = None if stamp is None else S + stamp
    values = {"sbp": sbp, "dbp": 80.0}
    return Observation(issued=T + t, device="cuff", values=values, record=True, stamp=at)


# receipt, systolic, stamp; the stamps that are usable
CLOCKS: Final[dict[str, tuple[list[tuple[float, float, float | None]], list[float | None]]]] = {
    "it runs": ([(0, 120, 0), (300, 121, 300)], [0, 300]),
    "of whole minutes, two in one": ([(0, 120, 0), (65, 121, 0)], [0, 0]),
    "it stands still": ([(0, 120, 0), (65.5, 121, 0), (600, 119, 0)], [0, None, None]),
    "the same record again is no sign of that": ([(0, 120, 0), (300, 120, 0)], [0, 0]),
    "it stood still and was set": (
        [(0, 120, 0), (200, 121, 0), (400, 122, 9000), (460, 123, 9060)],
        [0, None, 9000, 9060]),
    "it stood still, was set, and what was stored then is handed over": (
        [(0, 120, 0), (200, 121, 0), (400, 122, 9000), (401, 120, 0)], [0, None, 9000, 0]),
    "it stands still once more where it did": (
        [(0, 120, 0), (200, 121, 0), (400, 122, 9000), (700, 124, 0)], [0, None, 9000, None]),
    "it has none": ([(0, 120, None), (300, 121, None)], [None, None]),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOCKS)
def test_a_stamp_counts_while_the_clock_runs(name: str) -> None:
    rows, expected = CLOCKS[name]
    contents, worth = Contents(), list[float | None]()
    for row in rows:
        contents.had(record(*row))
        stamp = contents.stamp(record(*row))
        worth.append(None if stamp is None else stamp - S)
    assert worth == expected


def test_what_is_had_is_known_by_its_stamp_until_the_clock_is_seen_to_stand_still() -> None:
    contents = Contents()
    assert [contents.had(record(t, 120, 0)) for t in (0, 300, 4000)] == [False, True, True]
    assert not contents.had(record(4100, 121, 0))
    assert not contents.had(record(4200, 120, 0))


def test_a_cuff_whose_clock_stands_still_is_one_without_stamps() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n, sbp in enumerate((120, 121, 119)):
        course.record(10 + 300 * n, sbp, 80, stamp=0)
    course.advance(700)
    assert course.states("sbp") == ["suspect", "accepted", "accepted"]


def test_that_it_stands_still_survives_a_restart() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(10, 120, 80, stamp=0)
    course.record(310, 121, 80, stamp=0)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.record(610, 119, 80, stamp=0)
    course.advance(700)
    assert course.states("sbp") == ["suspect", "accepted", "accepted"]
