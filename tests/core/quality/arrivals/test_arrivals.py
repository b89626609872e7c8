"""Recognise readings that came before: how each delivery is classified, row by row."""

import random
from collections.abc import Callable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.adapters.broker import own
from monitor.adapters.mqtt import link
from monitor.core.quality.arrivals.arrivals import REMEMBERED, Arrivals, Boot
from monitor.core.quality.arrivals.counts import fingerprint
from monitor.core.quality.arrivals.timed import AT_ONE_TIME
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import Duplicate, Event
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import Course


def reading(
    seq: int | None, value: float = 70.0, *, t: float | None = None, boot: str = ""
) -> Observation:
    return Observation(
        issued=1000.0, device="strap", seq=seq, effective=t, boot=boot, values={"hr": value}
    )


def admitted(*readings: Observation) -> list[tuple[str, bool]]:
    arrivals = Arrivals()
    answers = [arrivals.admit(r) for r in readings]
    return [(boot, new is not None) for boot, new in answers]


R = reading
STORIES: Final = [
    ("numbers that grow", [R(1), R(2), R(3)], [("", True), ("", True), ("", True)]),
    ("the same again", [R(1), R(2), R(1)], [("", True), ("", True), ("", False)]),
    ("a gap, filled later", [R(1), R(4), R(2), R(3), R(3)],
     [("", True), ("", True), ("", True), ("", True), ("", False)]),
    ("backwards", [R(9), R(8), R(7), R(8)], [("", True), ("", True), ("", True), ("", False)]),
    ("other content under a known number: it restarted",
     [R(1, 70), R(2, 71), R(1, 75), R(2, 76)],
     [("", True), ("", True), ("~2", True), ("~2", True)]),
    ("other time under a known number: it restarted",
     [R(1, 70, t=10), R(1, 70, t=500)], [("", True), ("~2", True)]),
    ("restarted twice", [R(1, 70), R(1, 71), R(1, 72)], [("", True), ("~2", True), ("~3", True)]),
    ("of before the restart, delivered again",
     [R(1, 70, t=1), R(5, 74, t=5), R(1, 80, t=100), R(5, 74, t=5), R(5, 84, t=104)],
     [("", True), ("", True), ("~2", True), ("~2", False), ("~2", True)]),
    ("boots that the device tells", [R(1, boot="a"), R(1, boot="b"), R(1, boot="a")],
     [("a", True), ("b", True), ("a", False)]),
    ("other content under a known number, and the boot that it tells is the same",
     [R(1, 70, boot="a"), R(1, 90, boot="a"), R(1, 90, boot="a")],
     [("a", True), ("a~2", True), ("a~2", False)]),
    ("a boot that looks like one of our making", [R(1, 70, boot="~2"), R(1, boot=""), R(1, 71)],
     [("~2~1", True), ("", True), ("~2", True)]),
    ("the clock was set back at the restart, as to 1970",
     [R(n, 70, t=1000 + n) for n in range(1, 1300)] + [R(1, 70, t=5), R(2, 70, t=6)],
     [("", True)] * 1299 + [("~2", True), ("~2", True)]),
    ("the clock was set back by a little at the restart, and then again what came before it",
     [R(n, 70, t=1000 + n) for n in range(1, 1300)]
     + [R(1, 70, t=1500), R(2, 70, t=1501), R(3, 70, t=1003), R(3, 70, t=1502)],
     [("", True)] * 1299 + [("~2", True), ("~2", True), ("~2", False), ("~2", True)]),
    ("a rate that stays, from the end of eight bits to the start",
     [R(n % 256, 70) for n in range(600)],
     [("", True)] * 256 + [("~2", True)] * 256 + [("~3", True)] * 88),
    ("a rate that stays, and losses around the end",
     [R(n, 70) for n in (*range(254), 2, 3, 4)], [("", True)] * 254 + [("~2", True)] * 3),
    ("what lacked before the restart comes after it",
     [R(10), R(11), R(13), R(1), R(2), R(12), R(14), R(3)],
     [("", True)] * 3 + [("~2", True)] * 2 + [("", True)] * 2 + [("~2", True)]),
    ("a lower number that is older comes late, one that is newer begins anew",
     [R(100, t=50), R(101, t=51), R(90, t=40), R(1, t=52)],
     [("", True), ("", True), ("", True), ("~2", True)]),
    ("far ahead, but older than the new count",
     [R(100, t=50), R(0, t=60), R(1, t=61), R(180, t=52)],
     [("", True), ("~2", True), ("~2", True), ("", True)]),
    ("a number that lacks, but it was measured after all others: back by a few",
     [R(1, t=1), R(2, t=2), R(5, t=5), R(3, t=9), R(4, t=10)],
     [("", True)] * 3 + [("~2", True)] * 2),
    ("a rate that stays, eight bits, and losses",
     [R(n % 256, 70) for n in (*range(300), 303, 304, 320, 321)],
     [("", True)] * 256 + [("~2", True)] * 48),
    ("no beginning: the count goes on above it",
     [R(100), R(101), R(7), R(102), R(103), R(105)],
     [("", True), ("", True), ("~2", True), ("", True), ("", True), ("", True)]),
    ("no number: the time is the key", [R(None, 70, t=5), R(None, 71, t=6), R(None, 70, t=5)],
     [("", True), ("", True), ("", False)]),
    ("no number, same time, other value: another reading",
     [R(None, 70, t=5), R(None, 90, t=5), R(None, 70, t=5), R(None, 90, t=5)],
     [("", True), ("", True), ("", False), ("", False)]),
    ("no number and no time: every delivery counts", [R(None, 70), R(None, 70)],
     [("", True), ("", True)]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "readings", "answers"), STORIES, ids=[s[0] for s in STORIES])
def test_what_a_delivery_is_taken_for(
    story: str, readings: list[Observation], answers: list[tuple[str, bool]]
) -> None:
    assert admitted(*readings) == answers


def test_the_same_time_brings_a_vital_sign_that_is_new() -> None:
    arrivals = Arrivals()
    first = Observation(issued=1.0, effective=0.5, values={"sbp": 120.0, "dbp": 80.0})
    more = Observation(issued=2.0, effective=0.5, values={"sbp": 120.0, "dbp": 80.0, "map": 93.0})
    assert arrivals.admit(first)[1] is first
    new = arrivals.admit(more)[1]
    assert new is not None
    assert new.values == {"map": 93.0}
    assert arrivals.admit(more)[1] is None


@pytest.mark.parametrize(
    ("numbers", "ranges"),
    [
        ([1, 2, 3], [[1, 3]]), ([1, 3, 2], [[1, 3]]), ([5, 1, 3], [[1, 1], [3, 3], [5, 5]]),
        ([5, 3, 4], [[3, 5]]), ([1, 2, 10, 11, 9], [[1, 2], [9, 11]]), ([0], [[0, 0]]),
        ([4, 2, 1, 3], [[1, 4]]),
    ],
)  # fmt: skip
def test_numbers_are_kept_as_ranges(numbers: list[int], ranges: list[list[int]]) -> None:
    boot = Boot()
    for number in numbers:
        boot.add(number)
    assert boot.ranges == ranges
    assert all(boot.has(number) for number in numbers)
    assert not boot.has(99)


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(0, 60), st.integers(0, 60))
def test_what_is_missing_is_what_did_not_come(numbers: list[int], first: int, more: int) -> None:
    boot, came = Boot(), set(numbers)
    for number in [0, 1, 2, *numbers]:
        boot.add(number)
    came |= {0, 1, 2}
    assert [number for number in range(70) if boot.has(number)] == sorted(came)
    missing = [number for number in range(first, first + more + 1) if number not in came]
    assert boot.missing(first, first + more) == len(missing)
    assert boot.lacks_any(first, first + more) == bool(missing)
    for number in range(max(came) + 1):
        gap = boot.gap_around(number)
        assert (gap is None) == (number in came)
        if gap is not None:
            low, high = gap
            assert {low - 1, high + 1} <= came
            assert not came & set(range(low, high + 1))
            assert boot.first_gap_after(low - 1) == low


def test_a_device_that_loses_every_other_reading_costs_no_more_and_more() -> None:
    arrivals = Arrivals()
    for n in range(0, 20_000, 2):
        assert arrivals.admit(reading(n, t=float(n)))[1] is not None
    assert len(arrivals.boots[""].ranges) <= 512
    assert arrivals.admit(reading(19_998, t=19_998.0))[1] is None
    assert arrivals.admit(reading(19_997, t=19_997.0))[1] is not None


def test_a_number_too_old_to_be_remembered_is_told_apart_by_its_time() -> None:
    arrivals = Arrivals()
    for n in range(REMEMBERED + 10):
        arrivals.admit(reading(n, t=float(n)))
    assert arrivals.admit(reading(3, 99, t=3.0)) == ("", None)
    boot, new = arrivals.admit(reading(3, 99, t=5000.0))
    assert (boot, new is not None) == ("~2", True)


def test_four_boots_are_remembered() -> None:
    arrivals = Arrivals()
    for boot in "abcde":
        arrivals.admit(reading(1, boot=boot))
    assert sorted(arrivals.boots) == ["b", "c", "d", "e"]


# --- through the session ------------------------------------------------------------------------


def test_a_duplicate_is_counted_and_not_judged_again() -> None:
    course = Course()
    course.hr(1, 70, seq=5)
    again = course.hr(2, 70, seq=5)
    assert [type(e).__name__ for e in again] == ["Duplicate"]
    assert len(course.judged("hr")) == 1


def test_a_duplicate_is_no_sign_of_life() -> None:
    course = Course()
    course.hr(1, 70, seq=5)
    course.hr(25, 70, seq=5)
    course.advance(32)
    assert course.standing("no_data") is not None


def test_one_reading_from_two_devices_is_two_rows() -> None:
    course = Course()
    course.observe(1, "strap", {"hr": 70.0}, seq=1)
    course.observe(1, "band", {"hr": 70.0}, seq=1)
    assert len({j.key for j in course.judged("hr")}) == 2


KEYS: Final = [
    ("strap", {"seq": 7, "boot": "a1"}, "strap|7|hr|a1"),
    ("strap", {"seq": 7}, "strap|7|hr|"),
    ("strap", {"seq": None, "measured": 2.5}, "strap|t1795428002.500|hr"),
    ("strap", {"seq": None}, "strap|#1|hr"),
    ("", {"by": "sitter", "measured": 2.5}, "|#1|hr"),
]


@pytest.mark.parametrize(("device", "about", "key"), KEYS)
def test_the_key_under_which_a_reading_is_stored(
    device: str, about: dict[str, object], key: str
) -> None:
    course = Course()
    course.observe(3, device, {"hr": 70.0}, **about)  # type: ignore[arg-type]
    judged = course.judged("hr")[0]
    assert judged.key == key
    assert judged.source == ("device" if device else "manual")


def test_all_that_waited_is_known_again_across_a_restart_of_the_device() -> None:
    """The device sends no time. Readings in a burst waited; the next number at its pace is new."""
    arrivals = Arrivals()
    sent = [*range(1, 51), *range(1, 21)]
    for n, seq in enumerate(sent):
        new = Observation(issued=float(n), device="strap", seq=seq, values={"hr": 60.0 + n})
        assert arrivals.admit(new)[1] is new
    for n, seq in enumerate(sent):
        again = Observation(issued=100.0, device="strap", seq=seq, values={"hr": 60.0 + n})
        assert arrivals.admit(again)[1] is None
    for n in range(21, 40):
        new = Observation(issued=80.0 + n, device="strap", seq=n, values={"hr": 59.0 + n})
        assert arrivals.admit(new)[1] is new


def test_memory_does_not_grow_with_restarts_boots_or_numbers() -> None:
    arrivals = Arrivals()
    for n in range(6000):
        arrivals.admit(reading(n % 3, 60 + n / 100, boot=f"b{n // 400}"))
        arrivals.admit(reading(0, 60 + n / 100, t=float(n)))
        arrivals.admit(reading(None, 60 + n / 100, t=float(n // 30)))
        arrivals.admit(reading(None, 60 + n / 100, t=float(n)))
    assert len(arrivals.boots) <= 4 * 8
    assert len(arrivals.heads) <= 4
    assert len(arrivals.times) + len(arrivals.timed.readings) <= REMEMBERED
    assert max(len(known) for known in arrivals.timed.readings.values()) <= AT_ONE_TIME


# --- snapshots from before readings were compared by vital sign -----------------------------------

OLD: Final = b"""{"boots": {"": {"ranges": [[1, 3], [6, 7]], "newest": 107.0,
  "prints": {"6": %d, "7": %d}}, "~2": {"ranges": [[1, 2]], "prints": {"1": %d, "2": %d}},
  "a": {"ranges": [[5, 5]], "prints": {"5": %d}}}, "present": "~2", "restarts": 2,
  "times": {"5.000 hr": true}}"""


def old() -> Arrivals:
    before = [R(6, 71), R(7, 72), R(1, 73), R(2, 74), R(5, 75, boot="a", t=3)]
    text = OLD % tuple(fingerprint(r) for r in before)
    return msgspec.json.decode(text, type=Arrivals)


def test_an_older_snapshot_goes_on() -> None:
    arrivals = old()
    again = [R(1, 73), R(2, 74), R(6, 71), R(5, 75, boot="a", t=3), R(None, 70, t=5)]
    assert [arrivals.admit(r)[1] for r in again] == [None] * 5
    new = [R(3, 75), R(4, 76), R(6, 76, boot="a", t=4), R(2, 99), R(3, 99)]
    assert [arrivals.admit(r)[0] for r in new] == ["~2", "~2", "a", "~3", "~3"]
    decoded = msgspec.json.decode(msgspec.json.encode(arrivals), type=Arrivals)
    assert [decoded.admit(r)[1] for r in again + new] == [None] * 10


def test_the_first_reading_at_a_time_of_an_older_snapshot_is_held_to_be_that_one() -> None:
    arrivals = old()
    assert [arrivals.admit(R(None, v, t=5))[1] is not None for v in (71, 71, 72)] == [
        False, False, True
    ]  # fmt: skip


def test_what_an_older_snapshot_has_forgotten_is_told_apart_by_its_time() -> None:
    arrivals = old()
    arrivals.present = ""
    assert arrivals.admit(R(2, 60, t=50))[1] is None
    assert arrivals.admit(R(2, 60, t=500))[0] == "~3"


# --- without a number -----------------------------------------------------------------------------


def pressure(at: float, values: dict[str, float], **about: Any) -> Observation:
    return Observation(issued=at, device="cuff", values=values, **about)


BP: Final = {"sbp": 172.0, "dbp": 101.0}
P = pressure
CONTENTS: Final[list[tuple[str, list[Observation], list[bool]]]] = [
    ("the same soon", [P(0, BP), P(25, BP)], [True, False]),
    ("the same later", [P(0, BP), P(25.5, BP)], [True, True]),
    ("the same, again and again", [P(0, BP), P(20, BP), P(40, BP)], [True, False, False]),
    ("another value", [P(0, BP), P(5, BP | {"dbp": 100.0})], [True, True]),
    ("another pulse", [P(0, BP, pulse=70), P(5, BP, pulse=71)], [True, True]),
    ("another flag", [P(0, BP), P(5, BP, flags=("movement",))], [True, True]),
    ("halves", [P(0, {"sbp": 122}), P(1, {"dbp": 80})], [True, True]),
    ("halves, twice", [P(n, {v: 122}) for n, v in enumerate(("sbp", "dbp", "sbp", "dbp"))],
     [True, True, False, False]),
    ("two, twice", [P(n, {"sbp": v, "dbp": 80}) for n, v in enumerate((130, 122, 130, 122))],
     [True, True, False, False]),
    ("a rate or a temperature", [P(n, {v: 60}) for n, v in enumerate(("hr", "hr", "temp", "temp"))],
     [True, True, True, True]),
    ("with a time", [P(n, BP, effective=n) for n in (1.0, 2.0)], [True, True]),
    ("with a time of unknown unit", [P(n, BP, raw_t=n) for n in (1.0, 2.0, 1.0)],
     [True, True, False]),
    ("what cannot be", [P(0, {"sbp": 0, "dbp": 0}), P(1, {"sbp": 0, "dbp": 0})], [True, True]),
    ("a record, its stamp the same", [P(n, BP, record=True, stamp=7.0) for n in (0, 3, 900)],
     [True, False, False]),
    ("a record, its stamp another", [P(n, BP, record=True, stamp=n) for n in (0.0, 60.0)],
     [True, True]),
    ("records of one minute", [P(n, BP | {"dbp": 80 + n}, record=True, stamp=7.0) for n in (0, 1)],
     [True, True]),
    ("a record without a stamp", [P(n, BP, record=True) for n in (0, 20, 60)],
     [True, False, True]),
    ("a record with the time of its arrival", [P(n, BP, record=True, stamp=7.0, effective=n)
                                               for n in (0.0, 60.0)], [True, False]),
    ("records in an envelope", [P(n, BP, record=True, stamp=7.0, seq=n) for n in (1, 2, 3)],
     [True, False, False]),
    ("a clock that stands still", [P(300 * n, {"sbp": 120 + n % 2, "dbp": 80}, record=True,
                                     stamp=7.0) for n in range(5)], [True] * 5),
]  # fmt: skip


@pytest.mark.parametrize(("story", "given", "new"), CONTENTS, ids=[s[0] for s in CONTENTS])
def test_a_pressure_without_a_number_is_known_by_its_content(
    story: str, given: list[Observation], new: list[bool]
) -> None:
    arrivals = Arrivals()
    assert [arrivals.admit(each)[1] is not None for each in given] == new


def test_the_same_pressure_twice_confirms_nothing() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(0, "cuff", {"sbp": 192.0, "dbp": 112.0}, seq=None)
    again = course.observe(10, "cuff", {"sbp": 192.0, "dbp": 112.0}, seq=None)
    assert [type(e).__name__ for e in again] == ["Duplicate"]


@pytest.mark.parametrize("beside", [{"map": 0.0}, {"hr": 0.0}, {"temp": 36.6}])
@pytest.mark.parametrize("record", [False, True])
def test_nor_does_it_with_something_beside_it(beside: dict[str, float], record: bool) -> None:
    """Many cuffs have no mean and send 0 for it."""
    course = Course(devices={"cuff": "cuff"})
    for t in (40, 41):
        values = {"sbp": 190.0, "dbp": 114.0} | beside
        course.observe(t, "cuff", values, seq=None, record=record)
    course.advance(60)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional
    assert len(course.rows("sbp")) == 1


@pytest.mark.parametrize("pressure", [{"sbp": 190.0, "dbp": 114.0}, {"sbp": 0.0, "dbp": 0.0}])
def test_a_monitor_may_repeat_its_pressure_beside_each_heart_rate(
    pressure: dict[str, float],
) -> None:
    """The rate is live at any value; the pressure is one measurement and confirms no other."""
    course = Course(devices={"bed": "gateway"})
    for t in range(100):
        course.observe(t, "bed", {"hr": 70.0 + t // 20} | pressure, seq=None)
    assert len(course.rows("hr")) == 100
    assert course.told("no_data") == []
    alarm = course.standing("sbp_high")
    assert (alarm is not None) == (pressure["sbp"] == 190)
    assert alarm is None or alarm.provisional


def test_a_record_under_another_number_leaves_no_gap() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in (1, 2, 4):
        about = {"record": True, "stamp": 100.0 * (n // 3)}
        course.observe(n, "cuff", {"sbp": 122.0, "dbp": 80.0}, seq=n, **about)
    assert [j.key for j in course.judged("sbp")] == ["cuff|1|sbp|", "cuff|4|sbp|"]
    course.advance(100)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "(number 3)" in sentence(alarm)


def test_all_that_a_broker_may_send_again_is_known_again() -> None:
    """The device sends neither a boot nor a time, and the broker has no confirmation yet."""
    arrivals, window = Arrivals(), max(own.WINDOW, link.WINDOW)
    readings = [
        Observation(issued=float(n), device="strap", seq=n, values={"hr": 60.0 + n % 40})
        for n in range(1, window + 101)
    ]
    assert all(arrivals.admit(reading)[1] is not None for reading in readings)
    assert all(arrivals.admit(reading)[1] is None for reading in readings[-window:])
    assert window < REMEMBERED


# --- how a repeated reading changes the memory ----------------------------------------------------

RATE: Final = {"hr": 72.0}
BEFORE: Final = {"sbp": 118.0, "dbp": 76.0}
CRISIS: Final = {"sbp": 186.0, "dbp": 112.0}
# (second, running number, values)
AGAIN: Final[dict[str, list[tuple[float, int | None, dict[str, float]]]]] = {
    "the count goes back to the one before": [
        (2.2, 2, BEFORE), (2.3, 0, RATE), (3.4, 2, BEFORE), (4.4, 3, RATE), (5.5, 5, RATE),
    ],
    "each repeat makes the next one one too": [(0, None, CRISIS), (20, None, CRISIS),
                                               (40, None, CRISIS)],
}  # fmt: skip


@pytest.mark.parametrize("name", AGAIN)
def test_a_repeat_of_which_something_is_remembered_is_on_the_record(name: str) -> None:
    """Replaying only the journalled readings files and judges the next reading as before."""
    course, again = Course(devices={"m": "cuff"}), Course(devices={"m": "cuff"})
    for t, seq, values in AGAIN[name]:
        events = course.observe(10 + t, "m", values, seq=seq)
        kept = not any(isinstance(event, Duplicate) and not event.noted for event in events)
        if kept or t == AGAIN[name][-1][0]:
            again.observe(10 + t, "m", values, seq=seq)
    assert _but_repeats(course.events) == _but_repeats(again.events)
    assert len(_but_repeats(course.events)) < len(course.events)


# device -> how it draws a reading's number and time; None: it sends neither
HABITS: Final[dict[str, Callable[[random.Random, int], tuple[int | None, float | None]]]] = {
    "few numbers, begun anew again and again": lambda rng, n: (rng.randint(1, 12), None),
    "numbers with times": lambda rng, n: (rng.randint(1, 12), float(rng.randint(1, 40))),
    "numbers that go on, some again": lambda rng, n: (max(1, n // 2 - rng.randint(0, 9)), None),
    "more times than are remembered, no number": lambda rng, n: (None, float(rng.randint(1, 1500))),
    "neither": lambda rng, n: (None, None),
}


@pytest.mark.parametrize("habit", HABITS)
def test_what_is_not_on_the_record_leaves_no_trace(habit: str) -> None:
    """The journal lacks most repeats. Without them, each later decision is the same."""
    for seed in range(12):
        rng, at = random.Random(seed), 0.0  # noqa: S311 - a behaviour, not a secret
        live, again = Arrivals(), Arrivals()
        sent: list[Observation] = []
        for n in range(6_000 if habit.endswith("no number") else 1_500):
            at += rng.choice((0.001, 0.001, 0.05, 0.3))
            if sent and rng.random() < 0.4:
                reading = replace(sent[-rng.randint(1, min(len(sent), 1_200))], issued=at)
            else:
                seq, time = HABITS[habit](rng, n)
                values = rng.choice(({"hr": 70.0}, {"hr": 71.0}, {"sbp": 120.0, "dbp": 80.0}))
                reading = Observation(
                    issued=at, device="d", boot=rng.choice(("", "", "b")), seq=seq,
                    effective=time, values=values,
                )  # fmt: skip
            sent.append(reading)
            decided = live.admit(reading)
            if decided[1] is not None or live.moved:
                assert again.admit(reading) == decided, (seed, n)


def _but_repeats(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, Duplicate)]
