"""One device's clock, message by message: which are live, which waited, and which are in doubt."""

from typing import Any, Final

import msgspec
import pytest

from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.placing import place
from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.inputs import DeviceStatus
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import Course

DAY: Final = 86_400.0
T: Final = 1_795_428_000.0


class Device:
    """A device whose clock is this far `behind` ours; it numbers its messages."""

    def __init__(
        self, behind: float = 0.0, *, tells: bool = True, numbered: bool = True, boot: str = ""
    ) -> None:
        self.clock = DeviceClock()
        self.behind, self.tells, self.numbered, self.boot = behind, tells, numbered, boot
        self.seq = 0

    def message(self, at: float, received: float, *, age: float = 0.0, **about: Any) -> Placed:
        """Send a message and return its placement; all times count from the beginning."""
        self.seq += 1
        clock = T + at - self.behind
        observation = Observation(
            issued=T + received, effective=clock - age, sent=clock if self.tells else None,
            device="strap", boot=self.boot, seq=self.seq if self.numbered else None,
            values={"hr": 70.0},
        )  # fmt: skip
        observation = msgspec.structs.replace(observation, **about)
        found = place(self.clock, observation, observation.boot, observation.issued)
        return msgspec.structs.replace(found, effective=found.effective - T)

    def stream(self, since: int, until: int, **about: Any) -> list[Placed]:
        return [self.message(t, t, **about) for t in range(since, until)]


def kind(placed: Placed) -> str:
    return "late" if placed.late else "doubt" if placed.doubt else "live"


def kinds(found: list[Placed]) -> set[str]:
    return {kind(placed) for placed in found}


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


def test_a_clock_a_second_ahead_measures_nothing_after_its_receipt() -> None:
    found = Device(-1.5).stream(0, 50)
    assert [placed.effective for placed in found] == list(range(50))


# --- without `sent` -----------------------------------------------------------------------------


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


# --- retained messages, and the unit of numbers ---------------------------------------------------


@pytest.mark.parametrize("tells", [True, False])
def test_what_the_broker_kept_teaches_nothing(tells: bool) -> None:
    device = Device(tells=tells)
    assert "retained" in english(device.message(0, 5000, replayed=True).late)
    assert device.clock == DeviceClock()


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("unit", [1.0, 1e3, 1e6, 1e9])
def test_the_unit_of_an_uptime_shows_by_its_pace(unit: float, tells: bool) -> None:
    device, up = Device(), 2_000_000.0
    found = [
        device.message(
            0, t, effective=None, sent=None, raw_t=(up + t - 3) * unit,
            raw_sent=(up + t) * unit if tells else None,
        )
        for t in range(60)
    ]  # fmt: skip
    assert [kind(placed) for placed in found[:2]] == ["doubt", "doubt"]
    assert [placed.effective for placed in found[:2]] == [0, 1], "not known, and never late"
    assert "late" not in kinds(found)
    assert kinds(found[40:]) == {"live"}
    assert device.clock.pace is not None
    assert device.clock.pace.unit == unit
    # The pace alone cannot distinguish an age of three seconds from a clock three seconds behind.
    assert found[50].effective == pytest.approx(47 if tells else 50, abs=0.01)


def test_a_unit_is_given_up_only_when_it_is_contradicted_twice() -> None:
    device = Device()

    def numbers(t: float, raw: float) -> float | None:
        device.message(0, t, effective=None, sent=None, raw_t=raw)
        assert device.clock.pace is not None
        return device.clock.pace.unit

    assert numbers(0, 5000.0) is None
    assert numbers(1, 6000.0) is None
    assert numbers(2, 7000.0) == 1e3
    assert numbers(4, 7002.0) == 1e3
    assert numbers(6, 9002.0) == 1e3
    assert numbers(8, 9004.0) == 1e3
    assert numbers(10, 9006.0) == 1.0


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
