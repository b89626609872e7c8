"""The status of each cuff, as the page shows it."""

from typing import Final

import pytest

from monitor.core.encounter.cuff_view import cuffs
from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import ChangeDevices, CuffUser
from monitor.core.vocabulary.status import CuffStatus
from tests.core.course import START, Course

OLD: Final = 5.0  # a stamp without information


def shown(course: Course, t: float) -> dict[str, CuffStatus]:
    course.advance(t)
    return cuffs(course.encounter.state, START + t)


def test_a_cuff_is_shown_when_more_than_readings_is_known_of_it() -> None:
    course = Course(devices={"plain": "cuff", "named": "cuff", "silent": "cuff"})
    course.observe(10, "plain", {"sbp": 120.0, "dbp": 80.0})
    course.observe(20, "named", {"sbp": 120.0, "dbp": 80.0}, user=2)
    found = shown(course, 30)
    assert list(found) == ["named"]
    assert (found["named"].user, found["named"].user_by) == (2, "")


def test_a_user_that_a_person_stated_is_shown_before_the_cuff_sends_anything() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.apply(10, CuffUser("cuff", 1, "m.keller"))
    assert shown(course, 20) == {"cuff": CuffStatus(user=1, user_by="m.keller")}
    course.apply(30, ChangeDevices("r.hill", {"other": "cuff"}, ("cuff",)))
    assert shown(course, 40) == {}


def test_failures_are_shown_until_a_measurement_succeeds() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.observe(10, "cuff", {}, failed=("sbp", "dbp"))
    course.observe(70, "cuff", {}, failed=("sbp", "dbp"))
    cuff = shown(course, 80)["cuff"]
    assert cuff.failed_at == START + 70
    assert english(cuff.failed_because) == ("The cuff cuff measured and failed, 2 times in a row.")
    course.bp(140, 120, 80)
    assert shown(course, 150) == {}


@pytest.mark.parametrize(("t", "confirmable"), [(50, True), (640, True), (641, False)])
def test_a_record_of_unknown_age_may_be_confirmed_for_ten_minutes(
    t: float, confirmable: bool
) -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(40, 128, 80, stamp=OLD)
    unknown = shown(course, t)["cuff"].unknown
    assert (unknown is not None) is confirmable
    if unknown is not None:
        assert (unknown.received, unknown.values) == (START + 40, {"sbp": 128, "dbp": 80})
        assert unknown.key in {row.key for row in course.judged("sbp")}
        assert "age is unknown" in english(unknown.because)


def test_a_record_that_proved_to_be_of_now_needs_no_confirmation() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.record(40, 120, 80, stamp=0)
    assert shown(course, 50)["cuff"].unknown is not None
    course.record(340, 122, 81, stamp=300)
    assert shown(course, 350)["cuff"].unknown is None


def test_a_memory_that_is_handed_over_is_shown_with_its_reason() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.record(40 + n, 120 + n, 80, stamp=100.0 * n)
    cuff = shown(course, 60)["cuff"]
    assert cuff.stored_at == START + 40
    assert cuff.stored_because.facts["count"] == 2, "the newest of the three is in doubt"
    assert cuff.unknown is not None
    assert cuff.unknown.values["sbp"] == 122
