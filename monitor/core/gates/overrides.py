"""Past a shut gate: an override for the conditions that it names, and for no other."""

from msgspec import UNSET

from monitor.core.gates import gates
from monitor.core.vocabulary.inputs import Override
from monitor.core.vocabulary.refusals import GateRefused, Unmet


def passed(unmet: list[Unmet], override: Override | None, waits: str) -> tuple[str, ...]:
    """What an override goes past, in words. Raises GateRefused where it does not go past all."""
    if not unmet:
        return ()
    if override is None:
        raise GateRefused(waits, tuple(unmet))
    if override.conditions is not UNSET and gates.uncovered(unmet, override.conditions):
        raise GateRefused(f"{waits}, for more than the reason was given for", tuple(unmet))
    return tuple(each.text for each in unmet)
