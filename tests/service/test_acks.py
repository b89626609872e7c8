"""What a device is told is on disk: never a number too early, and never held back for ever."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.store import Lost
from monitor.service.acks import GAP_S, Acks, Confirmation

T0 = 1000.0


def told(acks: Acks) -> int:
    (known,) = acks.take()
    assert (known.device, known.boot) == ("strap", "a")
    return known.seq


def arrive(acks: Acks, *numbers: int, at: float = T0) -> None:
    for number in numbers:
        acks.add("strap", "a", number, at)


def given_up(acks: Acks, at: float) -> list[tuple[int, int]]:
    return [(lost.first, lost.last) for lost in acks.pass_gaps(at)]


@given(st.permutations(range(2, 12)), st.integers(0, 10))
def test_only_what_is_whole_from_the_first_number_on_is_confirmed(
    order: list[int], until: int
) -> None:
    acks = Acks()
    arrive(acks, 1, *order[:until])
    came = {1, *order[:until]}
    assert told(acks) == next(n for n in range(1, 12) if n + 1 not in came)
    assert given_up(acks, T0 + GAP_S - 0.1) == []


@given(st.permutations(range(2, 12)), st.integers(0, 10))
def test_every_gap_is_given_up_and_nothing_else(order: list[int], until: int) -> None:
    acks = Acks()
    arrive(acks, 1, *order[:until])
    came = {1, *order[:until]}
    lost = [n for first, last in given_up(acks, T0 + GAP_S) for n in range(first, last + 1)]
    assert lost == [n for n in range(1, max(came)) if n not in came]
    assert told(acks) == max(came)
    assert given_up(acks, T0 + 10 * GAP_S) == []


def test_each_gap_has_its_own_minute() -> None:
    acks = Acks()
    arrive(acks, 1, 3)
    arrive(acks, 6, at=T0 + 50)
    arrive(acks, 5, at=T0 + 55)  # the gap before it is the one that was seen at 50
    assert given_up(acks, T0 + GAP_S) == [(2, 2)]
    assert told(acks) == 3
    assert given_up(acks, T0 + 50 + GAP_S - 1) == []
    assert given_up(acks, T0 + 50 + GAP_S) == [(4, 4)]
    assert told(acks) == 6


def test_what_was_given_up_is_not_given_up_again_after_a_restart() -> None:
    acks = Acks()
    acks.restore("strap", "a", [[1, 1], [3, 4], [7, 7]], T0)
    acks.passed(Lost(at=T0, device="strap", boot="a", first=2, last=2))
    acks.passed(Lost(at=T0, device="other", boot="a", first=5, last=6))
    assert told(acks) == 4
    assert given_up(acks, T0 + GAP_S) == [(5, 6)]


def test_a_boot_of_our_own_making_is_not_told_to_the_device() -> None:
    acks = Acks()
    acks.add("strap", "~2", 5, T0)
    assert acks.take() == [Confirmation("strap", "", 5)]
    assert acks.take() == []
