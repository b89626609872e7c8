"""Refusals: a shut gate says in one text which gate, and every condition to meet first."""

from typing import Final

import pytest

from monitor.core.vocabulary.refusals import GateRefused, Refused, Unmet

SITTER: Final = Unmet("sitter", "A sitter is named: none.")
REACHABLE: Final = Unmet("reachable", "Address and telephone are on file: none.")


@pytest.mark.parametrize(
    ("unmet", "text"),
    [
        ((SITTER,), "The dose waits: A sitter is named: none."),
        (
            (REACHABLE, SITTER),
            "The dose waits: Address and telephone are on file: none. A sitter is named: none.",
        ),
    ],
)
def test_the_text_names_the_gate_and_every_condition_in_order(
    unmet: tuple[Unmet, ...], text: str
) -> None:
    refusal = GateRefused("The dose waits", unmet)
    assert str(refusal) == text
    assert (refusal.gate, refusal.unmet) == ("The dose waits", unmet)


def test_whoever_takes_a_refusal_takes_that_of_a_gate_too() -> None:
    with pytest.raises(Refused, match="The dose waits"):
        raise GateRefused("The dose waits", (SITTER,))
