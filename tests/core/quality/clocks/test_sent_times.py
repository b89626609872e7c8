"""Readings of a device that sends its clock as it publishes: live, waited, or in doubt."""

from typing import Final

import pytest

from monitor.core.sentences.english import english, sentence
from tests.core.quality.clocks.device import DAY, Device, T, kind, kinds

# --- the first message --------------------------------------------------------------------------

FIRST: Final = [
    ("right", 0.5, "live"), ("a minute behind is right, or nearly", 60, "live"),
    ("an hour behind, or an hour under way", 3600, "doubt"), ("a day", DAY, "doubt"),
    ("no message waits for more than a day", DAY + 1, "live"), ("1970", T - 5, "live"),
    ("ahead: nothing arrives early", -3600, "live"),
]  # fmt: skip


@pytest.mark.parametrize(("behind", "found"), [f[1:] for f in FIRST], ids=[f[0] for f in FIRST])
def test_the_first_message(behind: float, found: str) -> None:
    placed = Device(behind).message(0, 0, age=5)
    assert kind(placed) == found
    assert placed.effective == pytest.approx(-5, abs=0.5), (
        "its age is what it says, whatever its clock shows"
    )


def test_a_clock_that_may_be_behind_is_proven_by_its_pace_and_that_is_no_step() -> None:
    device = Device(3600)
    assert kinds(device.stream(0, 30)) == {"doubt"}
    proven = device.message(30, 30)
    assert (kind(proven), proven.step) == ("live", None)
    assert device.clock.offset == 3600


@pytest.mark.parametrize("pace", [1.05, 1.5, 20.0])
def test_who_catches_up_proves_no_clock(pace: float) -> None:
    """Readings kept for half an hour arrive a little faster than they were measured."""
    device = Device()
    found = [device.message(n, 1800 + n / pace) for n in range(1500)]
    assert kinds(found) == {"doubt"}


def test_a_backlog_that_comes_first_leaves_a_clock_that_is_right() -> None:
    device = Device()
    backlog = [device.message(n, 900 + n / 100) for n in range(900)]
    assert "live" not in kinds(backlog[:-62])
    assert kinds(device.stream(911, 940)[1:]) == {"live"}
    assert device.clock.stepped is None


# --- steps --------------------------------------------------------------------------------------

SET: Final = [
    (0, -900, "was set ahead by 15 min: it is 15 min ahead now"),
    (-900, 0, "was set right: it had been 15 min ahead"),
    (0, 900, "was set back by 15 min: it is 15 min behind now"),
    (3600, 0, "was set right: it had been 60 min behind"),
    (0, T - 5, "was set back by 20780 days: it is 20780 days behind now"),
    (T - 5, 0, "was set right: it had been 20780 days behind"),
    (0, 20, "was set back by 20 s: it is as good as right now"),
    (-100, -1000, "was set ahead by 15 min: it is 17 min ahead now"),
]


@pytest.mark.parametrize("boot", ["", "b"])
@pytest.mark.parametrize(("before", "after", "words"), SET)
def test_a_step_is_told_at_once(before: float, after: float, words: str, boot: str) -> None:
    device = Device(before)
    device.stream(0, 40)
    device.behind = after
    if boot:
        device.boot, device.seq = boot, 0
    first = device.message(40, 40.2, age=3)
    assert kind(first) == "live"
    assert first.effective == pytest.approx(37.2)
    assert first.step is not None
    assert first.step.by_s == pytest.approx(before - after, abs=0.5)
    assert sentence(first.step) == f"The clock of device strap {words}."
    following = device.stream(41, 80)
    assert kinds(following) == {"live"}
    assert {placed.step for placed in following} == {None}


def test_one_wild_time_leaves_the_clock_as_it_was() -> None:
    device = Device()
    device.stream(0, 10)
    wild = device.message(10, 10, sent=T + 1e7, effective=T + 1e7)
    assert (kind(wild), wild.effective) == ("live", 10)
    assert kinds(device.stream(11, 20)) == {"live"}
    assert device.clock.offset == 0


def test_a_step_after_which_a_message_may_have_waited_is_told_and_in_doubt() -> None:
    """A cuff every quarter of an hour. Its clock was set, and its message may also have waited."""
    device = Device()
    for t in (0, 900, 1800):
        assert kind(device.message(t, t)) == "live"
    device.behind = -7200
    found = device.message(2700, 2700)
    assert (kind(found), found.step is not None, found.effective) == ("doubt", True, 2700)
    assert kind(device.message(3600, 3600)) == "live", "two of one pace"


def test_set_back_by_less_than_since_the_last_one_is_in_doubt_until_the_pace_proves_it() -> None:
    device = Device()
    for t in (0, 900, 1800):
        device.message(t, t)
    device.behind = 540
    first = device.message(2700, 2701, age=4)
    assert (kind(first), first.effective, first.step) == ("doubt", 2697, None)
    assert "9 min" in english(first.doubt)
    second = device.message(3600, 3601)
    assert (kind(second), second.step is not None) == ("live", True)


# --- waits --------------------------------------------------------------------------------------


def test_one_message_that_waited_is_in_doubt_and_leaves_no_trace() -> None:
    device = Device(-90)
    device.stream(0, 10)
    assert kind(device.message(200, 500)) == "doubt"
    back = device.message(501, 501.5)
    assert (kind(back), back.step, device.clock.run) == ("live", None, None)


def test_a_short_wait_is_a_wait_whoever_asks() -> None:
    device = Device(-90)
    device.stream(0, 10)
    placed = device.message(200, 240, age=3)
    assert (kind(placed), placed.effective) == ("live", 197)


def test_a_stream_that_goes_on_where_it_was_cut_had_waited() -> None:
    device = Device(-90)
    device.stream(0, 40)
    backlog = [device.message(t, 300 + t / 100, age=2) for t in range(40, 300)]
    assert [placed.effective for placed in backlog] == pytest.approx(
        [t - 2 for t in range(40, 300)], abs=0.1
    )
    assert kinds(backlog) == {"live"}
    assert device.clock.stepped is None


@pytest.mark.parametrize("boot", ["", "b"])
def test_after_an_outage_they_had_waited_unless_the_device_began_anew(boot: str) -> None:
    device = Device()
    for t in (0, 300, 600):
        device.message(t, t)
    device.clock.went_away()
    if boot:
        device.boot, device.seq = boot, 0
    placed = device.message(900, 2100, age=10)
    assert kind(placed) == ("doubt" if boot else "late")
    assert placed.effective == (2090 if boot else 890)


def test_a_clock_that_was_set_back_during_an_outage_is_proven_by_its_pace() -> None:
    device = Device()
    device.stream(0, 10)
    device.clock.went_away()
    device.behind = 1000
    found = device.stream(1500, 1540)
    assert [kind(placed) for placed in found] == ["late"] * 30 + ["live"] * 10
    assert found[30].step is not None


@pytest.mark.parametrize("every", [1.0, 1.02])
def test_a_queue_of_constant_length_is_no_clock(every: float) -> None:
    """After 20 min cut off, a device that sends one a second never catches up, and is old."""
    device = Device()
    device.stream(0, 40)
    queued = [device.message(t, 1200 + t * every) for t in range(40, 400)]
    assert "live" not in kinds(queued)


def test_two_things_at_once_are_in_doubt_until_they_are_told_apart() -> None:
    """A cuff's clock may have been set back before the connection was cut: its age is unknown."""
    device = Device()
    for t in (0, 900, 1800):
        device.message(t, t)
    device.behind = 540
    assert kind(device.message(2700, 2700)) == "doubt"
    device.clock.went_away()
    found = [device.message(3600 + 900 * n, 6500 + n / 10) for n in range(4)]
    assert "late" not in kinds(found)
    assert "live" not in kinds(found)
