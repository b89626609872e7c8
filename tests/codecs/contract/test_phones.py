"""Telephone numbers: which texts are accepted, and the digits that a telephone dials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.contract.phones import dialled, is_number


@pytest.mark.parametrize(
    ("written", "dials"),
    [
        ("+351 21 555 0100", "+351215550100"),
        ("(021) 555-01.00", "0215550100"),
        ("112", "112"),
        ("+49/30/5550100", "+49305550100"),
        ("12", ""),
        ("call me", ""),
        ("", ""),
    ],
)
def test_as_a_telephone_dials_it(written: str, dials: str) -> None:
    assert dialled(written) == dials
    assert is_number(written) == bool(dials)


@given(st.text())
def test_what_is_dialled_is_digits_whatever_was_written(written: str) -> None:
    assert set(dialled(written)) <= set("+0123456789")
    if is_number(written):
        assert dialled(written)
