"""Steps of priority: a condition reaches each after a fixed time."""

from typing import Final

from msgspec import Struct

from monitor.core.vocabulary.words import Priority

# A reading that is due in this second is not missing yet.
GRACE_S: Final = 1.0


class Step(Struct, frozen=True):
    """A priority that is reached after `after` seconds."""

    after: float
    priority: Priority


def before_dose(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return only the first step: before the dose no one is at risk yet, so low is the highest."""
    return steps[:1]


def reached(steps: tuple[Step, ...], since: float, now: float) -> Step | None:
    """Return the last step that is due, with one second of grace; None: no step is due."""
    return next((s for s in reversed(steps) if now >= since + s.after + GRACE_S), None)


def upcoming(steps: tuple[Step, ...], since: float, now: float) -> float | None:
    """Return when the next step after `now` falls due; None: none is left."""
    for step in steps:  # ascending, and on the path of every reading
        if (due := since + step.after + GRACE_S) > now:
            return due
    return None
