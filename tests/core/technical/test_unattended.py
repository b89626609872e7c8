"""An unattended session: when that raises an alarm, at which priority, and who is notified."""

from typing import Final

import msgspec
import pytest

from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.inputs import Contact
from tests.core.course import START, Course

CALM: Final = msgspec.structs.replace(PRESETS["sl_home"], bp_minutes=(9000.0,))
BACKUP: Final = Contact(id=1, name="Anna", after_s=30)
RAISED: Final = [(515.0, "raised", "medium"), (560.0, "escalated", "high")]


def brief(course: Course) -> list[tuple[float, str, str]]:
    return [(t, change, priority) for t, change, _, priority in course.told("unattended")]


def dosed() -> Course:
    course = Course(CALM, devices={})
    course.dose(100)
    course.contacts(101, BACKUP)
    return course


def test_nobody_for_fifteen_seconds_is_medium_and_for_a_minute_high_and_sent_at_once() -> None:
    course = dosed()
    course.attended(505, watched=False, since=500)
    course.attended(507, watched=False, since=507)  # reported twice
    course.advance(559.9)
    assert brief(course) == RAISED[:1]
    assert course.notices() == []
    course.advance(560)
    assert brief(course) == RAISED
    assert course.notices() == [(560, 1)]
    alarm = course.standing("unattended")
    assert alarm is not None
    assert alarm.kind == "technical"
    assert alarm.onset == START + 500
    assert "since 7 min after the dose" in sentence(alarm)
    course.attended(600, watched=True)
    assert brief(course)[2:] == [(600, "cleared", "high")]
    course.attended(601, watched=True)
    course.advance(5000)
    assert len(brief(course)) == 3
    assert len(course.notices()) == 1


def test_a_page_that_was_only_loaded_anew_is_no_absence() -> None:
    course = dosed()
    course.attended(500, watched=False)
    course.attended(514, watched=True)
    course.advance(5000)
    assert brief(course) == []


def test_before_the_dose_nobody_has_to_watch_and_from_it_on_somebody_has() -> None:
    course = Course(CALM, devices={})
    course.attended(10, watched=False)
    course.advance(400)
    course.dose(500)
    course.advance(700)
    assert brief(course) == RAISED


@pytest.mark.parametrize(("since", "onset"), [(-40, 100), (800, 700), (None, 700)])
def test_it_begins_within_the_session_and_not_ahead_of_time(
    since: float | None, onset: float
) -> None:
    course = Course(CALM, devices={})
    course.dose(100)
    course.attended(700, watched=False, since=since)
    course.advance(800)
    alarm = course.standing("unattended")
    assert alarm is not None
    assert alarm.onset == START + onset


def test_while_nobody_watches_a_high_alarm_does_not_wait_for_the_browser() -> None:
    course = dosed()
    course.attended(500, watched=False)
    course.help(503)
    assert course.notices() == [(503, 1)]


def test_an_alarm_that_waits_is_told_when_the_last_page_goes() -> None:
    course = dosed()
    course.help(500)
    assert course.notices() == []
    course.attended(510, watched=False)
    assert course.notices() == [(510, 1)]


def test_it_ends_an_audio_pause_when_it_becomes_high() -> None:
    course = dosed()
    course.attended(500, watched=False)
    course.pause_audio(550, 120)
    course.advance(559)
    assert course.encounter.state.escalation.paused_until is not None
    course.advance(561)
    assert course.encounter.state.escalation.paused_until is None
