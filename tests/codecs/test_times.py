"""Times as text, written and read: the form, the edges of the calendar, and the refusals."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.times import EARLIEST, LATEST, from_iso, iso, within_calendar


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_428_902.25, "2026-11-23T10:15:02.250Z"),
        # thousandths are rounded, also into the next second
        (1_795_428_902.0006, "2026-11-23T10:15:02.001Z"),
        (1_795_428_902.9996, "2026-11-23T10:15:03.000Z"),
        (-0.001, "1969-12-31T23:59:59.999Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"),
        (EARLIEST, "0001-01-01T00:00:00.000Z"),
        (LATEST, "9999-12-31T23:59:59.000Z"),
    ],
)
def test_a_time_is_written_in_utc_with_thousandths(seconds: float, written: str) -> None:
    assert iso(seconds) == written


def test_no_time_is_no_text() -> None:
    assert iso(None) is None


@pytest.mark.parametrize("seconds", [EARLIEST - 1, LATEST + 1])
def test_a_time_outside_the_calendar_is_not_written(seconds: float) -> None:
    with pytest.raises(OverflowError):
        iso(seconds)


@given(st.integers(int(EARLIEST) * 1000, int(LATEST) * 1000 - 1))
def test_a_written_time_is_read_as_the_same_time(thousandths: int) -> None:
    written = iso(thousandths / 1000)
    assert from_iso(written) == pytest.approx(thousandths / 1000, abs=0.0005)
    assert iso(from_iso(written)) == written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0.0),
        ("2026-11-23T10:15:02.25Z", 1_795_428_902.25),
        ("2026-11-23T05:15:02-05:00", 1_795_428_902.0),
        ("2026-11-24T00:15:02+14:00", 1_795_428_902.0),
        ("2026-11-23 10:15:02+0000", 1_795_428_902.0),
        ("0001-01-01T00:00:00Z", EARLIEST),
        ("9999-12-31T23:59:58Z", LATEST - 1),
    ],
)
def test_a_time_with_an_offset_is_read(text: str, seconds: float) -> None:
    assert from_iso(text) == seconds


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not an ISO 8601 time"),
        ("yesterday", "'yesterday' is not an ISO 8601 time"),
        ("2026-02-30T10:15:02Z", "is not an ISO 8601 time"),
        ("2026-11-23T10:15:02", "'2026-11-23T10:15:02' has no offset: write Z or +hh:mm"),
        ("2026-11-23", "'2026-11-23' has no offset"),
        ("0001-01-01T00:00:00+14:00", "a time outside the years 1 to 9999"),
        ("9999-12-31T23:59:59Z", "a time outside the years 1 to 9999"),
        ("é\n" + "x" * 5000, r"'\xe9\n" + "x" * 38 + "' is not an ISO 8601 time"),
    ],
)
def test_any_other_text_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|offset|outside") as refused:
        from_iso(text)
    assert reason in str(refused.value)


@pytest.mark.parametrize("seconds", [EARLIEST, 0.0, -1.5, LATEST - 1])
def test_a_number_within_the_calendar_is_itself(seconds: float) -> None:
    assert within_calendar(seconds) == seconds


@pytest.mark.parametrize("seconds", [EARLIEST - 1, LATEST, math.inf, -math.inf, math.nan])
def test_a_number_outside_the_calendar_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        within_calendar(seconds)
