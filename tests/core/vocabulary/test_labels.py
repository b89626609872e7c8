"""Labels that people confuse with one another count as the same label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.vocabulary.labels import likeness, looks_like, unfit


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mara", "Mara"), ("mara", "ⅿara"), ("mara", "ｍａｒａ"), ("mara", "𝐦ara"),
        ("mara", "m\u2060ara"), ("mara", "ma\u202era"), ("mara", "mаrа"), ("MAPA", "МАРА"),
        ("Ara", "Αra"), ("coco", "сосо"), ("bob", "bοb"), ("P-01", "P-O1"), ("P-11", "P-1l"),
        ("P-11", "P-II"), ("cuff-l", "cuff-1"),
        ("bern", "bem"), ("e1", "е1"), ("e1", "ё1"), ("h1", "Н1"), ("mara", "ma\u3164ra"),
        ("mara", "mar\ufe0fa"), ("iris", "ırıs"), ("hello", "հello"),
    ],
)  # fmt: skip
def test_letters_that_look_alike_are_one(one: str, other: str) -> None:
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("label", "named", "reads"),
    [
        ("ma\u200bra", "U+200B zero width space", "mara"),
        ("ma\u202era", "U+202E right-to-left override", "mara"),
        ("\u2066mara", "U+2066 left-to-right isolate", "mara"),
        ("ma\u00adra", "U+00AD soft hyphen", "mara"),
        ("mara\u00a0", "U+00A0 no-break space", "mara"),
        ("mara\u3164", "U+3164 hangul filler", "mara"),
        ("mar\ufe0fa", "U+FE0F variation selector-16", "mara"),
        ("mara\U000e0041", "U+E0041 tag latin capital letter a", "mara"),
        ("mar\x00a", "U+0000 without a name", "mara"),
        ("ｍara", "U+FF4D fullwidth latin small letter m", "mara"),
        ("𝐦ara", "U+1D426 mathematical bold small m", "mara"),
        ("mаra", "U+0430 cyrillic small letter a", "mara"),
        ("МARA", "U+041C cyrillic capital letter em", "MARA"),
        ("bοb", "U+03BF greek small letter omicron", "bob"),
    ],
)
def test_what_nobody_could_type_again_is_no_label(label: str, named: str, reads: str) -> None:
    said = unfit(label)
    assert said is not None
    assert f"({named})" in said
    assert f"looks like “{reads}”" in said
    assert looks_like(label) == reads
    assert unfit(looks_like(label)) is None


@pytest.mark.parametrize(
    "label",
    ["Zoë-1", "Fir 03", "Мария 1", "ΝΙΚΟΣ-7", "佐藤-3", "サト-3", "سارة-2", "नीरा-4", "한-5",
     "arm λ-1",     "P/12.3 (b)", "Zoe\u0301-1", "№ 5"],
)  # fmt: skip
def test_a_label_of_any_one_script_may_be_given(label: str) -> None:
    assert unfit(label) is None


@given(st.text(min_size=1, max_size=20))
def test_what_may_not_be_given_is_taken_for_what_it_looks_like(label: str) -> None:
    if unfit(label) is not None and looks_like(label):
        assert likeness(label) == likeness(looks_like(label))
