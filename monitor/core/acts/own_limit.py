"""Set a limit for this session only: on the record, only stricter, and not a reset.

Active alarms stay active. The newest values are judged by the new limit immediately, in the
ordinary way.
"""

from typing import Final

from monitor.core.detection import crossings, limits_in_force
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.state import State
from monitor.core.state.limits import OwnLimit
from monitor.core.vocabulary.events import Event, LimitMoved
from monitor.core.vocabulary.inputs import LimitChanged
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import VITALS

DELAY_S: Final = 19.0  # of a stream for which the protocol has no limit at this priority


def limit(state: State, given: LimitChanged, now: float) -> list[Event]:
    """Set or remove a limit.

    Raise `Refused` if the value is impossible, if it is not stricter than the limit in force, or if
    the limit to remove was never set.
    """
    condition = f"{given.vital}_{given.direction}"
    key = f"{condition} {given.priority}"
    before = limits_in_force.in_force(state, condition, given.priority)
    if given.value is None:
        if key not in state.limits.own:
            raise Refused(Reason("no_own_limit"))
        state.limits.set_own(key, None)
    else:
        state.limits.set_own(key, OwnLimit(_alarm_limit(state, given, condition), given.by))
    limits_in_force.refresh(state)
    after = limits_in_force.in_force(state, condition, given.priority)
    moved = LimitMoved(
        at=now, condition=condition, priority=given.priority,
        before=None if before is None else before[0],
        after=None if after is None else after[0], by=given.by, reason=given.reason,
    )  # fmt: skip
    return [moved, *crossings.judge_again(state, given.vital, now)]


def _alarm_limit(state: State, given: LimitChanged, condition: str) -> AlarmLimit:
    sign, value = VITALS[given.vital], given.value
    assert value is not None
    if not sign.low <= value <= sign.high:
        raise Refused(Reason("limit_impossible", {"vital": given.vital, "value": value}))
    other = limits_in_force.in_force(state, condition, given.priority, but_own=True)
    direction: Direction = "high" if given.direction == "high" else "low"
    if other is not None and not limits_in_force.stricter(direction, value, other[0]):
        raise Refused(Reason("limit_not_stricter", {
            "vital": given.vital, "priority": given.priority, "limit": other[0],
            "source": other[1],
        }))  # fmt: skip
    delay = DELAY_S if sign.stream is not None else 0.0
    return AlarmLimit(
        vital=given.vital, direction=direction, priority=given.priority, value=value, delay=delay,
        source=given.reason,
    )  # fmt: skip
