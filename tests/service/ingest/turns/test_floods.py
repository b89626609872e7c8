"""When a device floods: messages over its budget that go on, and a pause that ends them."""

import pytest

from monitor.service.ingest.turns.floods import BEGINS_S, ENDS_S, Flood

T0 = 1000.0


def flood(*later: float) -> Flood:
    """A device that went over its budget at `T0`, and again after these seconds."""
    made = Flood(since=T0, newest=T0)
    for seconds in later:
        made.over_budget(T0 + seconds)
    return made


@pytest.mark.parametrize(("later", "waited", "dropped", "begins"), [
    ((), 0.0, False, False),
    ((BEGINS_S - 0.1,), 0.0, False, False),
    ((BEGINS_S - 0.1, BEGINS_S), 0.0, False, True),
    ((), BEGINS_S - 0.1, False, False),
    ((), BEGINS_S, False, True),  # one burst, with which the service does not keep up
    ((), 0.0, True, True),
    ((ENDS_S,), 0.0, False, False),  # a burst of its own: the one before it is over
    ((ENDS_S - 0.1,), 0.0, False, True),
    ((ENDS_S, ENDS_S + BEGINS_S), 0.0, False, True),
])  # fmt: skip
def test_what_goes_on_waits_long_or_is_dropped_is_a_flood(
    later: tuple[float, ...], waited: float, dropped: bool, begins: bool
) -> None:
    made = flood(*later)
    assert made.begins(waited, dropped=dropped) == begins
    made.told = True
    assert not made.begins(waited, dropped=dropped), "it is reported once"


@pytest.mark.parametrize(("after", "waiting", "ends"), [
    (ENDS_S - 0.1, False, False),
    (ENDS_S, False, True),
    (ENDS_S, True, False),
])  # fmt: skip
def test_it_ends_after_a_pause_in_which_nothing_of_it_is_left(
    after: float, waiting: bool, ends: bool
) -> None:
    assert flood(BEGINS_S).ends(T0 + BEGINS_S + after, waiting=waiting) == ends


def test_a_flood_that_is_reported_keeps_the_time_at_which_it_began() -> None:
    made = flood(BEGINS_S)
    made.told = True
    made.over_budget(T0 + 10 * ENDS_S)
    assert (made.since, made.newest) == (T0, T0 + 10 * ENDS_S)
