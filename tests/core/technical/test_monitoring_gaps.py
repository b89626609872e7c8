"""Monitoring gaps: from when to when, on the session's record and on that of an elevation."""

import pytest

from monitor.core.sentences.english import english
from monitor.core.vocabulary.events import EpisodeChanged, Unwatched
from monitor.core.vocabulary.inputs import Interrupted
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from tests.core.course import START, Course

OFF = "the service did not run"
LINK = "the link to the devices was lost"


def gaps(course: Course) -> list[tuple[float, float, str]]:
    return [
        (e.since - course.start, e.until - course.start, e.why or english(e.because))
        for e in course.events
        if isinstance(e, Unwatched)
    ]


@pytest.mark.parametrize(("since", "until", "recorded"), [
    (100, 160, [(100, 160, OFF)]),
    (-50, 160, [(0, 160, OFF)]),  # not before the session
    (100, 260, [(100, 200, OFF)]),  # not ahead of time
    (160, 160, []),
    (160, 100, []),
])  # fmt: skip
@pytest.mark.parametrize("because", [NONE, Reason("not_running")], ids=["older", "with its reason"])
def test_an_interruption_is_on_the_record(
    because: Reason, since: float, until: float, recorded: list[tuple[float, float, str]]
) -> None:
    course = Course(devices={})
    course.apply(200, Interrupted(START + since, START + until, OFF, because))
    assert gaps(course) == recorded
    reasons = [e.because for e in course.events if isinstance(e, Unwatched)]
    assert reasons == [because or plain(OFF)] * len(recorded)


def test_a_broker_that_was_lost_is_one_too_a_full_disk_is_not() -> None:
    course = Course(devices={})
    course.fault(100, "broker_lost")
    course.fault(110, "storage_fault")
    course.fault_over(150, "storage_fault")
    course.fault_over(160, "broker_lost")
    assert gaps(course) == [(100, 160, LINK)]


def test_a_restart_while_the_broker_is_lost_is_counted_once() -> None:
    course = Course(devices={})
    course.fault(100, "broker_lost")
    course.interrupted(160, 130)
    course.interrupted(200, 190)
    course.fault_over(250, "broker_lost", OFF)
    assert gaps(course) == [(100, 160, OFF), (160, 200, OFF), (200, 250, LINK)]


def test_what_fell_due_meanwhile_is_raised_when_it_runs_again() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.dose(1)
    course.hr(10, 70)
    events = course.interrupted(100, 12)
    assert course.told("no_data") == [(41, "raised", "no_data", "low")]
    assert isinstance(events[-1], Unwatched)


def elevation(course: Course) -> list[float]:
    return [e.episode.unwatched_s for e in course.events if isinstance(e, EpisodeChanged)]


def test_an_elevation_counts_what_of_it_nobody_watched() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 60, 130)
    course.interrupted(100, 60)
    course.beat(100, 160, 130)
    course.interrupted(170, 160)
    course.beat(170, 240, 80)
    assert elevation(course)[0] == 0
    assert elevation(course)[-1] == 50


def test_also_one_that_began_unseen_and_is_heard_of_later() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 20, 80)
    course.interrupted(100, 20)
    for second in range(70, 100):
        course.hr(100, 130, measured=float(second))
    course.beat(101, 120, 130)
    assert elevation(course)[-1] == 30
