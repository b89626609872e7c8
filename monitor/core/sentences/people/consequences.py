"""Consequences of a correction: which judgements are made anew from now on, and which remain."""

from typing import Final

from monitor.core.sentences.languages import table


def nothing_anew() -> str:
    return "Nothing else follows from it."


def limits_anew() -> str:
    return (
        "Limits and the conditions for a dose and the close go by it from now on. What was decided "
        "stands."
    )


def gates_anew() -> str:
    return "The conditions for a dose and the close go by it from now on. What was decided stands."


def times_anew() -> str:
    return (
        "Phases, readings due, the conditions for a further dose and the close, and the expected "
        "course count from the corrected time from now on, and the baseline is of what was "
        "measured before it. What was decided stands."
    )


def course_anew() -> str:
    return "The total and the expected course go by it from now on. What was decided stands."


def reading_left_out() -> str:
    return (
        "The reading counts no longer: not in the baseline, not in alarms, not in what a dose or "
        "the close waits for. What was decided stands."
    )


def device_swapped() -> str:
    return (
        "What the new one sends counts from now on; its clock and its memory begin anew. What the "
        "old one measured stands."
    )


def record_only() -> str:
    """Word a correction of a closed session."""
    return "The session is closed: what was decided stands."


SENTENCES: Final = table(
    nothing_anew, limits_anew, gates_anew, times_anew, course_anew, reading_left_out,
    device_swapped, record_only,
)  # fmt: skip
