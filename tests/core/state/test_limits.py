"""The memory of limits: those in force, and those that a person set."""

import pytest

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.state.limits import OwnLimit, SessionLimits
from tests.core.course import Course


def own(value: float) -> OwnLimit:
    limit = AlarmLimit(
        vital="sbp", direction="high", priority="low", value=value, source="as agreed"
    )
    return OwnLimit(limit, "m.keller")


def test_an_own_limit_replaces_the_one_before_and_is_taken_back() -> None:
    limits = SessionLimits()
    limits.set_own("sbp_high low", own(145))
    limits.set_own("sbp_high medium", own(155))
    limits.set_own("sbp_high low", own(140))
    assert limits.own == {"sbp_high low": own(140), "sbp_high medium": own(155)}
    limits.set_own("sbp_high low", None)
    assert limits.own == {"sbp_high medium": own(155)}
    assert SessionLimits().own == {}, "sessions share nothing"


def test_one_that_was_never_set_is_not_taken_back() -> None:
    limits = SessionLimits()
    with pytest.raises(KeyError):
        limits.set_own("sbp_high low", None)


def test_limits_in_force_replace_all_before_them() -> None:
    limits = SessionLimits()
    known = Course().encounter.state.limits.thresholds
    limits.put_in_force(known[:2])
    limits.put_in_force(known[1:4])
    assert limits.thresholds == known[1:4]
