"""What was found, what was not, and what was told of nothing."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from tests.evaluate.rules import BACK, LIMIT, PLAIN, Span, core
from tests.evaluate.sessions import LASTS_S, Array, Session

LEAST_S: Final = 35
AFTER_S: Final = 20.0  # an alarm that comes so late after the end still belongs to it
RECENT_S: Final = 60


class Elevation(Struct, frozen=True):
    """A true one. onset: since when 120 held for 35 s; end: until when it was above 115 at all."""

    onset: float
    end: float


class Score(Struct):
    """Of one rule over some sessions."""

    sessions: int = 0
    events: int = 0
    delays: list[float] = []
    missed: list[tuple[int, float]] = []
    slow: list[tuple[int, float, float]] = []
    false: list[tuple[int, float]] = []
    false_low: list[tuple[int, float]] = []
    alarms: int = 0
    technical_s: float = 0.0

    def add(self, other: "Score") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def elevations(truth: Array) -> list[Elevation]:
    """True stretches that reached the medium limit for 35 s and more."""
    found: list[Elevation] = []
    high = truth >= BACK
    edges = np.flatnonzero(np.diff(np.concatenate(([0], high.view(np.int8), [0]))))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        beyond = truth[first:end] >= LIMIT
        runs = np.flatnonzero(np.diff(np.concatenate(([0], beyond.view(np.int8), [0]))))
        starts = [a for a, b in zip(runs[::2], runs[1::2], strict=True) if b - a >= LEAST_S]
        if starts:
            found.append(Elevation(float(first + starts[0]), float(end)))
    return found


def judge(session: Session, alarms: Sequence[Span]) -> Score:
    """One rule's alarms at the medium limit. One that stands already has no delay."""
    true = elevations(session.truth)
    score = Score(sessions=1, events=len(true), alarms=len(alarms))
    for one in true:
        mine = [on for on, off in alarms if on <= one.end + AFTER_S and off >= one.onset]
        if not mine:
            score.missed = [*score.missed, (session.seed, one.onset)]
            continue
        delay = max(0.0, mine[0] - one.onset)
        score.delays = [*score.delays, delay]
        if delay > AFTER_S:
            score.slow = [*score.slow, (session.seed, one.onset, delay)]
    score.false = [
        (session.seed, on) for on, _ in alarms if not _true_lately(session.truth, on, BACK)
    ]
    return score


def judge_core(session: Session) -> Score:
    told = core(session)
    score = judge(session, told.medium)
    score.alarms, score.technical_s = told.alarms, told.technical_s
    low = [t for t in told.low if not _true_lately(session.truth, t, 95.0)]
    low += [t for t, limit in told.slow if not _true_lately(-session.truth, t, -(limit + 5))]
    score.false_low = [(session.seed, t) for t in low]
    return score


def _true_lately(truth: Array, at: float, limit: float) -> bool:
    until = min(int(at) + 1, LASTS_S)
    return bool((truth[max(0, until - RECENT_S) : until] >= limit).any())


def judge_all(session: Session) -> dict[str, Score]:
    found = {"this core": judge_core(session)}
    found.update({name: judge(session, rule(session)) for name, rule in PLAIN.items()})
    return found


def hours(score: Score) -> float:
    return score.sessions * LASTS_S / 3600


def figures(score: Score) -> dict[str, float]:
    delays = score.delays or [float("nan")]
    return {
        "events": score.events,
        "sensitivity": len(score.delays) / score.events if score.events else float("nan"),
        "false_per_hour": len(score.false) / hours(score),
        "false_low_per_hour": len(score.false_low) / hours(score),
        "alarms_per_session": score.alarms / score.sessions,
        "delay_median_s": float(np.median(delays)),
        "delay_p95_s": float(np.percentile(delays, 95)),
        "technical_min_per_session": score.technical_s / 60 / score.sessions,
    }
