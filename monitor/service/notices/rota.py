"""Rotas of contacts: converts weekly shifts in a time zone to periods in epoch seconds.

The core compares times and knows no calendar. When clocks are put forward, a shift begins at the
first moment that exists; when they are put back, an hour that occurs twice is on duty both times.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.adapters.store.questions.contacts import Day, Shift

DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Span = tuple[float, float]


class NoZone(ValueError):
    """There is no time zone of that name."""


def zone(name: str) -> ZoneInfo:
    """Return the time zone of this name. Raises NoZone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise NoZone(f"{name} is not the name of a time zone, such as Europe/Lisbon.") from None


def spans(shifts: Sequence[Shift], zone_name: str, since: float, until: float) -> tuple[Span, ...]:
    """Return the periods of these shifts that touch [since, until), in order. Raises NoZone."""
    tz = zone(zone_name)
    first = datetime.fromtimestamp(since, tz).date() - timedelta(days=1)
    last = datetime.fromtimestamp(until, tz).date()
    found: list[Span] = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        for shift in shifts:
            if DAYS[day.weekday()] in shift.days:
                found += _on(shift, datetime(day.year, day.month, day.day, tzinfo=tz))
    return tuple(sorted(s for s in found if s[1] > since and s[0] < until))


def _on(shift: Shift, midnight: datetime) -> Iterator[Span]:
    begins, ends = (_minutes(text) for text in (shift.begins, shift.ends))
    day = midnight if ends > begins else midnight + timedelta(days=1)
    since = _instant(midnight.replace(hour=begins // 60, minute=begins % 60))
    until = _instant(day.replace(hour=ends // 60, minute=ends % 60, fold=1))
    if until > since:
        yield since, until


def _instant(wall: datetime) -> float:
    """Return when a wall clock shows this time; if it is skipped, the first moment after it."""
    while not _exists(wall):
        wall += timedelta(minutes=1)
    return wall.timestamp()


def _exists(wall: datetime) -> bool:
    there = wall.astimezone(UTC).astimezone(wall.tzinfo)
    return there.replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def beside(at: float, other: float, zone_name: str) -> str:
    """Return "06:57" beside another time of the same day, else "23:57, 27 November"."""
    here, there = local(at, zone_name), local(other, zone_name)
    clock, _, day = here.partition(" ")
    same = day == there.partition(" ")[2]
    return clock if same else f"{clock}, {day.rpartition(', ')[2]}"


def local(at: float, zone_name: str, *, seconds: bool = False) -> str:
    """Return "14:38 (Europe/Lisbon), 28 November"; in UTC where the zone is not known."""
    there, name = _there(at, zone_name)
    time = f"{there:%H:%M:%S}" if seconds else f"{there:%H:%M}"
    return f"{time} ({name}), {there.day} {there:%B}"


def clock(at: float, zone_name: str) -> str:
    """Return "14:38:07", in the zone of `local`."""
    return f"{_there(at, zone_name)[0]:%H:%M:%S}"


def minute(at: float, zone_name: str) -> str:
    """Return "14:38", in the zone of `local`."""
    return f"{_there(at, zone_name)[0]:%H:%M}"


def _there(at: float, zone_name: str) -> tuple[datetime, str]:
    try:
        tz, name = zone(zone_name), zone_name
    except NoZone:
        tz, name = ZoneInfo("UTC"), "UTC"
    return datetime.fromtimestamp(at, UTC).astimezone(tz), name
