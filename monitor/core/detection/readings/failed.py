"""Failed measurements of a cuff: it measured, and there is no reading.

Each is an event with its cause, the cuff is asked again, and three in a row are `signal_quality`.
The half that came of a failed measurement is a reading in doubt: it can only raise an alarm.
"""

from monitor.core.detection import cuff_requests
from monitor.core.sentences.sensors import CUFF_DOUBTS
from monitor.core.state import State
from monitor.core.state.devices import Failures, Source
from monitor.core.technical import bp_overdue, sensor
from monitor.core.vocabulary.events import Event, MeasurementFailed
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, Observation


def failed(state: State, observation: Observation) -> bool:
    """Return whether the message reports a failed measurement, whole or half."""
    if observation.failed:
        return True
    doubted = any(flag in CUFF_DOUBTS for flag in observation.flags)
    cuff = state.devices.kind(observation.device) == "cuff"
    return cuff and doubted and not observation.values and observation.contact is None


def half(observation: Observation) -> Reason:
    """Return why the half that came is in doubt."""
    return Reason("half_lost", {"lost": observation.failed})


def _came_in_part(observation: Observation) -> bool:
    return any(vital in observation.values for vital in PRESSURES)


def take(
    state: State, source: Source, observation: Observation, effective: float, now: float
) -> list[Event]:
    """Take a message that is not late and has a flag or a failure; only a failure has an effect."""
    if not failed(state, observation):
        return []
    flags = tuple(flag for flag in observation.flags if flag in CUFF_DOUBTS)
    source.cuff.failed()
    count = source.failures.count + 1
    source.failures = Failures(count, now, _because(observation, flags, count))
    told = MeasurementFailed(
        at=now, device=observation.device, effective=effective, count=count,
        half=_came_in_part(observation),
        because=Reason("cuff_flags", {"flags": flags}) if flags else None,
    )  # fmt: skip
    cuff_requests.look_again(state, now, doubted=True)
    quality = sensor.failed(
        state, observation.device, source.failures.because, count, effective, now
    )
    return [told, *bp_overdue.failed(state, now), *quality]


def over(source: Source) -> None:
    """Reset the count of failures after a whole reading."""
    if source.failures.count:
        source.failures = Failures()


def _because(observation: Observation, flags: tuple[str, ...], count: int) -> Reason:
    lost = observation.failed if _came_in_part(observation) else ()
    return Reason("cuff_failed", {
        "device": observation.device, "count": count, "flags": flags, "lost": lost,
    })  # fmt: skip
