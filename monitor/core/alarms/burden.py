"""What alarms cost and what they were worth, over a session or a clinic: figures, no decisions.

Alarms that nobody needed teach people not to look. So a clinic should know how many there are an
hour, how soon somebody takes them, for how long one stood, and how many the therapist called of
use; and for how long nobody watched, or nothing could be watched.
"""

from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.words import Kind, Priority

Span = tuple[float, float]


class Course(Struct, frozen=True, kw_only=True):
    """What is known of one session. until: its end, or now; times epoch s.

    blind        stretches in which the service did not run or heard nothing
    unattended   stretches in which nobody watched; those after the first dose count
    ratings      alarm -> whether it was of use, as it was last said
    answered     alarm -> s from when it called for somebody to when somebody acknowledged it, the
                 longest of its calls; the alarm itself knows only who did last
    waited       alarm -> the stretches in which nobody had acknowledged it
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
    """alarms: "kind priority" -> how many, by the highest priority that each came to.

    per_hour        of sessions; None: no time has passed
    answered        alarms that somebody acknowledged
    median_s, longest_s   from a call of an alarm (it came on, worsened, was still there) to its
                    acknowledgement, of each alarm the longest; None: there was none
    in_alarm_s      medium or high and not acknowledged, of one or more alarms at once
    useful, rated   of the alarms that somebody rated, how many were of use
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
    """How long an alarm called at most until somebody acknowledged it, s; None: nobody did.

    changes: when, whether it calls for somebody from then on, whether somebody has acknowledged it;
    in order of time
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
    """Stretches that began with True and ended with False. changes: in order of time."""
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
    """While a medium or high alarm was on and nobody had acknowledged it."""
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
    """Seconds that are in at least one of these stretches."""
    total, reached = 0.0, within[0]
    for since, until in sorted(spans_):
        begins, ends = max(since, reached), min(until, within[1])
        if ends > begins:
            total += ends - begins
            reached = ends
    return total
