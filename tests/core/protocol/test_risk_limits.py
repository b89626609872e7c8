"""A person's risk factors: one age on every day, and the factor that follows from it."""

from datetime import UTC, datetime

import pytest

from monitor.core.protocol import risk_limits
from monitor.core.protocol.risk_limits import RESPONSE_FROM_AGE
from monitor.core.vocabulary.inputs import Facts


@pytest.mark.parametrize("year", range(2024, 2033))
@pytest.mark.parametrize("day", [(1, 1), (6, 15), (12, 31)])
@pytest.mark.parametrize("younger", [0, 1])
def test_a_person_has_one_age_on_every_day_of_the_calendar(
    year: int, day: tuple[int, int], younger: int
) -> None:
    facts = Facts(protocol="sl_home", birth_year=year - RESPONSE_FROM_AGE + younger)
    for hour in (0, 23):
        at = datetime(year, *day, hour, 59, tzinfo=UTC).timestamp()
        assert facts.age(at) == RESPONSE_FROM_AGE - younger
        assert ("age_65" in risk_limits.of(facts, at)) == (younger == 0)


def test_who_gives_no_year_of_birth_has_no_age() -> None:
    facts = Facts(protocol="sl_home", risk_factors=("stroke",))
    assert facts.age(0.0) is None
    assert risk_limits.of(facts, 0.0) == ("stroke",)
