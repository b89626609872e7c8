"""Which readings came before: what a delivery is taken for, row by row."""

from typing import Final

import pytest

from monitor.adapters import broker
from monitor.adapters.mqtt import link
from monitor.core.arrivals import REMEMBERED, Arrivals, Boot
from monitor.core.vitals import Observation
from tests.core.course import Course


def reading(
    seq: int | None, value: float = 70.0, *, t: float | None = None, boot: str = ""
) -> Observation:
    return Observation(
        issued=1000.0, device="strap", seq=seq, effective=t, boot=boot, values={"hr": value}
    )


def admitted(*readings: Observation) -> list[tuple[str, bool]]:
    arrivals = Arrivals()
    answers = [arrivals.admit(r) for r in readings]
    return [(boot, new is not None) for boot, new in answers]


R = reading
STORIES: Final = [
    ("numbers that grow", [R(1), R(2), R(3)], [("", True), ("", True), ("", True)]),
    ("the same again", [R(1), R(2), R(1)], [("", True), ("", True), ("", False)]),
    ("a gap, filled later", [R(1), R(4), R(2), R(3), R(3)],
     [("", True), ("", True), ("", True), ("", True), ("", False)]),
    ("backwards", [R(9), R(8), R(7), R(8)], [("", True), ("", True), ("", True), ("", False)]),
    ("other content under a known number: it restarted",
     [R(1, 70), R(2, 71), R(1, 75), R(2, 76)],
     [("", True), ("", True), ("~2", True), ("~2", True)]),
    ("other time under a known number: it restarted",
     [R(1, 70, t=10), R(1, 70, t=500)], [("", True), ("~2", True)]),
    ("restarted twice", [R(1, 70), R(1, 71), R(1, 72)], [("", True), ("~2", True), ("~3", True)]),
    ("of before the restart, delivered again",
     [R(1, 70, t=1), R(5, 74, t=5), R(1, 80, t=100), R(5, 74, t=5), R(5, 84, t=104)],
     [("", True), ("", True), ("~2", True), ("~2", False), ("~2", True)]),
    ("boots that the device tells", [R(1, boot="a"), R(1, boot="b"), R(1, boot="a")],
     [("a", True), ("b", True), ("a", False)]),
    ("other content within a boot that it tells is still the same reading",
     [R(1, 70, boot="a"), R(1, 90, boot="a")], [("a", True), ("a", False)]),
    ("no number: the time is the key", [R(None, 70, t=5), R(None, 71, t=6), R(None, 70, t=5)],
     [("", True), ("", True), ("", False)]),
    ("no number, same time, other value: the same reading", [R(None, 70, t=5), R(None, 90, t=5)],
     [("", True), ("", False)]),
    ("no number and no time: every delivery counts", [R(None, 70), R(None, 70)],
     [("", True), ("", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "readings", "answers"), STORIES, ids=[s[0] for s in STORIES])
def test_what_a_delivery_is_taken_for(
    story: str, readings: list[Observation], answers: list[tuple[str, bool]]
) -> None:
    assert admitted(*readings) == answers


def test_the_same_time_brings_a_vital_sign_that_is_new() -> None:
    arrivals = Arrivals()
    first = Observation(issued=1.0, effective=0.5, values={"sbp": 120.0, "dbp": 80.0})
    more = Observation(issued=2.0, effective=0.5, values={"sbp": 120.0, "dbp": 80.0, "map": 93.0})
    assert arrivals.admit(first)[1] is first
    new = arrivals.admit(more)[1]
    assert new is not None
    assert new.values == {"map": 93.0}
    assert arrivals.admit(more)[1] is None


@pytest.mark.parametrize(
    ("numbers", "ranges"),
    [
        ([1, 2, 3], [[1, 3]]), ([1, 3, 2], [[1, 3]]), ([5, 1, 3], [[1, 1], [3, 3], [5, 5]]),
        ([5, 3, 4], [[3, 5]]), ([1, 2, 10, 11, 9], [[1, 2], [9, 11]]), ([0], [[0, 0]]),
        ([4, 2, 1, 3], [[1, 4]]),
    ],
)  # fmt: skip
def test_numbers_are_kept_as_ranges(numbers: list[int], ranges: list[list[int]]) -> None:
    boot = Boot()
    for number in numbers:
        boot.add(number)
    assert boot.ranges == ranges
    assert all(boot.has(number) for number in numbers)
    assert not boot.has(99)


def test_a_device_that_loses_every_other_reading_costs_no_more_and_more() -> None:
    arrivals = Arrivals()
    for n in range(0, 20_000, 2):
        assert arrivals.admit(reading(n, t=float(n)))[1] is not None
    assert len(arrivals.boots[""].ranges) <= 512
    assert arrivals.admit(reading(19_998, t=19_998.0))[1] is None
    assert arrivals.admit(reading(19_997, t=19_997.0))[1] is not None


def test_a_number_too_old_to_be_remembered_is_told_apart_by_its_time() -> None:
    arrivals = Arrivals()
    for n in range(REMEMBERED + 10):
        arrivals.admit(reading(n, t=float(n)))
    assert arrivals.admit(reading(3, 99, t=3.0)) == ("", None)
    boot, new = arrivals.admit(reading(3, 99, t=5000.0))
    assert (boot, new is not None) == ("~2", True)


def test_four_boots_are_remembered() -> None:
    arrivals = Arrivals()
    for boot in "abcde":
        arrivals.admit(reading(1, boot=boot))
    assert sorted(arrivals.boots) == ["b", "c", "d", "e"]


# --- through the session ------------------------------------------------------------------------


def test_a_duplicate_is_counted_and_not_judged_again() -> None:
    course = Course()
    course.hr(1, 70, seq=5)
    again = course.hr(2, 70, seq=5)
    assert [type(e).__name__ for e in again] == ["Duplicate"]
    assert len(course.judged("hr")) == 1


def test_a_duplicate_is_no_sign_of_life() -> None:
    course = Course()
    course.hr(1, 70, seq=5)
    course.hr(25, 70, seq=5)
    course.advance(32)
    assert course.standing("no_data") is not None


def test_one_reading_from_two_devices_is_two_rows() -> None:
    course = Course()
    course.observe(1, "strap", {"hr": 70.0}, seq=1)
    course.observe(1, "band", {"hr": 70.0}, seq=1)
    assert len({j.key for j in course.judged("hr")}) == 2


KEYS: Final = [
    ("strap", {"seq": 7, "boot": "a1"}, "strap|7|hr|a1"),
    ("strap", {"seq": 7}, "strap|7|hr|"),
    ("strap", {"seq": None, "measured": 2.5}, "strap|t1795428002.500|hr"),
    ("strap", {"seq": None}, "strap|#1|hr"),
    ("", {"by": "sitter", "measured": 2.5}, "|#1|hr"),
]


@pytest.mark.parametrize(("device", "about", "key"), KEYS)
def test_the_key_under_which_a_reading_is_stored(
    device: str, about: dict[str, object], key: str
) -> None:
    course = Course()
    course.observe(3, device, {"hr": 70.0}, **about)  # type: ignore[arg-type]
    judged = course.judged("hr")[0]
    assert judged.key == key
    assert judged.source == ("device" if device else "manual")


def test_all_that_a_broker_may_send_again_is_known_again() -> None:
    """A device that tells neither a boot nor a time; nothing of it was confirmed yet."""
    arrivals, window = Arrivals(), max(broker.WINDOW, link.WINDOW)
    readings = [
        Observation(issued=float(n), device="strap", seq=n, values={"hr": 60.0 + n % 40})
        for n in range(1, window + 101)
    ]
    assert all(arrivals.admit(reading)[1] is not None for reading in readings)
    assert all(arrivals.admit(reading)[1] is None for reading in readings[-window:])
    assert window < REMEMBERED
