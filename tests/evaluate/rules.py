"""The core, and three plain rules: from when until when each holds an alarm at 120."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.core.alarms import RANK
from monitor.core.events import AlarmChanged, Event
from monitor.core.vitals import Observation
from tests.core.course import Course
from tests.evaluate.sessions import DOSE_S, LASTS_S, Array, Session

LIMIT: Final = 120.0
BACK: Final = 115.0
LONG_S: Final = 20.0
MEDIAN_OF: Final = 15
_RAISED: Final = ("raised", "escalated")


Span = tuple[float, float]


class Told:
    """What the core said of one session. Times in s from its beginning.

    medium   from when until when `hr_high` stood at medium or high
    """

    def __init__(self, events: list[Event], start: float) -> None:
        self.medium: list[Span] = []
        self.low: list[float] = []  # hr_high, below medium
        self.slow: list[tuple[float, float]] = []  # hr_low: when, and the limit
        self.alarms = 0
        self.technical_s = 0.0
        standing: dict[str, float] = {}
        for event in events:
            if not isinstance(event, AlarmChanged):
                continue
            alarm, at = event.alarm, event.at - start
            if alarm.kind == "technical":
                if event.transition == "raised":
                    standing.setdefault(alarm.id, at)
                elif alarm.presence == "off":
                    self.technical_s += at - standing.pop(alarm.id, at)
                continue
            self.alarms += event.transition == "raised"
            if alarm.condition == "hr_high":
                self._high(event, at)
            elif alarm.condition == "hr_low" and event.transition in _RAISED:
                self.slow.append((at, alarm.limit or 0.0))
        self.technical_s += sum(LASTS_S - since for since in standing.values())

    def _high(self, event: AlarmChanged, at: float) -> None:
        holds = event.transition not in ("latched", "cleared", "ended")
        beyond = holds and RANK[event.alarm.priority] > 1
        stands = bool(self.medium) and self.medium[-1][1] == LASTS_S
        if beyond and not stands:
            self.medium.append((at, LASTS_S))
        elif stands and not beyond:
            self.medium[-1] = (self.medium[-1][0], at)
        if event.transition in _RAISED and not beyond:
            self.low.append(at)


def core(session: Session) -> Told:
    """A strap, and a cuff that measures 120/80 on schedule, so that only the strap matters."""
    course = Course(devices={"strap": "heart_rate", "cuff": "cuff"})
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


def threshold(session: Session) -> list[Span]:
    """Each sample for itself."""
    return _spans(session.times, session.values >= LIMIT)


def lasting(session: Session) -> list[Span]:
    """Every sample beyond for 20 s."""
    beyond = session.values >= LIMIT
    last = np.maximum.accumulate(np.where(beyond, -np.inf, session.times))  # sample that was not
    starts = np.searchsorted(session.times, last, side="right")
    begun = session.times[np.minimum(starts, len(session.times) - 1)]
    return _spans(session.times, beyond & (session.times - begun >= LONG_S))


def running_median(session: Session) -> list[Span]:
    """Of fifteen samples, off again at 5 below."""
    windows = np.lib.stride_tricks.sliding_window_view(session.values, MEDIAN_OF)
    middle = np.median(windows, axis=1)
    held, on = [], False
    for value in middle.tolist():
        on = value >= (BACK if on else LIMIT)
        held.append(on)
    return _spans(session.times[MEDIAN_OF - 1 :], np.array(held))


def _spans(times: Array, on: NDArray[np.bool_]) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], on.view(np.int8), [0]))))
    until = np.concatenate((times, [LASTS_S]))
    return [(float(times[a]), float(until[b])) for a, b in edges.reshape(-1, 2)]


PLAIN: Final = {
    "each sample": threshold,
    "above for 20 s": lasting,
    "median of 15": running_median,
}
