"""Refusals: one sentence of a shut gate says which gate, and every condition to meet first."""

from typing import Final

import pytest

from monitor.core.sentences.english import why_not
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused, Unmet

SITTER: Final = Unmet("sitter", Reason("no_sitter"))
REACHABLE: Final = Unmet("reachable", Reason("not_reachable"))
NOT_BOTH: Final = "The patient's address and phone: not both on file."
WAITS: Final = Reason("dose_waits")


@pytest.mark.parametrize(
    ("unmet", "text"),
    [
        ((SITTER,), "The dose waits: A sitter is named: none."),
        (
            (REACHABLE, SITTER),
            f"The dose waits: {NOT_BOTH} A sitter is named: none.",
        ),
    ],
)
def test_the_text_names_the_gate_and_every_condition_in_order(
    unmet: tuple[Unmet, ...], text: str
) -> None:
    refusal = GateRefused(WAITS, unmet)
    assert why_not(refusal) == text
    assert (refusal.because, refusal.unmet) == (WAITS, unmet)


def test_whoever_takes_a_refusal_takes_that_of_a_gate_too() -> None:
    with pytest.raises(Refused, match="dose_waits"):
        raise GateRefused(WAITS, (SITTER,))
