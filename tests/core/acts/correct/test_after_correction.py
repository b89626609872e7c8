"""A corrected baseline moves the limits over it, as if the record had been right from the start."""

from typing import Final

from monitor.core.vocabulary.events import BaselineMoved, Judged
from monitor.core.vocabulary.inputs import CorrectDose, CorrectReading
from tests.core.course import START, Course

WHY: Final = "read it from the wrong line"


def measured(dose_at: float) -> Course:
    course = Course(devices={"cuff": "cuff"})
    for t, sbp in ((10, 118), (200, 120), (400, 150)):
        if t > dose_at and not course.encounter.state.session.doses:
            course.dose(dose_at)
        course.bp(t, sbp, 80)
    if not course.encounter.state.session.doses:
        course.dose(dose_at)
    return course


def over_baseline(course: Course) -> dict[str, list[float]]:
    thresholds = course.encounter.state.limits.thresholds
    return {t.name: [level.limit for level in t.levels] for t in thresholds if t.relative}


def test_the_limits_follow_the_corrected_time_of_the_dose() -> None:
    course, right = measured(500), measured(300)
    assert over_baseline(course) != over_baseline(right)
    events = course.apply(600, CorrectDose(number=1, by="thea", reason=WHY, at=START + 300))
    assert over_baseline(course) == over_baseline(right)
    assert len([e for e in events if isinstance(e, BaselineMoved)]) == 1


def test_the_limits_follow_a_typed_reading_that_is_struck_out() -> None:
    course, right = Course(devices={"cuff": "cuff"}), Course(devices={"cuff": "cuff"})
    for one in (course, right):
        one.bp(10, 118, 80)
    rows = course.observe(100, "", {"sbp": 158, "dbp": 80}, by="thea")
    for one in (course, right):
        one.bp(420, 120, 80)
        one.dose(500)
    assert over_baseline(course) != over_baseline(right)
    keys = {row.vital: row.key for row in rows if isinstance(row, Judged)}
    struck = CorrectReading(
        keys=keys, values={"sbp": 158, "dbp": 80}, effective=START + 100, by="thea", reason=WHY
    )
    events = course.apply(600, struck)
    assert over_baseline(course) == over_baseline(right)
    assert len([e for e in events if isinstance(e, BaselineMoved)]) == 1


def test_a_correction_that_leaves_the_baseline_moves_nothing() -> None:
    course = measured(500)
    events = course.apply(600, CorrectDose(number=1, by="thea", reason=WHY, at=START + 450))
    assert [e for e in events if isinstance(e, BaselineMoved)] == []
