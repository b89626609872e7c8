"""Times as text: written as ISO 8601 in UTC, read as ISO 8601 with an offset.

Internally a time is float seconds since the epoch. A text without an offset is refused rather than
guessed: an hour's error in a reading's age is worse than a message that is returned as refused.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, overload

# Years 1 to 9999, the range of a date, less a second so that rounding up stays inside. A device
# with a lost clock may honestly report 1970 or 2099; the core judges that.
EARLIEST: Final = -62_135_596_800.0
LATEST: Final = 253_402_300_799.0

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@overload
def iso(seconds: float) -> str: ...
@overload
def iso(seconds: None) -> None: ...
def iso(seconds: float | None) -> str | None:
    """Return `2026-11-23T10:15:02.250Z`; None for None. OverflowError outside years 1 to 9999."""
    return None if seconds is None else _written(seconds)


def from_iso(text: str) -> float:
    """Return the epoch seconds of an ISO 8601 time with offset. ValueError gives the reason."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!a} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text[:40]!a} has no offset: write Z or +hh:mm after the time")
    return within_calendar(moment.timestamp())


def within_calendar(seconds: float) -> float:
    """Return the same number, or raise ValueError outside the years 1 to 9999."""
    if EARLIEST <= seconds < LATEST:
        return seconds
    raise ValueError("a time outside the years 1 to 9999")


@lru_cache(maxsize=8192)
def _written(seconds: float) -> str:
    # Most times of a status (onset, dose, expiry) are the same as a quarter second ago.
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


@lru_cache(maxsize=8192)
def _second(whole: int) -> str:
    return (_EPOCH + timedelta(seconds=whole)).isoformat()[:19]
