"""Run many sessions in parallel, for `make evaluate` and for tuning by hand.

>>> from tests.evaluate.trial import listed, score
>>> found = score(range(100), every=2.0)  # 150 hours of development sessions
>>> figures(found["this core"])
>>> for line in listed(found["this core"]): print(line)
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from tests.evaluate.score import Score, figures, judge_all
from tests.evaluate.sessions import DEVELOPMENT, Noise, session

__all__ = ["figures", "listed", "score"]

WORKERS: Final = 2


def score(
    seeds: Iterable[int], every: float | None = 1.0, *, noise: Noise = DEVELOPMENT
) -> dict[str, Score]:
    """Run one session for each seed by every rule. every: s between samples; None: irregular."""
    total: dict[str, Score] = {}
    with ProcessPoolExecutor(WORKERS) as pool:
        for found in pool.map(partial(_one, every, noise), seeds, chunksize=4):
            for name, one in found.items():
                total.setdefault(name, Score()).add(one)
    return total


def _one(every: float | None, noise: Noise, seed: int) -> dict[str, Score]:
    return judge_all(session(seed, noise, every=every))


def listed(score: Score) -> Iterator[str]:
    """List each elevation missed or found late, and each false alarm, with seed and second."""
    for case in sorted(score.cases, key=lambda c: (c.what, c.seed, c.at)):
        took = "" if case.took is None else f", after {case.took:.1f} s"
        yield f"{case.what}: seed {case.seed}, {case.at:.0f} s{took}"
