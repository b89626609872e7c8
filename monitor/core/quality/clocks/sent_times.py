"""Place readings of a device that sends its clock as it publishes (`sent`).

The reading's age when it was published is certain. How long it then waited follows from the offset
known before, unless the clock was set meanwhile; `timebase` lists the evidence that separates the
two.
"""

from typing import Final

from monitor.core.quality.clocks.clock_evidence import STREAMS, WITNESSES, ClockMessage, Placed, Run
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.publishing_order import Era
from monitor.core.quality.clocks.timebase import (
    AGREE_S,
    DAY_S,
    LATE_S,
    RIGHT_S,
    TRUSTED_S,
    right,
)
from monitor.core.vocabulary.reasons import Reason

CATCHES_UP_S: Final = 1.5
_NOT_KNOWN: Final = Reason("clock_then_unknown")


def place(clock: DeviceClock, message: ClockMessage) -> Placed:
    offset, order = message.offset, clock.order
    era = order.came_before(message)
    if era is not None:
        return _delivered_after(clock, message, offset, era)
    in_order = order.certain(message)
    known = clock.offset
    restarted = order.restarted(message, known)
    if not order.begun:
        placed = _first(clock, message, offset)
    elif known is None:
        placed = _not_known(clock, message, offset)
    elif offset < known - AGREE_S or _catches_up(clock, message, offset):
        placed = _ahead(clock, message, offset, known)
    elif offset <= known + AGREE_S and not _may_still_drain(clock, message):
        clock.bear_out(offset, message.issued, drains=order.faster(message))
        clock.published = message.issued
        placed = clock.placed(message, offset - clock.correction)
    else:
        placed = _behind(clock, message, offset, known, restarted=restarted, in_order=in_order)
    order.follow(message, clock.offset)
    return placed


def _delivered_after(clock: DeviceClock, message: ClockMessage, offset: float, era: Era) -> Placed:
    """Place a message that is delivered after newer ones. It is no evidence about the clock.

    It was published before newer ones, and those before they came.
    """
    least = message.issued - clock.order.issued
    if era.offset is None or not -AGREE_S <= offset - era.offset <= DAY_S:
        return clock.placed(message, least, doubt=_NOT_KNOWN)
    return clock.placed(message, max(least, offset - era.offset))


def _first(clock: DeviceClock, message: ClockMessage, offset: float) -> Placed:
    """Place the first message, with no offset known yet.

    A clock that is not far off is assumed to be right, and a difference of days is no wait.
    """
    if RIGHT_S < offset <= DAY_S:
        clock.wonder(message, stepped=False)
        return clock.placed(message, doubt=_which(offset))
    placed = _live(clock, message, offset)
    if not right(offset):
        clock.guess, clock.calm = offset, False
    return placed


def _not_known(clock: DeviceClock, message: ClockMessage, offset: float) -> Placed:
    run = clock.run
    assert run is not None
    if right(offset) and not clock.order.faster(message):
        # This includes the last one of a backlog whose first ones were in doubt.
        step = clock.step(run.low, offset, message) if run.stepped else None
        placed = _live(clock, message, offset)
        return clock.placed(message, offset - clock.correction, step=step) if step else placed
    run.hear(message)
    if not run.proves(message.issued):
        return clock.placed(message, doubt=_set(offset) if run.stepped else _which(offset))
    return _live(clock, message, run.low, run.count)


def _ahead(clock: DeviceClock, message: ClockMessage, offset: float, known: float) -> Placed:
    """Place a message that is ahead of the known offset.

    No message arrives early: the clock was set, or those before had waited.
    """
    slight = right(offset) and right(known)
    if _catches_up(clock, message, offset):
        guessed = clock.since
        clock.wonder(message, stepped=False)
        return clock.placed(message, doubt=_which(offset), unsure=guessed)
    drains = clock.order.faster(message) and clock.waits is not None
    unsure, step = _taken_since(clock, message), None
    if not slight or clock.borne_out:
        step = clock.step(known, offset, message)
    if (slight and not drains) or _fresh(clock, message):
        _live(clock, message, offset)
        return clock.placed(message, step=step, unsure=None if slight else unsure)
    clock.wonder(message, stepped=True)
    return clock.placed(message, doubt=_set(offset), step=step, unsure=unsure)


def _taken_since(clock: DeviceClock, message: ClockMessage) -> float | None:
    """Return when a backlog behind a clock set ahead may have begun, if this is its first message.

    The message before may have fitted the offset known before by mere chance.
    """
    if clock.waits is not None:
        return clock.waits
    before = clock.order.issued
    return before if message.issued - before <= TRUSTED_S else None


def _catches_up(clock: DeviceClock, message: ClockMessage, offset: float) -> bool:
    """Return whether a backlog's first messages made the clock seem farther behind than it is."""
    first, known = clock.guess, clock.offset
    if first is None or known is None or not CATCHES_UP_S < first - offset <= DAY_S:
        return False
    steady = clock.borne_out and first - known <= CATCHES_UP_S
    return not steady and clock.order.faster(message)


def _fresh(clock: DeviceClock, message: ClockMessage) -> bool:
    """Return whether it cannot be late, no matter which time its clock shows."""
    return clock.settled and clock.may_have_waited(message) <= LATE_S


def _behind(
    clock: DeviceClock, message: ClockMessage, offset: float, known: float, *, restarted: bool,
    in_order: bool,
) -> Placed:  # fmt: skip
    """Place a message behind the known offset: it waited, or the clock was set back."""
    wait, advanced = offset - known, clock.order.advanced(message)
    if wait > DAY_S or (advanced < 0 and in_order):
        return _set_back(clock, message, offset, known)
    received = message.issued - clock.order.issued
    begins = clock.run is None
    streams = clock.order.issued - clock.since <= AGREE_S * clock.count
    run = clock.suspect(message)
    run.backward |= advanced < 0
    if advanced <= AGREE_S:
        run.close += 1
    if begins and streams and clock.count >= WITNESSES:
        run.close = STREAMS
    run.jump = max(run.jump, advanced)
    if begins and not restarted and advanced >= 0:
        run.queued = (streams and advanced <= AGREE_S) or advanced >= received - AGREE_S
    if run.proves(message.issued) and not run.queued and (wait > RIGHT_S or run.backward):
        step = clock.step(known, run.low, message)
        _live(clock, message, run.low, run.count)
        return clock.placed(message, offset - run.low, step=step)
    if run.proves(message.issued) and wait <= RIGHT_S and right(run.low) and not right(known):
        # The clock was a little ahead and is right by now. Its error was never reported.
        _live(clock, message, run.low, run.count)
        return clock.placed(message, offset - clock.correction)
    waited = not run.backward and (
        wait <= RIGHT_S
        or (run.away and not restarted)
        or (run.drains and not run.mixed and clock.order.faster(message))
        or (run.queued and message.age + wait <= LATE_S)
    )
    if not waited:
        return clock.placed(message, doubt=_either(wait))
    clock.published = message.issued - wait
    clock.waits = message.issued if clock.waits is None else clock.waits
    doubt = _set_ahead(run.jump) if _may_be_older(run, message.age + wait) else None
    return clock.placed(message, offset - clock.correction, doubt=doubt)


def _may_be_older(run: Run, age: float) -> bool:
    """Whether it could be too old: its clock may have been set ahead where a stream broke off."""
    return run.streams and age + run.jump > LATE_S + RIGHT_S


def _may_still_drain(clock: DeviceClock, message: ClockMessage) -> bool:
    """Return whether this may belong to a backlog behind a clock that was set ahead.

    Such a backlog passes the offset known before on its way.
    """
    run = clock.run
    return run is not None and _may_be_older(run, message.age) and clock.order.faster(message)


def _set_back(clock: DeviceClock, message: ClockMessage, offset: float, known: float) -> Placed:
    """Place a message after a certain step back: by more than any wait, or backwards in time."""
    step = clock.step(known, offset, message)
    if _fresh(clock, message):
        _live(clock, message, offset)
        return clock.placed(message, step=step)
    clock.wonder(message, stepped=True)
    return clock.placed(message, doubt=_set(offset), step=step)


def _live(clock: DeviceClock, message: ClockMessage, offset: float, count: int = 1) -> Placed:
    clock.begin(offset, message, count)
    clock.published = message.issued
    return clock.placed(message, message.offset - clock.correction)


def _which(offset: float) -> Reason:
    return Reason("off_or_waited", {"behind_s": offset, "right": right(offset)})


def _either(wait: float) -> Reason:
    return Reason("waited_or_set", {"seconds": wait})


def _set_ahead(jump: float) -> Reason:
    return Reason("gap_or_set", {"seconds": jump})


def _set(offset: float) -> Reason:
    return Reason("set_or_waited", {"behind_s": offset, "right": right(offset)})
