"""Rotas as periods of time, also on the days when clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.store.questions.contacts import Shift
from monitor.service.notices.rota import DAYS, NoZone, beside, local, spans

ALL: Final = DAYS
BERLIN: Final = "Europe/Berlin"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def in_words(found: tuple[tuple[float, float], ...]) -> list[str]:
    return [" ".join(f"{datetime.fromtimestamp(t, UTC):%d.%H:%M}" for t in span) for span in found]


@pytest.mark.parametrize(("shift", "since", "expected"), [
    # a plain day in summer: two hours ahead of UTC
    (Shift(("tue",), "08:00", "18:00"), "2026-07-07T00:00", ["07.06:00 07.16:00"]),
    (Shift(("mon",), "22:00", "06:00"), "2026-07-07T00:00", ["06.20:00 07.04:00"]),
    (Shift(ALL, "00:00", "00:00"), "2026-07-07T00:00", ["06.22:00 07.22:00", "07.22:00 08.22:00"]),
    (Shift(("sat",), "08:00", "18:00"), "2026-07-07T00:00", []),
    # put forward at 01:00 UTC: 02:00 to 03:00 does not exist
    (Shift(("sun",), "02:30", "06:00"), "2026-03-29T00:00", ["29.01:00 29.04:00"]),
    (Shift(("sun",), "00:00", "02:30"), "2026-03-29T00:00", ["28.23:00 29.01:00"]),
    (Shift(("sun",), "02:05", "02:45"), "2026-03-29T00:00", []),
    # put back at 01:00 UTC: 02:00 to 03:00 comes twice
    (Shift(("sun",), "02:00", "03:00"), "2026-10-25T00:00", ["25.00:00 25.02:00"]),
    (Shift(("sun",), "00:00", "02:30"), "2026-10-25T00:00", ["24.22:00 25.01:30"]),
])  # fmt: skip
def test_a_shift_is_a_stretch(shift: Shift, since: str, expected: list[str]) -> None:
    found = spans((shift,), BERLIN, at(since), at(since) + 24 * 3600)
    assert in_words(found) == expected


@given(st.sampled_from(("2026-03-27", "2026-10-23", "2026-07-01")), st.integers(0, 7 * 24 * 60))
def test_whoever_is_on_duty_reads_it_off_a_clock_on_the_wall(day: str, minute: int) -> None:
    shifts = (Shift(("mon", "tue", "fri"), "07:00", "19:00"), Shift(("sat",), "20:00", "04:00"))
    since = at(day)
    moment = since + minute * 60.0
    found = spans(shifts, BERLIN, since, since + 8 * 24 * 3600)
    wall = datetime.fromtimestamp(moment, ZoneInfo(BERLIN))
    clock, today = wall.strftime("%H:%M"), DAYS[wall.weekday()]
    yesterday = DAYS[(wall - timedelta(days=1)).weekday()]
    expected = (
        (today in ("mon", "tue", "fri") and "07:00" <= clock < "19:00")
        or (today == "sat" and clock >= "20:00")
        or (yesterday == "sat" and clock < "04:00")
    )
    assert any(a <= moment < b for a, b in found) == expected


def test_a_zone_that_does_not_exist_is_said() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", "", "/etc/localtime"):
        with pytest.raises(NoZone, match="is not the name of a time zone"):
            spans((), name, 0.0, 1.0)
    assert local(at("2026-07-07T12:38"), BERLIN) == "14:38 (Europe/Berlin), 7 July"
    assert local(at("2026-07-07T12:38"), "Mars/Olympus") == "12:38 (UTC), 7 July"


@pytest.mark.parametrize(("earlier", "later", "said"), [
    ("2026-07-07T12:31", "2026-07-07T12:38", "14:31"),
    ("2026-07-07T21:57", "2026-07-07T22:04", "23:57, 7 July"),  # in that zone it is already the 8th
])  # fmt: skip
def test_a_time_beside_another_has_its_date_where_that_is_not_the_same(
    earlier: str, later: str, said: str
) -> None:
    assert beside(at(earlier), at(later), BERLIN) == said
