"""Overrides of a shut gate: each covers the conditions that it names, and no others."""

from msgspec import UNSET

from monitor.core.gates import gates
from monitor.core.vocabulary.inputs import Override
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Unmet


def passed(unmet: list[Unmet], override: Override | None, waits: Reason) -> tuple[Reason, ...]:
    """Return the overridden conditions. Raise `GateRefused` if not all are."""
    if not unmet:
        return ()
    if override is None:
        raise GateRefused(waits, tuple(unmet))
    if override.conditions is not UNSET and gates.uncovered(unmet, override.conditions):
        raise GateRefused(Reason("more_than_given", {"reason": waits}), tuple(unmet))
    return tuple(each.because for each in unmet)
