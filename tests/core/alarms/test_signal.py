"""The signal of one condition: how it is raised, changes, is acknowledged, latches and ends."""

from typing import Final

import pytest

from monitor.core.alarms.signal import RAISE_AGAIN_S, SIGNAL, AlarmBook, Finding
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import AlarmChanged
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import Change, Kind, Presence, Priority
from tests.core.course import Course
from tests.core.refusing import refused

# The table of ARCHITECTURE, repeated row by row.
TABLE: Final[list[tuple[Presence, str, Presence, Change]]] = [
    ("off", "begins", "on", "raised"),
    ("on", "worsens", "on", "escalated"),
    ("on", "eases", "on", "deescalated"),
    ("on", "clears", "off", "cleared"),
    ("on", "goes", "latched", "latched"),
    ("on", "acknowledged", "acknowledged", "acknowledged"),
    ("acknowledged", "worsens", "on", "escalated"),
    ("acknowledged", "eases", "acknowledged", "deescalated"),
    ("acknowledged", "persists", "on", "raised"),
    ("acknowledged", "clears", "off", "cleared"),
    ("acknowledged", "goes", "off", "cleared"),
    ("latched", "acknowledged", "off", "ended"),
    ("latched", "begins", "on", "raised"),  # beside eight that are not acknowledged
]


def test_the_signal_table_is_the_one_that_was_agreed() -> None:
    assert {(was, what): (becomes, change) for was, what, becomes, change in TABLE} == SIGNAL


def finding(priority: Priority, value: float = 170.0) -> Finding:
    return Finding(priority=priority, onset=0.0, because=plain(f"It is {priority}."), value=value)


class Signal:
    """One condition in its own alarm book."""

    def __init__(self, kind: Kind = "physiological") -> None:
        self.book = AlarmBook("e-1")
        self.kind = kind

    def holds(self, at: float, priority: Priority) -> list[AlarmChanged]:
        return self.book.hold("sbp_high", "sbp_high", self.kind, finding(priority), at, vital="sbp")

    def gone(self, at: float) -> list[AlarmChanged]:
        return self.book.release("sbp_high", at, plain("It is back."))

    def seen(self, at: float, number: int = 1, by: str = "m.keller") -> list[AlarmChanged]:
        return self.book.acknowledge(f"e-1-{number}", by, at)


def said(changes: list[AlarmChanged]) -> list[tuple[Change, Presence, Priority]]:
    return [(c.transition, c.alarm.presence, c.alarm.priority) for c in changes]


@pytest.mark.parametrize("kind", ["physiological", "technical"])
def test_the_same_priority_again_changes_nothing(kind: Kind) -> None:
    signal = Signal(kind)
    assert said(signal.holds(1, "medium")) == [("raised", "on", "medium")]
    assert signal.holds(2, "medium") == []


@pytest.mark.parametrize(
    ("kind", "priorities", "change", "presence"),
    [
        ("physiological", ["low"], "cleared", "off"),
        ("physiological", ["medium"], "latched", "latched"),
        ("physiological", ["high"], "latched", "latched"),
        ("physiological", ["low", "medium", "low"], "latched", "latched"),  # it was medium once
        ("technical", ["low"], "cleared", "off"),
        ("technical", ["medium"], "cleared", "off"),
        ("technical", ["high"], "cleared", "off"),
    ],
)
def test_medium_and_high_about_a_person_latch(
    kind: Kind, priorities: list[Priority], change: Change, presence: Presence
) -> None:
    signal = Signal(kind)
    for at, priority in enumerate(priorities):
        signal.holds(at, priority)
    gone = signal.gone(10)
    assert said(gone) == [(change, presence, priorities[-1])]
    assert gone[0].alarm.cleared_at == 10


def test_an_acknowledged_alarm_does_not_latch() -> None:
    signal = Signal()
    signal.holds(1, "high")
    assert said(signal.seen(2)) == [("acknowledged", "acknowledged", "high")]
    assert said(signal.gone(3)) == [("cleared", "off", "high")]


def test_a_latched_alarm_ends_when_it_is_acknowledged() -> None:
    signal = Signal()
    signal.holds(1, "high")
    signal.gone(2)
    ended = signal.seen(3)
    assert said(ended) == [("ended", "off", "high")]
    assert (ended[0].alarm.acknowledged_by, ended[0].alarm.acknowledged_at) == ("m.keller", 3)
    assert list(signal.book) == []


def test_worse_breaks_an_acknowledgement_and_better_does_not() -> None:
    signal = Signal()
    signal.holds(1, "medium")
    signal.seen(2)
    assert said(signal.holds(3, "high")) == [("escalated", "on", "high")]
    signal.seen(4)
    assert said(signal.holds(5, "low")) == [("deescalated", "acknowledged", "low")]
    assert said(signal.holds(6, "medium")) == [("escalated", "on", "medium")]


def test_a_new_occurrence_has_a_new_id_beside_the_latched_one() -> None:
    signal = Signal()
    signal.holds(1, "high")
    signal.gone(2)
    again = signal.holds(3, "medium")
    assert [c.alarm.id for c in again] == ["e-1-2"]
    assert {a.id: a.presence for a in signal.book} == {"e-1-1": "latched", "e-1-2": "on"}
    signal.seen(4, 1)
    assert [a.id for a in signal.book] == ["e-1-2"]


def test_two_occurrences_may_be_latched_and_end_one_by_one() -> None:
    signal = Signal()
    for start in (1.0, 10.0):
        signal.holds(start, "high")
        signal.gone(start + 1)
    signal.seen(20, 2)
    assert [a.id for a in signal.book] == ["e-1-1"]


# --- acknowledgement ----------------------------------------------------------------------------


def test_acknowledging_twice_changes_nothing_and_keeps_the_first_author() -> None:
    signal = Signal()
    signal.holds(1, "high")
    signal.seen(2, by="m.keller")
    assert signal.seen(3, by="r.hill") == []
    alarm = signal.book.find("e-1-1")
    assert alarm is not None
    assert (alarm.acknowledged_by, alarm.acknowledged_at) == ("m.keller", 2)


def test_acknowledging_what_has_ended_changes_nothing() -> None:
    signal = Signal("technical")
    signal.holds(1, "low")
    signal.gone(2)
    assert signal.seen(3) == []


@pytest.mark.parametrize("alarm_id", ["e-1-2", "e-1-0", "e-1--1", "e-2-1", "e-1", "", "e-1-x"])
def test_an_unknown_alarm_is_refused(alarm_id: str) -> None:
    signal = Signal()
    signal.holds(1, "high")
    with refused("There is no alarm"):
        signal.book.acknowledge(alarm_id, "m.keller", 2)


def test_a_reason_keeps_its_sentence_and_gains_the_author() -> None:
    signal = Signal()
    signal.holds(1, "high")
    assert sentence(signal.seen(2)[0].alarm) == "Acknowledged by m.keller. It is high."


# --- high, acknowledged, and still there --------------------------------------------------------


@pytest.mark.parametrize("seen_at", [0.0, 2.0, -600.0, 1e9])
def test_a_high_alarm_comes_on_again_ten_minutes_after_it_was_acknowledged(seen_at: float) -> None:
    signal = Signal()
    signal.holds(seen_at - 1, "high")
    signal.seen(seen_at)
    due = seen_at + RAISE_AGAIN_S
    assert signal.book.deadline == due
    assert signal.book.persist(due - 0.25) == []
    again = signal.book.persist(due)
    assert said(again) == [("raised", "on", "high")]
    assert again[0].alarm.id == "e-1-1"
    assert again[0].alarm.acknowledged_by == "m.keller"
    words = "Still there 10 min after m.keller acknowledged it. It is high."
    assert sentence(again[0].alarm) == words
    assert signal.book.deadline is None


@pytest.mark.parametrize("priority", ["low", "medium"])
def test_nothing_less_comes_on_again(priority: Priority) -> None:
    signal = Signal()
    signal.holds(1, priority)
    signal.seen(2)
    assert signal.book.deadline is None
    assert signal.book.persist(10_000) == []


def test_it_may_be_acknowledged_again_and_again() -> None:
    signal = Signal()
    signal.holds(0, "high")
    for n in range(3):
        assert said(signal.seen(600.0 * n + 1)) == [("acknowledged", "acknowledged", "high")]
        assert said(signal.book.persist(600.0 * n + 601)) == [("raised", "on", "high")]
    alarm = signal.book.find("e-1-1")
    assert alarm is not None
    assert sentence(alarm).count("Still there") == 1, "the sentence must not grow for ever"


def test_through_the_session_to_the_second() -> None:
    course = Course()
    course.bp(100, 184, 95)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    course.acknowledge(130, alarm.id)
    course.advance(5000)
    assert course.told("sbp_high") == [
        (100, "raised", "sbp_high", "high"),
        (130, "acknowledged", "sbp_high", "high"),
        (730, "raised", "sbp_high", "high"),
    ]


@pytest.mark.parametrize(
    ("later", "words", "proof"),
    [
        ([], "184 is at or above the high limit of 180", "No repeat has confirmed it."),
        ([(400, 186, 96)], "186 is at or above the high limit of 180", "Confirmed by a repeat."),
        (
            [(300, 190, 96), (600, 187, 96)],
            "187 is at or above the high limit of 180",
            "Confirmed by a repeat.",
        ),
        ([(500, 178, 96)], "178 after that is not enough to clear it", "No repeat"),
    ],
)
def test_what_comes_on_again_quotes_the_newest_reading(
    later: list[tuple[float, float, float]], words: str, proof: str
) -> None:
    """Not the reading by which it rose: that may be ten minutes old, and repeated long since."""
    course = Course()
    course.bp(100, 184, 95)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    course.acknowledge(130, alarm.id)
    for at, sbp, dbp in later:
        course.bp(at, sbp, dbp)
    course.advance(730)
    again = course.standing("sbp_high")
    assert again is not None
    assert again.presence == "on"
    assert sentence(again).startswith("Still there 10 min after ")
    assert words in sentence(again)
    assert proof in sentence(again)
    assert "a repeat is asked for" not in sentence(again)
