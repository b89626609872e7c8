"""Whose reading it is when two people share a cuff."""

from typing import Any

import pytest

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import UserTaken
from monitor.core.vocabulary.inputs import ChangeDevices, CuffUser
from tests.core.course import Course
from tests.core.refusing import refused


def clinic(**about: Any) -> Course:
    return Course(devices={"cuff": "cuff"}, **about)


def live(course: Course, t: float, sbp: float, dbp: float, user: int | None) -> None:
    course.inflates(t - 30)
    course.record(t, sbp, dbp, stamp=t * 1.5, user=user)
    course.advance(t + 3)


def taken(course: Course) -> list[tuple[int, str]]:
    return [(e.user, e.by) for e in course.events if isinstance(e, UserTaken)]


def test_the_first_live_reading_says_who_the_patient_is() -> None:
    course = clinic()
    course.record(40, 128, 80, stamp=0, user=2)
    course.advance(60)
    assert taken(course) == []
    live(course, 400, 128, 80, 1)
    assert taken(course) == [(1, "")]
    cuff = course.status(410).cuffs["cuff"]
    assert (cuff.user, cuff.user_by, cuff.users) == (1, "", (1, 2))


@pytest.mark.parametrize("given", ["opened", "added"])
def test_the_entry_of_a_device_may_say_it(given: str) -> None:
    course = clinic(users={"cuff": 2} if given == "opened" else {})
    if given == "added":
        course.apply(1, ChangeDevices("mara", {"cuff": "cuff"}, users={"cuff": 2}))
    assert course.status(2).cuffs["cuff"].user == 2
    live(course, 400, 128, 80, 1)
    assert taken(course) == []
    assert course.rows("sbp") == [
        (128, "suspect", "it is of user 1 of the cuff, and the patient is user 2")
    ]


def test_another_user_warns_at_once_and_does_nothing_else() -> None:
    course = clinic()
    live(course, 40, 128, 80, 1)
    live(course, 400, 188, 114, 2)
    assert course.priority("sbp_high") == "high"
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert "It is of user 2 of the cuff, and the patient is user 1." in sentence(alarm)
    live(course, 800, 186, 112, 1)
    live(course, 1200, 118, 76, 2)
    assert course.priority("sbp_high") == "high"
    assert course.encounter.state.baseline.readings.pressures(course.start + 2000) == 2


@pytest.mark.parametrize("user", [None, 1])
def test_a_reading_of_nobody_else_counts(user: int | None) -> None:
    course = clinic()
    live(course, 40, 128, 80, 1)
    live(course, 400, 126, 80, user)
    assert course.states("sbp") == ["accepted", "accepted"]


def test_a_correction_judges_the_readings_anew() -> None:
    """The spouse measured first. The crisis that was doubted is the patient's."""
    course = clinic()
    live(course, 40, 118, 76, 2)
    live(course, 400, 186, 112, 1)
    live(course, 800, 117, 76, 2)
    assert course.standing("sbp_high") is None
    course.apply(900, CuffUser("cuff", 1, "m.keller"))
    assert taken(course)[-1] == (1, "m.keller")
    assert course.states("sbp") == ["suspect", "accepted", "suspect"]
    assert course.priority("sbp_high") == "high"
    assert {"baseline", "sbp", "alarm"} <= set(course.unmet(901))
    assert course.encounter.state.baseline.readings.pressures(course.start + 901) == 1


def test_a_correction_takes_back_what_another_user_raised() -> None:
    course = clinic()
    live(course, 40, 188, 114, 2)
    live(course, 400, 118, 76, 1)
    assert course.priority("sbp_high") == "high"
    course.apply(500, CuffUser("cuff", 1, "m.keller"))
    assert course.states("sbp") == ["suspect", "accepted"]
    assert course.standing("sbp_high") is None


def test_it_is_said_of_a_device_of_the_session() -> None:
    with refused("does not serve"):
        clinic().apply(1, CuffUser("other", 1, "m.keller"))
