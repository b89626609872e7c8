"""The order of judging, and which measurements limits over the baseline were applied to."""

from typing import Final

import pytest

from monitor.core.quality.cuffs.judging_order import Turn, Turns


def test_every_turn_has_the_next_number_and_its_moment() -> None:
    turns = Turns()
    assert [turns.take(at) for at in (10.0, 10.0, 5.0)] == [Turn(1, 10), Turn(2, 10), Turn(3, 5)]


def test_those_judged_after_the_dose_was_recorded_were_judged_over_the_baseline() -> None:
    turns = Turns()
    before = turns.take(100.0)
    turns.dose()
    after = turns.take(100.0)
    for effective in (0.0, 900.0):  # whenever they were measured
        assert not turns.after_dose(before, effective, 50.0)
        assert turns.after_dose(after, effective, 50.0)


# the dose -> a measurement of 100 s was judged over the baseline
BY_TIME: Final = [(99.0, True), (100.0, True), (100.25, False), (None, False)]


@pytest.mark.parametrize(("dosed_at", "over"), BY_TIME)
def test_after_a_correction_of_the_dose_its_time_decides(
    dosed_at: float | None, over: bool
) -> None:
    turns = Turns()
    turns.dose()
    turn = turns.take(200.0)
    assert turns.after_dose(turn, 100.0, dosed_at) is (dosed_at is not None)
    turns.forget_dose()
    assert turns.after_dose(turn, 100.0, dosed_at) is over
