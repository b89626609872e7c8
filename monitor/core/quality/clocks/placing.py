"""Place a reading in time: when it was measured, by our clock, and whether that is certain."""

from typing import Final

from monitor.core.quality.clocks import bare_times, sent_times
from monitor.core.quality.clocks.clock_evidence import ClockMessage, Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.timebase import AGREE_S, LATE_S, TRUSTED_S, lateness, right
from monitor.core.quality.clocks.units_by_pace import ClockPace
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import Observation

_NO_UNIT: Final = Reason("unit_unknown")


def place(clock: DeviceClock, observation: Observation, boot: str, now: float) -> Placed:
    """Return when the reading was measured. boot: under which the reading is filed."""
    told, sent = observation.effective, observation.sent
    if told is None:
        if sent is None:
            return _undated(clock, observation, boot, now)
        told = sent
    offset, order = clock.offset, clock.order
    if clock.calm and offset is not None and boot == order.boot and not observation.replayed:
        # Nearly always: one more message that fits the known offset.
        issued, seq, last = observation.issued, observation.seq, order.seq
        says = told if sent is None else sent
        difference = issued - says
        if (
            -AGREE_S <= difference - offset <= AGREE_S
            and (seq is None or (last is not None and seq >= last))
            and clock.sends is (sent is not None)
        ):
            if difference < offset:
                clock.offset = offset = difference
            clock.count += 1
            order.issued = clock.published = issued
            order.told = says
            if seq is not None:
                order.seq = seq
            effective = told
            if not -TRUSTED_S <= offset <= TRUSTED_S:
                effective += offset
                if offset < 0 and right(offset):
                    clock.ease(difference)
            if effective >= issued:
                return Placed(issued)
            late = None if issued - effective <= LATE_S else lateness(observation, effective)
            return Placed(effective, late)
    return _by_its_time(clock, observation, boot, now, told, sent)


def _by_its_time(
    clock: DeviceClock, observation: Observation, boot: str, now: float, told: float,
    sent: float | None,
) -> Placed:  # fmt: skip
    issued = observation.issued
    if not observation.device or observation.replayed:
        # A person's times are by our clock; and a retained message is no evidence about a clock.
        effective = min(issued, told + (clock.correction if observation.device else 0.0))
        return Placed(effective, lateness(observation, effective))
    message = ClockMessage(
        at=now, device=observation.device, boot=boot, seq=observation.seq, issued=issued,
        told=told if sent is None else sent,
        age=0.0 if sent is None else max(0.0, sent - told),
    )  # fmt: skip
    if sent is not None:
        if not clock.sends:
            clock.forget()
            clock.sends = True
        return sent_times.place(clock, message)
    return (bare_times.beside if clock.sends else bare_times.place)(clock, message)


def _undated(clock: DeviceClock, observation: Observation, boot: str, now: float) -> Placed:
    issued, told, sent = observation.issued, observation.raw_t, observation.raw_sent
    raw = told if sent is None else sent
    if observation.replayed:
        return Placed(issued, lateness(observation, issued))
    if raw is None:
        return Placed(issued)
    if clock.pace is None:
        clock.pace = ClockPace(issued, raw)
    else:
        clock.pace.hear(issued, raw)
    unit = clock.pace.unit
    if unit is None:
        return Placed(issued, doubt=_NO_UNIT)
    told = raw if told is None else told
    in_s = None if sent is None else sent / unit
    return _by_its_time(clock, observation, boot, now, told / unit, in_s)
