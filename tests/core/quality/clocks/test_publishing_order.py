"""The order of a device's messages by number: which ones are delivered after newer ones."""

from typing import Final

import pytest

from monitor.core.quality.clocks.clock_evidence import ClockMessage
from monitor.core.quality.clocks.publishing_order import KEPT, Era, Order
from tests.core.quality.clocks.device import Device, T, kind, kinds


def message(
    seq: int | None, told: float, *, boot: str = "a", issued: float | None = None
) -> ClockMessage:
    received = told if issued is None else issued
    return ClockMessage(at=received, device="d", boot=boot, seq=seq, issued=received, told=told)


def followed(*messages: ClockMessage, offset: float | None = 0.0) -> Order:
    order = Order()
    for one in messages:
        order.restarted(one, offset)
        order.follow(one, offset)
    return order


# the message after numbers 5, 6, 7 of boot "a" and then 1, 2 of boot "b" -> the era it is of
BEFORE: Final = [
    ("the next one", message(3, 16.0, boot="b"), None),
    ("again the newest", message(2, 15.0, boot="b"), None),
    ("one before it", message(1, 14.0, boot="b"), ("b", 1)),
    ("without a number", message(None, 14.0, boot="b"), None),
    ("lower than the first of its boot", message(0, 14.0, boot="b"), None),
    ("lower, and sent later", message(1, 15.5, boot="b"), None),
    ("of the boot before", message(6, 11.0), ("a", 5)),
    ("the last one of that boot", message(7, 12.0), ("a", 5)),
    ("never sent by that boot", message(8, 13.0), None),
    ("of a boot that never was", message(1, 14.0, boot="c"), None),
]


@pytest.mark.parametrize(("late", "era"), [b[1:] for b in BEFORE], ids=[b[0] for b in BEFORE])
def test_a_lower_number_came_before(late: ClockMessage, era: tuple[str, int] | None) -> None:
    order = followed(
        *(message(seq, 5.0 + seq) for seq in (5, 6, 7)),
        *(message(seq, 13.0 + seq, boot="b") for seq in (1, 2)),
    )
    found = order.came_before(late)
    assert (None if found is None else (found.boot, found.began)) == era


def test_a_number_between_two_offsets_may_be_of_either() -> None:
    """Up to 4 the clock was right; 6 shows it 900 s ahead. Where in between it was set is open."""
    order = followed(*(message(seq, float(seq)) for seq in (1, 2, 3, 4)))
    order.note("a", 6, -900.0)
    order.follow(message(6, 906.0, issued=6.0), -900.0)
    order.follow(message(8, 908.0, issued=8.0), -900.0)
    found = [order.came_before(message(seq, 900.0, issued=9.0)) for seq in (3, 5, 7)]
    assert [era and era.offset for era in found] == [0.0, None, -900.0]


def test_it_certainly_follows_if_its_number_is_higher_or_its_boot_is_new() -> None:
    order = followed(message(7, 10.0), message(1, 11.0, boot="b"))
    assert order.certain(message(2, 0.0, boot="b"))
    assert order.certain(message(1, 0.0, boot="c"))
    assert not order.certain(message(1, 0.0, boot="b"))
    assert not order.certain(message(9, 0.0, boot="a")), "a boot before this one"
    assert not order.certain(message(None, 0.0, boot="c"))
    assert not Order().certain(message(1, 0.0))


@pytest.mark.parametrize(("received", "faster"), [(14.75, True), (15.0, False), (20.0, False)])
def test_a_message_that_comes_in_half_the_time_comes_faster(received: float, faster: bool) -> None:
    order = followed(message(1, 10.0))
    assert order.faster(message(2, 20.0, issued=received)) is faster


def test_it_remembers_no_more_boots_and_offsets_than_it_needs() -> None:
    order = followed(*(message(1, float(n), boot=f"b{n}") for n in range(3 * KEPT)))
    assert len(order.eras) == len(order.boots) == KEPT
    assert next(iter(order.boots)) == f"b{2 * KEPT - 1}"
    assert order.eras[-1] == Era(f"b{3 * KEPT - 1}", 1, 0.0)


# --- through the clock ----------------------------------------------------------------------------


def test_a_redelivery_is_as_old_as_it_is_and_moves_nothing() -> None:
    device = Device(-900)
    device.stream(0, 20)
    device.seq += 1  # one is lost
    device.stream(21, 40)
    device.behind, lost = 400, 21
    device.stream(40, 60)
    offset = device.clock.offset
    placed = device.message(20, 61, seq=lost, sent=T + 920, effective=T + 917)
    assert kind(placed) == "live"
    assert placed.effective == pytest.approx(17)
    assert device.clock.offset == offset
    assert kinds(device.stream(61, 70)) == {"live"}


def test_what_was_lost_as_the_clock_was_set_may_be_of_either_clock() -> None:
    device = Device()
    device.stream(0, 20)
    device.behind, lost = 400, 21
    device.seq = lost
    device.stream(21, 40)
    placed = device.message(20, 41, seq=lost)
    assert (kind(placed), placed.step) == ("doubt", None)
    assert kinds(device.stream(42, 50)) == {"live"}


def test_the_last_of_an_earlier_boot_sets_no_clock() -> None:
    device = Device(boot="a")
    device.stream(0, 20)
    device.boot, device.seq = "b", 0
    device.stream(21, 60)
    placed = device.message(20, 900, boot="a", seq=21)
    assert (kind(placed), placed.step) == ("doubt", None)
    assert kinds(device.stream(901, 940)) == {"live"}
    assert device.clock.stepped is None


def test_a_counter_that_begins_anew_is_no_redelivery() -> None:
    device = Device()
    device.seq = 200
    device.stream(0, 20)
    device.seq, device.behind = 0, 5000
    found = device.stream(20, 80)
    assert "late" not in kinds(found)
    assert kinds(found[31:]) == {"live"}


def test_numbers_of_an_earlier_boot_that_go_on_are_the_present() -> None:
    """A boot name that is only the reason of a restart recurs, and its numbers with it."""
    device = Device(boot="power")
    device.stream(0, 100)
    device.boot, device.seq = "watchdog", 0
    device.stream(100, 110)
    device.boot, device.seq, device.behind = "power", 0, T - 100
    found = device.stream(110, 190)
    assert "late" not in kinds(found)
    assert kinds(found[62:]) == {"live"}


def test_a_lower_number_that_was_sent_later_is_no_redelivery() -> None:
    """For example modulo 256. It may have waited for 5 min; the numbers do not show it."""
    device = Device()
    device.stream(0, 40)
    device.seq = 4
    assert kind(device.message(640, 940)) == "doubt"
