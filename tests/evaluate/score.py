"""Score the alarms of one rule: true elevations found and missed, and false alarms."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from monitor.core.vocabulary.words import Priority
from tests.evaluate.rules import BACK_BY, LIMIT, LIMITS, PLAIN, Raised, Span, Told, core, runs
from tests.evaluate.sessions import LASTS_S, Array, Session

CORE: Final = "this core"
LEAST_S: Final = 35
AFTER_S: Final = 20.0  # an alarm this long after the end still belongs to the elevation
RECENT_S: Final = 60
SLOW_S: Final[dict[Priority, float]] = {"low": 20.0, "medium": 20.0, "high": 15.0}

What = Literal["missed", "slow", "false", "false_high", "false_low", "false_rise", "false_slow"]
OTHERS: Final[tuple[What, ...]] = ("false_high", "false_low", "false_rise", "false_slow")


class Elevation(Struct, frozen=True):
    """A true elevation. onset: start of the 35 s above its limit; end: when it was 5 below; s."""

    onset: float
    end: float


class Case(Struct, frozen=True):
    """A case to look into. at: true onset, or time of the false decision; took: its delay; s.

    what   false: at medium or higher, of hr_high against 120 and of hr_rise against its own limit;
           false_high, false_low: hr_high at that priority; false_rise: hr_rise at low;
           false_slow: hr_low, at any priority
    """

    what: What
    seed: int
    at: float
    took: float | None = None


class Score(Struct):
    """Score of one rule over some sessions.

    standing  elevations at whose onset the alarm was already on
    delays    delays of the other elevations that were found, s
    heard     the same without the seconds in which a sample was overdue
    """

    sessions: int = 0
    events: int = 0
    standing: int = 0
    delays: list[float] = []
    heard: list[float] = []
    cases: list[Case] = []
    alarms: int = 0
    technical_s: float = 0.0

    def add(self, other: "Score") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def count(self, what: What) -> int:
        return sum(case.what == what for case in self.cases)

    @property
    def hours(self) -> float:
        return self.sessions * LASTS_S / 3600


def elevations(truth: Array, limit: float = LIMIT) -> list[Elevation]:
    """True stretches above limit - 5 that reached the limit for 35 s without a break.

    The wander around a limit makes many crossings out of one elevation. The elevation ends where
    the value is well inside the limit, as the core's alarm does.
    """
    found = []
    for first, end in runs(truth >= limit - BACK_BY):
        long = [a for a, b in runs(truth[first:end] >= limit) if b - a >= LEAST_S]
        if long:
            found.append(Elevation(float(first + long[0]), float(end)))
    return found


def judge(session: Session, alarms: Sequence[Span], priority: Priority = "medium") -> Score:
    """Compare the alarms of one rule with the true elevations over one limit."""
    true = elevations(session.truth, LIMITS[priority])
    score = Score(sessions=1, events=len(true), alarms=len(alarms))
    cases: list[Case] = []
    for one in true:
        mine = [on for on, off in alarms if on <= one.end + AFTER_S and off >= one.onset]
        if not mine:
            cases.append(Case("missed", session.seed, one.onset))
        elif mine[0] < one.onset:
            score.standing += 1
        else:
            delay = mine[0] - one.onset
            score.delays = [*score.delays, delay]
            score.heard = [*score.heard, delay - session.silent(one.onset, mine[0])]
            if delay > SLOW_S[priority]:
                cases.append(Case("slow", session.seed, one.onset, delay))
    score.cases = cases
    return score


def false_spans(session: Session, alarms: Sequence[Span]) -> list[Case]:
    """False alarms of a plain rule at the medium limit."""
    wrong = [on for on, _ in alarms if not _lately(session.truth, on, LIMIT)]
    return [Case("false", session.seed, on) for on in wrong]


def false_raises(session: Session, raised: Sequence[Raised]) -> list[Case]:
    """False decisions of the core: each raise and escalation, against the limit that it names."""
    cases = []
    for one in raised:
        mirror = -1 if one.condition == "hr_low" else 1
        if not _lately(mirror * session.truth, one.at, mirror * one.limit):
            cases.append(Case(_falsehood(one), session.seed, one.at))
        # A rate below 140 may still be above 120: a high alarm is judged as a medium one as well.
        if _falsehood(one) == "false_high" and not _lately(session.truth, one.at, LIMIT):
            cases.append(Case("false", session.seed, one.at))
    return cases


def _falsehood(one: Raised) -> What:
    if one.condition == "hr_low":
        return "false_slow"
    if one.priority == "low":
        return "false_low" if one.condition == "hr_high" else "false_rise"
    return "false_high" if one.priority == "high" else "false"


def _lately(truth: Array, at: float, limit: float) -> bool:
    """Return whether the truth came within 5 of the limit, in that second or the minute before."""
    until = min(int(at) + 1, LASTS_S)
    return bool((truth[max(0, until - RECENT_S) : until] >= limit - BACK_BY).any())


def judge_core(session: Session) -> dict[str, Score]:
    """Whole score of the core, under medium, and the elevations it found at low and high."""
    told: Told = core(session)
    by_priority = {p: judge(session, told.spans[p], p) for p in LIMITS}
    whole = by_priority["medium"]
    whole.cases = [*whole.cases, *false_raises(session, told.raised)]
    whole.alarms, whole.technical_s = told.alarms, told.technical_s
    return {named(p): score for p, score in by_priority.items()}


def named(priority: Priority) -> str:
    return CORE if priority == "medium" else f"{CORE}, {priority}"


def judge_all(session: Session) -> dict[str, Score]:
    found = judge_core(session)
    for name, rule in PLAIN.items():
        spans = rule(session.times, session.values)
        found[name] = score = judge(session, spans)
        score.cases = [*score.cases, *false_spans(session, spans)]
    return found


def figures(score: Score) -> dict[str, float | None]:
    """Figures per hour and per session; delays in s. *_at_most: 95 % upper confidence bound."""
    hours, events, missed = score.hours, score.events, score.count("missed")
    false = score.count("false")
    delays = np.array(score.delays)
    late = [float(np.percentile(delays, q)) for q in (50, 95, 100)] if delays.size else [None] * 3
    return {
        "events": events,
        "found": events - missed,
        "standing_already": score.standing,
        "sensitivity": 1 - missed / events if events else None,
        "missed_share_at_most": min(1.0, at_most(missed) / events) if events else None,
        "delay_median_s": late[0],
        "delay_p95_s": late[1],
        "delay_longest_s": late[2],
        "delay_longest_heard_s": max(score.heard, default=None),
        "false_per_hour": false / hours,
        "false_per_hour_at_most": at_most(false) / hours,
        **{f"{what}_per_hour": score.count(what) / hours for what in OTHERS},
        "alarms_per_session": score.alarms / score.sessions,
        "technical_min_per_session": score.technical_s / 60 / score.sessions,
    }


def at_most(count: int) -> float:
    """95 % upper bound on the mean of a Poisson count (Wilson and Hilferty's approximation)."""
    n = count + 1
    return float(n * (1 - 1 / (9 * n) + 1.645 / (3 * n**0.5)) ** 3)
