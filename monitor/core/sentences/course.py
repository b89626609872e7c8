"""The course after a dose: higher or later than is expected, or not coming down."""

from typing import Final

from monitor.core.sentences import minutes
from monitor.core.sentences.figures import figure, pressure, rounded
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS


def higher_than_expected(
    vital: str, value: float, baseline: float, rise: float, when: str, route: str
) -> str:
    """rise: the greatest that is expected at that moment."""
    return (
        f"{VITALS[vital].name} {rounded(vital, value)} is {rounded(vital, value - baseline)} above "
        f"the baseline of {rounded(vital, baseline)}; {rounded(vital, rise)} at most is expected "
        f"{when} ({route})."
    )


def later_than_expected(
    vital: str, value: float, baseline: float, doses: int, when: str, falling: float, route: str
) -> str:
    """doses: how many there were; falling: the minute from which it should be falling."""
    return (
        f"{VITALS[vital].name} {rounded(vital, value)} is the highest since "
        f"{minutes.last(doses)}, {rounded(vital, value - baseline)} above the baseline of "
        f"{rounded(vital, baseline)}, {when}; from {falling:.0f} min on it is expected to be well "
        f"on its way down ({route})."
    )


def back_to_expected(vital: str, value: float) -> str:
    return f"{VITALS[vital].name} {rounded(vital, value)} is back within what is expected."


def of_further_dose(vital: str, value: float) -> str:
    return f"{VITALS[vital].name} {rounded(vital, value)} belongs to a further dose."


def lower_again(vital: str, value: float) -> str:
    return f"{VITALS[vital].name} {rounded(vital, value)} is lower than it was before."


def not_recovering(
    sbp: float | None, dbp: float | None, base_sbp: float, base_dbp: float, percent: int,
    minutes: float, when: str,
) -> str:  # fmt: skip
    return (
        f"Blood pressure {pressure(sbp, dbp)} has been more than {percent}% above the baseline of "
        f"{figure('sbp', base_sbp)}/{figure('dbp', base_dbp)} for {minutes:.0f} min, {when}; by "
        "now it should be coming down."
    )


def recovered(sbp: float | None, dbp: float | None, percent: int) -> str:
    return f"Blood pressure {pressure(sbp, dbp)} is back within {percent}% of the baseline."


def of_expected_course() -> str:
    """Name the source of such a limit."""
    return "the expected course"


def of_recovery() -> str:
    return "course after ketamine"


SENTENCES: Final = table(
    higher_than_expected, later_than_expected, back_to_expected, of_further_dose, lower_again,
    not_recovering, recovered, of_expected_course, of_recovery,
)  # fmt: skip
