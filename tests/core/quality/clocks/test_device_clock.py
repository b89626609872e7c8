"""One device's clock: how its offset eases, how it survives a snapshot, and where it decides."""

from typing import Any

import msgspec
import pytest

from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.inputs import DeviceStatus
from tests.core.course import Course
from tests.core.quality.clocks.device import DAY, Device, kinds


@pytest.mark.parametrize("ahead", [6, 10, 45, 59])
@pytest.mark.parametrize("every", [1, 30])
def test_a_clock_that_was_a_little_ahead_is_right_again_in_half_a_minute(
    ahead: int, every: int
) -> None:
    """Set right during silence, or first messages dated ahead: a delay would not last like this."""
    device = Device(-ahead)
    device.stream(0, 5)
    device.behind = 0
    found = [device.message(t, t) for t in range(5 + ahead, 5 + ahead + 100, every)]
    assert kinds(found) == {"live"}
    assert [placed.step for placed in found] == [None] * len(found)
    late = [at for at, placed in enumerate(found) if placed.effective < 5 + ahead + at * every]
    assert max(late) * every <= 60
    assert device.clock.known == 0


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("ahead", [2.5, 4.9])
def test_one_that_was_dated_seconds_ahead_makes_nothing_older_for_long(
    ahead: float, tells: bool
) -> None:
    device = Device(-ahead, tells=tells)
    device.stream(0, 3)
    device.behind = 0
    found = device.stream(8, 100)
    assert kinds(found) == {"live"}
    assert [placed.effective for placed in found[64:]] == list(range(72, 100))


def test_a_clock_that_is_seconds_ahead_eases_no_farther_than_to_right() -> None:
    """A queue that keeps growing is not a clock that falls behind."""
    device = Device(-3)
    device.stream(0, 10)
    for n in range(400):
        device.message(10 + n, 10 + n + n / 40)
    assert device.clock.offset is not None
    assert device.clock.offset <= 0


# --- through the session ------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [1200.0, 2 * 365 * DAY])
@pytest.mark.parametrize("tells", [True, False])
def test_a_crisis_after_a_cuff_was_set_right_is_told_at_that_reading(
    ahead: float, tells: bool
) -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(4):
        t = 10.0 + 3 * n
        course.bp(t, 151 + n, 92, measured=t + ahead, sent=t + ahead if tells else None)
    course.bp(25, 188, 112, measured=25, sent=25 if tells else None)
    assert course.told("sbp_high")[-1][2:] == ("sbp_high", "high")
    assert course.judged("sbp")[-1].state == "accepted"
    if tells:
        assert course.told("clock_skew")[-1] == (25, "cleared", "clock_skew", "low")
        step = course.status(25).clock_steps["cuff"]
        assert step.at == course.start + 25
        assert step.by_s == pytest.approx(-ahead)
        assert "was set right" in sentence(step)


@pytest.mark.parametrize(
    ("back", "numbered"),
    # Without a number, an equal time means the same reading: a smaller step back is a redelivery.
    [(45.0, True), *((b, n) for b in (290.0, 599.0, 5000.0, 9 * 365 * DAY) for n in (True, False))],
)
def test_a_fast_heart_is_told_although_a_clock_without_sent_was_set_back(
    back: float, numbered: bool
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    about: dict[str, Any] = {} if numbered else {"seq": None}
    for t in range(1, 41):
        course.hr(t, 71 + t % 3, measured=t, **about)
    for t in range(41, 90):
        course.hr(t, 148 + t % 3, measured=t - back, **about)
    assert course.priority("hr_high") is not None
    assert course.told("no_data") == []
    assert course.status(90).vitals["hr"].value == pytest.approx(149, abs=1)


def test_an_overtaken_reading_is_no_sign_that_anybody_watches() -> None:
    """A second strap is always five minutes behind. It is not judged, and an alarm reports that."""
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    for t in range(1, 20):
        course.hr(t, 70, measured=t)
    for t in range(20, 60):
        course.observe(t, "band", {"hr": 150.0}, measured=t - 300)
    assert course.told("no_data") == [(50, "raised", "no_data", "low")]
    for t in range(60, 340):
        course.observe(t, "band", {"hr": 150.0}, measured=t - 300)
    assert course.told("no_data")[-1] == (319, "cleared", "no_data", "low")


def test_in_doubt_a_reading_raises_and_ends_nothing() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t in (10, 900):
        course.bp(t, 186, 112, measured=t, sent=t)
    course.bp(1800, 118, 76, measured=1260, sent=1260)
    assert course.judged("sbp")[-1].state == "suspect"
    assert course.judged("sbp")[-1].effective == course.start + 1800
    assert course.standing("sbp_high") is not None
    course.bp(2700, 118, 76, measured=2160, sent=2160)
    course.bp(2800, 118, 76, measured=2260, sent=2260)
    assert course.standing("sbp_high") is None


@pytest.mark.parametrize("side", ["device", "broker", "service"])
def test_an_outage_on_either_side_is_why_messages_waited(side: str) -> None:
    course = Course(devices={"strap": "heart_rate"})
    for t in range(1, 20):
        course.hr(t, 70, measured=t, sent=t)
    if side == "device":
        course.apply(30, DeviceStatus("strap", online=False))
    elif side == "broker":
        course.fault(25, "broker_lost")
        course.fault_over(1200, "broker_lost")
    else:
        course.interrupted(1200, 25)
    course.hr(1210, 150, measured=100, sent=100)
    assert course.judged("hr")[-1].state == "late"


def test_a_snapshot_of_an_older_version_is_read_and_the_clock_learned_anew() -> None:
    old = b'{"offsets":[-900.0,-900.0],"sends":true,"quiet":false,"lag":null,"behind":null}'
    clock = msgspec.json.decode(old, type=DeviceClock)
    assert (clock.offset, clock.sends) == (None, True)
    device = Device(-900)
    device.clock = clock
    assert kinds(device.stream(0, 10)) == {"live"}


def test_a_clock_survives_a_snapshot_at_every_moment() -> None:
    device = Device(-900)
    for t in (0, 1, 2, 300, 4000, 4001, 4050):
        device.message(t, t)
        device.behind += 450 * (t % 3)
        again = msgspec.json.decode(msgspec.json.encode(device.clock), type=DeviceClock)
        assert again == device.clock
