"""The lines that `analyze` prints: the decisions over a trace, one JSON object each.

Times are seconds from the start of the trace, to the millisecond, so that the same file gives the
same bytes each time that it is played.
"""

from monitor.codecs.contract.wire import Json
from monitor.core.sentences.english import sentence, standing
from monitor.core.vocabulary.events import AlarmChanged, Episode, Judged


def alarm_line(change: AlarmChanged, start: float) -> Json:
    alarm = change.alarm
    return {
        "t_s": _since(start, change.at),
        "event": "alarm",
        "transition": change.transition,
        "condition": alarm.condition,
        "kind": alarm.kind,
        "priority": alarm.priority,
        "vital": alarm.vital,
        "value": alarm.value,
        "limit": None if alarm.limit is None else round(alarm.limit, 2),
        "reason": standing(alarm),
    }


def rejected_line(judged: Judged, start: float) -> Json:
    return {
        "t_s": _since(start, judged.at),
        "event": "rejected",
        "vital": judged.vital,
        "value": judged.value,
        "reason": sentence(judged),
    }


def episode_line(episode: Episode, at: float, start: float) -> Json:
    """Return an episode's line. `at`: when its end was known; if it lasts, the trace's end."""
    return {
        "t_s": _since(start, at),
        "event": "episode",
        "vital": episode.vital,
        "onset_s": _since(start, episode.onset),
        "peak_s": _since(start, episode.peak_at),
        "peak": episode.peak,
        "end_s": None if episode.end is None else _since(start, episode.end),
        "baseline": None if episode.baseline is None else round(episode.baseline, 2),
        "limit": round(episode.limit, 2),
    }


def _since(start: float, at: float) -> float:
    return round(at - start, 3)
