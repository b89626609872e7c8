"""A device that counts each vital sign by itself: its count is split once that shows."""

from typing import Final

import pytest

from monitor.core.quality.arrivals.apart import counts_apart, part_ways, split
from monitor.core.quality.arrivals.counts import Boot, NumberedReading, read
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import Duplicate
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import Course

Numbers = dict[str, list[int]]  # vital sign -> its numbers, in the order of receipt


def reading(vital: str, seq: int) -> NumberedReading:
    return read(Observation(issued=seq, device="band", seq=seq, values={vital: 70.0 + seq / 100}))


def count(numbers: Numbers) -> Boot:
    boot = Boot()
    for vital, seqs in numbers.items():
        for seq in seqs:
            boot.take(reading(vital, seq))
    return boot


# vital signs before and after a gap from 10 to 19 -> whether two counters met there
SPLITS: Final[list[tuple[str, Numbers, bool]]] = [
    ("different ones", {"temp": [8, 9], "hr": [20, 21]}, True),
    ("halves of one pressure", {"sbp": [8, 9], "dbp": [20, 21]}, False),
    ("one on both sides", {"temp": [8, 9], "hr": [9, 20]}, False),
    ("nothing before it", {"hr": [20, 21], "temp": [22]}, False),
    ("nothing after it", {"hr": [7, 8], "temp": [9]}, False),
]


@pytest.mark.parametrize(("numbers", "found"), [s[1:] for s in SPLITS], ids=[s[0] for s in SPLITS])
def test_a_gap_separates_two_counters_if_each_has_its_own_vital_signs(
    numbers: Numbers, found: bool
) -> None:
    assert split(count(numbers), 10, 19) is found


# vital sign and number after heart rates 1 to 9 and temperatures 1 and 2 of one count
SHOWS: Final = [
    ("temp", 3, True), ("temp", 4, False), ("hr", 3, False), ("temp", 10, False), ("sbp", 3, False),
]  # fmt: skip


@pytest.mark.parametrize(("vital", "seq", "shows"), SHOWS)
def test_a_vital_sign_that_goes_on_by_itself_with_a_number_of_another_shows_it(
    vital: str, seq: int, shows: bool
) -> None:
    boot = count({"hr": list(range(1, 10)), "temp": [1, 2]})
    assert counts_apart(reading(vital, seq), boot, boot) is shows


@pytest.mark.parametrize(
    ("head", "other", "shows"),
    [
        ({"hr": [1, 2]}, {"temp": [700]}, True),
        ({"hr": [1, 2], "sbp": [3]}, {"temp": [700]}, False),
        ({"hr": [1, 2]}, {"temp": [700], "hr": [699]}, False),
        ({"temp": [1, 2]}, {"temp": [700]}, False),
        ({"hr": [1, 2]}, {"temp": [701]}, False),
    ],
)
def test_so_does_one_that_goes_on_in_an_earlier_count_of_its_own(
    head: Numbers, other: Numbers, shows: bool
) -> None:
    assert counts_apart(reading("temp", 701), count(head), count(other)) is shows


def test_one_count_is_split_and_the_vital_sign_that_is_ahead_keeps_the_counter() -> None:
    boots = {"b": count({"temp": [1, 2], "sbp": [3], "dbp": [3], "hr": [5, 6, 9]})}
    heads = {"b": "b"}
    part_ways(boots, heads, "b", "b")
    assert heads == {"b": "b", "b\tbp": "b\tbp", "b\ttemp": "b\ttemp"}
    assert {key: sorted(boot.by) for key, boot in boots.items()} == {
        "b": ["hr"], "b\tbp": ["dbp", "sbp"], "b\ttemp": ["temp"],
    }  # fmt: skip
    assert {key: (boot.low, boot.high) for key, boot in boots.items()} == {
        "b": (5, 9), "b\tbp": (3, 3), "b\ttemp": (1, 2),
    }  # fmt: skip
    assert [seq for seq in range(11) if boots["b"].has(seq)] == [5, 6, 9]
    assert boots["b\ttemp"].settled == 2, "nothing before it is awaited"


def test_of_two_counts_the_one_that_is_ahead_keeps_the_counter() -> None:
    boots = {"b": count({"temp": [700, 701]}), "b~2": count({"hr": [1, 2]})}
    heads = {"b": "b~2"}
    part_ways(boots, heads, "b~2", "b")
    assert heads == {"b": "b", "b\thr": "b~2\thr"}
    assert {key: list(boot.by) for key, boot in boots.items()} == {"b": ["temp"], "b~2\thr": ["hr"]}


# --- through the session --------------------------------------------------------------------------


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize(("rate", "warm"), [(1, 1), (1800, 1), (1, 1800), (500, 40), (40, 500)])
@pytest.mark.parametrize("every", [2, 7, 61])
def test_vital_signs_that_are_counted_apart(boot: str, rate: int, warm: int, every: int) -> None:
    course = Course(devices={"band": "gateway"})
    sent = 0
    for n in range(400):
        course.observe(n, "band", {"hr": 70.0 + n % 3}, seq=rate + n, boot=boot)
        if n % every == 1:
            course.observe(n, "band", {"temp": 36.0 + n / 1000}, seq=warm + sent, boot=boot)
            sent += 1
    course.advance(600)
    assert len({j.key for j in course.judged("hr")}) == 400
    assert len({j.key for j in course.judged("temp")}) == sent
    assert course.told("sequence_gap") == []
    for n in (300, 399):
        again = course.observe(700, "band", {"hr": 70.0 + n % 3}, seq=rate + n, boot=boot)
        assert [type(e) for e in again] == [Duplicate]


def test_what_one_of_two_counters_misses_is_missed() -> None:
    course = Course(devices={"band": "gateway"})
    for n in range(60):
        course.observe(n, "band", {"hr": 70.0 + n % 3}, seq=n)
        if n % 5 == 0 and n != 40:
            course.observe(n, "band", {"temp": 36.0 + n / 100}, seq=n // 5)
    course.advance(110)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "1 reading (number 8)" in sentence(alarm)
