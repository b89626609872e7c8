"""The evaluation is correct: sessions are as described, and rules are judged as described."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.analyze import analyze
from monitor.codecs.trace import TraceRow
from monitor.core.protocol.presets import PRESETS
from tests.evaluate import recorded, rules, score, trial
from tests.evaluate.__main__ import arguments
from tests.evaluate.sessions import (
    APART_S,
    DEVELOPMENT,
    DOSE_S,
    HARDER,
    HELD_OUT,
    KINDS,
    LASTS_S,
    SHORTEST_S,
    TACHYCARDIAS,
    Artefact,
    Noise,
    Session,
    session,
)

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SEEDS: Final = range(12)
NOISES: Final = (DEVELOPMENT, HELD_OUT, *HARDER.values())
KINDS_OF_NOISE: Final = st.sampled_from(NOISES)


def test_a_small_evaluation_finds_everything_and_tells_nothing_false() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.evaluate", "--hours", "30", "--json", "--list"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {row["rule"]: row for row in rows if "rule" in row}
    for name in ("this core", "this core, low", "this core, high"):
        assert found[name]["events"] > 25
        assert found[name]["found"] == found[name]["events"]
        assert found[name]["delay_median_s"] <= 12
        assert found[name]["delay_p95_s"] <= 20
    false = {key: n for key, n in found["this core"].items() if key.startswith("false_")}
    assert {key for key, n in false.items() if n} == {"false_per_hour_at_most"}
    assert found["each sample"]["false_per_hour"] > 1  # there was an opportunity to be wrong


# Command line -> option that the error message names.
NONSENSE: Final = {
    "--every 0": "--every", "--every often": "--every", "--every nan": "--every",
    "--hours 0": "--hours", "--hours -3": "--hours", "--seed -1": "--seed",
    "--seed 1000000": "--seed", "--held-out --development": "--development",
}  # fmt: skip


@pytest.mark.parametrize(("words", "about"), NONSENSE.items(), ids=list(NONSENSE))
def test_what_cannot_be_evaluated_is_refused_in_a_sentence(
    words: str, about: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(words.split())
    assert ended.value.code == 2
    assert f"argument {about}: " in capsys.readouterr().err


def test_what_can_be_evaluated_is_taken() -> None:
    assert arguments([]).every == "1"
    assert arguments(["--every", "irregular"]).every == "irregular"
    assert arguments(["--every", "2.5", "--hours", "1.5"]).every == "2.5"


# --- the sessions -------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), KINDS_OF_NOISE, st.sampled_from([1.0, 2.0, 5.0, None]))
def test_what_lies_over_the_truth_is_as_described(
    seed: int, noise: Noise, every: float | None
) -> None:
    one = session(seed, noise, every=every)
    assert len(one.artefacts) == noise.artefacts
    shortest = 0 if noise.anywhere else SHORTEST_S - 1e-9
    lengths = [a.end - a.start for a in one.artefacts]
    assert shortest <= min(lengths) <= max(lengths) <= noise.longest + 1e-9
    assert one.artefacts[-1].end <= LASTS_S
    gaps = [b.start - a.end for a, b in pairwise(one.artefacts)]
    assert min(gaps) >= (0 if noise.anywhere else APART_S - 1e-6)
    apart = np.diff(one.times)
    assert (apart >= (0.2 if every is None else every) - 1e-9).all()
    assert (one.values == np.round(one.values)).all()
    assert ((one.values >= 0) & (one.values <= 250)).all()
    if not noise.averages:
        _lies_near_the_truth_elsewhere(one, noise)


def _lies_near_the_truth_elsewhere(one: Session, noise: Noise) -> None:
    inside = np.zeros(len(one.times), dtype=bool)
    for artefact in one.artefacts:
        here = _within(artefact, one.times)
        assert artefact.kind != "gap" or not here.any()
        inside |= here
        if artefact.kind == "spike":
            assert 170 <= artefact.level <= 235
            assert (one.values[here] <= 235).all()
        elif artefact.kind == "zero":
            assert (one.values[here] == 0).all()
    off = np.abs(one.values - np.interp(one.times, np.arange(LASTS_S), one.truth))[~inside]
    assert off.max() <= noise.breathing[1] + 7 * noise.sensor + 0.5


def _within(artefact: Artefact, times: np.ndarray) -> np.ndarray:
    return np.asarray((times >= artefact.start) & (times < artefact.end))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), KINDS_OF_NOISE)
def test_a_true_course_is_as_described(seed: int, noise: Noise) -> None:
    still = session(seed, replace(noise, wander=0.0)).truth
    assert (still[:DOSE_S] == still[0]).all()
    assert 60 <= still[0] <= 85
    assert still.max() <= 165
    found = score.elevations(still)
    assert 1 <= len(found) <= TACHYCARDIAS + 2
    short = [e for e in found if e.end - e.onset < 200]
    assert all(40 <= e.end - e.onset <= 150 + 15 + 25 for e in short)
    assert np.abs(np.diff(still)).max() <= 36  # 105 in three seconds


def test_sessions_are_reproducible_and_no_two_are_alike() -> None:
    for noise in (DEVELOPMENT, HELD_OUT):
        made = [session(seed, noise) for seed in SEEDS]
        again = [session(seed, noise) for seed in SEEDS]
        assert [a.values.tobytes() for a in made] == [b.values.tobytes() for b in again]
        assert len({one.truth.tobytes() for one in made}) == len(made)
        lost = np.mean([1 - len(one.times) / (LASTS_S - 1) for one in made])
        gaps = np.mean([sum(a.end - a.start for a in o.artefacts if a.kind == "gap") for o in made])
        assert {a.kind for one in made for a in one.artefacts} == set(KINDS)
        assert lost - gaps / LASTS_S == pytest.approx(0.05, abs=0.01)
        assert 2 <= np.mean([len(score.elevations(one.truth)) for one in made]) <= 4
    assert HELD_OUT.seeds - DEVELOPMENT.seeds > 100_000
    for name in ("wander", "wander_s", "breathing", "breaths_per_s", "lost_s", "shapes", "jitter"):
        assert getattr(DEVELOPMENT, name) != getattr(HELD_OUT, name)


def test_artefacts_fall_into_true_elevations_as_well() -> None:
    made = [session(seed) for seed in SEEDS]
    true = [one.truth[int(a.start)] >= rules.LIMIT for one in made for a in one.artefacts]
    assert 0.1 < np.mean(true) < 0.6


def test_artefacts_that_lie_anywhere_touch_now_and_then() -> None:
    made = [session(seed, replace(HELD_OUT, anywhere=True)).artefacts for seed in SEEDS]
    touching = [sum(a.end == b.start for a, b in pairwise(one)) for one in made]
    assert 0.3 < np.mean(touching) < 3  # 40 of them, 3 s long, in 5400 s: about one


def test_shapes_of_spikes_and_a_monitor_that_averages() -> None:
    truth = {shape: replace(DEVELOPMENT, jitter=0.0, shapes=(shape,)) for shape in HELD_OUT.shapes}
    peaks = {}
    for shape, noise in truth.items():
        one = session(1, noise, every=0.2)
        spike = next(a for a in one.artefacts if a.kind == "spike" and a.end - a.start > 3)
        peaks[shape] = one.values[_within(spike, one.times)]
    assert np.ptp(peaks["flat"]) <= 1
    assert (np.diff(peaks["rising"]) >= 0).all()
    assert np.ptp(peaks["rising"]) > 60
    assert (np.diff(peaks["falling"]) <= 0).all()
    assert np.ptp(peaks["falling"]) > 60
    plain, shown = session(1, DEVELOPMENT), session(1, replace(DEVELOPMENT, averages=8.0))
    for n in np.flatnonzero(plain.values == 0):
        window = (plain.times > plain.times[n] - 8) & (plain.times <= plain.times[n])
        beats = plain.values[window & (plain.values > 0)]
        assert 1 < len(beats) < 8
        assert shown.values[n] == round(float(beats.mean()))


# --- how they are judged ------------------------------------------------------------------------


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
    alarms = [(1025.0, 1040.0), (3050.0, 3300.0), (5000.0, 5001.0)]
    judged = score.judge(one, alarms)
    assert (judged.delays, judged.standing) == ([25.0], 1)
    assert judged.cases == [score.Case("slow", 0, 1000.0, 25.0)]
    assert score.false_spans(one, alarms) == [score.Case("false", 0, 5000.0)]
    missed = score.judge(one, [(900.0, 950.0), (3221.0, 3230.0)]).cases
    assert missed == [score.Case("missed", 0, 1000.0), score.Case("missed", 0, 3100.0)]
    assert score.judge(one, [(1060.0, 1070.0)], "medium").delays == [60.0]
    assert [(e.onset, e.end) for e in score.elevations(truth, 125.0)] == [
        (1000, 1040),
        (3100, 3200),
    ]


def test_a_delay_is_told_without_the_silence_in_it() -> None:
    truth = np.full(LASTS_S, 80.0)
    truth[1000:1100] = 130
    times = np.concatenate((np.arange(1003.0), np.arange(1010.0, LASTS_S)))
    one = Session(0, truth, times, truth[times.astype(int)], [])
    judged = score.judge(one, [(1012.0, 1100.0)])
    assert (judged.delays, judged.heard) == ([12.0], [12.0 - 7])
    assert score.figures(judged)["delay_longest_heard_s"] == 5
    assert replace(one, every=5.0).silent(1000, 1012) == 3


# The truth is 130 from 1000 to 1200 s and 80 otherwise. Raised alarm -> the false cases in it.
RAISED: Final[list[tuple[str, rules.Raised, list[str]]]] = [
    ("medium", rules.Raised(1100, "hr_high", "medium", 120), []),
    ("medium, within a minute", rules.Raised(1258, "hr_high", "medium", 120), []),
    ("medium, later", rules.Raised(1259, "hr_high", "medium", 120), ["false"]),
    ("high", rules.Raised(1100, "hr_high", "high", 140), ["false_high"]),
    ("high, nothing at all", rules.Raised(900, "hr_high", "high", 140), ["false_high", "false"]),
    ("high, 5 short of it", rules.Raised(1100, "hr_high", "high", 135), []),
    ("low", rules.Raised(900, "hr_high", "low", 100), ["false_low"]),
    ("a rise at low", rules.Raised(900, "hr_rise", "low", 86), ["false_rise"]),
    ("a rise at medium", rules.Raised(900, "hr_rise", "medium", 104), ["false"]),
    ("a true rise", rules.Raised(1100, "hr_rise", "medium", 104), []),
    ("a fall", rules.Raised(1100, "hr_low", "high", 40), ["false_slow"]),
    ("nearly one", rules.Raised(900, "hr_low", "low", 75), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "false"), [row[1:] for row in RAISED], ids=[r[0] for r in RAISED]
)
def test_what_is_false_about_an_alarm(raised: rules.Raised, false: list[str]) -> None:
    truth = np.full(LASTS_S, 80.0)
    truth[1000:1200] = 130
    assert [c.what for c in score.false_raises(by_hand(truth), [raised])] == false


def test_what_the_core_told_is_read_from_its_events() -> None:
    truth = np.full(LASTS_S, 72.0)
    truth[14::30] = 71  # a living heart, not a frozen value
    truth[1000:1100] = 130
    truth[1050:1080] = 150
    told = rules.core(by_hand(truth))
    (low,), (medium,), (high,) = told.spans.values()
    assert low == medium
    assert 1005 <= medium[0] <= 1010
    assert 1125 <= medium[1] <= 1140
    assert 1055 <= high[0] <= 1060
    assert high[1] <= 1120
    assert {(r.condition, r.priority) for r in told.raised} == {
        ("hr_high", "medium"), ("hr_high", "high"), ("hr_rise", "medium"),
    }  # fmt: skip
    assert told.technical_s == 0
    silent = rules.core(Session(0, truth, np.arange(800.0), truth[:800], []))
    assert silent.technical_s == pytest.approx(LASTS_S - 799 - 31, abs=1)
    times = np.concatenate((np.arange(2000.0), np.arange(2060.0, LASTS_S)))
    once = rules.core(Session(0, truth, times, truth[times.astype(int)], []))
    assert once.technical_s == pytest.approx(2060 - 1999 - 31, abs=1)


def test_the_plain_rules_are_what_they_are_called() -> None:
    values = np.full(LASTS_S, 80.0)
    values[100:103] = 200
    values[1000:1040] = 130
    values[1030] = 80
    values[2000:2025] = 130
    values[2025:2040] = 116
    values[2040:2060] = 114
    times = np.arange(LASTS_S, dtype=float)
    assert rules.threshold(times, values) == [(100, 103), (1000, 1030), (1031, 1040), (2000, 2025)]
    assert rules.lasting(times, values) == [(1020, 1030), (2020, 2025)]
    assert rules.running_median(times, values) == [(1007, 1047), (2007, 2047)]
    assert rules.running_median(times[:14], values[:14]) == []
    assert rules.threshold(times[:2], np.array([80.0, 120.0])) == [(1, np.inf)]


def test_bounds_are_those_of_a_poisson_count() -> None:
    exact = {0: 2.996, 1: 4.744, 5: 10.513, 100: 118.08}
    for count, bound in exact.items():
        assert score.at_most(count) == pytest.approx(bound, rel=0.01)


def test_what_is_listed_can_be_looked_up() -> None:
    found = trial.score(range(4), every=5.0)
    plain = found["each sample"]
    (line,) = [x for x in trial.listed(plain) if x.startswith("false: ")][:1]
    seed, at = (int("".join(filter(str.isdigit, part))) for part in line.split(","))
    again = score.judge_all(session(seed, DEVELOPMENT, every=5.0))["each sample"]
    assert at in [c.at for c in again.cases if c.what == "false"]
    assert plain.sessions == 4


# Medium, high and medium again.
BEYOND: Final = (130.0, 130.0, 150.0, 150.0, 130.0)


def test_recordings_are_counted_by_what_they_hold() -> None:
    rows = [TraceRow(60.0 * n, {"hr": 80.0}, "ecg") for n in range(40)]
    rows[20] = TraceRow(1200.0, {"hr": 292.0}, "ecg")
    rows[24:29] = [TraceRow(1440.0 + 60 * n, {"hr": v}, "ecg") for n, v in enumerate(BEYOND)]
    rows[30] = TraceRow(1800.0, {"sbp": 190.0, "dbp": 100.0}, "nibp")
    rows[31] = TraceRow(1860.0, {"sbp": 170.0, "dbp": 100.0}, "nibp")
    rows[32] = TraceRow(1920.0, {"sbp": 190.0, "dbp": 100.0}, "art")
    rows[38] = TraceRow(2280.0, {"sbp": 300.0, "dbp": 100.0}, "nibp")
    counted = recorded.count("by hand", rows)
    assert counted.alarms["each sample"] == 2
    assert counted.impossible["each sample"] == 1
    assert (counted.alarms["this core"], counted.impossible["this core"]) == (1, 0)
    assert (counted.crises, counted.crises_told) == (1, 1)
    lines = list(analyze(iter(rows), PRESETS["sl_home"], recorded.DOSE_S))
    told = [line for line in lines if line.get("kind") == "physiological"]
    assert {"escalated", "deescalated"} <= {str(line["transition"]) for line in told}
    begun = [line for line in told if line["transition"] in ("raised", "escalated")]
    assert (counted.patient, counted.patient_impossible) == (len(begun), 0)
