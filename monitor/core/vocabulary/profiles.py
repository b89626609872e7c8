"""The fields of a vital sign's profile, grouped by the rule that reads them.

The numbers are in one table, `VITALS` in `vitals`; their sources are in docs/clinical.md and
docs/alarms.md. Values are in the unit of the vital sign, times in seconds.
"""

from typing import Literal

from msgspec import Struct

from monitor.core.vocabulary.words import Priority

Direction = Literal["high", "low"]


class StreamRule(Struct, frozen=True, kw_only=True):
    """How fast the true course of a stream can move; what moves faster may be an artefact.

    A reading belongs to the course within `agrees` of its level, or within `step` of its last
    reading; both widen by `per_second` for each second since then.
    """

    agrees: float
    step: float
    per_second: float


class ConfirmationRule(Struct, frozen=True, kw_only=True):
    """How a crossing of a limit is confirmed and cleared.

    hysteresis     distance inside the limit from which a value is well inside
    clear_after    of a stream: time well inside before it clears
    repeat_from, repeat_until   when after the first reading a second one counts as a repeat
    disputed_by    a repeat that differs by more requires a third reading; None: never
    rising_after   time after the first from which a higher reading makes a medium high; None: never
    """

    hysteresis: float
    clear_after: float = 0.0
    repeat_from: float = 0.0
    repeat_until: float = 0.0
    disputed_by: float | None = None
    rising_after: float | None = None


class FreshnessRule(Struct, frozen=True, kw_only=True):
    """How long a value counts after its receipt.

    stale_after    None: as long as the protocol's interval of measurements
    expires_after  after it the value is no longer shown, and its course is unknown until the next
    """

    expires_after: float
    stale_after: float | None = None


class SilenceRule(Struct, frozen=True, kw_only=True):
    """When the absence of readings is an alarm.

    watched_as   the vital sign under which it is noticed: the parts of a pressure come together
    name         of what is missing, as in "No heart rate comes"
    steps        (time, priority), ascending
    """

    watched_as: str
    name: str
    steps: tuple[tuple[float, Priority], ...]


class BaselineRule(Struct, frozen=True, kw_only=True):
    """Which readings make a baseline, and how good it is.

    apart, later_apart   least spacing of the readings that are kept, before the dose and after
    counted_apart        least spacing of those that count, of the kept ones
    wanted               number of readings for a good baseline
    later_wanted         number for a baseline that is taken again after the dose
    spread_at_most       largest spread of a good baseline
    range_at_most        largest range of a good baseline; None: its spread alone decides
    """

    wanted: int
    spread_at_most: float
    apart: float = 0.0
    later_apart: float = 0.0
    counted_apart: float = 0.0
    later_wanted: int = 2
    range_at_most: float | None = None


class CourseRule(Struct, frozen=True, kw_only=True):
    """The rise over the baseline that a dose is expected to make.

    size     mean of a person's own greatest rise; spread: its standard deviation
    noise    difference between a baseline and a reading from measurement error alone
    slight   a rise up to this is too small for a finding that it is late
    shape    "route": the course depends on the route of the dose; "warmth": slow, by any route
    """

    size: float
    spread: float
    noise: float
    slight: float
    shape: Literal["route", "warmth"] = "route"


class EpisodeRule(Struct, frozen=True, kw_only=True):
    """The bounds of an episode, the record of a transient crossing.

    sustained_after  time beyond the limit after which it is no transient
    near             distance from the baseline within which a value has returned
    farther          a new peak is reported when it is farther than the last one by this much
    directions       the sides whose crossings are recorded; the other side has alarms only
    """

    sustained_after: float
    near: float
    farther: float
    directions: tuple[Direction, ...] = ("high",)


class TrendRule(Struct, frozen=True, kw_only=True):
    """Whether a value rises or falls.

    span     stretch over which the first and the newest clean value are compared
    steady   a smaller change is none: about the device's own spread
    """

    span: float
    steady: float


class VitalSign(Struct, frozen=True, kw_only=True):
    """The fixed properties of one vital sign.

    low, high    the range that a living person's monitor can truthfully report; a value outside is
                 impossible and rejected (docs/clinical.md)
    decimals     digits after the point, on the page and in sentences
    stream       how it moves if it comes as a stream; None: each reading is one measurement
    course       None: no course is known, so none is expected
    """

    code: str
    name: str
    unit: str
    loinc: str
    low: float
    high: float
    decimals: int = 0
    stream: StreamRule | None = None
    confirmation: ConfirmationRule
    freshness: FreshnessRule
    silence: SilenceRule
    baseline: BaselineRule
    episode: EpisodeRule
    trend: TrendRule
    course: CourseRule | None = None
