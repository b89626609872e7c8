"""Checks that people make before the dose, and how far a device's clock is off."""

import pytest

from monitor.core.encounter import Encounter
from monitor.core.vocabulary.inputs import Checked
from monitor.core.vocabulary.status import CheckStatus
from tests.core.course import START, Course
from tests.core.refusing import refused


def test_a_check_is_told_until_it_is_taken_back_and_survives_a_restart() -> None:
    course = Course()
    course.apply(10, Checked("sitter", "thea"))
    course.apply(11, Checked("backup", "thea"))
    course.apply(12, Checked("backup", "mara"))
    assert course.status(13).checks == {
        "sitter": CheckStatus(START + 10, "thea"), "backup": CheckStatus(START + 12, "mara"),
    }  # fmt: skip
    course.apply(14, Checked("sitter", "mara", done=False))
    course.apply(14, Checked("sound", "mara", done=False))
    assert set(course.status(15).checks) == {"backup"}
    again = Encounter.restore(course.encounter.snapshot())
    assert again.status(START + 15).checks == course.status(15).checks


def test_what_is_no_check_is_refused_by_name() -> None:
    with refused("moon is none of the checks: sound, sitter, "):
        Course().apply(1, Checked("moon", "thea"))


def test_a_dose_waits_for_none() -> None:
    """Decision 15."""
    gates = {g.gate: g.unmet for g in Course().status(1).gates}
    assert {u.id for u in gates["hold"]} == {"baseline", "hr", "sbp", "dbp"}


def test_the_clock_of_a_device_is_told_once_readings_agree_on_it() -> None:
    course = Course()
    for n in range(3):
        assert course.status(n).clocks == {"strap": None, "cuff": None, "thermo": None}
        course.observe(n, "strap", {"hr": 70}, measured=n - 41, sent=n - 41)
    assert course.status(3).clocks == {"strap": pytest.approx(41), "cuff": None, "thermo": None}
