"""Labels that people take for one another are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.labels import likeness


@pytest.mark.parametrize(
    "other",
    [
        "zoë-1", "ZOË-1", "Zoe-1", "Zoe\u0301-1", "Zo e - 1", "Zoë\u20131", "Zoë\u22121",
        "Zoë\u20101", "Zoë\u20111", "\u200bZoë-1", "Zoë\u00a0-1", " Zoë-1\t", "Zo\u00adë-1",
        "\uff3aoe-1", "Zøe-1", "Zoë-\u00b9", "Zoë-\uff11",
    ],
)  # fmt: skip
def test_these_are_one(other: str) -> None:
    assert likeness("Zoë-1") == likeness(other)


@pytest.mark.parametrize("other", ["Zoe-2", "Zoe1", "Zoa-1", "Zoe-11", "Zoe_1", "Ezo-1"])
def test_these_are_others(other: str) -> None:
    assert likeness("Zoë-1") != likeness(other)


@pytest.mark.parametrize(("one", "other"), [("STRASSE", "straße"), ("İ1", "i1"), ("Ł", "l")])
def test_letters_of_other_languages(one: str, other: str) -> None:
    assert likeness(one) == likeness(other)


@given(st.text(min_size=1))
def test_there_is_always_something_left_and_nothing_more_to_take_away(label: str) -> None:
    assert likeness(label)
    assert likeness(likeness(label)) == likeness(label)
    assert likeness(label.upper()) == likeness(label.upper().lower().upper())
