"""Readings that are kept until confirmed, and when they are sent again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.native import Reading
from simulators.outbox import BATCH, Outbox


def numbers(readings: list[Reading]) -> list[object]:
    return [reading["seq"] for reading in readings]


def filled(count: int, **settings: float) -> Outbox:
    outbox = Outbox("b", int(settings.get("capacity", 3600)), settings.get("resend_s", 10))
    for _ in range(count):
        outbox.add({"hr": 70})
    return outbox


def test_a_reading_gets_its_number_and_boot_and_is_sent_once() -> None:
    outbox = Outbox("b1")
    assert outbox.add({"hr": 70}) == {"seq": 1, "hr": 70, "boot": "b1"}
    outbox.add({"hr": 71})
    assert numbers(outbox.due(0)[1]) == [1, 2]
    assert outbox.due(1) == ([], [])


def test_what_is_not_confirmed_goes_again_after_a_while_and_then_less_often() -> None:
    outbox = filled(3)
    outbox.due(0)
    when = []
    for _ in range(6):
        at = outbox.deadline
        assert outbox.due(at - 0.01) == ([], [])
        again, _ = outbox.due(at)
        assert numbers(again) == [1, 2, 3]
        when.append(at)
    assert when == [10, 30, 70, 130, 190, 250]


def test_a_confirmation_frees_what_it_covers_and_starts_the_waiting_afresh() -> None:
    outbox = filled(5)
    outbox.due(0)
    outbox.due(10)
    assert outbox.confirm("b", 3, 12) == 3
    assert (len(outbox), outbox.confirmed, outbox.deadline) == (2, 3, 22)
    assert numbers(outbox.due(22)[0]) == [4, 5]
    outbox.confirm("b", 5, 23)
    assert outbox.deadline == math.inf


@pytest.mark.parametrize(("boot", "seq"), [("a", 3), ("", 3), ("b", 0)])
def test_a_confirmation_of_something_else_frees_nothing(boot: str, seq: int) -> None:
    outbox = filled(3)
    assert outbox.confirm(boot, seq, 0) == 0
    assert len(outbox) == 3


def test_only_the_oldest_batch_goes_again() -> None:
    outbox = filled(BATCH + 20)
    outbox.due(0)
    assert numbers(outbox.due(10)[0]) == list(range(1, BATCH + 1))


def test_once_the_oldest_is_confirmed_the_rest_goes_again_once() -> None:
    outbox = filled(BATCH + 20)
    outbox.due(0)
    outbox.due(10)
    outbox.confirm("b", BATCH - 5, 11)
    assert outbox.due(11) == ([], [])  # the rest of that batch is still on its way
    outbox.confirm("b", BATCH, 12)
    assert outbox.deadline == 12
    assert numbers(outbox.due(12)[1]) == list(range(BATCH + 1, BATCH + 21))
    outbox.confirm("b", BATCH + 10, 13)
    assert outbox.due(13) == ([], [])
    assert numbers(outbox.due(23)[0]) == list(range(BATCH + 11, BATCH + 21))


def test_after_a_reconnect_everything_unconfirmed_is_sent() -> None:
    outbox = filled(4)
    outbox.due(0)
    outbox.confirm("b", 1, 0)
    outbox.disconnected()
    assert outbox.deadline == math.inf
    outbox.add({"hr": 71})
    assert numbers(outbox.due(5)[1]) == [2, 3, 4, 5]


def test_the_oldest_fall_out_of_a_full_buffer_and_are_counted() -> None:
    outbox = filled(13, capacity=10)
    assert (len(outbox), outbox.fell_out) == (10, 3)
    assert numbers(outbox.due(0)[1]) == list(range(4, 14))


def test_a_restart_begins_at_one_and_forgets() -> None:
    outbox = filled(3)
    outbox.due(0)
    outbox.restart("c")
    assert (len(outbox), outbox.fell_out) == (0, 3)
    outbox.add({"hr": 70})
    assert outbox.due(1)[1] == [{"seq": 1, "hr": 70, "boot": "c"}]


acts = st.lists(
    st.one_of(
        st.just(("measure", 0)),
        st.just(("send", 0)),
        st.just(("cut", 0)),
        st.tuples(st.just("confirm"), st.integers(0, 60)),
    ),
    max_size=60,
)


@given(acts, st.integers(1, 20))
def test_nothing_is_lost_unless_it_fell_out(acts: list[tuple[str, int]], capacity: int) -> None:
    """A receiver that confirms only readings it has, in order, ends with all but dropped ones."""
    outbox = Outbox("b", capacity)
    received: set[object] = set()
    now = 0.0
    for act, number in acts:
        now += 3
        if act == "measure":
            outbox.add({"hr": 70})
        elif act == "send":
            again, fresh = outbox.due(now)
            received.update(numbers(again + fresh))
        elif act == "cut":
            outbox.disconnected()
        else:
            whole = next(n for n in range(1, 99) if n not in received) - 1
            outbox.confirm("b", min(number, whole), now)
    outbox.disconnected()
    received.update(numbers(outbox.due(now)[1]))
    missing = set(range(1, outbox.last + 1)) - received
    assert len(missing) <= outbox.fell_out
    assert outbox.confirmed + outbox.fell_out + len(outbox) == outbox.last
