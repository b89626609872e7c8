"""Two pressures at or above the medium limit, ten minutes apart and rising, raise a high alarm."""

from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, changes, dosed
from tests.core.law import law

CLEAN: Final[dict[str, Any]] = {}
DOUBTFUL: Final[dict[str, Any]] = {"flags": ("movement",)}
Reading = tuple[float, float]


def played(*readings: Reading, about: dict[str, Any] | None = None) -> Course:
    """Play minutes after the dose with systolic values over 80. about: of the last reading."""
    course = dosed()
    for minute, sbp in readings[:-1]:
        course.bp(700 + 60 * minute, sbp, 80)
    minute, sbp = readings[-1]
    course.bp(700 + 60 * minute, sbp, 80, **(about or {}))
    return course


TABLE: Final[list[tuple[str, list[Reading], Priority | None]]] = [
    ("ten minutes apart and rising", [(30, 166), (40, 168)], "high"),
    ("just under ten minutes", [(30, 166), (39.9, 168)], "medium"),
    ("the same value", [(30, 166), (40, 166)], "medium"),
    ("falling", [(30, 170), (40, 168)], "medium"),
    ("the first just under the limit", [(30, 164), (40, 172)], "low"),
    ("the later just under the limit", [(29, 164), (30, 164), (40, 164.9)], "low"),
    ("extra readings between", [(30, 166), (35, 166), (40, 168)], "high"),
    ("higher than ten minutes before, and falling by now", [(30, 166), (35, 174), (40, 168)],
     "medium"),
    ("a clean reading under the limit between", [(30, 166), (35, 163), (40, 168)], "medium"),
    ("against the reading ten minutes before, not the first", [(20, 170), (30, 166), (40, 168)],
     "high"),
    ("it went on", [(30, 166), (40, 168), (50, 170)], "high"),
    ("four lower is no fall", [(30, 166), (40, 170), (41, 166)], "high"),
    ("five lower is one", [(30, 166), (40, 171), (41, 166)], "medium"),
    ("five lower than the highest since", [(30, 166), (40, 168), (50, 171), (51, 166)], "medium"),
    ("it was over in between", [(30, 166), (31, 166), (32, 140), (40, 166), (41, 168)], "medium"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("readings", "priority"), [t[1:] for t in TABLE], ids=[t[0] for t in TABLE]
)
def test_when_rising_is_high(readings: list[Reading], priority: Priority | None) -> None:
    assert played(*readings).priority("sbp_high") == priority


def test_the_alarm_says_what_rises_and_is_not_provisional() -> None:
    course = played((30, 166), (31, 166), (42, 172))
    raised, escalated = changes(course.events, "sbp_high")[-2:]
    assert (raised.transition, escalated.transition) == ("raised", "escalated")
    alarm = escalated.alarm
    assert (alarm.priority, alarm.limit, alarm.value, alarm.provisional) == (
        "high",
        165,
        172,
        False,
    )
    assert sentence(alarm) == (
        "Systolic pressure rises: 172, and 166 11 min before, all at or above the medium limit of "
        "165 (protocol sl_home: CRTCE definition of treatment-emergent hypertension, and rising), "
        "42 min after the dose; baseline 121, +51."
    )


def test_diastolic_rises_by_its_own_limit() -> None:
    course = dosed()
    course.bp(2500, 130, 101)
    course.bp(3100, 130, 103)
    assert course.priority("dbp_high") == "high"
    assert course.priority("sbp_high") is None


def test_a_doubtful_reading_may_raise_it_and_does_not_end_it() -> None:
    assert played((30, 166), (40, 168), about=DOUBTFUL).priority("sbp_high") == "high"
    assert played((30, 166), (40, 172), (41, 166), about=DOUBTFUL).priority("sbp_high") == "high"
    between = played((30, 166), (35, 160), about=DOUBTFUL)
    between.bp(700 + 60 * 40, 168, 80)
    assert between.priority("sbp_high") == "high"


def test_the_same_message_again_and_silence_are_no_rise() -> None:
    course = played((30, 166), (31, 168))
    course.again(700 + 60 * 45, "cuff")
    course.advance(700 + 60 * 90)
    assert course.priority("sbp_high") == "medium"


def test_beyond_the_high_limit_it_is_told_again_and_breaks_an_acknowledgement() -> None:
    course = played((30, 166), (31, 166), (42, 172))
    alarm = course.standing("sbp_high")
    assert alarm is not None
    course.acknowledge(700 + 60 * 43, alarm.id)
    course.bp(700 + 60 * 44, 184, 80)
    last = changes(course.events, "sbp_high")[-1]
    assert (last.transition, last.alarm.presence, last.alarm.limit) == ("escalated", "on", 180)
    assert last.alarm.provisional
    assert "at or above the high limit of 180" in last.alarm.reason
    before = len(changes(course.events, "sbp_high"))
    course.bp(700 + 60 * 46, 185, 80)
    assert len(changes(course.events, "sbp_high")) == before, "and that once"
    course.bp(700 + 60 * 48, 170, 80)
    assert course.priority("sbp_high") == "medium"


def test_it_steps_down_with_a_sentence_and_comes_back_only_by_rising_anew() -> None:
    course = played((30, 166), (40, 172), (45, 166))
    last = changes(course.events, "sbp_high")[-1]
    assert last.transition == "deescalated"
    assert "at or above the medium limit of 165" in last.alarm.reason
    course.bp(700 + 60 * 50, 170, 80)
    assert course.priority("sbp_high") == "medium"
    course.bp(700 + 60 * 55, 170, 80)
    assert course.priority("sbp_high") == "high"


@given(st.integers(0, 2**32 - 1))
@law(150)
def test_an_oracle_over_arrays_agrees(seed: int) -> None:
    """Written from the rule: 165 and above, ten minutes, five lower; all below the high limit."""
    random = np.random.default_rng(seed)
    times = np.cumsum(random.choice([120.0, 300.0, 420.0, 650.0], 24))
    values = np.round(random.choice([150, 162, 168, 171, 174], 24) + random.normal(0, 1.5, 24))
    course = dosed()
    found = []
    for t, sbp in zip(times.tolist(), values.tolist(), strict=True):
        course.bp(1000 + t, sbp, 80)
        found.append(course.priority("sbp_high") == "high")
    assert found == _rising(times, values).tolist()


def _rising(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return at which readings the alarm is high because the pressure is rising."""
    high = np.zeros(len(values), dtype=bool)
    begins, top = 0, np.inf  # of the stretch without a reading inside; the value to which it rose
    for i, value in enumerate(values):
        if value < 165:
            begins = i + 1
            top = np.inf if value <= max(160, top - 5 if np.isfinite(top) else 160) else top
        else:
            early = values[begins:i][times[begins:i] <= times[i] - 600]
            if early.size and value > early[-1] and value >= values[i - 1]:
                top = value
            elif value <= top - 5 and np.isfinite(top):
                begins, top = i, np.inf
        high[i] = np.isfinite(top)
    return high
