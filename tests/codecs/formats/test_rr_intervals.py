"""Which RR intervals are believed, from both sides of each bound."""

import math

from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.formats.rr_intervals import believable


def test_intervals_between_the_bounds_are_kept_in_their_order() -> None:
    sent = [3000.1, 3000.0, 0, 199.9, 200, -812, math.nan, math.inf, 812.34, 65_000]
    assert believable(sent) == (3000.0, 200.0, 812.3)


def test_no_interval_is_none() -> None:
    assert believable([]) == ()
    assert believable([0, 0]) == ()


@given(st.lists(st.floats(200, 3000)))
def test_a_believable_interval_is_never_lost_and_changes_by_half_a_tenth_at_most(
    sent: list[float],
) -> None:
    kept = believable(iter(sent))
    assert len(kept) == len(sent)
    assert all(abs(was - now) <= 0.0500001 for was, now in zip(sent, kept, strict=True))
