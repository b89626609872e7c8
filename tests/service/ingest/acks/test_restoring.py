"""After a restart the confirmations continue from the record: none is given up twice."""

from typing import Final

import pytest

from monitor.adapters.store import Lost
from monitor.service.ingest.acks.device_acks import GAP_S, Acks, Confirmation
from monitor.service.ingest.acks.restoring import restore_acks
from tests.core.course import START, Course

BACK: Final = 300.0  # the restart, s after the session was opened


def recorded(*readings: tuple[float, int], boot: str = "a", device: str = "strap") -> Course:
    """A session with these readings: when each came, and its number."""
    course = Course()
    for t, seq in readings:
        course.observe(t, device, {"hr": 60.0 + t / 10}, boot=boot, seq=seq)
    return course


def restored(course: Course, *lost: Lost) -> Acks:
    acks = Acks()
    restore_acks(acks, course.encounter, lost, START + BACK)
    return acks


def gone(first: int, last: int, boot: str = "a", device: str = "strap") -> Lost:
    return Lost(at=START + 100, device=device, boot=boot, first=first, last=last)


def test_every_count_of_every_device_is_confirmed_as_far_as_it_is_on_disk() -> None:
    course = recorded((1, 1), (2, 2), (3, 5))
    course.observe(4, "strap", {"hr": 61.0}, boot="b", seq=1)
    course.observe(5, "cuff", {"sbp": 120.0, "dbp": 80.0}, seq=1)
    assert restored(course).take() == [
        Confirmation("strap", "a", 2), Confirmation("strap", "b", 1), Confirmation("cuff", "", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("lost", "seq", "awaited"), [
    ((), 2, [(3, 4)]),
    ((gone(3, 4),), 5, []),
    ((gone(3, 3),), 3, [(4, 4)]),
    ((gone(3, 4, boot="b"),), 2, [(3, 4)]),
    ((gone(3, 4, device="cuff"),), 2, [(3, 4)]),
])  # fmt: skip
def test_numbers_that_the_last_process_gave_up_are_not_given_up_again(
    lost: tuple[Lost, ...], seq: int, awaited: list[tuple[int, int]]
) -> None:
    acks = restored(recorded((1, 1), (2, 2), (3, 5)), *lost)
    assert acks.take() == [Confirmation("strap", "a", seq)]
    passed = list(acks.pass_gaps(START + BACK + GAP_S))
    assert [(one.first, one.last) for one in passed] == awaited


@pytest.mark.parametrize(("order", "confirmed"), [
    ((1, 2, 3), [Confirmation("strap", "a", 3)]),
    ((3, 2, 1), []),  # it came down to 1, and there may be a 0
])  # fmt: skip
def test_the_number_that_came_first_is_the_start_after_the_restart_too(
    order: tuple[int, ...], confirmed: list[Confirmation]
) -> None:
    course = Course()
    for t, seq in enumerate(order, 60):
        course.observe(t, "strap", {"hr": 60.0 + seq}, measured=50 + seq, boot="a", seq=seq)
    assert restored(course).take() == confirmed


@pytest.mark.parametrize(("again_at", "seq"), [(3 + GAP_S - 1, 2), (3 + GAP_S + 1, 4)])
def test_a_count_that_ended_long_before_the_restart_holds_nothing_back(
    again_at: float, seq: int
) -> None:
    """The device began to count anew; its earlier count lacks a number."""
    course = recorded((0, 0), (1, 1), (2, 2), (3, 4))
    for number in range(5):
        course.observe(
            again_at + number / 100, "strap", {"hr": 70.0 + number}, boot="a", seq=number
        )
    assert restored(course).take() == [Confirmation("strap", "a", seq)]
