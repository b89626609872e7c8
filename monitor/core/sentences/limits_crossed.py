"""Limits, crossed and cleared: the value, the limit, where the limit comes from, the baseline."""

from typing import Final

from monitor.core.sentences.figures import ended, figure, signed
from monitor.core.sentences.languages import table
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Phase, Priority


def beyond(  # noqa: PLR0913 - the facts of a crossing
    *, vital: str, value: float, direction: Direction, priority: Priority, limit: float,
    source: str, when: str, baseline: float | None, proof: str | None,
) -> str:  # fmt: skip
    return (
        f"{VITALS[vital].name} {figure(vital, value)} is {_beyond(direction)} the "
        f"{_limit(priority)} of {figure(vital, limit)} ({source}), {when}"
        f"{_against(vital, value, baseline)}.{_then(proof)}"
    )


def over_baseline(
    vital: str, value: float, priority: Priority, limit: float, source: str, when: str,
    baseline: float, proof: str | None,
) -> str:  # fmt: skip
    return (
        f"{VITALS[vital].name} {figure(vital, value)} is {figure(vital, value - baseline)} above "
        f"the baseline of {figure(vital, baseline)}; the {_limit(priority)} over the baseline is "
        f"{figure(vital, limit)} ({source}), {when}.{_then(proof)}"
    )


def rising(
    vital: str, value: float, before: float, minutes: float, limit: float, source: str, when: str,
    baseline: float | None,
) -> str:  # fmt: skip
    """Say that it rises: it is high, although only the medium limit is crossed."""
    return (
        f"{VITALS[vital].name} rises: {figure(vital, value)}, and {figure(vital, before)} "
        f"{minutes:.0f} min before, all at or above the medium limit of {figure(vital, limit)} "
        f"({source}), {when}{_against(vital, value, baseline)}."
    )


def was_beyond(  # noqa: PLR0913 - the facts of a crossing
    *, vital: str, value: float, was: float, direction: Direction, priority: Priority, limit: float,
    moved: bool, source: str, when: str, proof: str | None,
) -> str:  # fmt: skip
    """Say that the newest value is inside: not far enough, or it came too early.

    was: the newest value beyond the limit; moved: the limit was another at that time
    """
    now = f"{figure(vital, limit)} ({source})"
    against = f"{_beyond(direction)} the {_limit(priority)} of {now}"
    if moved:
        against = f"beyond the {_limit(priority)} of that time, which now is {now}"
    return (
        f"{VITALS[vital].name} was {figure(vital, was)}, {against}, and "
        f"{figure(vital, value)} after that is not enough to clear it, {when}.{_then(proof)}"
    )


def with_newest(reason: str, vital: str, value: float) -> str:
    return f"{reason} Now {figure(vital, value)}."


def unproven(reason: str, why: str) -> str:
    """Add that its only evidence may be of another time or person. why: a phrase."""
    return f"{reason} {why[0].upper()}{ended(why[1:])} A new measurement is needed."


def returned(vital: str, value: float, direction: Direction, limit: float, when: str) -> str:
    side = "below" if direction == "high" else "above"
    return (
        f"{VITALS[vital].name} {figure(vital, value)} is back {side} the limit of "
        f"{figure(vital, limit)}, {when}."
    )


def overtaken(
    vital: str, value: float, direction: Direction, limit: float, source: str, minutes: float
) -> str:
    """Say that a high reading came after a newer one. minutes: by which it is older."""
    return (
        f"{VITALS[vital].name} {figure(vital, value)} was {_beyond(direction)} the high limit of "
        f"{figure(vital, limit)} ({source}), measured {minutes:.0f} min before a reading that came "
        "earlier."
    )


def came_after(vital: str, value: float, when: str) -> str:
    return (
        f"{VITALS[vital].name} was {figure(vital, value)} after that, by a reading that came "
        f"before, {when}."
    )


def _beyond(direction: Direction) -> str:
    return "at or above" if direction == "high" else "below"


def _limit(priority: Priority) -> str:
    """ "high limit", "low-alarm limit": "low limit" would mean a lower bound."""
    return "low-alarm limit" if priority == "low" else f"{priority} limit"


def _against(vital: str, value: float, baseline: float | None) -> str:
    if baseline is None:
        return ""
    return f"; baseline {figure(vital, baseline)}, {signed(vital, value - baseline)}"


def _then(proof: str | None) -> str:
    return f" {proof}" if proof else ""


# --- how it was confirmed -------------------------------------------------------------------------


def provisional() -> str:
    return "Provisional: a repeat is asked for."


def no_repeat() -> str:
    return "No repeat came in time."


def repeated() -> str:
    return "Confirmed by a repeat."


def unconfirmed() -> str:
    return "No repeat has confirmed it."


# --- where a limit comes from ---------------------------------------------------------------------


def of_protocol(
    protocol: str, text: str, phase: Phase | None = None, retaken: str | None = None
) -> str:
    """text: the source of the number, in the protocol's own words; retaken: of the baseline."""
    inside = "" if phase is None else f", in the phase {phase}"
    again = f"; {retaken}" if retaken else ""
    return f"protocol {protocol}{inside}: {text}{again}"


def of_risk(factor: str, text: str) -> str:
    return f"risk factor, {RISK_FACTORS.get(factor, factor).lower()}: {text}"


def set_by(by: str, text: str) -> str:
    return f"set by {by}: {text}"


def and_rising(source: str) -> str:
    return f"{source}, and rising"


def baseline_retaken(by: str, when: str) -> str:
    return f"baseline taken again by {by}, {when}"


SENTENCES: Final = table(
    beyond, over_baseline, rising, was_beyond, with_newest, unproven, returned, overtaken,
    came_after, provisional, no_repeat, repeated, unconfirmed, of_protocol, of_risk, set_by,
    and_rising, baseline_retaken,
)  # fmt: skip
