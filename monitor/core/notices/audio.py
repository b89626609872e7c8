"""The audio pause: two minutes at most, and never for a new or worse high alarm."""

from collections.abc import Sequence
from typing import Final

from monitor.core.state import State
from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.core.vocabulary.inputs import AudioPause

PAUSE_MOST_S: Final = 120.0


def audio_pause(state: State, given: AudioPause, now: float) -> list[Event]:
    """Pause the sound. The last act counts, whether it shortens or lengthens the pause."""
    state.escalation.pause(now + min(max(given.seconds, 0.0), PAUSE_MOST_S))
    return []


def follow(state: State, events: Sequence[Event]) -> None:
    """End the pause if a high alarm is new or worse."""
    for event in events:
        if type(event) is not AlarmChanged or event.alarm.priority != "high":
            continue
        if event.transition in ("raised", "escalated"):
            state.escalation.pause(None)
