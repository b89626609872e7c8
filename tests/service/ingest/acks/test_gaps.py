"""Numbers received beyond a gap: exact like a set of numbers, in bounded memory, never too many."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.service.ingest.acks import gaps
from monitor.service.ingest.acks.device_acks import GAP_S, MOST_PASSED, Acks
from monitor.service.ingest.acks.gaps import MOST_RANGES, Beyond

T0 = 1000.0


def whole(beyond: Beyond) -> list[int]:
    pairs = zip(beyond.lows, beyond.highs, strict=True)
    return [n for low, high in pairs for n in range(low, high + 1)]


@given(st.lists(st.tuples(st.integers(2, 40), st.integers(0, 5)), max_size=30))
def test_stretches_are_what_a_set_of_numbers_is(spans: list[tuple[int, int]]) -> None:
    beyond, came = Beyond(), set[int]()
    for at, (low, more) in enumerate(spans):
        beyond.add(low, low + more, float(at))
        came |= set(range(low, low + more + 1))
        assert whole(beyond) == sorted(came)
        assert [n for n in range(50) if n in beyond] == sorted(came)
        apart = zip(beyond.lows[1:], beyond.highs, strict=False)
        assert all(low - high > 1 for low, high in apart)
        assert beyond.since == sorted(beyond.since)
    upto = beyond.joined(9)
    assert upto == next(n for n in range(9, 99) if n + 1 not in came)
    assert whole(beyond) == sorted(n for n in came if n > upto)


def test_of_too_many_stretches_the_highest_are_not_confirmed_until_they_come_again() -> None:
    acks = Acks()
    acks.add("strap", "a", 0, T0)
    numbers = range(2, 2 * MOST_RANGES + 200, 2)
    for number in reversed(numbers):  # the newest first
        acks.add("strap", "a", number, T0)
    for number in range(1, max(numbers), 2):
        acks.add("strap", "a", number, T0)
    (known,) = acks.take()
    assert 2 * MOST_RANGES <= known.seq < max(numbers)
    for number in numbers:
        acks.add("strap", "a", number, T0)
    assert [known.seq for known in acks.take()] == [max(numbers)]


def test_gaps_without_end_are_recorded_a_few_at_a_time_and_each_device_has_its_turn() -> None:
    acks, most = Acks(), 3 * MOST_PASSED
    for device in ("bad", "good"):
        for number in range(0, 2 * most + 1 if device == "bad" else 3, 2):
            acks.add(device, "a", number, T0)
    told: dict[str, list[int]] = {"bad": [], "good": []}
    for second in range(4):
        for lost in acks.pass_gaps(T0 + GAP_S + second):
            told[lost.device].append(second)
            assert lost.first == lost.last
    assert told["good"] == [0]
    assert told["bad"] == [second for second in range(3) for _ in range(MOST_PASSED)]


def test_the_bound_is_on_what_is_remembered() -> None:
    beyond = Beyond()
    for number in range(0, 4 * gaps.MOST_RANGES, 2):
        beyond.add(number, number, T0)
    assert len(beyond.lows) == len(beyond.highs) == len(beyond.since) == gaps.MOST_RANGES
    assert beyond.lows[0] == 0
