"""One count of a device: which of its numbers may be confirmed, and which gaps are too old."""

from typing import Final

import pytest

from monitor.service.ingest.acks.confirmed_numbers import (
    CONSTANT,
    GAP_S,
    MOST_PARTIAL,
    Line,
    begin,
    least,
)

T0: Final = 1000.0


def line(*numbers: int, heard: float = T0, first_at: float = T0) -> Line:
    """A count of which these numbers came, in this order, and are on disk."""
    made = begin(numbers[0], first_at, [], [])
    for number in numbers:
        made.moves_on(number)
        made.add(number, first_at)
    made.heard = heard
    return made


def given_up(of: Line, now: float, most: int = 10) -> list[tuple[int, int]]:
    return of.give_up(now, most)


@pytest.mark.parametrize(("first", "before", "at_once"), [
    (0, None, True),
    (1, None, True),
    (2, None, False),
    (1, 239, True),
    (1, 240, False),  # near the end of eight bits: its next count may begin with 0
    (1, 255, False),
    (1, 256, True),
    (1, 65_519, True),
    (1, 65_520, False),
    (0, 255, True),
])  # fmt: skip
def test_a_first_number_is_confirmed_at_once_only_if_no_lower_one_can_come(
    first: int, before: int | None, at_once: bool
) -> None:
    earlier = [] if before is None else [line(before)]
    made = begin(first, T0, earlier, earlier)
    made.add(first, T0)
    assert least([made], T0) == (first if at_once else None, False)


def test_where_another_count_began_with_0_a_1_is_not_the_first() -> None:
    made = begin(1, T0, [], [line(0)])
    made.add(1, T0)
    assert least([made], T0) == (None, False)


def test_new_content_under_a_number_on_disk_is_awaited_as_often_as_it_came() -> None:
    made = line(1, 2, 3, 4, 5)
    assert made.expect(3, T0)
    assert made.expect(3, T0)
    assert made.known(T0) == (2, True)
    made.release(3)
    assert made.known(T0) == (2, True)
    made.release(3)
    # It may continue from there for a minute, or until a number beyond the others comes.
    assert made.known(T0 + GAP_S - 0.1) == (3, True)
    assert made.known(T0 + GAP_S) == (5, False)
    made.moves_on(6)
    made.add(6, T0)
    assert made.known(T0) == (6, False)


def test_a_number_that_is_redelivered_holds_nothing_back() -> None:
    made = line(1, 2, 3)
    assert not made.moves_on(2)
    assert made.known(T0) == (3, False)


def test_the_last_number_waits_for_its_second_message_a_minute() -> None:
    made = line(1)
    made.expect(1, T0)  # it sends two messages a number
    made.release(1)
    made.moves_on(2)
    made.add(2, T0)
    assert made.known(T0 + GAP_S - 0.1) == (1, True)
    assert made.known(T0 + GAP_S) == (2, False)
    made.expect(2, T0)
    assert made.known(T0) == (1, False), "that message is on its way to the disk"
    made.release(2)
    assert made.known(T0) == (2, False)


def test_a_number_that_lacks_a_part_is_not_confirmed_though_there_are_too_many_of_them() -> None:
    line, last = begin(0, T0, [], []), 2 * MOST_PARTIAL
    line.expect(0, T0)  # it sends two messages a number
    line.release(0)
    line.add(0, T0)
    for number in range(1, last):
        line.moves_on(number)
        line.add(number, T0)
        line.heard = T0
    for number in range(1, MOST_PARTIAL + 1):  # the second message of each of these comes
        line.expect(number, T0 + 1)
        line.release(number)
    assert line.known(T0 + 2) == (MOST_PARTIAL, True)
    assert len(line.partial) <= MOST_PARTIAL
    assert line.known(T0 + GAP_S) == (last - 1, False)


def test_the_gap_below_a_first_number_is_passed_alone_and_the_next_has_a_minute_more() -> None:
    made = line(57, 60, 63)
    assert made.due == T0 + GAP_S
    assert given_up(made, T0 + GAP_S - 0.1) == []
    assert given_up(made, T0 + GAP_S) == [(0, 56)]
    assert given_up(made, T0 + GAP_S) == []
    assert made.due == T0 + 2 * GAP_S
    assert given_up(made, T0 + 2 * GAP_S) == [(58, 59), (61, 62)]
    assert made.upto == 63
    assert made.due is None


def test_at_most_so_many_gaps_are_passed_at_a_time() -> None:
    made = line(1, 3, 5, 7)
    assert given_up(made, T0 + GAP_S, 2) == [(2, 2), (4, 4)]
    assert made.upto == 5
    assert given_up(made, T0 + GAP_S, 2) == [(6, 6)]


@pytest.mark.parametrize(("first", "last", "upto"), [
    (3, 4, 5),
    (3, 3, 3),
    (4, 4, 2),  # it begins within the gap: 3 is awaited
    (2, 4, 2),
    (6, 8, 2),
])  # fmt: skip
def test_numbers_recorded_as_lost_close_the_gap_that_begins_with_them(
    first: int, last: int, upto: int
) -> None:
    made = line(1, 2, 5)
    made.lost(first, last, T0)
    assert made.upto == upto


def test_numbers_recorded_as_lost_in_the_middle_of_a_gap_close_none() -> None:
    made = line(1, 2, 9)
    made.lost(7, 8, T0)
    assert given_up(made, T0 + GAP_S) == [(3, 8)]


def test_a_lower_number_makes_the_start_unknown_again() -> None:
    made = line(57, 58)
    assert given_up(made, T0 + GAP_S) == [(0, 56)]
    assert least([made], T0) == (58, False)
    made.add(50, T0 + GAP_S)
    assert least([made], T0 + GAP_S) == (None, False)
    assert given_up(made, T0 + 2 * GAP_S - 0.1) == []
    assert given_up(made, T0 + 2 * GAP_S) == [(0, 49)]
    assert least([made], T0 + 2 * GAP_S) == (50, False)


@pytest.mark.parametrize(("lines", "expected"), [
    ([line(0, 1, 2, 4), line(0, 1, 2, 3, 4)], (2, False)),
    ([line(0, 1, 2, 3, 4), line(0, 1)], (1, False)),
    ([line(0, 1, 2, heard=T0 - GAP_S), line(0, 1, 2, 3, 4)], (4, False)),
    ([line(0, 1, 2, heard=T0 - GAP_S + 0.1), line(0, 1, 2, 3, 4)], (2, False)),
    ([line(0, 1, 2), line(57, 58)], (None, True)),
    ([line(7)] * CONSTANT, (None, False)),
    ([line(0)] * (CONSTANT - 1), (0, False)),
    ([line(0), line(0, 1), line(0)], (0, False)),
    ([line(0, 1), *[line(0)] * CONSTANT], (None, False)),
])  # fmt: skip
def test_of_several_counts_the_least_is_confirmed_that_is_true_of_all_that_go_on(
    lines: list[Line], expected: tuple[int | None, bool]
) -> None:
    assert least(lines, T0) == expected
