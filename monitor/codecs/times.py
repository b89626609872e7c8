"""Times as text: ISO 8601 in UTC on the way out, ISO 8601 with an offset on the way in.

Inside, a time is float seconds since the epoch. A text without an offset is refused rather than
guessed: an hour's error in a reading's age is worse than a message that comes back as refused.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, overload

# Years 1 to 9999, less a second so that rounding up stays inside: what a date can express. A
# device with a lost clock may honestly say 1970 or 2099; judging that is the core's business.
EARLIEST: Final = -62_135_596_800.0
LATEST: Final = 253_402_300_799.0

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@overload
def iso(seconds: float) -> str: ...
@overload
def iso(seconds: None) -> None: ...
def iso(seconds: float | None) -> str | None:
    """`2026-11-23T10:15:02.250Z`; None stays None. Outside the years 1 to 9999: OverflowError."""
    return None if seconds is None else _written(seconds)


def from_iso(text: str) -> float:
    """Epoch seconds of an ISO 8601 time with offset. ValueError with a sentence otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!a} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text[:40]!a} has no offset: write Z or +hh:mm after the time")
    return within_calendar(moment.timestamp())


def within_calendar(seconds: float) -> float:
    """The same number, or ValueError when no date of the years 1 to 9999 is that moment."""
    if EARLIEST <= seconds < LATEST:
        return seconds
    raise ValueError("a time outside the years 1 to 9999")


@lru_cache(maxsize=8192)
def _written(seconds: float) -> str:
    # Most times of a status (onset, dose, expiry) are the same ones as a quarter second ago.
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


@lru_cache(maxsize=8192)
def _second(whole: int) -> str:
    return (_EPOCH + timedelta(seconds=whole)).isoformat()[:19]
