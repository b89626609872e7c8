"""The course under artefacts: which readings belong to it, and when a jump is the new course."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.quality.stream import Followed, Follower
from monitor.core.vocabulary.profiles import StreamRule
from tests.core.course import Course
from tests.core.law import law

Reading = tuple[float, float]
RATE: Final = StreamRule(agrees=15, step=10, per_second=3)


def followed(readings: list[Reading]) -> list[list[float]]:
    """Return for each reading the measurement times that it adds to the course."""
    follower = Follower()
    return [[f.effective for f in follower.observe(t, t, v, RATE, clean=True)] for t, v in readings]


def steady(since: int, until: int, value: float) -> list[Reading]:
    return [(float(t), value) for t in range(since, until)]


# Readings after a minute of 70, one a second -> when they are followed, and from which time on.
JUMPS: Final[list[tuple[str, list[Reading], tuple[float, float] | None]]] = [
    ("a step that fits", [(60.0, 88.0)], (60.0, 60.0)),
    ("a step that does not", [(60.0, 89.0)], None),
    ("six seconds of it", steady(60, 67, 140), None),
    ("seven", steady(60, 68, 140), (67.0, 60.0)),
    ("down as well", steady(60, 68, 35), (67.0, 60.0)),
    ("every five seconds", [(60.0, 140.0), (65.0, 140.0), (70.0, 140.0)], (70.0, 60.0)),
    ("two are too few", [(60.0, 140.0), (66.0, 140.0)], None),
    ("with a gap, which bears nothing out",
     [*steady(60, 64, 140), *steady(71, 74, 140)], (72.0, 60.0)),  # but the old segment is lost
    ("with an artefact in it",
     [*steady(60, 63, 140), (63.0, 220.0), *steady(64, 70, 140)], (69.0, 60.0)),
    ("back in between", [*steady(60, 64, 140), (64.0, 70.0), *steady(65, 70, 140)], (64.0, 64.0)),
    ("never twice alike", [(60.0 + n, 120.0 + 35 * (n % 4)) for n in range(12)], None),
    ("nothing for a while, and whatever comes then", [(75.0, 190.0)], (75.0, 75.0)),
    ("once every ten seconds", [(69.0, 140.0), (79.0, 140.0)], (79.0, 69.0)),
]  # fmt: skip


@pytest.mark.parametrize(("readings", "taken"), [j[1:] for j in JUMPS], ids=[j[0] for j in JUMPS])
def test_when_a_jump_is_the_new_course(
    readings: list[Reading], taken: tuple[float, float] | None
) -> None:
    course = followed([*steady(0, 60, 70), *readings])
    assert all(len(step) == 1 for step in course[:60])
    told = [(t, step[0]) for (t, _), step in zip(readings, course[60:], strict=True) if step]
    assert told[:1] == ([] if taken is None else [taken])


def test_a_course_that_is_taken_over_is_whole() -> None:
    follower = Follower()
    for t, value in [*steady(0, 60, 70), *steady(60, 67, 140)]:
        follower.observe(t, t, value, RATE, clean=True)
    course = follower.observe(67.0, 67.5, 142.0, RATE, clean=False)
    assert [f.effective for f in course] == [float(t) for t in range(60, 68)]
    assert course[-1] == Followed(67.0, 67.5, 142.0, 140.0, 1.0, clean=False)
    assert [f.borne_out_s for f in course] == [0.0] + [1.0] * 7
    assert follower.sure


def test_what_strays_between_bears_nothing_out() -> None:
    follower = Follower()
    for t, value in [*steady(0, 60, 70), (60.0, 190.0)]:
        follower.observe(t, t, value, RATE, clean=True)
    assert follower.observe(61.0, 61.0, 71.0, RATE, clean=True)[0].borne_out_s == 0.0
    assert follower.observe(62.0, 62.0, 71.0, RATE, clean=True)[0].borne_out_s == 1.0


def test_many_strays_make_it_unsure_and_readings_that_fit_sure_again() -> None:
    follower = Follower()
    for t in range(60):
        follower.observe(t, t, 70.0 if t % 2 else 190.0 if t % 4 else 30.0, RATE, clean=True)
    assert not follower.sure
    for t in range(60, 70):
        follower.observe(t, t, 70.0, RATE, clean=True)
    assert follower.sure


# --- artefacts of up to five seconds, of any shape ------------------------------------------------

SPACINGS: Final = [0.2, 0.5, 1.0, 2.0, 2.5]
SEEDS: Final = st.integers(0, 2**32 - 1)
FOUND: Final = law(120)


class Disturbed(Struct, frozen=True):
    """A steady heart rate for 200 s with noise and 5 % lost, and stretches of arbitrary values."""

    rows: list[Reading]
    stretches: list[tuple[float, float]]

    def wild(self, t: float) -> bool:
        return any(since <= t < until for since, until in self.stretches)


def disturbed(seed: int) -> Disturbed:
    random = np.random.default_rng(seed)
    spacing, centre = random.choice(SPACINGS), random.integers(65, 89)
    made, at = Disturbed([], []), 20.0
    while at < 180:
        long = random.uniform(0.2, 5.0)
        made.stretches.append((at, at + long))
        at += long + random.uniform(max(3.0, 5 * spacing), 30.0)
    looks = random.choice([0, 1, 2], len(made.stretches))
    level = random.integers(25, 241, len(made.stretches)).tolist()
    for t in np.arange(0.0, 200.0, spacing).tolist():
        inside = next((n for n, (a, b) in enumerate(made.stretches) if a <= t < b), None)
        value = float(centre + random.integers(-4, 5))
        if inside is not None:  # one level, or any value, or a multiple
            other = float(random.integers(25, 241))
            anything = [level[inside], other, value * float(random.choice([0.5, 2]))]
            value = float(np.clip(round(anything[looks[inside]]), 25, 240))
        if inside is not None or random.random() > 0.05:
            made.rows.append((t, value))
    return made


@given(SEEDS)
@FOUND
def test_artefacts_of_five_seconds_raise_nothing(seed: int) -> None:
    course = Course()
    for t, value in disturbed(seed).rows:
        course.hr(t, value)
    assert course.told("hr_high", "hr_low") == []


@given(SEEDS, st.integers(126, 138), st.sampled_from([2.0, 4.0, 10.0, 1000.0]))
@FOUND
def test_a_true_rise_is_found_among_them(seed: int, plateau: int, slope: float) -> None:
    """Its size and steepness do not matter; where artefacts overlay it, it may take longer."""
    made, course = disturbed(seed), Course()
    begins, lasts = 90.0, 60.0 + 60.0 / slope
    for t, value in made.rows:
        if t < begins + lasts:
            risen = value if t < begins else min(float(plateau), value + slope * (t - begins))
            course.hr(t, value if made.wild(t) else risen)
    found = [t for t, _, _, priority in course.told("hr_high") if priority != "low"]
    assert found
    assert begins <= found[0] <= begins + lasts
