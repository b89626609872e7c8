"""A run of messages as evidence: when its pace proves an offset, and when it shows a queue."""

from typing import Final

import pytest

from monitor.core.quality.clocks.clock_evidence import ClockMessage, Run

OFFSET: Final = 900.0
Messages = list[tuple[float, float]]  # receipt, and our receipt less the device's clock


def message(issued: float, offset: float) -> ClockMessage:
    return ClockMessage(
        at=issued, device="d", boot="", seq=int(issued), issued=issued, told=issued - offset
    )


def run_of(messages: Messages) -> Run:
    run = Run.of(message(*messages[0]))
    for one in messages[1:]:
        run.hear(message(*one))
    return run


def steady(*times: float) -> Messages:
    return [(t, OFFSET) for t in times]


PROOFS: Final[list[tuple[str, Messages, bool]]] = [
    ("one alone", steady(100), False),
    ("two within a minute", steady(0, 59.75), False),
    ("two a minute apart", steady(0, 60), True),
    ("three within half a minute", steady(0, 1, 29.75), False),
    ("three over half a minute", steady(0, 1, 30), True),
    ("a third of another offset", [(0, 900.0), (20, 900.0), (40, 906.0)], False),
    ("of another offset by as much as agrees", [(0, 900.0), (20, 900.0), (40, 905.0)], True),
    ("jitter of a second", [(0, 900.0), (1, 899.0), (30, 899.5)], True),
    ("it falls faster than any clock drifts", [(0, 900.0), (1, 898.5), (30, 897.0)], False),
    ("a drift of two in a hundred", [(0, 900.0), (100, 898.0)], True),
    ("and a little more than that", [(0, 900.0), (100, 897.75)], False),
]


@pytest.mark.parametrize(
    ("messages", "proves"), [p[1:] for p in PROOFS], ids=[p[0] for p in PROOFS]
)
def test_an_offset_is_proven_by_messages_at_the_pace_of_our_clock(
    messages: Messages, proves: bool
) -> None:
    assert run_of(messages).proves(messages[-1][0]) is proves


def test_one_message_proves_nothing_however_long_ago_it_came() -> None:
    assert not run_of(steady(0)).proves(1e6)


def test_a_message_that_does_not_fit_begins_the_run_anew() -> None:
    run = run_of([(0, 900.0), (10, 900.0), (20, 950.0)])
    assert (run.low, run.first, run.since, run.began, run.count) == (950, 950, 20, 20, 1)
    assert run.mixed
    run = run_of([(0, 900.0), (10, 900.0), (20, 850.0)])
    assert (run.low, run.since, run.count, run.mixed) == (850, 20, 1, False)


def test_the_offset_is_the_least_difference_of_the_run() -> None:
    run = run_of([(0, 900.0), (10, 899.5), (20, 903.0)])
    assert (run.low, run.first, run.top, run.count) == (899.5, 900, 903, 3)


@pytest.mark.parametrize(("last", "drains"), [(895.0, False), (894.75, True), (100.0, True)])
def test_messages_that_come_nearer_had_waited(last: float, drains: bool) -> None:
    assert run_of([(0, 900.0), (1, 897.5), (2, last)]).drains is drains


def test_eight_messages_close_to_one_another_are_a_stream() -> None:
    run = run_of(steady(0))
    run.close = 7
    assert not run.streams
    run.close = 8
    assert run.streams
