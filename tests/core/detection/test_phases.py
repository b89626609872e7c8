"""The phases of a session, by the protocol's clock."""

from typing import Final

import msgspec
import pytest

from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import PhaseChanged
from tests.core.course import Course

MIN: Final = 60.0


def phases(course: Course) -> list[tuple[float, str]]:
    return [(e.at - course.start, e.phase) for e in course.events if isinstance(e, PhaseChanged)]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.id)
def test_the_phases_of_a_session(preset: object) -> None:
    protocol = msgspec.convert(preset, type(PRESETS["sl_home"]))
    course = Course(protocol)
    course.hr(5, 70)
    course.dose(100)
    course.advance(100 + 4 * 3600)
    course.close(100 + 4 * 3600)
    assert phases(course) == [
        (0, "preparation"), (5, "baseline"), (100, "onset"),
        (100 + MIN * protocol.onset_until, "peak"),
        (100 + MIN * protocol.peak_until, "recovery"),
        (100 + 4 * 3600, "closed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("back", "entered"),
    [(0, "onset"), (19 * MIN + 59, "onset"), (20 * MIN, "peak"), (30 * MIN, "peak")],
)
def test_a_dose_entered_later_enters_the_phase_of_now(back: float, entered: str) -> None:
    course = Course()
    course.dose(2000, at=2000 - back)
    assert phases(course)[-1] == (2000, entered)


def test_a_booster_goes_back_to_the_onset() -> None:
    course = Course()
    course.dose(100)
    course.dose(100 + 30 * MIN)
    assert phases(course)[1:] == [
        (100, "onset"), (100 + 20 * MIN, "peak"), (100 + 30 * MIN, "onset"),
    ]  # fmt: skip
    assert course.status(100 + 31 * MIN).minutes_since_dose == 1


def test_a_rejected_reading_does_not_begin_the_baseline() -> None:
    course = Course()
    course.hr(5, 0)
    assert phases(course) == [(0, "preparation")]


@pytest.mark.parametrize("tenth", range(8482, 8502))
def test_no_time_of_dose_makes_a_deadline_that_comes_for_ever(tenth: int) -> None:
    """(848.2 + 1200 - 848.2) / 60 is less than 20: computed by that sum, the phase never ended."""
    course = Course(start=0.0)
    course.dose(tenth / 10)
    course.advance(20_000)
    assert phases(course)[-1][1] == "recovery"
    assert len(course.events) < 50
