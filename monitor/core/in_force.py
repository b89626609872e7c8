"""The limits in force: a protocol's, resolved for this person, one condition each."""

from itertools import pairwise

from monitor.core.alarms import RANK
from monitor.core.conditions import WAYS, Level, Threshold
from monitor.core.repeated import Repeated
from monitor.core.state import State
from monitor.core.sustained import Sustained


def thresholds(state: State, *, relative: bool) -> list[Sustained | Repeated]:
    """relative: those over the baseline, as far as there is one; else the absolute ones."""
    grouped: dict[str, Sustained | Repeated] = {}
    for limit in state.protocol.limits:
        number = limit.threshold(state.baseline.get(limit.vital))
        if limit.relative is not relative or number is None:
            continue
        kind = Sustained if WAYS[limit.vital].continuous else Repeated
        threshold = grouped.setdefault(
            limit.condition, kind(limit.condition, limit.vital, limit.direction, [])
        )
        source = f"protocol {state.protocol.id}: {limit.source}"
        threshold.levels.append(Level(limit.priority, number, source, limit.delay, limit.sooner))
    for threshold in grouped.values():
        threshold.levels.sort(key=lambda level: RANK[level.priority])
        _nest(threshold)
    return list(grouped.values())


def _nest(threshold: Threshold) -> None:
    """What is beyond a priority's limit is beyond every lower one's, whatever the numbers say."""
    nearer = min if threshold.direction == "high" else max
    for lower, higher in reversed(list(pairwise(threshold.levels))):
        lower.limit = nearer(lower.limit, higher.limit)
