"""The evaluation says what it measures: its sessions are as described, its rules are judged so."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from tests.evaluate import rules, score
from tests.evaluate.sessions import ARTEFACTS, DOSE_S, LASTS_S, Session, session

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SEEDS: Final = range(12)


def test_a_small_evaluation_finds_everything_and_tells_nothing_false() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.evaluate", "--hours", "30", "--json", "--list"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {row["rule"]: row for row in rows if "rule" in row}
    ours = found.pop("this core")
    assert ours["events"] > 40
    assert (ours["sensitivity"], ours["false_per_hour"], ours["false_low_per_hour"]) == (1, 0, 0)
    assert ours["delay_median_s"] <= 12
    assert ours["delay_p95_s"] <= 20
    assert found["each sample"]["false_per_hour"] > 1  # there was something to be wrong about


@pytest.mark.parametrize("held_out", [True, False])
def test_sessions_are_as_described(held_out: bool) -> None:
    made = [session(seed, held_out=held_out) for seed in SEEDS]
    for one in made:
        assert len(one.artefacts) == ARTEFACTS
        assert all(1 <= a.end - a.start <= 5 for a in one.artefacts)
        starts, ends = [a.start for a in one.artefacts], [a.end for a in one.artefacts]
        assert all(b - a >= 3 for a, b in zip(ends, starts[1:], strict=False))
        assert (one.truth[:DOSE_S] < 110).all()
        assert 0.03 < 1 - len(one.times) / LASTS_S < 0.09  # 5 % lost, and the gaps
    events = [len(score.elevations(one.truth)) for one in made]
    assert 2 <= np.mean(events) <= 5
    assert len({one.truth.tobytes() for one in made}) == len(made)
    again = session(SEEDS[0], held_out=held_out)
    assert again.values.tobytes() == made[0].values.tobytes()
    other = session(SEEDS[0], held_out=not held_out)
    assert other.values.tobytes() != made[0].values.tobytes()


def by_hand(truth: np.ndarray) -> Session:
    times = np.arange(LASTS_S, dtype=float)
    return Session(0, truth, times, truth.copy(), [])


def test_what_counts_as_found_missed_late_and_false() -> None:
    truth = np.full(LASTS_S, 80.0)
    truth[1000:1040] = 130  # 40 s
    truth[2000:2030] = 130  # too short to count
    truth[3000:3100] = 118
    truth[3100:3200] = 125
    one = by_hand(truth)
    assert [(e.onset, e.end) for e in score.elevations(truth)] == [(1000, 1040), (3100, 3200)]
    judged = score.judge(one, [(1025.0, 1040.0), (3050.0, 3300.0), (5000.0, 5001.0)])
    assert judged.delays == [25.0, 0.0]
    assert judged.slow == [(0, 1000.0, 25.0)]
    assert judged.false == [(0, 5000.0)]
    assert score.judge(one, [(900.0, 950.0)]).missed == [(0, 1000.0), (0, 3100.0)]


def test_the_plain_rules_are_what_they_are_called() -> None:
    values = np.full(LASTS_S, 80.0)
    values[100:103] = 200
    values[1000:1040] = 130
    values[1030] = 80
    values[2000:2025] = 130
    one = by_hand(values)
    assert rules.threshold(one) == [(100, 103), (1000, 1030), (1031, 1040), (2000, 2025)]
    assert rules.lasting(one) == [(1020, 1030), (2020, 2025)]
    assert rules.running_median(one) == [(1007, 1047), (2007, 2032)]
