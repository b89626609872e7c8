"""Which passwords are refused where one is set, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.http.guard.passwords.weak import BLANK, COMMON, NAME, why_weak


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password", COMMON), ("Password1", COMMON), ("P@ssw0rd!", COMMON), ("letme1n!!", COMMON),
        ("Welcome2026!", COMMON), ("12345678", COMMON), ("87654321", COMMON),
        ("qwertyuiop", COMMON), ("1q2w3e4r", COMMON), ("asdf1234", COMMON), ("zaq12wsx", COMMON),
        ("aaaaaaaa", COMMON), ("abcabcabc", COMMON), ("11223344", COMMON),
        ("monkeymonkey", COMMON), ("password1password1", COMMON), ("31.12.1984", COMMON),
        ("19841231", COMMON), ("ketamine100", COMMON), ("  iloveyou  ", COMMON),
        ("        ", BLANK), ("\u00a0\u2003\u3000     ", BLANK),
        ("theo.b@x", NAME), ("THEO.B@X", NAME), ("theob1234", NAME), ("theo.b2026!", NAME),
        ("x@b.oeht", NAME), ("boeht123", NAME), ("theo.btheo.b", NAME), ("12theob34", NAME),
        ("correct horse", ""), ("seven blue kettles", ""), ("theo.b likes kettles", ""),
        ("kyq7-vmw2", ""),
        ("tr0ub4dor&3x", ""), ("81920465", ""), ("a password of mine", ""), ("ünïcödé dreams", ""),
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str, why: str) -> None:
    assert why_weak("theo.b@x", password) == why


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        # a date in each order, with and without marks, and one that no calendar has
        ("12311984", True), ("1984-12-31", True), ("31/12/2099", True), ("29.02.2000", True),
        ("19000229", False), ("30.02.1984", False), ("31121899", False), ("31122100", False),
        ("٣١١٢١٩٨٤", False),
        # stretches of a keyboard and repeated characters, with at most one other character
        ("ytrewq", True), ("asdfx1234", True), ("tyu7ghj", True), ("qwex7asd", False),
        ("aaabbbccc", True), ("aabbx", True), ("aabbcx", False),
        # a unit that the whole password repeats: up to four characters, or a common word
        ("kx7!kx7!kx7!", True), ("kx7!", False), ("kx7!mkx7!m", False), ("dragondragon!", True),
        # a common word, spelt with digits and signs, and between others
        ("pa55w0rd", True), ("2026dragon99", True), ("d.r.a.g.o.n", True), ("dragonfruits", False),
    ],
)  # fmt: skip
def test_each_rule_ends_where_guessing_becomes_hard(password: str, weak: bool) -> None:
    assert (why_weak("", password) == COMMON) is weak, why_weak("", password)


@given(
    st.from_regex("[a-z]([a-z.@-]{0,10}[a-z])?", fullmatch=True),
    st.text("0123456789!? ", max_size=6),
)
def test_a_name_with_digits_and_signs_at_its_ends_is_never_allowed(name: str, ends: str) -> None:
    for password in (name, name + ends, ends + name, (name + ends)[::-1], name.upper() + ends):
        assert why_weak(name, password) == NAME


@given(st.text(max_size=24), st.text(max_size=24))
def test_every_text_has_an_answer_and_blanks_around_it_change_nothing(
    name: str, password: str
) -> None:
    why = why_weak(name, password)
    assert why in ("", BLANK, NAME, COMMON)
    assert (why == BLANK) is (not password.strip())
    assert why_weak(name, f"  {password} ") == why
