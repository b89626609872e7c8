"""When a reading was measured, by our clock, whichever times its device states."""

from typing import Final

import msgspec
import pytest

from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.placing import place
from monitor.core.sentences.english import english
from monitor.core.vocabulary.vitals import Observation
from tests.core.quality.clocks.device import Device, T, kind, reading


def placed(*readings: Observation, clock: DeviceClock | None = None) -> Placed:
    """Return the placement of the last of these readings."""
    clock = clock or DeviceClock()
    last = Placed(0.0)
    for one in readings:
        last = place(clock, one, one.boot, one.issued)
    return last


CORRECTED: Final = [
    ("no time: receipt counts", [(1000, None, None)], 1000),
    ("a right clock, half a second under way", [(1000, 999.5, None)], 999.5),
    ("two seconds fast is taken as latency, never after receipt", [(1000, 1001.5, None)], 1000),
    ("a fast clock: the offset is taken off", [(1000, 1090, None)], 1000),
    ("a fast clock, an older reading after fresh ones",
     [(1000, 1090, None), (1001, 1091, None), (1030, 1100, None)], 1010),
    ("a slow clock that tells nothing looks old, and is taken as old", [(1000, 880, None)], 880),
    ("a slow clock that tells its time: age is sent minus measured",
     [(1000, 390, 400)], 990),
    ("a clock years behind that tells its time", [(1_000_000_000, 4995, 5000)], 999_999_995),
    ("a fast clock that tells its time", [(1000, 4590, 4600)], 990),
    ("a right clock that tells its time: age kept", [(1000, 700, 1000)], 700),
    ("measured after it was sent, by a clock that was set between", [(1000, 1200, 1000)], 1000),
    ("`sent` alone: it was measured as it was sent", [(1000, None, 999), (1100, None, 1090)], 1090),
    ("the first message delayed, then a prompt one: the prompt one tells the offset",
     [(1300, 999, 1000), (1301, 1300, 1301)], 1300),
    ("one reading dated years ahead does not move the next",
     [(1000, 1e9, None), (1001, 1000.5, None)], 1000.5),
    ("nor the one after a good one",
     [(999, 998.5, None), (1000, 1e9, None), (1001, 1000.5, None)], 1000.5),
    ("an hour fast, seen for half a minute, is followed",
     [(1000, 4600, None), (1020, 4620, None), (1040, 4640, None), (1053, 4643, None)], 1043),
]  # fmt: skip


@pytest.mark.parametrize(("story", "readings", "time"), CORRECTED, ids=[c[0] for c in CORRECTED])
def test_the_corrected_time(
    story: str, readings: list[tuple[float, float | None, float | None]], time: float
) -> None:
    assert placed(*(reading(*r) for r in readings)).effective == time


@pytest.mark.parametrize(
    ("ahead", "sent", "doubt"),
    [(0, None, False), (120, None, False), (121, None, True), (1e9, None, True), (1e9, 1e9, False)],
)
def test_a_reading_from_the_future(ahead: float, sent: float | None, doubt: bool) -> None:
    found = placed(reading(1000, 1000 + ahead, sent))
    assert bool(found.doubt) is doubt
    assert (found.effective, found.late) == (1000, None)


@pytest.mark.parametrize("tells", [True, False])
def test_what_the_broker_kept_teaches_nothing(tells: bool) -> None:
    device = Device(tells=tells)
    assert "retained" in english(device.message(0, 5000, replayed=True).late)
    assert device.clock == DeviceClock()


def test_a_clock_a_second_ahead_measures_nothing_after_its_receipt() -> None:
    found = Device(-1.5).stream(0, 50)
    assert [placed.effective for placed in found] == list(range(50))


# --- the short path -------------------------------------------------------------------------------


def test_a_message_of_a_calm_clock_that_is_too_old_is_late() -> None:
    """The usual message of a known clock is placed in a few lines, which judge its age as well."""
    device = Device()
    device.stream(0, 10)
    assert device.clock.calm
    for age, found in ((0, "live"), (600, "live"), (600.5, "late")):
        placed_at = device.message(20, 20, age=age)
        assert (kind(placed_at), placed_at.effective) == (found, 20 - age)


def test_a_person_is_believed_and_teaches_no_clock() -> None:
    clock = DeviceClock(offset=-900.0, count=5, calm=True)
    before = msgspec.json.encode(clock)
    typed = Observation(issued=T, effective=T - 300, values={"temp": 36.6}, by="thea")
    assert place(clock, typed, "", T) == Placed(T - 300)
    assert place(clock, msgspec.structs.replace(typed, effective=T + 9), "", T) == Placed(T)
    assert msgspec.json.encode(clock) == before


def test_a_device_that_begins_to_send_its_clock_is_learned_anew() -> None:
    device = Device(-900, tells=False)
    device.stream(0, 40)
    assert device.clock.known == -900
    device.tells, device.behind = True, 300_000
    found = device.message(40, 40, age=2)
    assert (kind(found), found.effective, found.step) == ("live", 38, None)
    assert (device.clock.sends, device.clock.offset) == (True, 300_000)


def test_without_a_unit_a_number_is_no_time() -> None:
    device = Device()
    first = device.message(0, 0, effective=None, sent=None, raw_t=5000.0)
    assert (kind(first), first.effective, device.clock.offset) == ("doubt", 0, None)
    again = device.message(0, 9, effective=None, sent=None, raw_t=4.0, replayed=True)
    assert (kind(again), again.effective) == ("late", 9)
    assert device.clock.pace is not None
    assert device.clock.pace.issued == T, "a retained message shows no pace"
