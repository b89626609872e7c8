"""Numbers and durations as people read them, and the end of a sentence that a person typed."""

from monitor.core.vocabulary.vitals import VITALS


def figure(vital: str, value: float) -> str:
    """Format a value for a therapist: at most the vital sign's own decimals, or as measured."""
    return f"{round(value, max(1, VITALS[vital].decimals)):g}"


def rounded(vital: str, value: float) -> str:
    """Format a computed value: with the vital sign's own decimals."""
    return figure(vital, round(value, VITALS[vital].decimals))


def signed(vital: str, difference: float) -> str:
    sign = "+" if difference >= 0 else "\u2212"
    return sign + figure(vital, abs(difference))


def pressure(sbp: float | None, dbp: float | None) -> str:
    """Write a pressure as people do: 128/80; a half that is absent is a dash."""
    return "/".join("\N{EN DASH}" if v is None else f"{v:g}" for v in (sbp, dbp))


def span(seconds: float) -> str:
    """Return a duration in words."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"


def off(behind_s: float) -> str:
    """Return how far a clock is off. behind_s: negative if it is ahead."""
    return f"{span(abs(behind_s))} {'behind' if behind_s > 0 else 'ahead'}"


def lasted(seconds: float) -> str:
    """Return a duration in words: in seconds up to two minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def after(seconds: float | None) -> str:
    """Return the end of a clause: how long it had lasted; "" if that is not to be said."""
    return "" if seconds is None else f", after {lasted(seconds)}"


def ended(words: str) -> str:
    """Return the text with a full stop, unless a user typed a sentence's end already."""
    return words if words.endswith((".", "!", "?")) else f"{words}."
