"""Names of a device's counts: its own word can always be read back, and no two words meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.vocabulary.count_names import (
    counter_of,
    first_name,
    group_of,
    name_of,
    word_of,
)
from tests.core.law import law


@pytest.mark.parametrize(
    ("key", "name", "word", "counter"),
    [
        ("", "", "", ""),
        ("b", "b", "b", "b"),
        ("b~2", "b~2", "b", "b"),
        ("~2", "~2", "", ""),
        ("b~2\tbp", "b~2", "b", "b\tbp"),
        ("\thr", "", "", "\thr"),
        ("b\thr", "b", "b", "b\thr"),
        # a word of the device's own that only looks like a name of ours
        ("b~2~1", "b~2~1", "b~2", "b~2"),
        ("b~", "b~", "b~", "b~"),
        ("b~x", "b~x", "b~x", "b~x"),
        ("b~-1", "b~-1", "b~-1", "b~-1"),
        ("b~1.5", "b~1.5", "b~1.5", "b~1.5"),
    ],
)
def test_the_parts_of_a_key(key: str, name: str, word: str, counter: str) -> None:
    assert (name_of(key), word_of(key), counter_of(key)) == (name, word, counter)


@pytest.mark.parametrize(
    ("word", "name"), [("", ""), ("b", "b"), ("b~", "b~"), ("b~2", "b~2~1"), ("~7", "~7~1")]
)
def test_the_first_count_has_the_word_itself_unless_it_looks_like_one_of_ours(
    word: str, name: str
) -> None:
    assert first_name(word) == name


words = st.text(st.sampled_from("ab~12"), max_size=5)


@law(300)
@given(words, words, st.integers(2, 99), st.sampled_from(("", "\tbp", "\thr")))
def test_every_count_leads_back_to_its_word_and_to_no_other(
    word: str, other: str, number: int, apart: str
) -> None:
    later = f"{word}~{number}"
    for name in (first_name(word), later):
        assert word_of(name + apart) == word
        assert counter_of(name + apart) == word + apart
        assert name_of(name + apart) == name
    assert first_name(word) != later
    assert (first_name(word) == first_name(other)) == (word == other)


def test_the_pressures_of_a_cuff_are_one_group_and_every_other_vital_sign_is_its_own() -> None:
    groups = {vital: group_of(vital) for vital in ("sbp", "dbp", "map", "hr", "temp")}
    assert groups == {"sbp": "bp", "dbp": "bp", "map": "bp", "hr": "hr", "temp": "temp"}
