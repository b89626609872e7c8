"""The audio pause: two minutes at most, and never for a new high alarm."""

import pytest

from monitor.core.vocabulary.words import FaultCondition
from tests.core.course import Course


@pytest.mark.parametrize(
    ("seconds", "until"), [(60, 160), (120, 220), (121, 220), (9999, 220), (0, 100), (-5, 100)]
)
def test_a_pause_lasts_two_minutes_at_most(seconds: float, until: float) -> None:
    course = Course()
    course.pause_audio(100, seconds)
    paused = course.status(100).audio_paused_until
    assert paused is not None
    assert paused - course.start == until


def test_the_last_act_counts_shorter_or_longer() -> None:
    course = Course()
    course.pause_audio(100, 120)
    course.pause_audio(110, 30)
    assert course.status(110).audio_paused_until == course.start + 140


def test_a_new_high_alarm_is_heard_whatever_was_paused() -> None:
    course = Course()
    course.pause_audio(100, 120)
    course.bp(110, 184, 80)
    assert course.status(110).audio_paused_until is None


def test_so_is_an_escalation_a_call_for_help_and_a_high_alarm_that_comes_on_again() -> None:
    course = Course(devices={})
    course.observe(10, "cuff", {"sbp": 168.0})
    course.observe(80, "cuff", {"sbp": 168.0})
    course.pause_audio(90, 120)
    course.observe(100, "cuff", {"sbp": 184.0})
    assert course.status(100).audio_paused_until is None
    course.pause_audio(101, 120)
    course.help(102)
    assert course.status(102).audio_paused_until is None
    standing = course.standing("sbp_high")
    assert standing is not None
    course.acknowledge(103, standing.id)
    course.pause_audio(700, 120)
    course.advance(703)
    assert course.status(703).audio_paused_until is None


def test_a_medium_alarm_leaves_the_pause() -> None:
    course = Course(devices={})
    course.pause_audio(100, 120)
    course.observe(101, "cuff", {"sbp": 168.0})
    course.observe(170, "cuff", {"sbp": 168.0})
    assert course.priority("sbp_high") == "medium"
    assert course.status(170).audio_paused_until == course.start + 220


def test_a_pause_stops_no_decision() -> None:
    course = Course()
    course.pause_audio(0, 120)
    course.beat(0, 40, 145)
    assert course.priority("hr_high") == "high"


@pytest.mark.parametrize("condition", ["broker_contested", "broker_open"])
def test_a_high_fault_of_the_service_is_heard_too(condition: FaultCondition) -> None:
    course = Course()
    course.dose(200)
    course.pause_audio(300, 120)
    course.fault(310, condition)
    assert course.status(310).audio_paused_until is None
