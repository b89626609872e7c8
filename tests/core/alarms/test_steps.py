"""Steps of priority: each is reached one second of grace after its time, and not before."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alarms.steps import Step, before_dose, reached, upcoming
from tests.core.law import law

LOW: Final = Step(10, "low")
MEDIUM: Final = Step(60, "medium")
STEPS: Final = (LOW, MEDIUM)
SINCE: Final = 1000.0


@pytest.mark.parametrize(
    ("after", "step", "next_after"),
    [
        (-5, None, 11), (0, None, 11), (10.75, None, 11),
        (11, LOW, 61), (60.75, LOW, 61),
        (61, MEDIUM, None), (90_000, MEDIUM, None),
    ],
)  # fmt: skip
def test_a_step_is_reached_a_second_after_its_time(
    after: float, step: Step | None, next_after: float | None
) -> None:
    assert reached(STEPS, SINCE, SINCE + after) == step
    due = upcoming(STEPS, SINCE, SINCE + after)
    assert due == (None if next_after is None else SINCE + next_after)


def test_without_steps_nothing_is_reached_and_nothing_is_due() -> None:
    assert reached((), SINCE, SINCE + 1e9) is None
    assert upcoming((), SINCE, SINCE) is None
    assert before_dose(()) == ()


def test_before_the_dose_the_first_step_is_the_last() -> None:
    assert before_dose(STEPS) == (LOW,)
    assert reached(before_dose(STEPS), SINCE, SINCE + 1e9) == LOW


@law(100)
@given(
    st.lists(st.integers(1, 400), max_size=4),
    st.sampled_from((0.0, 1e9 + 0.25)),
    st.integers(-40, 2000),
)
def test_the_upcoming_moment_is_the_first_in_which_another_step_is_reached(
    gaps: list[int], since: float, quarters: int
) -> None:
    steps = tuple(Step(sum(gaps[: n + 1]) / 4, "low") for n in range(len(gaps)))
    now = since + quarters / 4
    step, due = reached(steps, since, now), upcoming(steps, since, now)
    if due is None:
        assert step == (steps[-1] if steps else None)
        return
    assert due > now
    assert reached(steps, since, due - 0.25) == step
    assert reached(steps, since, due) != step
