"""A rate limit over a period, compared with the same rule computed over a full list."""

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.service.notices.allowance import Allowance

MOST, WITHIN = 5, 60.0


@given(st.lists(st.tuples(st.floats(0, 40), st.sampled_from("ab"), st.integers(1, 3)), max_size=60))
@example([(1.9270485085909144, "a", 3), (0.0, "a", 3)])
def test_no_more_than_so_many_within_the_while_and_then_again(
    tries: list[tuple[float, str, int]],
) -> None:
    allowance, now = Allowance(MOST, WITHIN), 1000.0
    done: list[tuple[float, str]] = []
    for later, key, count in tries:
        now += later
        recent = sum(who == key and now - at < WITHIN for at, who in done)
        wait = allowance.wait(key, count, now)
        assert (wait == 0) == (recent + count <= MOST)
        if wait:
            assert 1 <= wait <= WITHIN + 1
            assert allowance.wait(key, count, now + wait) == 0
            continue
        allowance.take(key, count, now)
        done += [(now, key)] * count
    assert len(allowance._done) <= 2


def test_what_is_over_is_forgotten() -> None:
    allowance = Allowance(MOST, WITHIN)
    for n in range(1000):
        allowance.take(n, 1, n * WITHIN)
    assert len(allowance._done) == 1


def test_more_at_once_than_are_allowed_go_where_none_was_done_of_late() -> None:
    allowance = Allowance(MOST, WITHIN)
    assert allowance.wait("a", MOST + 3, 0.0) == 0
    allowance.take("a", MOST + 3, 0.0)
    assert allowance.wait("a", 1, 1.0) == 59
