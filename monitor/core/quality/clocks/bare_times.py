"""Place readings of a device that states when it measured (`t`) but does not send its clock.

Age, wait and a clock that is behind look alike, so a reading is assumed to be as old as it states.
But readings that come at the pace of our clock, each as old as the one before, may be of now: they
are in doubt, and not history that no one watches. A clock that is ahead betrays itself. If a clock
is set back while its readings come and are fresh, they become older than those before, as no device
measures: these are in doubt, until their pace proves the step.
"""

from monitor.core.quality.clocks.clock_evidence import WITNESSES, ClockMessage, Placed, Run
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.timebase import AGREE_S, DAY_S, FUTURE_S, RIGHT_S, right
from monitor.core.vocabulary.events import ClockStepped
from monitor.core.vocabulary.reasons import Reason


def place(clock: DeviceClock, message: ClockMessage) -> Placed:
    offset = message.offset
    era = clock.order.came_before(message)
    if era is not None:
        return clock.placed(message, offset - (era.offset or 0.0))
    clock.order.restarted(message, clock.offset)
    step = None
    if clock.offset is None:
        if clock.run is not None and _goes_on(clock.run, offset):
            placed = _not_known(clock, message, clock.run, offset)
            clock.order.follow(message, clock.offset)
            return placed
        if clock.run is not None and clock.run.stepped and right(offset):
            step = clock.step(clock.run.low, 0.0, message)
        clock.begin(0.0, message, count=0)
    placed = _by_what_is_known(clock, message, offset, step)
    clock.order.follow(message, clock.offset)
    return placed


def beside(clock: DeviceClock, message: ClockMessage) -> Placed:
    """Place a reading without `sent` of a device that sends its clock in others.

    It is no evidence about the clock.
    """
    offset = message.offset
    if clock.offset is None:
        return clock.placed(message, doubt=Reason("clock_unknown"))
    early = clock.offset - offset
    return clock.placed(message, -early, _dated_ahead(early) if early > AGREE_S else None)


def _goes_on(run: Run, offset: float) -> bool:
    """Return whether it is as odd as the one before: still dated ahead, or as far behind."""
    return offset < -AGREE_S or (run.low > RIGHT_S and abs(offset - run.low) <= AGREE_S)


def _not_known(clock: DeviceClock, message: ClockMessage, run: Run, offset: float) -> Placed:
    run.hear(message)
    if run.proves(message.issued):
        clock.begin(run.low, message, run.count)
        clock.published = message.issued
        return clock.placed(message, offset - run.low)
    return clock.placed(message, doubt=_dated_ahead(-offset) if offset < 0 else _set_or_old(offset))


def _by_what_is_known(
    clock: DeviceClock, message: ClockMessage, offset: float, step: ClockStepped | None
) -> Placed:
    known = clock.offset
    assert known is not None
    if offset < known - AGREE_S:
        return _ahead(clock, message, offset, known)
    if offset > known + AGREE_S:
        return _older(clock, message, offset, known, step)
    clock.bear_out(offset, message.issued)
    clock.published = message.issued
    return clock.placed(message, offset - clock.correction, step=step)


def _ahead(clock: DeviceClock, message: ClockMessage, offset: float, known: float) -> Placed:
    """Place a reading that is ahead of the known offset.

    No reading is measured after it came: the clock was set ahead, or is ahead from the first.
    """
    live = clock.published is not None
    step = (
        clock.step(known, max(0.0, offset) if right(offset) else offset, message) if live else None
    )
    if -FUTURE_S <= offset <= RIGHT_S:
        clock.begin(min(0.0, offset), message)
        clock.published = message.issued
        return clock.placed(message, offset - clock.correction, step=step)
    clock.wonder(message, stepped=live)
    doubt = _dated_ahead(-offset) if offset < 0 else _set_or_old(offset)
    return clock.placed(message, doubt=doubt, step=step)


def _older(
    clock: DeviceClock,
    message: ClockMessage,
    offset: float,
    known: float,
    step: ClockStepped | None,
) -> Placed:
    """Place a reading behind the known offset: it is old, or the clock was set back."""
    backward = clock.order.begun and clock.order.advanced(message) < 0
    was = clock.run
    live = clock.count >= WITNESSES or (was is not None and was.count >= WITNESSES)
    run = clock.suspect(message)
    if run.count == 1:
        run.backward |= backward
        run.doubtful |= backward and live
    # A clock that was ahead and seems right may be right.
    run.doubtful |= (known < -AGREE_S and right(offset)) or clock.pace is not None
    if run.drains:
        run.doubtful = run.backward = False
    if run.proves(message.issued) and (run.doubtful or run.backward or offset > DAY_S):
        if clock.published is not None:
            step = clock.step(known, run.low, message)
        clock.begin(run.low, message, run.count)
        clock.published = message.issued
        return clock.placed(message, offset - run.low, step=step)
    if run.doubtful:
        return clock.placed(message, doubt=_set_or_old(offset - known), step=step)
    clock.count = 0
    placed = clock.placed(message, offset - clock.correction, step=step)
    if placed.late and run.proves(message.issued) and not run.drains:
        return clock.placed(message, doubt=_always_as_old(offset), step=step)
    return placed


def _dated_ahead(seconds: float) -> Reason:
    return Reason("dated_ahead", {"seconds": seconds})


def _always_as_old(seconds: float) -> Reason:
    return Reason("always_as_old", {"seconds": seconds})


def _set_or_old(seconds: float) -> Reason:
    return Reason("old_or_set", {"seconds": seconds})
