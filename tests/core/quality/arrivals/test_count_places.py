"""To which count a numbered reading belongs, by its number, content, time and the gaps."""

from collections.abc import Iterable
from typing import Final

import pytest

from monitor.core.quality.arrivals.count_places import CONSTANT, NEAR, SAME_S, Kin, Place, place
from monitor.core.quality.arrivals.counts import Boot, NumberedReading, read
from monitor.core.vocabulary.vitals import Observation

NEXT: Final = Place("new", "head")
AGAIN: Final = Place("again", "head")
BEGINS: Final = Place("begins")
REUSED: Final = Place("begins", reused=True)


def reading(
    seq: int, *, at: float | None = None, value: float | None = None, issued: float | None = None
) -> NumberedReading:
    """at: when it was measured, by the device's clock. By default each number has its own value."""
    return read(Observation(
        issued=1000.0 + seq if issued is None else issued, device="strap", seq=seq, effective=at,
        values={"hr": 60.0 + seq / 1000 if value is None else value},
    ))  # fmt: skip


def count(numbers: Iterable[int], since: float | None = None) -> Boot:
    """since: device time of the number 0, if the device states a time; one a second."""
    boot = Boot()
    for seq in numbers:
        boot.take(reading(seq, at=None if since is None else since + seq))
    return boot


# numbers of the present count, the next one -> its place
UNTIMED: Final = [
    ("the next number", range(1, 50), 50, NEXT),
    ("after losses", range(1, 50), 60, NEXT),
    ("by ten, the next one", range(0, 100, 10), 100, NEXT),
    ("its own number again", range(1, 50), 49, AGAIN),
    ("an old one again", range(1, 50), 1, AGAIN),
    ("a missing one", [*range(1, 20), *range(25, 50)], 22, NEXT),
    ("lower than all", range(20, 50), 0, BEGINS),
    ("the one before, a second later", [5], 4, BEGINS),
    ("an eight bit counter at its end", range(200, 256), 0, BEGINS),
    ("nearly at its end", range(200, 241), 15, BEGINS),
]


@pytest.mark.parametrize(("numbers", "seq", "found"), [u[1:] for u in UNTIMED],
                         ids=[u[0] for u in UNTIMED])  # fmt: skip
def test_the_place_by_number_and_content(numbers: Iterable[int], seq: int, found: Place) -> None:
    assert place(reading(seq), "head", {"head": count(numbers)}) == found


def test_a_batch_with_the_newest_first_is_one_count() -> None:
    assert place(reading(4, issued=1005.0), "head", {"head": count([5])}) == NEXT


def test_other_content_under_a_known_number_begins_a_count() -> None:
    kin = {"head": count(range(1, 50))}
    assert place(reading(30, value=99.0), "head", kin) == REUSED


def test_a_further_vital_sign_under_a_known_number_is_a_part_of_it() -> None:
    part = read(Observation(issued=1050.0, device="strap", seq=30, values={"temp": 36.6}))
    assert place(part, "head", {"head": count(range(1, 50))}) == NEXT


@pytest.mark.parametrize(("last", "seq", "begins"), [
    (255, 0, True), (240, 15, True), (239, 15, False), (255, 16, False), (65_535, 3, True),
    (300, 3, False),
])  # fmt: skip
def test_a_counter_of_eight_or_sixteen_bits_turns_at_its_end_only(
    last: int, seq: int, begins: bool
) -> None:
    """Without a time the content under the number may repeat: then it is a new reading."""
    kin = {"head": count([*range(40), *range(last - 20, last + 1)])}
    found = place(reading(seq), "head", kin)
    assert found == (BEGINS if begins else AGAIN)


@pytest.mark.parametrize(("at", "found"), [(22.0, NEXT), (49.0, NEXT), (49.25, BEGINS)])
def test_one_that_was_measured_after_all_others_is_none_of_the_missing(
    at: float, found: Place
) -> None:
    kin = {"head": count([*range(1, 20), *range(25, 50)], 0.0)}
    assert place(reading(22, at=at), "head", kin) == found


# --- earlier counts -------------------------------------------------------------------------------


def two(first: Iterable[int], head: Iterable[int], *, timed: bool = True) -> Kin:
    """The earlier count began at device time 0, the present one at 5000."""
    times = (0.0, 5000.0) if timed else (None, None)
    return {"old": count(first, times[0]), "head": count(head, times[1])}


@pytest.mark.parametrize(("seq", "at", "found"), [
    (5, 5005.0, NEXT),
    (5, 5.0, Place("again", "old")),  # the number is next, its time is old
    (30, 30.0, Place("new", "old")),  # the earlier count continues
    (25, 25.0, Place("new", "old")),  # it was missing there
    (25, 5025.0, NEXT),
    (3, 3.0, Place("again", "old")),
    (3, 5003.0, AGAIN),
    (3, 7000.0, REUSED),
])  # fmt: skip
def test_one_of_an_earlier_count_is_known_by_its_time(seq: int, at: float, found: Place) -> None:
    kin = two([*range(20), *range(27, 30)], range(5))
    assert place(reading(seq, at=at), "head", kin) == found


def test_a_number_far_ahead_continues_the_earlier_count_that_waits_for_it() -> None:
    kin = two(range(1800, 1820), range(5), timed=False)
    assert place(reading(1820), "head", kin) == Place("new", "old")
    assert place(reading(1819), "head", kin) == Place("again", "old")


@pytest.mark.parametrize("ahead", [NEAR, NEAR + 1])
def test_near_numbers_are_losses_of_the_present_count_where_contents_repeat(ahead: int) -> None:
    """A rate without a time repeats, so the same content in an earlier count shows little."""
    head, old = Boot(), Boot()
    for seq in range(5):
        head.take(reading(seq, value=70.0))
    for seq in range(60, 80):
        old.take(reading(seq, value=70.0))
    found = place(reading(4 + ahead, value=70.0), "head", {"old": old, "head": head})
    assert found == (NEXT if ahead == NEAR else Place("again", "old"))


# --- a number that never changes ------------------------------------------------------------------


@pytest.mark.parametrize(("reused", "constant"), [(CONSTANT - 1, False), (CONSTANT, True)])
def test_a_number_that_came_again_and_again_is_no_number(reused: int, constant: bool) -> None:
    kin = {"head": count([7])}
    kin["head"].reused = reused
    assert place(reading(7, value=99.0), "head", kin) == Place(
        "begins", reused=True, constant=constant
    )
    same = place(reading(7), "head", kin)
    assert same == (Place("begins", reused=True, constant=True) if constant else AGAIN)


@pytest.mark.parametrize(("later", "again"), [(SAME_S, True), (SAME_S + 0.25, False)])
def test_the_same_pressure_under_it_is_a_repeat_for_two_minutes(later: float, again: bool) -> None:
    def pressure(issued: float) -> NumberedReading:
        values = {"sbp": 120.0, "dbp": 80.0}
        return read(Observation(issued=issued, device="cuff", seq=0, values=values))

    head = Boot(reused=CONSTANT)
    head.take(pressure(1000.0))
    found = place(pressure(1000.0 + later), "head", {"head": head})
    assert found == (AGAIN if again else Place("begins", reused=True, constant=True))
