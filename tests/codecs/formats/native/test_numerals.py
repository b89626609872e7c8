"""Numbers that JSON does not have, bare and as text."""

import math
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.formats.native.numerals import (
    may_have_nan,
    numeral,
    parse,
    stands_for_nan,
    stands_for_nothing,
    with_nan,
)
from tests.codecs.formats.native.parsed import one, refusal


def test_word_for_no_number_inside_a_text_is_text() -> None:
    observation = one('{"boot": "a nan, \\"inf, b", "sbp": nan, "dbp": 80}')
    assert observation.boot == 'a nan, "inf, b'
    assert observation.failed == ("sbp",)


@pytest.mark.parametrize("word", ["nano", "inferior", "NaN5", "xnan", "nan_"])
def test_other_words_are_no_json(word: str) -> None:
    assert "not JSON" in refusal(f'{{"sbp": {word}, "dbp": 80}}')


BARE: Final = ["nan", "NaN", "-nan", "nan(ind)", "inf", "+INF", "-Infinity", "1.#QNAN", "-1.#IND"]


@pytest.mark.parametrize("word", BARE)
def test_a_bare_word_for_no_number_is_read_and_one_in_a_text_is_not(word: str) -> None:
    text = f'[{word}, "{word}", "a \\" {word}", 5]'
    assert may_have_nan(text.encode())
    assert len(with_nan(text)) == len(text)
    found = parse(text.encode())
    assert isinstance(found, list)
    assert math.isnan(found[0])
    assert found[1:] == [word, f'a " {word}', 5]


@given(st.lists(st.sampled_from(['"', "\\", "nan", "1.#IND", "5", ",", "a", "-inf", "[", "\n"])))
def test_no_text_changes_its_length_and_none_without_such_a_word_changes(parts: list[str]) -> None:
    text = "".join(parts)
    assert len(with_nan(text)) == len(text)
    assert with_nan(with_nan(text)) == with_nan(text)
    if not may_have_nan(text.encode()):
        assert with_nan(text) == text


@pytest.mark.parametrize("raw", [b'{"hr": nano}', b'"\xff"', b"[nan", b"", b"[" * 100_000])
def test_other_text_is_an_error_for_the_caller(raw: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        parse(raw)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("74", 74), (" 74 ", 74), ("-5", -5), ("+7", 7), ("007", 7), ("36.9", 36.9), ("1.", 1.0),
        ("1e3", 1000.0), ("1.5E-2", 0.015), ("9" * 40, int("9" * 40)),
        ("9" * 41, None), ("", None), ("-", None), (".5", None), ("+-5", None), ("1e1000", None),
        ("1_000", None), ("0x4a", None), ("1,5", None), ("nan", None), ("\u0667", None),
        ("7 4", None),
    ],
)  # fmt: skip
def test_a_number_as_text(text: str, number: float | None) -> None:
    found = numeral(text)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        *((word, True) for word in BARE),
        (" NaN\n", True), ("nan(" + "a" * 35 + ")", True), ("nan(" + "a" * 36 + ")", False),
        ("", False), ("null", False), ("nan nan", False), ("nano", False), ('"nan"', False),
        ("5", False),
    ],
)  # fmt: skip
def test_which_text_is_a_failed_measurement(text: str, failed: bool) -> None:
    assert stands_for_nan(text) is failed


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("", True), (" ", True), ("--", True), ("N/A", True), (" Unavailable ", True),
        (" " * 40, True), (" " * 41, False),
        ("0", False), ("nan", False), ("----", False), ("no", False), ("null null", False),
    ],
)  # fmt: skip
def test_which_text_is_no_value(text: str, nothing: bool) -> None:
    assert stands_for_nothing(text) is nothing
