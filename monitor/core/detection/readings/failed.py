"""Failed measurements of a cuff: it measured, and there is no reading.

Each is an event with its cause, the cuff is asked again, and three in a row are `signal_quality`.
The half that came of a failed measurement is a reading in doubt: it can only raise an alarm.
"""

from typing import Final

from monitor.core.detection import cuff_requests
from monitor.core.quality.plausibility import CUFF_DOUBTS
from monitor.core.state import State
from monitor.core.state.devices import Failures, Source
from monitor.core.technical import bp_overdue, sensor
from monitor.core.vocabulary.events import Event, MeasurementFailed
from monitor.core.vocabulary.vitals import PRESSURES, Observation

_OF: Final = {"sbp": "systolic", "dbp": "diastolic", "map": "mean"}


def failed(state: State, observation: Observation) -> bool:
    """Return whether the message reports a failed measurement, whole or half."""
    if observation.failed:
        return True
    doubted = any(flag in CUFF_DOUBTS for flag in observation.flags)
    cuff = state.devices.kind(observation.device) == "cuff"
    return cuff and doubted and not observation.values and observation.contact is None


def half(observation: Observation) -> str:
    """Return why the half that came is in doubt."""
    lost = " and ".join(_OF[vital] for vital in observation.failed)
    return f"the {lost} of the same measurement failed"


def _came_in_part(observation: Observation) -> bool:
    return any(vital in observation.values for vital in PRESSURES)


def take(
    state: State, source: Source, observation: Observation, effective: float, now: float
) -> list[Event]:
    """Take a message that is not late and has a flag or a failure; only a failure has an effect."""
    if not failed(state, observation):
        return []
    cause = ", ".join(CUFF_DOUBTS[flag] for flag in observation.flags if flag in CUFF_DOUBTS)
    source.cuff.failed()
    count = source.failures.count + 1
    source.failures = Failures(count, now, _sentence(observation, cause, count))
    told = MeasurementFailed(
        at=now, device=observation.device, effective=effective, cause=cause, count=count,
        half=_came_in_part(observation),
    )  # fmt: skip
    cuff_requests.look_again(state, now, doubted=True)
    quality = sensor.failed(
        state, observation.device, source.failures.reason, count, effective, now
    )
    return [told, *bp_overdue.failed(state, now), *quality]


def over(source: Source) -> None:
    """Reset the count of failures after a whole reading."""
    if source.failures.count:
        source.failures = Failures()


def _sentence(observation: Observation, cause: str, count: int) -> str:
    times = "" if count == 1 else f", {count} times in a row"
    why = f": {cause}" if cause else ""
    part = _came_in_part(observation)
    rest = f" Only the other half came: {half(observation)}." if part else ""
    return f"The cuff {observation.device} measured and failed{times}{why}.{rest}"
