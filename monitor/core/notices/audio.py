"""The audio pause: two minutes at most, and never for a new or worse high alarm."""

from typing import Final

from monitor.core.state import State
from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.core.vocabulary.inputs import AudioPause

PAUSE_MOST_S: Final = 120.0


def pause(state: State, given: AudioPause, now: float) -> list[Event]:
    """Pause the sound. The last act counts, whether it shortens or lengthens the pause."""
    state.escalation.pause(now + min(max(given.seconds, 0.0), PAUSE_MOST_S))
    return []


def noticed(state: State, changes: list[AlarmChanged]) -> list[Event]:
    """End the audio pause if a high alarm is new or worse; return the changes as events."""
    if any(c.alarm.priority == "high" and c.transition in ("raised", "escalated") for c in changes):
        state.escalation.pause(None)
    return [*changes]
