"""Readings of a device that only states when it measured: as old as they say, or in doubt."""

from tests.core.quality.clocks.device import DAY, Device, kind, kinds


def test_a_time_that_runs_back_while_readings_are_fresh_is_in_doubt_until_the_pace_proves_it() -> (
    None
):
    device = Device(tells=False)
    device.stream(0, 20)
    device.behind = 540
    found = device.stream(20, 60)
    assert [kind(placed) for placed in found] == ["doubt"] * 30 + ["live"] * 10
    assert [placed.effective for placed in found] == list(range(20, 60))
    assert found[30].step is not None


def test_an_old_reading_among_fresh_ones_is_in_doubt_and_the_next_is_not() -> None:
    device = Device(tells=False, numbered=False)
    device.stream(0, 20)
    assert kind(device.message(20, 20, age=400)) == "doubt"
    assert kinds(device.stream(21, 30)) == {"live"}
    assert device.clock.stepped is None


def test_what_was_kept_and_comes_after_fresh_ones_is_history_once_it_shows() -> None:
    device = Device(tells=False, numbered=False)
    device.stream(1000, 1020)
    backlog = [device.message(t, 1020 + t / 100) for t in range(900)]
    assert kinds(backlog[10:300]) == {"late"}
    assert backlog[500].effective == 500
    assert device.clock.stepped is None


def test_a_clock_that_was_ahead_and_seems_right_is_in_doubt() -> None:
    device = Device(-900, tells=False)
    for t in (0, 300, 600, 900):
        device.message(t, t)
    device.behind = 0
    placed = device.message(2400, 2400.5)
    assert (kind(placed), placed.effective) == ("doubt", 2400.5)
    assert kind(device.message(2700, 2700)) == "live"


def test_a_clock_of_another_age_is_followed_once_its_pace_is_ours() -> None:
    device = Device(20 * 365 * DAY, tells=False)
    assert kinds(device.stream(0, 30)) == {"late"}
    assert kinds(device.stream(30, 60)) == {"live"}


def test_a_reading_without_sent_of_a_device_that_sends_it_is_placed_by_what_is_known() -> None:
    device = Device(-900)
    device.stream(0, 40)
    placed = device.message(40, 41, sent=None)
    assert (kind(placed), placed.effective) == ("live", 40)
    assert kind(device.message(45, 41, sent=None)) == "live"
    assert kind(device.message(60, 41, sent=None)) == "doubt"
    assert device.clock.offset == -900
