"""`t` and `sent` as numbers: the unit is found for both, or the numbers stay raw."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs import decode
from monitor.codecs.formats.native.epochs import DAY, Moments, moments
from monitor.codecs.times import from_iso, iso

LAW: Final = settings(max_examples=300, deadline=None)
NOW: Final = from_iso("2026-11-29T12:00:00Z")

UNITS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
UNIT: Final = st.sampled_from(sorted(UNITS))
# Whole nanoseconds around the receipt.
TODAY: Final = st.integers(int(NOW - DAY) * 10**9, int(NOW + DAY) * 10**9)
AGE_NS: Final = st.integers(0, 390 * 86_400 * 10**9)


def number(instant_ns: int, unit: str) -> int:
    return instant_ns * UNITS[unit] // 10**9


@LAW
@given(TODAY, UNIT, st.sampled_from([int, str, float]))
def test_any_unit_gives_the_same_time(
    instant: int, unit: str, written_as: type[int | str | float]
) -> None:
    alone = moments(written_as(number(instant, unit)), None, NOW)
    assert alone.t == pytest.approx(instant / 1e9, abs=1 / UNITS[unit] + 1e-3)
    assert alone == Moments(t=alone.t)
    sent = moments(None, written_as(number(instant, unit)), NOW)
    assert sent == Moments(sent=alone.t)


@LAW
@given(TODAY, AGE_NS, UNIT)
def test_unit_of_sent_holds_for_t(sent: int, age: int, unit: str) -> None:
    found = moments(number(sent - age, unit), number(sent, unit), NOW)
    assert found.sent == pytest.approx(sent / 1e9, abs=1.001)
    assert found.t == pytest.approx((sent - age) / 1e9, abs=1.001)
    assert (found.raw_t, found.raw_sent) == (None, None)


@LAW
@given(TODAY, AGE_NS, UNIT, UNIT)
def test_each_may_have_a_unit_of_its_own(sent: int, age: int, of_t: str, of_sent: str) -> None:
    found = moments(number(sent - age, of_t), number(sent, of_sent), NOW)
    assert found.sent == pytest.approx(sent / 1e9, abs=1.001)
    assert found.t == pytest.approx((sent - age) / 1e9, abs=1.001)


@LAW
@given(TODAY, AGE_NS, UNIT)
def test_number_beside_a_written_time(sent: int, age: int, unit: str) -> None:
    found = moments(number(sent - age, unit), iso(sent / 1e9), NOW)
    assert found.t == pytest.approx((sent - age) / 1e9, abs=1.001)
    other = moments(iso((sent - age) / 1e9), number(sent, unit), NOW)
    assert other.sent == pytest.approx(sent / 1e9, abs=1.001)


@LAW
@given(st.integers(6, 10**9) | st.integers(4 * 10**9, 10**12) | st.integers(3 * 10**12, 10**15))
def test_number_of_no_date_stays_a_number(counter: int) -> None:
    assert moments(counter, None, NOW) == Moments(raw_t=float(counter))
    assert moments(counter - 5, counter, NOW) == Moments(raw_t=counter - 5.0, raw_sent=counter)


@pytest.mark.parametrize(
    ("t", "sent", "found"),
    [
        # whole seconds instead of milliseconds, half an hour old
        (int(NOW) - 1800, int(NOW), Moments(NOW - 1800, NOW)),
        # fractions of seconds; digits as text, also with white space and an exponent
        (NOW - 2.25, None, Moments(NOW - 2.25)),
        ("1795953597.75", None, Moments(1_795_953_597.75)),
        (" 1795953597750 ", None, Moments(1_795_953_597.75)),
        ("1.79595359775e12", None, Moments(1_795_953_597.75)),
        # the limit is exactly a day
        (int(NOW - DAY), None, Moments(NOW - DAY)),
        (int(NOW - DAY) - 1, None, Moments(raw_t=NOW - DAY - 1)),
        (int(NOW + DAY), None, Moments(NOW + DAY)),
        (int(NOW + DAY) + 1, None, Moments(raw_t=NOW + DAY + 1)),
        # a clock that is two days off no longer reveals its unit, unless `t` does
        ((NOW - 2 * DAY) * 1000, (NOW - 2 * DAY) * 1000,
         Moments(raw_t=(NOW - 2 * DAY) * 1000, raw_sent=(NOW - 2 * DAY) * 1000)),
        (NOW * 1000, (NOW + 2 * DAY) * 1000, Moments(NOW, NOW + 2 * DAY)),
        (iso(NOW), (NOW + 2 * DAY) * 1000, Moments(NOW, NOW + 2 * DAY)),
        (iso(NOW), 5_000, Moments(NOW, raw_sent=5_000.0)),
        # uptimes, 1970, 2036
        (5_000, 6_000, Moments(raw_t=5_000.0, raw_sent=6_000.0)),
        # firmware that never received the time
        (0, None, Moments()),
        ("0", 0, Moments()),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", Moments()),
        ("1970-01-01T00:00:01Z", None, Moments(1.0)),
        (from_iso("2036-02-07T06:28:16Z") * 1000, None,
         Moments(raw_t=from_iso("2036-02-07T06:28:16Z") * 1000)),
        # uptime beside a time of today: each is read by itself
        (5_000, int(NOW), Moments(sent=NOW, raw_t=5_000.0)),
        (int(NOW), 5_000, Moments(NOW, raw_sent=5_000.0)),
        # written times are believed unchanged; a number beside one is measured against it
        ("1970-01-01T00:09:50Z", "1970-01-01T00:10:00Z", Moments(590.0, 600.0)),
        (590_000, "1970-01-01T00:10:00Z", Moments(590.0, 600.0)),
        (590, "1970-01-01T00:10:00Z", Moments(590.0, 600.0)),
        ("2025-11-29T12:00:00Z", int(NOW), Moments(from_iso("2025-11-29T12:00:00Z"), NOW)),
        ((NOW - 300 * DAY) * 1000, "2026-11-29T12:00:00Z", Moments(NOW - 300 * DAY, NOW)),
        ((NOW - 500 * DAY) * 1000, "2026-11-29T12:00:00Z",
         Moments(sent=NOW, raw_t=(NOW - 500 * DAY) * 1000)),
    ],
)  # fmt: skip
def test_moments(t: str | float | None, sent: str | float | None, found: Moments) -> None:
    assert moments(t, sent, NOW) == found


@pytest.mark.parametrize(
    "t", [10**30, -(10**30), 1e300, 253_402_300_799 * 10**9, "9" * 30, "1e200"]
)
def test_number_beyond_all_dates_is_refused(t: str | float) -> None:
    with pytest.raises(ValueError, match="t: a time outside the years 1 to 9999"):
        moments(t, None, NOW)


@pytest.mark.parametrize(
    "t", ["1_795_953_597", "0x6B0C", "9" * 50, "nan", "1e99999", "\u0661\u0662"]
)
def test_text_that_is_no_number_is_no_time(t: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO 8601 time"):
        moments(t, None, NOW)


def test_reading_carries_them() -> None:
    payload = b'{"hr": 74, "t": 5000, "sent": 6000}'
    (observation,) = decode("native", payload, device="d-1", issued=NOW).observations
    assert (observation.effective, observation.sent) == (None, None)
    assert (observation.raw_t, observation.raw_sent) == (5000.0, 6000.0)
