"""Numbers and durations read as people write them, at the edges of their decimals and units."""

import pytest

from monitor.core.sentences.figures import (
    after,
    ended,
    figure,
    lasted,
    pressure,
    rounded,
    signed,
    span,
)


@pytest.mark.parametrize(
    ("vital", "value", "words"),
    [
        ("hr", 72.0, "72"),
        ("hr", 72.46, "72.5"),
        ("sbp", 128.04, "128"),
        ("temp", 36.66, "36.7"),
        ("temp", 37.04, "37"),
    ],
)
def test_a_measured_value_has_one_decimal_at_most(vital: str, value: float, words: str) -> None:
    assert figure(vital, value) == words


@pytest.mark.parametrize(
    ("vital", "value", "words"),
    [
        ("hr", 72.46, "72"),
        ("hr", 72.6, "73"),
        ("sbp", 0.4, "0"),
        ("temp", 36.66, "36.7"),
        ("temp", 0.96, "1"),
    ],
)
def test_a_computed_value_has_the_decimals_of_its_vital_sign(
    vital: str, value: float, words: str
) -> None:
    assert rounded(vital, value) == words


@pytest.mark.parametrize(
    ("vital", "difference", "words"),
    [
        ("sbp", 64.0, "+64"),
        ("sbp", 0.0, "+0"),
        ("sbp", -12.0, "\u221212"),
        ("temp", -0.46, "\u22120.5"),
    ],
)
def test_a_difference_has_its_sign(vital: str, difference: float, words: str) -> None:
    assert signed(vital, difference) == words


@pytest.mark.parametrize(
    ("sbp", "dbp", "words"),
    [
        (128.0, 80.0, "128/80"),
        (128.5, 80.0, "128.5/80"),
        (None, 80.0, "\u2013/80"),
        (128.0, None, "128/\u2013"),
        (None, None, "\u2013/\u2013"),
    ],
)
def test_an_absent_half_of_a_pressure_is_a_dash(
    sbp: float | None, dbp: float | None, words: str
) -> None:
    assert pressure(sbp, dbp) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (172_799, "48 h"),
        (172_800, "2 days"),
        (864_000, "10 days"),
    ],
)
def test_a_duration_has_one_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words", "clause"),
    [
        (0, "0 s", ", after 0 s"),
        (119, "119 s", ", after 119 s"),
        (120, "2 min", ", after 2 min"),
        (5400, "90 min", ", after 90 min"),
    ],
)
def test_the_length_of_a_fault_is_in_seconds_below_two_minutes(
    seconds: float, words: str, clause: str
) -> None:
    assert lasted(seconds) == words
    assert after(seconds) == clause


def test_a_length_that_is_not_to_be_said_is_no_clause() -> None:
    assert after(None) == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("wrong arm", "wrong arm."),
        ("wrong arm.", "wrong arm."),
        ("wrong arm!", "wrong arm!"),
        ("wrong arm?", "wrong arm?"),
    ],
)
def test_a_typed_text_ends_with_one_full_stop(typed: str, words: str) -> None:
    assert ended(typed) == words
