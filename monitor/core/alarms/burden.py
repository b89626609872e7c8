"""Alarm burden: the cost and the use of alarms over a session or a clinic. Figures, no decisions.

Unneeded alarms teach people not to look. So a clinic should know how many alarms there are per
hour, how soon they are acknowledged, how long they last, and how many the therapist rated useful;
and for how long a session was unattended, or could not be monitored.
"""

from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.words import Kind, Priority

Span = tuple[float, float]


class Course(Struct, frozen=True, kw_only=True):
    """The course of one session. until: its end, or now; times epoch s.

    blind        stretches in which the service did not run or had no link to the devices
    unattended   stretches in which no one watched; those after the first dose count
    ratings      alarm -> whether it was useful, by the last rating
    answered     alarm -> s from its call to its acknowledgement, the longest of its calls; the
                 alarm itself knows only its last acknowledgement
    waited       alarm -> the stretches in which it was unacknowledged
    """

    opened_at: float
    dosed_at: float | None
    until: float
    alarms: Sequence[Alarm] = ()
    blind: Sequence[Span] = ()
    unattended: Sequence[Span] = ()
    ratings: dict[str, bool] = {}
    answered: dict[str, float] = {}
    waited: dict[str, Sequence[Span]] = {}


class Burden(Struct, frozen=True, kw_only=True):
    """Figures of alarm burden. alarms: "kind priority" -> count, by each one's highest priority.

    per_hour        alarms per hour of session; None: no time has passed
    answered        acknowledged alarms
    median_s, longest_s   from a call of an alarm (it came on, worsened, was still there) to its
                    acknowledgement, the longest of each alarm; None: no alarm was acknowledged
    in_alarm_s      time with at least one unacknowledged medium or high alarm
    useful, rated   number of alarms rated useful, and of all rated alarms
    """

    sessions: int
    hours: float
    alarms: dict[str, int]
    per_hour: float | None
    answered: int
    median_s: float | None
    longest_s: float | None
    in_alarm_s: float
    blind_s: float
    unattended_s: float
    useful: int
    rated: int


def burden(courses: Iterable[Course]) -> Burden:
    counts: dict[str, int] = {}
    waits: list[float] = []
    sessions, seconds, in_alarm, blind, unattended = 0, 0.0, 0.0, 0.0, 0.0
    ratings: list[bool] = []
    for course in courses:
        sessions += 1
        seconds += max(0.0, course.until - course.opened_at)
        for alarm in course.alarms:
            name = _name(alarm.kind, alarm.worst)
            counts[name] = counts.get(name, 0) + 1
            if alarm.id in course.answered:
                waits.append(course.answered[alarm.id])
            elif alarm.acknowledged_at is not None:
                waits.append(max(0.0, alarm.acknowledged_at - alarm.raised_at))
        whole = (course.opened_at, course.until)
        in_alarm += _length(_loud(course), whole)
        blind += _length(course.blind, whole)
        if course.dosed_at is not None:
            unattended += _length(course.unattended, (course.dosed_at, course.until))
        ratings += [course.ratings[a.id] for a in course.alarms if a.id in course.ratings]
    total = sum(counts.values())
    return Burden(
        sessions=sessions, hours=seconds / 3600, alarms=counts,
        per_hour=total / (seconds / 3600) if seconds else None, answered=len(waits),
        median_s=median(waits) if waits else None, longest_s=max(waits, default=None),
        in_alarm_s=in_alarm, blind_s=blind, unattended_s=unattended,
        useful=sum(ratings), rated=len(ratings),
    )  # fmt: skip


def longest_wait(changes: Iterable[tuple[float, bool, bool]]) -> float | None:
    """Return an alarm's longest time from call to acknowledgement, s; None: never acknowledged.

    changes: time, whether it calls from then on, whether it is acknowledged; in order of time
    """
    waits: list[float] = []
    since: float | None = None
    for at, calls, acknowledged in changes:
        if acknowledged and since is not None:
            waits.append(at - since)
        if not calls:
            since = None
        elif since is None:
            since = at
    return max(waits, default=None)


def spans(changes: Iterable[tuple[float, bool]], until: float) -> list[Span]:
    """Return the stretches from a True to the next False. changes: in order of time."""
    found: list[Span] = []
    since: float | None = None
    for at, begins in changes:
        if begins and since is None:
            since = at
        elif not begins and since is not None:
            found.append((since, at))
            since = None
    return [*found, (since, until)] if since is not None else found


def _name(kind: Kind, priority: Priority) -> str:
    return f"{kind} {priority}"


def _loud(course: Course) -> list[Span]:
    """Return the stretches in which a medium or high alarm was unacknowledged."""
    found: list[Span] = []
    for alarm in course.alarms:
        if alarm.worst == "low":
            continue
        if alarm.id in course.waited:
            found += course.waited[alarm.id]
            continue
        ends = [course.until]
        if alarm.acknowledged_at is not None:
            ends.append(alarm.acknowledged_at)
        if alarm.cleared_at is not None and alarm.presence != "latched":
            ends.append(alarm.cleared_at)
        found.append((alarm.raised_at, min(ends)))
    return found


def _length(spans_: Iterable[Span], within: Span) -> float:
    """Return the seconds within `within` that at least one of these stretches covers."""
    total, reached = 0.0, within[0]
    for since, until in sorted(spans_):
        begins, ends = max(since, reached), min(until, within[1])
        if ends > begins:
            total += ends - begins
            reached = ends
    return total
