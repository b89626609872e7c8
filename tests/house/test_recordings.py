"""The core on every recording at hand: no alarm on an impossible value, no missed crisis."""

from functools import cache

from monitor.codecs.trace import read_trace
from tests.evaluate.recorded import Count, count
from tests.parts.recordings import recordings


@cache
def counted() -> tuple[Count, ...]:
    paths = sorted(recordings("traces").rglob("*.csv"))
    return tuple(count(path.stem, list(read_trace(path))) for path in paths)


def test_no_alarm_about_the_patient_is_raised_on_an_impossible_value() -> None:
    assert sum(one.patient for one in counted()) > 0
    assert {one.name: one.patient_impossible for one in counted() if one.patient_impossible} == {}


def test_every_believable_cuff_reading_of_180_is_high_with_that_reading() -> None:
    assert sum(one.crises for one in counted()) > 0
    assert [one.name for one in counted() if one.crises_told != one.crises] == []
