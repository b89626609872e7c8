"""The core and three plain rules: the spans in which each raises an alarm at 120."""

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import RANK, Priority
from tests.core.course import Course
from tests.evaluate.sessions import DOSE_S, LASTS_S, Array, Session

_PROTOCOL: Final = PRESETS["sl_home"]
LIMITS: Final[dict[Priority, float]] = {
    limit.priority: limit.value
    for limit in _PROTOCOL.limits
    if limit.condition == "hr_high" and limit.value is not None
}
LIMIT: Final = LIMITS["medium"]
BACK_BY: Final = 5.0
LONG_S: Final = 20.0
MEDIAN_OF: Final = 15

Span = tuple[float, float]


class Raised(Struct, frozen=True):
    """A heart rate alarm was raised, or escalated, to this priority; at: s."""

    at: float
    condition: str
    priority: Priority
    limit: float


class Told:
    """Output of the core for one session. Times in s from its beginning.

    spans        spans in which `hr_high` was at this priority or above
    alarms       number of alarms about the patient, each occurrence counted once
    technical_s  total time with any alarm about equipment
    """

    def __init__(self, events: list[Event], start: float) -> None:
        self.spans: dict[Priority, list[Span]] = {priority: [] for priority in LIMITS}
        self.raised: list[Raised] = []
        self.alarms = 0
        self.technical_s = 0.0
        self._standing: set[str] = set()
        self._since = 0.0
        for event in events:
            if not isinstance(event, AlarmChanged):
                continue
            if event.alarm.kind == "technical":
                self._technical(event, event.at - start)
            elif event.alarm.vital == "hr":
                self._heart(event, event.at - start)
        if self._standing:
            self.technical_s += LASTS_S - self._since

    def _technical(self, event: AlarmChanged, at: float) -> None:
        before = bool(self._standing)
        if event.alarm.presence == "off":
            self._standing.discard(event.alarm.id)
        else:
            self._standing.add(event.alarm.id)
        if self._standing and not before:
            self._since = at
        elif before and not self._standing:
            self.technical_s += at - self._since

    def _heart(self, event: AlarmChanged, at: float) -> None:
        alarm = event.alarm
        self.alarms += event.transition == "raised"
        if event.transition in ("raised", "escalated"):
            assert alarm.limit is not None
            self.raised.append(Raised(at, alarm.condition, alarm.priority, alarm.limit))
        if alarm.condition != "hr_high":
            return
        holds = event.transition not in ("latched", "cleared", "ended")
        for priority, spans in self.spans.items():
            beyond = holds and RANK[alarm.priority] >= RANK[priority]
            stands = bool(spans) and spans[-1][1] == LASTS_S
            if beyond and not stands:
                spans.append((at, LASTS_S))
            elif stands and not beyond:
                spans[-1] = (spans[-1][0], at)


def core(session: Session) -> Told:
    """Run the core. A cuff measures 120/80 on schedule, so that only the strap matters."""
    course = Course(_PROTOCOL, devices={"strap": "heart_rate", "cuff": "cuff"})
    cuff = list(range(5, LASTS_S, 290))
    dosed = False
    for n, (t, value) in enumerate(
        zip(session.times.tolist(), session.values.tolist(), strict=True)
    ):
        while cuff and cuff[0] <= t:
            course.bp(float(cuff.pop(0)), 120, 80)
        if not dosed and t >= DOSE_S:
            course.dose(t)
            dosed = True
        at = course.start + t
        course.events += course.encounter.observe(
            Observation(issued=at, effective=at, device="strap", seq=n, values={"hr": value}), at
        )
    course.advance(float(LASTS_S))
    return Told(course.events, course.start)


def threshold(times: Array, values: Array) -> list[Span]:
    """Spans in which each single sample is at or above the limit."""
    return _spans(times, values >= LIMIT)


def lasting(times: Array, values: Array) -> list[Span]:
    """Spans in which every sample has been at or above the limit for 20 s."""
    beyond = values >= LIMIT
    last = np.maximum.accumulate(np.where(beyond, -np.inf, times))  # last sample below the limit
    starts = np.searchsorted(times, last, side="right")
    begun = times[np.minimum(starts, len(times) - 1)]
    return _spans(times, beyond & (times - begun >= LONG_S))


def running_median(times: Array, values: Array) -> list[Span]:
    """Spans in which the median of fifteen samples is high; they end 5 below the limit."""
    if len(values) < MEDIAN_OF:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(values, MEDIAN_OF)
    middle = np.median(windows, axis=1)
    held, on = [], False
    for value in middle.tolist():
        on = value >= (LIMIT - BACK_BY if on else LIMIT)
        held.append(on)
    return _spans(times[MEDIAN_OF - 1 :], np.array(held))


def _spans(times: Array, on: NDArray[np.bool_]) -> list[Span]:
    until = np.concatenate((times, [np.inf]))
    return [(float(times[a]), float(until[b])) for a, b in runs(on)]


def runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Index range of each stretch that is on: the first index and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], on.view(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


PLAIN: Final[dict[str, Callable[[Array, Array], list[Span]]]] = {
    "each sample": threshold,
    "above for 20 s": lasting,
    "median of 15": running_median,
}
