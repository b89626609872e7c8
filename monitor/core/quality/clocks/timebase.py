"""Two clocks: the device's, and ours.

A device's clock may be wrong by seconds or years, it may be set while it runs, and a message may
wait, in the device or in a broker. Each message yields one difference, our receipt less the
device's clock: the clock's *offset* and the wait, added up. The evidence that separates the two:

- No message arrives early. If the difference falls, the clock was set ahead, or the messages before
  had waited.
- A device publishes in order. A message cannot have waited since before the one that went ahead of
  it; so where the device's clock ran backwards, it was set back.
- A backlog catches up. It comes faster than it was sent, while a clock that was set continues at
  the pace of ours.

Without such evidence the reading is in *doubt*: taken for fresh it raises alarms, and taken for
stale it ends nothing. `sent_times` places the readings of a device that sends its clock as it
publishes (`sent`), `bare_times` those of one that only states when it measured, and `placing` is
the entry to both. This module has the limits and the reasons that they share.
"""

from typing import Final

from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import Observation

TRUSTED_S: Final = 2.0  # an offset this small is latency; the device's own time is better
AGREE_S: Final = 5.0  # differences within this are the same
RIGHT_S: Final = 60.0  # a clock behind by less may be right, and the delay long
FUTURE_S: Final = 120.0
LATE_S: Final = 600.0
DAY_S: Final = 86_400.0  # no message waits this long


def counted_from(effective: float, issued: float) -> float:
    """Return the time from which timers count a reading: its receipt, less mere latency.

    So a timer and a reading of the same second meet in the same way live and in a replay.
    """
    return effective if issued - effective <= TRUSTED_S else issued


def lateness(observation: Observation, effective: float) -> Reason | None:
    """Return why this reading is history; None when it is live."""
    if observation.replayed:
        return Reason("replayed")
    return too_old(observation.issued - effective)


def too_old(age: float) -> Reason | None:
    """Return why a reading of this age at its receipt, s, is history; None when it is not."""
    return Reason("too_old", {"seconds": age}) if age > LATE_S else None


def right(offset: float) -> bool:
    """Return whether a device whose messages differ by this has a clock that is (nearly) right."""
    return -AGREE_S <= offset <= RIGHT_S


def set_reason(device: str, was: float, offset: float) -> Reason:
    """Return the reason of a step of a clock. was, offset: before and since, s behind ours."""
    if right(offset) and not right(was):
        return Reason("clock_set_right", {"device": device, "was_s": was})
    return Reason("clock_set", {
        "device": device, "was_s": was, "is_s": offset, "right": right(offset),
    })  # fmt: skip
