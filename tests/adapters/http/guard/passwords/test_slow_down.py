"""The budgets of attempts: which attempts count, for whom, and which begin anew."""

from contextlib import ExitStack

import pytest

from monitor.adapters.http.guard.passwords.passwords import Asker
from monitor.adapters.http.guard.passwords.slow_down import (
    FailedSignIns,
    Slowed,
    asker_of,
    client_address,
    retry_after,
)
from tests.adapters.http.asgi import request_of

ANN = Asker("203.0.113.7", "ann")
KNOWN = Asker("203.0.113.7", "ann", "b1")


def tried(
    failures: FailedSignIns, asker: Asker, *, failed: bool = True, secret: bool = False
) -> bool:
    """Return whether the attempt was allowed."""
    try:
        with failures.attempt(asker, 0.0, secret=secret) as trying:
            trying.failed = failed
    except Slowed:
        return False
    return True


def count(failures: FailedSignIns, *askers: Asker, secret: bool = False) -> int:
    """Return how many of these wrong attempts were allowed."""
    return sum(tried(failures, asker, secret=secret) for asker in askers)


@pytest.mark.parametrize(
    ("askers", "allowed"),
    [
        ([ANN] * 9, 5),  # of one address at one account
        ([KNOWN] * 15, 10),  # of a known browser, and then of a stranger at its address
        ([Asker(f"n{n}", "ann") for n in range(15)], 10),  # of all addresses at one account
        ([Asker("n", f"user{n}") for n in range(40)], 30),  # of one address at all accounts
        ([Asker(f"n{n}", f"user{n}") for n in range(40)], 40),
    ],
)
def test_wrong_attempts_have_these_budgets(askers: list[Asker], allowed: int) -> None:
    assert count(FailedSignIns(), *askers) == allowed


def test_attempts_at_the_same_moment_count_before_they_have_failed() -> None:
    failures = FailedSignIns()
    with ExitStack() as under_way:
        for _ in range(5):
            under_way.enter_context(failures.attempt(ANN, 0.0))
        assert not tried(failures, ANN)
        assert tried(failures, Asker("203.0.113.8", "ann"))
    # All five were right, so nothing is left of them but the budget of right ones.
    assert count(failures, *[ANN] * 6) == 5


def test_a_right_attempt_resets_the_count_of_its_account_at_its_place_alone() -> None:
    failures = FailedSignIns()
    bert = Asker(ANN.network, "bert")
    assert count(failures, *[ANN] * 4, *[bert] * 4) == 8
    assert tried(failures, ANN, failed=False)
    assert count(failures, *[bert] * 2) == 1
    assert count(failures, *[ANN] * 6) == 5
    # The count of all strangers together goes on.
    assert count(failures, *[Asker(f"n{n}", "ann") for n in range(5)]) == 1


def test_right_attempts_have_a_budget_that_wrong_ones_do_not_use() -> None:
    failures = FailedSignIns()
    assert count(failures, *[ANN] * 4) == 4
    assert sum(tried(failures, ANN, failed=False) for _ in range(70)) == 60
    assert tried(failures, Asker("203.0.113.8", "ann"), failed=False)


def test_an_attempt_that_could_not_be_judged_costs_nothing() -> None:
    failures = FailedSignIns()
    for _ in range(10):
        with pytest.raises(RuntimeError), failures.attempt(ANN, 0.0):
            raise RuntimeError
    assert count(failures, *[ANN] * 9) == 5


def test_a_long_secret_is_not_slowed_down_by_strangers() -> None:
    failures = FailedSignIns()
    assert count(failures, *[Asker(f"n{n}", "link") for n in range(10)]) == 10
    owner = Asker("n", "link")
    assert not tried(failures, owner)
    assert tried(failures, owner, secret=True, failed=False)
    assert count(failures, *[owner] * 9, secret=True) == 5


def test_a_known_browser_with_its_budget_used_up_counts_as_a_stranger() -> None:
    failures = FailedSignIns()
    with failures.attempt(KNOWN, 0.0) as trying:
        assert trying.asker == KNOWN
    assert count(failures, *[KNOWN] * 5) == 5
    with failures.attempt(KNOWN, 0.0) as trying:
        assert trying.asker == ANN


def test_a_refusal_says_how_long_to_wait() -> None:
    failures = FailedSignIns()
    assert count(failures, *[ANN] * 5) == 5
    with pytest.raises(Slowed) as slowed, failures.attempt(ANN, 0.0):
        pass
    assert slowed.value.wait == 60  # the reset is a time of the real clock, far after 0.0


@pytest.mark.parametrize(
    ("reset", "seconds"), [(99.0, 1), (100.0, 1), (100.1, 1), (101.1, 2), (160.0, 60), (900.0, 60)]
)
def test_the_wait_is_whole_seconds_within_the_window(reset: float, seconds: int) -> None:
    assert retry_after(reset, 100.0) == seconds


def test_who_asks_is_an_account_at_an_address_or_at_a_network() -> None:
    assert asker_of(request_of("::ffff:203.0.113.7"), "ann", "b1") == KNOWN
    assert asker_of(request_of("2001:db8::1"), "ann") == Asker("2001:db8::/64", "ann")
    request = request_of("203.0.113.7")
    assert client_address(request) == "203.0.113.7"
    request.scope["client"] = None
    assert client_address(request) == ""
