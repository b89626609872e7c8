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


# --- several counts of one device -----------------------------------------------------------------


def come(acks: Acks, key: str, *numbers: int, at: float = T0, on_disk: bool = True) -> None:
    for number in numbers:
        held = acks.expect("strap", key, number, at, new=True)
        if on_disk:
            acks.add("strap", key, number, at, held=held)


def said(acks: Acks) -> list[tuple[str, int]]:
    return [(known.boot, known.seq) for known in acks.take()]


def test_from_its_first_number_on_only_the_new_count_is_confirmed() -> None:
    acks = Acks()
    come(acks, "b", 1800, 1801)
    come(acks, "b~2", 0, on_disk=False)
    assert said(acks) == []
    acks.add("strap", "b~2", 0, T0)
    assert said(acks) == [("b", 0)]
    assert not acks.expect("strap", "b", 1801, T0, new=False)  # delivered once more
    acks.add("strap", "b", 1801, T0)
    assert said(acks) == [("b", 0)]


def test_what_an_earlier_count_lacks_holds_the_new_one_back() -> None:
    acks = Acks()
    come(acks, "", 0, 1, 2, 5, 6)
    come(acks, "~2", 0, 1, 2, 3, 4, at=T0 + 30)
    assert said(acks) == [("", 2)]
    assert given_up(acks, T0 + GAP_S) == [(3, 4)]
    assert said(acks) == [("", 4)]


def test_a_new_count_of_which_the_start_did_not_come_is_waited_for_and_not_recorded() -> None:
    acks = Acks()
    come(acks, "b", 200, 201)
    come(acks, "b~2", 3, 4)
    assert said(acks) == []
    assert given_up(acks, T0 + GAP_S) == []
    assert said(acks) == [("b", 4)]


def test_before_1_there_may_be_a_0_of_an_eight_bit_counter_only() -> None:
    acks = Acks()
    come(acks, "b", 1800)
    come(acks, "b~2", 1)
    come(acks, "c", 254)
    come(acks, "c~2", 1)
    assert said(acks) == [("b", 1)]


def test_a_number_that_an_ended_count_goes_on_with_makes_nothing_clearer() -> None:
    acks = Acks()
    come(acks, "", 1, 2)
    come(acks, "~2", 1, 2, 3)
    assert said(acks) == [("", 2)]
    come(acks, "", 3)
    assert said(acks) == []
    assert given_up(acks, T0 + GAP_S) == []
    assert said(acks) == [("", 3)]


def test_after_a_restart_of_the_service_the_count_that_went_on_is_confirmed() -> None:
    acks = Acks()
    acks.restore("strap", "b", [[0, 1811]], T0, T0 - 500)
    acks.restore("strap", "b~2", [[0, 20]], T0, T0 - 1)
    acks.restore("band", "~7", [[0, 7], [9, 9]], T0, T0 - 1)
    assert acks.take() == [Confirmation("strap", "b", 20), Confirmation("band", "", 7)]
    come(acks, "b~2", 21, 22)
    assert said(acks) == [("b", 22)]


def test_words_and_counts_are_not_kept_for_ever() -> None:
    acks = Acks()
    for n in range(1000):
        come(acks, f"{n // 100}~{n}", 1)
        come(acks, f"word {n}", 1, 3)
    assert len(said(acks)) <= 16
    assert len(given_up(acks, T0 + GAP_S)) <= 16
    acks.forget("strap")
    assert said(acks) == []
    assert given_up(acks, T0 + 2 * GAP_S) == []
