"""The limits in force: resolved for this person and this phase, grouped by condition.

Several may apply to one condition at one priority: the protocol's, the protocol's for a phase,
those of a risk factor, one that a user set for this session. The strictest counts, and its source
is part of the alarm's reason. Limits over the baseline apply from the first dose on.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from monitor.core.alarms.condition import Level
from monitor.core.alarms.repeated import Repeated
from monitor.core.alarms.sustained import Sustained
from monitor.core.protocol import risk_limits
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.state import State
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import RANK, Priority

Applied = tuple[AlarmLimit, Reason]


def thresholds(state: State) -> list[Sustained | Repeated]:
    """Return new conditions from the limits in force, without any crossing."""
    found: dict[str, Sustained | Repeated] = {}
    for condition, levels in _levels(state).items():
        vital, direction, made = levels
        kind = Sustained if VITALS[vital].stream is not None else Repeated
        found[condition] = kind(condition, vital, direction, made)
    return list(found.values())


def refresh(state: State) -> None:
    """Resolve the limits again after a change of their inputs. Active conditions stay active."""
    fresh = {threshold.name: threshold for threshold in thresholds(state)}
    for threshold in state.limits.thresholds:
        now = fresh.pop(threshold.name, None)
        threshold.relimit([] if now is None else now.levels)
        _nest(threshold.levels, threshold.direction)
    kept = [threshold for threshold in state.limits.thresholds if threshold.levels]
    state.limits.put_in_force(kept + list(fresh.values()))


def in_force(
    state: State, condition: str, priority: Priority, *, but_own: bool = False
) -> tuple[float, Reason] | None:
    """Return the number and the source of the strictest limit that applies; None: there is none.

    but_own: leave out the limits set for this session
    """
    found = _strictest(state, but_own=but_own).get((condition, priority))
    return None if found is None else (found[0], found[2])


def _levels(state: State) -> dict[str, tuple[str, Direction, list[Level]]]:
    found: dict[str, tuple[str, Direction, list[Level]]] = {}
    for (condition, priority), (number, limit, source) in _strictest(state).items():
        _, _, levels = found.setdefault(condition, (limit.vital, limit.direction, []))
        levels.append(Level(priority, number, source, limit.delay, limit.sooner))
    for _, direction, levels in found.values():
        levels.sort(key=lambda level: RANK[level.priority])
        _nest(levels, direction)
    return found


def _strictest(
    state: State, *, but_own: bool = False
) -> dict[tuple[str, Priority], tuple[float, AlarmLimit, Reason]]:
    found: dict[tuple[str, Priority], tuple[float, AlarmLimit, Reason]] = {}
    for limit, source in _applying(state, but_own=but_own):
        number = limit.threshold(state.baseline.values.get(limit.vital))
        if number is None:
            continue
        key = (limit.condition, limit.priority)
        known = found.get(key)
        if known is None:
            found[key] = (number, limit, source)
        elif stricter(limit.direction, number, known[0]):
            # The condition delay remains the protocol's.
            timed = replace(limit, delay=known[1].delay, sooner=known[1].sooner)
            found[key] = (number, timed, source)
    return found


def _applying(state: State, *, but_own: bool) -> Iterator[Applied]:
    protocol = state.session.protocol
    for limit in protocol.limits:
        if limit.phases and state.session.phase not in limit.phases:
            continue
        about: Facts = {"protocol": protocol.id, "text": limit.source}
        if limit.phases:
            about["phase"] = state.session.phase
        if limit.relative and limit.vital in state.baseline.retaken:
            about["retaken"] = state.baseline.retaken[limit.vital]
        yield limit, Reason("of_protocol", about)
    for factor in risk_limits.of(state.session.facts, state.session.opened_at):
        for limit in risk_limits.RULES.get(factor, ()):
            yield limit, Reason("of_risk", {"factor": factor, "text": limit.source})
    if not but_own:
        for own in state.limits.own.values():
            yield own.limit, Reason("set_by", {"by": own.by, "text": own.limit.source})


def stricter(direction: Direction, value: float, than: float) -> bool:
    return value < than if direction == "high" else value > than


def _nest(levels: Sequence[Level], direction: Direction) -> None:
    """Move lower limits so that a value beyond a priority's limit is beyond every lower one's."""
    nearer = min if direction == "high" else max
    for lower, higher in reversed(list(pairwise(levels))):
        lower.limit = nearer(lower.limit, higher.limit)
