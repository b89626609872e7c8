"""How an alarm stands, in words: how bad it is, since when, and whether anybody has taken it.

One rule for every text that the service writes of it; the page's is `since.js`, held to the same
table (`tests/golden/standing.json`). An acknowledgement counts for what was there when it was
made: of what has called for a person since, nobody has acknowledged anything.
"""

from collections.abc import Callable

from monitor.core.alarms.signal import gravity, waits
from monitor.core.vocabulary.events import Alarm

Clock = Callable[[float], str]


def chip(alarm: Alarm) -> str:
    """ "High", "High, eased", "High, over"."""
    word = gravity(alarm).capitalize()
    if alarm.presence == "latched":
        return f"{word}, over"
    return word if gravity(alarm) == alarm.priority else f"{word}, eased"


def answer(alarm: Alarm, clock: Clock) -> str:
    """Who has it, or since when nobody has. clock: a time as it is written"""
    by, called = alarm.acknowledged_by, alarm.called_at
    if not waits(alarm) and by:
        return f"Acknowledged by {by}."
    anew = called is not None and called != alarm.raised_at
    before = ""
    if by and alarm.acknowledged_at is not None:
        before = f"{by} did {clock(alarm.acknowledged_at)}"
    return unanswered(clock(called) if anew and called is not None else "", before)


def unanswered(since: str = "", before: str = "") -> str:
    """since: when it last called for a person, "": when it began; before: "thea did 01:06"."""
    when = f" since {since}" if since else " again" if before else ""
    return f"Nobody has acknowledged it{when}{f' ({before})' if before else ''}."


def history(alarm: Alarm, clock: Clock) -> str:
    """ "07:20, high from 07:04, began 06:57 as low": since when it is what it is, what it was at
    worst, what it came on as; only its onset where that says it all."""
    began, since, worst = clock(alarm.onset), alarm.priority_since, alarm.worst_since
    if since is None or (since == alarm.onset and gravity(alarm) == alarm.priority):
        return began
    parts = [clock(since)]
    if worst is not None and gravity(alarm) != alarm.priority:
        parts.append(f"{alarm.worst} from {clock(worst)}")
    if alarm.began != alarm.worst or worst is None:
        parts.append(f"began {began}{f' as {alarm.began}' if alarm.began else ''}")
    return ", ".join(parts)
