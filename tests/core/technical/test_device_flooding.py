"""A device that sends too much: the alarm's priority and sentence, and no data missed."""

import pytest

from monitor.core.encounter import Encounter
from monitor.core.technical.sequence_gap import WAIT_S
from monitor.core.vocabulary.inputs import ChangeDevices, DeviceFlooding
from tests.core.course import START, Course, changes

FLOODING = "device_flooding"


@pytest.mark.parametrize(("dosed", "priority"), [(False, "low"), (True, "medium")])
def test_it_is_told_once_with_the_device_and_what_to_do(dosed: bool, priority: str) -> None:
    course = Course()
    if dosed:
        course.dose(200)
    for t in (300, 310):
        course.apply(t, DeviceFlooding("strap", since=START + 298))
    course.apply(320, DeviceFlooding("strap", over=True, dropped=7))
    course.apply(330, DeviceFlooding("strap", over=True))
    assert course.told(FLOODING) == [
        (300, "raised", FLOODING, priority), (320, "cleared", FLOODING, priority),
    ]  # fmt: skip
    raised, cleared = (change.alarm for change in changes(course.events, FLOODING))
    assert (raised.device, raised.kind, raised.onset) == ("strap", "technical", START + 298)
    when = " since 2 min after the dose" if dosed else ""
    assert raised.reason == (
        f"Device strap sends more than it should{when}. Its newest readings are judged first, "
        "and the rest wait. Restart it, or take it out of the session and use another."
    )
    assert cleared.reason == (
        "Device strap sends as usual again, after 22 s. 7 of its readings were dropped."
    )


def test_it_rises_with_the_dose_and_ends_with_the_device() -> None:
    course = Course()
    course.apply(100, DeviceFlooding("strap"))
    course.dose(200)
    course.advance(201)
    assert course.priority(FLOODING) == "medium"
    course.apply(210, ChangeDevices("thea", remove=("strap",)))
    course.apply(220, DeviceFlooding("strap"))
    assert course.standing(FLOODING) is None, "it is none of the session's any more"


def test_what_waits_is_not_missing_until_the_flood_is_over() -> None:
    course = Course()
    course.hr(10, 70, seq=1)
    course.apply(20, DeviceFlooding("strap"))
    course.hr(21, 70, seq=9)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    for t in range(30, 400, 10):
        course.hr(t, 70, seq=10 + t // 10)
    assert course.told("sequence_gap") == []
    course.apply(400, DeviceFlooding("strap", over=True))
    course.advance(400 + WAIT_S - 1)
    assert course.told("sequence_gap") == []
    course.advance(400 + WAIT_S)
    assert [t[:2] for t in course.told("sequence_gap")] == [(400 + WAIT_S, "raised")]
