"""Steps of priority that time alone takes, each with the words for it."""

from typing import Final

from msgspec import Struct

from monitor.core.vocabulary.words import Priority

# A reading that is due this very second is not missing yet.
GRACE_S: Final = 1.0


class Step(Struct, frozen=True):
    """A priority that is reached `after` seconds."""

    after: float
    priority: Priority


def before_dose(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Before the dose nobody is at risk yet: low, and no higher."""
    return steps[:1]


def reached(steps: tuple[Step, ...], since: float, now: float) -> Step | None:
    """The last step whose time has come, the second's grace included."""
    return next((s for s in reversed(steps) if now >= since + s.after + GRACE_S), None)


def upcoming(steps: tuple[Step, ...], since: float, now: float) -> float | None:
    """When the next step falls due after `now`."""
    for step in steps:  # ascending, and on the path of every reading
        if (due := since + step.after + GRACE_S) > now:
            return due
    return None
