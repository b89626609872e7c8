"""After a further dose, reword active alarms so that they name the dose that they count from."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from monitor.core.state import State
from monitor.core.vocabulary.events import Event, Retold
from monitor.core.vocabulary.minutes import numbered

_COUNTED: Final = re.compile(r"(?<=\d min after )the (last )?dose\b")
_BEFORE: Final = re.compile(r"\bbefore the dose\b")


def count_on(state: State, now: float) -> list[Event]:
    """Reword active alarms, sensor troubles and limits after a dose; no change for the first."""
    if len(state.session.doses) < 2:
        return []
    before = state.baseline.retaken
    state.baseline.reword(_each(state, before))
    for _, trouble in state.devices.troubles():
        trouble.reason = _one_more(state, trouble.reason)
    for threshold in state.limits.thresholds:
        for level in threshold.levels:
            level.source = _retold(level.source, before, state.baseline.retaken)
    told: list[Event] = []
    for alarm in state.alarms:
        source, said = _retold(alarm.source, before, state.baseline.retaken), alarm.reason
        if alarm.presence != "latched":
            # The source of a limit may contain text that a user typed.
            alarm.reason = source.join(_one_more(state, p) for p in _around(said, alarm.source))
        elif ":" not in said:  # text that a user typed follows a colon
            alarm.reason = _one_more(state, said)
        alarm.source = source
        if alarm.reason != said:
            told.append(Retold(at=now, alarm=replace(alarm)))
    return told


def _each(state: State, said: Mapping[str, str]) -> dict[str, str]:
    return {vital: _one_more(state, words) for vital, words in said.items()}


def _around(said: str, source: str) -> list[str]:
    return said.split(source) if source else [said]


def _retold(source: str, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    for vital, words in before.items():
        source = source.replace(words, now[vital])
    return source


def _one_more(state: State, said: str) -> str:
    """Reword a sentence that was written when there was one dose fewer."""
    counted = _COUNTED.sub(numbered(len(state.session.doses) - 1), said)
    return _BEFORE.sub(f"before {numbered(1)}", counted)
