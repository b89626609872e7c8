"""Confirmations to a device: only numbers that are on disk, and none delayed for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.store import Lost
from monitor.service.ingest.acks.device_acks import GAP_S, Acks, Confirmation

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
    acks.restore("band", "a", [[57, 57], [60, 61], [64, 64], [70, 70]], T0)
    for device, first, last in [
        ("strap", 2, 2),
        ("other", 5, 6),
        ("band", 58, 59),
        ("band", 62, 63),
    ]:
        acks.lost(Lost(at=T0, device=device, boot="a", first=first, last=last), T0)
    assert told(acks) == 4
    assert given_up(acks, T0 + GAP_S) == [(5, 6)]
    assert {known.device: known.seq for known in acks.take()} == {"strap": 7, "band": 64}
    assert given_up(acks, T0 + 2 * GAP_S) == [(65, 69)]


def test_a_boot_of_our_own_making_is_not_told_to_the_device() -> None:
    acks = Acks()
    acks.add("strap", "~2", 1, T0)
    assert acks.take() == [Confirmation("strap", "", 1)]
    assert acks.take() == []


@pytest.mark.parametrize("first", [2, 57, 5_000_000])
def test_below_a_first_number_others_may_come_for_a_minute(first: int) -> None:
    """No lower number is known to exist: they are passed and not recorded as lost."""
    acks = Acks()
    for second in range(59):
        arrive(acks, first + second, at=T0 + second)
    assert given_up(acks, T0 + GAP_S - 0.1) == []
    assert acks.take() == []
    assert given_up(acks, T0 + GAP_S) == []
    assert told(acks) == first + 58


@pytest.mark.parametrize("first", [0, 1])
def test_what_a_count_begins_with_is_confirmed_at_once(first: int) -> None:
    acks = Acks()
    arrive(acks, first, first + 1)
    assert told(acks) == first + 1


def test_each_lower_number_begins_the_minute_anew() -> None:
    acks, live = Acks(), 1002
    now = T0
    for at, low in enumerate(range(902, 0, -100)):
        now = T0 + 59 * at
        assert given_up(acks, now) == []
        arrive(acks, *range(low, low + 100), live + at, at=now)
        assert acks.take() == []
    assert given_up(acks, now + GAP_S - 0.1) == []
    assert acks.take() == []  # there might be a 1
    assert given_up(acks, now + GAP_S) == []
    assert told(acks) == live + 9


def test_what_comes_down_to_0_is_whole() -> None:
    acks = Acks()
    for second in range(100):
        assert acks.take() == []
        come(acks, "a", 99 - second, at=T0 + second)
    assert told(acks) == 99


def test_below_1_there_is_nothing_where_it_goes_up_from_there() -> None:
    for on_disk in (True, False):
        acks = Acks()
        come(acks, "a", 4, 2, 1, 2, 3, on_disk=on_disk)  # 2 repeated, with a further value
        for number in () if on_disk else (4, 2, 1, 2, 3):
            acks.add("strap", "a", number, T0, held=number != 4)
        assert acks.take() == []
    acks = Acks()
    come(acks, "a", 4, 1, 2)
    assert told(acks) == 2


def test_what_is_on_its_way_to_the_disk_begins_the_minute_anew() -> None:
    acks = Acks()
    come(acks, "a", 1000)
    come(acks, "a", 999, at=T0 + 50, on_disk=False)
    assert given_up(acks, T0 + GAP_S) == []
    come(acks, "a", 996, at=T0 + 109, on_disk=False)
    assert given_up(acks, T0 + 168) == []
    assert given_up(acks, T0 + 169) == [(997, 999)]
    for number in (999, 996):
        assert acks.take() == []
        acks.add("strap", "a", number, T0 + 170, held=True)
    assert told(acks) == 1000


def test_a_gap_above_the_first_number_has_its_minute_once_that_is_sure() -> None:
    acks, sure = Acks(), T0 + 50 + GAP_S
    arrive(acks, 1000, 1003)
    arrive(acks, 990, at=T0 + 50)
    assert given_up(acks, sure - 0.1) == []
    assert given_up(acks, sure) == []
    assert told(acks) == 990
    assert given_up(acks, sure + GAP_S - 0.1) == []
    assert given_up(acks, sure + GAP_S) == [(991, 999), (1001, 1002)]
    assert told(acks) == 1003


@pytest.mark.parametrize(("oldest", "sure"), [(1, 0), (501, GAP_S)])
def test_one_that_waits_for_room_behind_its_present_readings_loses_nothing(
    oldest: int, sure: float
) -> None:
    """It sends kept readings, oldest first, as earlier ones are confirmed, and live readings."""
    acks, live, sent, upto, now = Acks(), 2000, oldest, oldest - 1, T0
    arrive(acks, live)
    while upto < live:
        assert now < T0 + sure + 60
        now += 1
        live += 1
        arrive(acks, live, at=now)
        if sent < 2000 and upto == sent - 1:
            come(acks, "a", *range(sent, min(sent + 50, 2000)), at=now)
            sent += 50
        assert given_up(acks, now) == []
        upto = max([upto, *(known.seq for known in acks.take())])
    assert sent >= 2000


def test_a_lower_number_after_a_minute_is_waited_for_as_the_first_was() -> None:
    acks, later = Acks(), T0 + GAP_S
    arrive(acks, 1000, 1001)
    arrive(acks, 1003, at=T0 + 50)
    assert given_up(acks, later) == []
    assert told(acks) == 1001
    come(acks, "a", 998, at=later)
    assert given_up(acks, T0 + 50 + GAP_S) == []
    assert acks.take() == []
    assert given_up(acks, later + GAP_S) == []
    assert told(acks) == 998
    assert given_up(acks, later + 2 * GAP_S) == [(999, 999), (1002, 1002)]
    assert told(acks) == 1003


def test_a_restart_of_the_service_makes_no_first_number_sure() -> None:
    acks, later = Acks(), T0 + 30
    acks.restore("strap", "a", [[801, 1000]], T0, T0 - 5)
    acks.take()
    come(acks, "a", *range(701, 801), at=later)
    assert given_up(acks, T0 + GAP_S) == []
    assert acks.take() == []
    assert given_up(acks, later + GAP_S) == []
    assert told(acks) == 1000


def test_after_a_restart_too_1_is_the_first_only_where_it_came_first() -> None:
    acks = Acks()
    acks.restore("up", "a", [[1, 3]], T0, first=1)
    acks.restore("down", "a", [[1, 3]], T0, first=3)
    acks.restore("whole", "a", [[0, 3]], T0, first=3)
    acks.restore("long", "a", [[5000, 5003]], T0, first=1)  # the lowest are forgotten
    told = {known.device: known.seq for known in acks.take()}
    assert told == {"up": 3, "whole": 3}
    assert given_up(acks, T0 + GAP_S) == []
    told = {known.device: known.seq for known in acks.take()}
    assert told == {"down": 3, "long": 5003}


# --- several counts of one device -----------------------------------------------------------------


def come(acks: Acks, key: str, *numbers: int, at: float = T0, on_disk: bool = True) -> None:
    for number in numbers:
        held = acks.expect("strap", key, number, at, new=True)
        if on_disk:
            acks.add("strap", key, number, at, held=held)


def said(acks: Acks) -> list[tuple[str, int]]:
    return [(known.boot, known.seq) for known in acks.take()]


def test_from_its_first_number_on_only_the_new_count_is_confirmed() -> None:
    acks, later = Acks(), T0 + GAP_S
    come(acks, "b", 1800, 1801)
    assert given_up(acks, later) == []
    assert said(acks) == [("b", 1801)]
    come(acks, "b~2", 0, at=later, on_disk=False)
    assert said(acks) == []
    acks.add("strap", "b~2", 0, later)
    assert said(acks) == [("b", 0)]
    assert not acks.expect("strap", "b", 1801, later, new=False)  # delivered again
    acks.add("strap", "b", 1801, later)
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
    acks, later = Acks(), T0 + GAP_S
    come(acks, "b", 1800)
    come(acks, "c", 254)
    assert given_up(acks, later) == []
    assert said(acks) == [("b", 1800), ("c", 254)]
    come(acks, "b~2", 1, at=later)
    come(acks, "c~2", 1, at=later)
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
