"""A condition that comes and goes is one occurrence: raised immediately, kept, never shortened."""

from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alarms.flapping import RISES, STAYS_S, WITHIN_S
from monitor.core.alarms.signal import AlarmBook, Finding
from monitor.core.encounter import Encounter
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import Alarm, AlarmChanged, EpisodeChanged, Notice
from monitor.core.vocabulary.inputs import Contact
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import RANK, Kind, Priority
from tests.core.course import Course, changes, dosed
from tests.core.law import law

PRIORITIES: Final[tuple[Priority, ...]] = ("low", "medium", "high")
KEY: Final = "sbp_high"


class Signal:
    """One condition whose rank is set at each moment. plain: without the rule on flapping."""

    def __init__(self, kind: Kind = "physiological", *, plain: bool = False) -> None:
        self.book, self.kind, self.plain = AlarmBook("e-1"), kind, plain
        self.told: list[AlarmChanged] = []

    def says(self, at: float, rank: int) -> None:
        self.pass_until(at)
        if self.plain:
            self.book.flaps.rises.clear()
        if not rank:
            self.told += self.book.release(KEY, at, plain("It is gone."))
            return
        finding = Finding(priority=PRIORITIES[rank - 1], onset=at, because=plain(f"It is {rank}."))
        self.told += self.book.hold(KEY, KEY, self.kind, finding, at, vital="sbp")

    def pass_until(self, at: float) -> None:
        while (due := self.book.deadline) is not None and due <= at:
            self.told += self.book.fall_due(due) + self.book.persist(due)

    def acknowledge(self, at: float) -> None:
        self.pass_until(at)
        for alarm in list(self.book):
            self.told += self.book.acknowledge(alarm.id, "m.keller", at)

    @property
    def alarm(self) -> Alarm | None:
        return self.book.standing.get(KEY)

    @property
    def rank(self) -> int:
        return 0 if self.alarm is None else RANK[self.alarm.priority]

    def transitions(self) -> list[tuple[float, str, str]]:
        return [(c.at, c.transition, c.alarm.priority) for c in self.told]


def swing(signal: Signal, until: float, *, every: float, ranks: Sequence[int]) -> None:
    for n in range(int(until / every)):
        signal.says(n * every, ranks[n % len(ranks)])


def test_the_third_occurrence_stays_on_until_it_was_gone_for_two_minutes() -> None:
    signal = Signal()
    for at, rank in [(0, 2), (10, 0), (20, 2), (30, 0), (40, 2), (50, 0), (60, 2)]:
        signal.says(at, rank)
    assert signal.alarm is not None
    assert sentence(signal.alarm) == "It is 2."
    for at in (70, 80, 90):  # a condition that stays gone does not prolong it
        signal.says(at, 0)
    assert signal.transitions() == [
        (0, "raised", "medium"), (10, "latched", "medium"), (20, "raised", "medium"),
        (30, "latched", "medium"), (40, "raised", "medium"),
    ]  # fmt: skip
    assert sentence(signal.alarm).startswith("It is 2. It comes and goes")
    assert signal.book.deadline == 190
    signal.pass_until(190)
    assert signal.transitions()[5:] == [(190, "latched", "medium")]
    assert sentence(signal.told[-1].alarm).startswith("It is gone. It came 3 times")


@pytest.mark.parametrize(
    ("third", "stays"), [(580, True), (590, True), (591, False), (1200, False)]
)
def test_only_what_comes_often_within_ten_minutes_flaps(third: float, *, stays: bool) -> None:
    """Rises are counted when the condition falls, ten seconds after it came."""
    signal = Signal()
    for rise in (0.0, 100.0, third):
        signal.says(rise, 2)
        signal.says(rise + 10, 0)
    assert (signal.alarm is not None) == stays


def test_a_patient_who_gets_worse_and_worse_does_not_flap() -> None:
    signal = Signal()
    for at, rank in [(0, 1), (10, 2), (20, 3), (30, 2), (40, 1), (50, 0)]:
        signal.says(at, rank)
    assert [at for at, _, _ in signal.transitions()] == [0, 10, 20, 30, 40, 50]


def test_a_higher_priority_that_flaps_stays_and_the_lower_one_is_shown_after_it() -> None:
    signal = Signal()
    for n, rank in enumerate([2, 3, 2, 3, 2, 3, 2]):
        signal.says(10.0 * n, rank)
    assert signal.rank == 3
    signal.pass_until(60 + STAYS_S - 1)
    assert signal.rank == 3
    signal.pass_until(60 + STAYS_S)
    assert signal.transitions()[-1] == (60 + STAYS_S, "deescalated", "medium")
    signal.says(200, 0)  # it came to medium once
    assert signal.transitions()[-1] == (200, "latched", "medium")


def test_who_acknowledges_it_ends_what_was_only_kept_and_hears_the_next_one() -> None:
    signal = Signal()
    swing(signal, 60, every=10, ranks=[2, 0])
    signal.acknowledge(61)
    assert signal.alarm is None
    said = [sentence(c.alarm) for c in signal.told if c.at == 61 and c.transition == "cleared"]
    assert said == ["It is gone."]
    signal.says(62, 2)
    assert signal.transitions()[-1] == (62, "raised", "medium")


def test_an_acknowledged_alarm_ends_at_once_and_calls_when_it_is_back() -> None:
    signal = Signal()
    swing(signal, 50, every=10, ranks=[2, 0])
    signal.acknowledge(41)
    signal.says(45, 0)
    assert signal.transitions()[-1] == (45, "cleared", "medium")
    signal.says(46, 2)
    assert signal.transitions()[-1] == (46, "raised", "medium")


@pytest.mark.parametrize("kind", ["physiological", "technical"])
def test_only_what_readings_may_begin_and_end_without_a_pause_is_kept(kind: Kind) -> None:
    signal = Signal(kind)
    swing(signal, 80, every=10, ranks=[1, 0])
    assert (signal.alarm is not None) == (kind == "physiological")


moves = st.lists(
    st.tuples(st.sampled_from([0.003, 1.0, 7.0, 40.0, 119.0, 120.0, 130.0, 400.0]),
              st.sampled_from([0, 1, 2, 3, "seen"])), max_size=60,
)  # fmt: skip


@law(200)
@given(moves)
def test_nothing_is_told_later_and_nothing_ends_sooner(
    script: list[tuple[float, int | str]],
) -> None:
    kept, plain, at, said = Signal(), Signal(plain=True), 0.0, 0
    for wait, move in script:
        at += wait
        before = len(plain.told)
        for signal in (kept, plain):
            signal.pass_until(at)
            if isinstance(move, str):
                signal.acknowledge(at)
            else:
                signal.says(at, move)
        said = said if isinstance(move, str) else move
        assert kept.rank >= plain.rank == said
        for call in plain.told[before:]:
            if call.transition in ("raised", "escalated") and call.at == at:
                assert kept.alarm is not None
                assert kept.alarm.presence == "on", "somebody has to hear it"
    kept.pass_until(at + 3 * STAYS_S)
    assert kept.rank == said
    assert not kept.book.fallen


@law(200)
@given(moves)
def test_how_often_it_moves_is_bounded(script: list[tuple[float, int | str]]) -> None:
    signal, at = Signal(), 0.0
    for wait, move in script * 5:
        at += wait
        if not isinstance(move, str):
            signal.says(at, move)
    times = [at for at, _, _ in signal.transitions()]
    # For each priority two rises that are not kept, and one for each time that one is kept.
    most = 2 * len(PRIORITIES) * (RISES + WITHIN_S / STAYS_S)
    for first in times:
        assert sum(first <= t < first + WITHIN_S for t in times) <= most


# --- in a session -------------------------------------------------------------------------------


def test_pressures_that_swing_three_hundred_times_a_second_are_an_alarm_or_two() -> None:
    course = dosed()
    for n in range(6000):
        course.bp(800 + n / 300, 190 if n % 2 else 130, 80)
    changed = [e for e in course.events if isinstance(e, AlarmChanged)]
    assert course.priority("sbp_high") == "high"
    assert len(changed) <= 20
    assert len([e for e in course.events if isinstance(e, EpisodeChanged)]) <= 12
    course.bp(900, 155, 80)
    course.bp(1000, 120, 80)
    course.advance(1000 + STAYS_S - 1)
    assert course.standing("sbp_high") is not None
    course.advance(1000 + STAYS_S)
    assert course.standing("sbp_high") is None
    ended = [
        e.episode for e in course.events if isinstance(e, EpisodeChanged) and e.change == "ended"
    ]
    assert ended[-1].peak == 190
    assert not course.encounter.state.episodes.open


def test_what_was_farthest_of_one_occurrence_stays_so() -> None:
    course = dosed()
    for n, value in enumerate([185, 130, 186, 130, 195, 130, 184]):
        course.bp(800 + n, value, 80)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert (alarm.value, alarm.extreme) == (184, 195)
    assert len(course.told("sbp_high")) == 5


def test_an_alarm_that_is_merely_kept_is_told_from_a_condition_that_is_there() -> None:
    """An alarm that applies only within all limits must not wait for one that is merely kept."""
    course = dosed()
    for n in range(8):
        course.bp(800 + n, 130 if n % 2 else 190, 80)
    alarms = course.encounter.state.alarms
    assert course.standing("sbp_high") is not None
    assert not alarms.holds("sbp_high")
    course.bp(810, 190, 80)
    assert alarms.holds("sbp_high")


def test_a_sensor_that_flickers_is_one_trouble() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(30):
        course.bp(10 + 2 * n, 120 + n % 5, 80, flags=("movement",) if n % 2 else ())
    course.bp(80, 121, 80)
    assert len(course.told("sensor_contact")) == 5
    course.advance(80 + STAYS_S)
    assert course.told("sensor_contact")[5:] == [(80 + STAYS_S, "cleared", "sensor_contact", "low")]


def test_a_trouble_that_may_become_one_does_not_hold_what_is_kept() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for cycle in range(3):
        for n in range(5):
            course.hr(10 + 30 * cycle + n, 300)
        course.beat(15 + 30 * cycle, 30 + 30 * cycle, 70)
    assert len(course.told("signal_quality")) == 5
    course.hr(95, 300)
    course.beat(96, 98, 70)
    course.advance(600)  # through every deadline
    assert course.told("signal_quality")[5:] == [(85 + STAYS_S, "cleared", "signal_quality", "low")]


def test_beside_eight_that_nobody_has_looked_at_the_newest_comes_on_again() -> None:
    course = dosed()
    course.contacts(750, Contact(id=1, name="Anna", after_s=60.0))
    for n in range(12):
        course.bp(1000 + 1200 * n, 195 - n, 80)
        course.bp(1400 + 1200 * n, 130, 80)
    raised = [(c.at - course.start, c.alarm.id) for c in changes(course.events, "sbp_high")
              if c.transition == "raised"]  # fmt: skip
    assert [at for at, _ in raised] == [1000 + 1200 * n for n in range(12)], "none is late"
    assert len({name for _, name in raised}) == 8
    assert {name for _, name in raised[7:]} == {raised[7][1]}
    state = course.encounter.state
    unseen = [a for a in state.alarms if a.condition == "sbp_high"]
    assert len(unseen) == 8
    assert {a.id for a in unseen} <= state.escalation.pending.keys()
    assert (unseen[-1].presence, unseen[-1].extreme) == ("latched", 188)
    told = [e.at - course.start for e in course.events
            if isinstance(e, Notice) and e.alarm_id == raised[-1][1]]  # fmt: skip
    assert set(told) >= {at for at, _ in raised[8:]}, "and everybody is told at once"
    course.acknowledge(16_000, unseen[-1].id)
    course.bp(16_001, 190, 80)
    assert state.alarms.issued == int(course.standing("sbp_high").id.rpartition("-")[2])  # type: ignore[union-attr]


def test_what_goes_on_with_an_unseen_one_is_as_high_as_it_is() -> None:
    signal = Signal()
    for n in range(8):
        signal.says(1000.0 * n, 2)
        signal.says(1000.0 * n + 10, 0)
    signal.says(9000, 3)
    alarm = signal.told[-1].alarm
    assert (signal.told[-1].transition, alarm.presence, alarm.id) == ("raised", "on", "e-1-8")
    assert (alarm.priority, alarm.worst, alarm.worst_since) == ("high", "high", 9000)
    assert (sentence(alarm), alarm.cleared_at, alarm.called_at) == ("It is 3.", None, 9000)
    assert len(signal.book.latched) == 7


def test_a_restart_keeps_what_flaps() -> None:
    course = dosed()
    for n in range(8):
        course.bp(800 + n, 130 if n % 2 else 190, 80)
    again = Encounter.restore(course.encounter.snapshot())
    assert again.deadline == course.encounter.deadline
    later = course.start + 2000
    assert again.advance(later) == course.encounter.advance(later)
