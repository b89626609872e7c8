"""The page behind the link of a notice: what a contact reads of a session, on a telephone."""

from typing import Any, Final

import pytest

from monitor.adapters.http.ports.notices import Seen, SeenValue
from monitor.core.vocabulary.events import Alarm
from monitor.service.notices.behind_link import NEWEST_S, seen
from monitor.service.sessions.open_session import Session
from tests.core.course import START, Course

ZONE: Final = "Europe/Berlin"  # the session begins at 11:00 there
FILE: Final = {"address": "1 Example Lane", "phone": "555", "sitter": "B."}


def page(course: Course, t: float, *, zone: str = ZONE, **about: Any) -> Seen:
    session = Session(
        encounter=course.encounter, patient="p", label="K-1", sites={}, emergency=FILE,
        snapshot_at=START,
    )  # fmt: skip
    return seen(session, zone, START + t, private=about.pop("private", False), **about)


def measured() -> Course:
    course = Course()
    course.dose(1)
    course.bp(60, 128.0, 80.0)
    course.hr(61, 72.0)
    course.temp(62, 36.6)
    return course


def values(course: Course, t: float) -> dict[str, tuple[str, str]]:
    return {one.name: (one.value, one.note) for one in page(course, t).values}


# --- values ---------------------------------------------------------------------------------------


def test_of_a_session_without_a_reading_it_says_so_for_each_value() -> None:
    names = ("Blood pressure", "Heart rate", "Temperature")
    assert page(Course(), 0).values == tuple(
        SeenValue(name, "none", "no reading came") for name in names
    )


@pytest.mark.parametrize(("t", "pressure", "rate"), [
    (70, ("128/80 mmHg", "measured 11:01:00, 10 s before"),
         ("72 /min", "measured 11:01:01, 9 s before")),
    (60 + NEWEST_S - 1, ("128/80 mmHg", "measured 11:01:00, 89 s before"),
         ("none now", "the last was 72, measured 11:01:01, 88 s before")),
    (60 + NEWEST_S, ("128/80 mmHg", "measured 11:01:00, 2 min before"),
         ("none now", "the last was 72, measured 11:01:01, 89 s before")),
    (1200, ("128/80 mmHg", "old, measured 11:01:00, 19 min before"),
           ("none now", "the last was 72, measured 11:01:01, 19 min before")),
])  # fmt: skip
def test_a_value_has_its_age_and_is_not_shown_as_present_once_it_is_too_old(
    t: float, pressure: tuple[str, str], rate: tuple[str, str]
) -> None:
    found = values(measured(), t)
    assert (found["Blood pressure"], found["Heart rate"]) == (pressure, rate)


def test_the_two_pressures_share_a_line_only_if_they_are_of_one_measurement() -> None:
    course = measured()
    course.observe(90, "cuff", {"sbp": 131.0})
    found = values(course, 95)
    assert "Blood pressure" not in found
    assert found["Systolic pressure"] == ("131 mmHg", "measured 11:01:30, 5 s before")
    assert found["Diastolic pressure"] == ("80 mmHg", "measured 11:01:00, 35 s before")


def test_a_value_in_doubt_is_shown_with_the_cause() -> None:
    course = measured()
    course.bp(90, 171.0, 99.0, flags=("movement",))
    value, note = values(course, 95)["Blood pressure"]
    assert value == "171/99 mmHg"
    assert note.startswith("in doubt: ")
    assert note.endswith(", measured 11:01:30, 5 s before")


@pytest.mark.parametrize(("zone", "at", "temperature"), [
    (ZONE, "11:01:10 (Europe/Berlin), 23 November", "measured 11:01:02, 8 s before"),
    ("Mars/Olympus", "10:01:10 (UTC), 23 November", "measured 10:01:02, 8 s before"),
])  # fmt: skip
def test_times_are_those_of_the_contacts_own_clock(zone: str, at: str, temperature: str) -> None:
    shown = page(measured(), 70, zone=zone)
    assert shown.at == at
    assert shown.values[-1] == SeenValue("Temperature", "36.6 \u00b0C", temperature)


# --- alarms ---------------------------------------------------------------------------------------


def test_a_pressure_that_came_down_is_shown_with_the_worst_that_it_was() -> None:
    course = measured()
    course.bp(1300, 214.0, 128.0)
    during = page(course, 1301).alarms
    assert [alarm.chip for alarm in during[:2]] == ["High", "High"]
    assert not any("reached" in alarm.reason for alarm in during)
    for t in (1400, 1500, 1600):
        course.bp(t, 120.0, 80.0)
    over = page(course, 1601).alarms[0]
    assert (over.priority, over.chip, over.since) == ("high", "High, over", "11:21:40")
    assert over.reason.startswith("Systolic pressure reached 214 at 11:21. Systolic pressure 120 ")
    assert over.state == "It is over. Nobody has acknowledged it."


def test_who_acknowledged_it_is_said_once_and_beside_the_reason() -> None:
    course = measured()
    course.bp(1300, 214.0, 128.0)
    (alarm,) = [a for a in course.encounter.status(START + 1300).alarms if a.vital == "sbp"]
    before = page(course, 1301).alarms[0].reason
    course.acknowledge(1301, alarm.id, by="thea")
    (shown,) = [a for a in page(course, 1302).alarms if a.reason == before]
    assert shown.state == "Acknowledged by thea."


def alarm(name: str, onset: float, **about: Any) -> Alarm:
    known = {"priority": "low", "presence": "on"} | about
    return Alarm(
        id=f"e-1-{name}", condition=name, kind="technical", onset=START + onset,
        raised_at=START + onset, **known,
    )  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [
    (alarm("a", 1, priority="high"), alarm("b", 0, priority="medium")),
    (alarm("a", 1, worst="high"), alarm("b", 0, priority="medium")),  # it eased, and counts no less
    (alarm("a", 1, presence="latched"), alarm("b", 0, presence="acknowledged")),
    (alarm("own", 1), alarm("b", 0)),
    (alarm("a", 1), alarm("own", 0, presence="acknowledged")),
    (alarm("a", 1, priority="high"), alarm("b", 0, worst="high")),
    (alarm("own", 1, worst="high"), alarm("b", 0, priority="high")),
    (alarm("a", 1), alarm("b", 2)),
])  # fmt: skip
def test_the_worst_alarm_is_first_then_those_that_wait_and_those_of_the_notice(
    first: Alarm, second: Alarm
) -> None:
    course = Course()
    course.encounter.state.alarms.standing.update({"1": second, "2": first})
    shown = page(course, 5, own={"e-1-own"}).alarms
    assert [(one.since, one.own) for one in shown] == [
        (f"11:00:0{a.onset - START:.0f}", a.id == "e-1-own") for a in (first, second)
    ]


# --- whose ----------------------------------------------------------------------------------------


def test_only_a_signed_in_person_sees_whose_session_it_is() -> None:
    course = measured()
    shown = page(course, 70)
    assert shown.whose is None
    everything = str(shown)
    assert not [word for word in ("K-1", *FILE.values()) if word in everything]
    whose = page(course, 70, private=True).whose
    assert whose is not None
    assert (whose.label, whose.address, whose.phone) == ("K-1", "1 Example Lane", "555")
    assert (whose.sitter, whose.local_number) == ("B.", "")
