"""Conditions of gates: each as what must hold, and after a colon the present state."""

from typing import Final

from monitor.core.sentences import minutes as since_dose
from monitor.core.sentences.figures import pressure
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS


def baseline_short(wanted: int, count: int, too_soon: int) -> str:
    """too_soon: further readings, taken less than a minute after one that counts."""
    more = f", {too_soon} more came too soon" if too_soon else ""
    return f"{wanted} clean pressure readings a minute apart: {count} of {wanted}{more}."


def reading_waits() -> str:
    return "Every pressure reading is judged: one came just now, and takes a few seconds."


def pressure_over(vital: str, limit: float, value: float) -> str:
    return f"{VITALS[vital].name} at most {limit:g}: {value:g}."


def repeats_short(
    wanted: int, count: int, apart: float, sbp: float | None, dbp: float | None
) -> str:
    """apart: min; sbp, dbp: the pressure to repeat."""
    return (
        f"{wanted} clean repeats {apart:g} min apart since a pressure of {pressure(sbp, dbp)}: "
        f"{count} of {wanted}."
    )


def pressure_absent(vital: str) -> str:
    return f"A present clean {VITALS[vital].name.lower()}: none."


def no_sitter() -> str:
    return "A sitter is named: none."


def not_reachable() -> str:
    return "The patient's address and phone: not both on file."


def no_second_dose(text: str) -> str:
    """text: the name of the protocol."""
    return f"A second dose in the protocol: {text} has none."


def pressure_old(minutes: float) -> str:
    return f"A clean pressure reading in the last {minutes:g} min: none."


def too_early(wanted: float, passed: int, doses: int) -> str:
    """wanted, passed: min; doses: how many there were."""
    return f"{wanted:g} min since {since_dose.last(doses)}: {passed} of {wanted:g}."


def settled_short(apart: float, peak: float, doses: int, count: int) -> str:
    """apart, peak: min; doses: how many there were."""
    # The minute, not "the peak": a phase of that name lasts much longer.
    counted = f"{peak:g} min after {since_dose.last(doses)} or later"
    return f"2 clean pressure readings {apart:g} min apart, {counted}: {count} of 2."


def not_near_baseline(
    sbp_under: float, dbp_under: float, percent: float, base_sbp: float | None,
    base_dbp: float | None, sbp: float | None, dbp: float | None,
) -> str:  # fmt: skip
    whole = base_sbp is not None and base_dbp is not None
    of = f" of {base_sbp:.0f}/{base_dbp:.0f}" if whole else ""
    return (
        f"Pressure under {sbp_under:g}/{dbp_under:g}, or within {percent:g} % of the baseline{of}: "
        f"{pressure(sbp, dbp)}."
    )


def pressure_rises(
    was_sbp: float | None, was_dbp: float | None, sbp: float | None, dbp: float | None
) -> str:
    return f"Pressure does not rise: {pressure(was_sbp, was_dbp)}, then {pressure(sbp, dbp)}."


def nobody_stays() -> str:
    return "A sitter stays with the patient: none."


def not_alert() -> str:
    return "The patient is awake and answers: not confirmed."


def no_close_reason() -> str:
    return "Closing before any dose needs a reason: none is given."


# --- heart rates ----------------------------------------------------------------------------------


def rate_unfit(low: float, high: float, found: str) -> str:
    """found: a phrase."""
    return f"A present clean heart rate of {low:g} to {high:g}: {found}."


def rate_is(value: float) -> str:
    return f"{value:g}"


def rate_absent() -> str:
    return "none"


def rate_in_doubt() -> str:
    return "none that is beyond doubt"


def rates_apart(value: float, device: str, other_value: float, other: str) -> str:
    """device, other: the sources; "": typed."""
    one = f"{value:g} ({device or 'typed'})"
    return f"{one} and {other_value:g} ({other or 'typed'}) contradict each other"


SENTENCES: Final = table(
    baseline_short, reading_waits, pressure_over, repeats_short, pressure_absent, no_sitter,
    not_reachable, no_second_dose, pressure_old, too_early, settled_short, not_near_baseline,
    pressure_rises, nobody_stays, not_alert, no_close_reason, rate_unfit, rate_is, rate_absent,
    rate_in_doubt, rates_apart,
)  # fmt: skip
