"""The core's expected response, tested against people whose response the simulators draw.

The two are independent of each other. The core's envelope is wide enough for nearly all people, and
the core raises an alarm if a pressure leaves it.
"""

from typing import Final

import numpy as np
from msgspec.structs import replace

from monitor.core.detection.expected_course import HIGHER, LATER
from monitor.core.vocabulary.events import AlarmChanged
from simulators.body import Bump
from simulators.scenarios import SCENARIOS, Scenario
from simulators.sessions import Session, build
from tests.core.course import Course

PEOPLE: Final = 40
MINUTES: Final = (15, 30, 45, 60, 75, 90, 105, 120)
_ANYBODY: Final = replace(SCENARIOS["calm"], resting=None, amplitudes=None)


def found(scenario: Scenario, number: int) -> set[str]:
    """Conditions raised in one simulated session, measured by a cuff with an error of SD 4."""
    noise = np.random.default_rng((number, 7))
    session = build(scenario, seed=5, number=number, opens=0.0)
    course = Course(devices={"cuff": "cuff"})
    for minute in (1, 6, 11):
        _measure(course, session, 60.0 * minute, noise)
    assert session.dose_at is not None
    session.dose(session.dose_at)
    course.dose(session.dose_at)
    for minute in MINUTES:
        _measure(course, session, session.dose_at + 60 * minute, noise)
        _measure(course, session, session.dose_at + 60 * minute + 90, noise)
    raised = [e.alarm.condition for e in course.events
              if isinstance(e, AlarmChanged) and e.transition == "raised"]  # fmt: skip
    return set(raised)


def _measure(course: Course, session: Session, at: float, noise: np.random.Generator) -> None:
    true = session.body.at(at)
    sbp, dbp = (round(value + noise.normal(0, 4)) for value in (true.sbp, true.dbp))
    course.bp(at, float(sbp), float(dbp))


def test_hardly_anybody_is_higher_or_later_than_expected() -> None:
    told = [found(_ANYBODY, number) for number in range(PEOPLE)]
    assert sum(bool(one & {HIGHER, LATER}) for one in told) <= PEOPLE / 10


def test_what_rises_too_early_is_told_by_a_limit_or_by_the_expectation() -> None:
    early = Bump(vital="sbp", size=20, begins=6, rise=3, hold=20, fall=5)
    told = [found(replace(_ANYBODY, bumps=(early,)), number) for number in range(PEOPLE)]
    by_limit = [bool(one & {"sbp_high", "sbp_rise"}) for one in told]
    assert sum(HIGHER in one for one in told) >= PEOPLE / 4
    assert (
        sum(HIGHER in one or limit for one, limit in zip(told, by_limit, strict=True))
        >= 0.9 * PEOPLE
    )


def test_what_rises_too_late_is_told() -> None:
    late = Bump(vital="sbp", size=40, begins=85, rise=5, hold=30, fall=5)
    told = [found(replace(_ANYBODY, bumps=(late,)), number) for number in range(PEOPLE)]
    assert sum(LATER in one for one in told) >= 0.9 * PEOPLE
