"""Two clocks: the device's, and ours.

A device's clock may be wrong by seconds or years, it may be set while it runs, and a message may
wait, in the device or in a broker. What is known of each message is one difference, our receipt
less the device's clock: the clock's *offset* and the wait, added up. What tells the two apart:

- Nothing arrives early. A difference that falls is a clock that was set ahead, or the ones before
  had waited.
- A device publishes in order. A message cannot have waited since before the one that went ahead of
  it; so where the device's clock ran backwards, it was set back.
- Who waited catches up. A backlog comes faster than it was sent, a clock that was set goes on at
  the pace of ours.

Where none of them tells, the reading is in *doubt*: taken for fresh it raises, and taken for stale
it ends nothing. `sent_times` places the readings of a device that tells its clock as it publishes
(`sent`), `bare_times` those of one that only says when it measured, and `placing` is the door to
both. This module has what they share: the limits, and the words.
"""

from typing import Final

from monitor.core.vocabulary.vitals import Observation

TRUSTED_S: Final = 2.0  # an offset this small is latency; the device's own time is better
AGREE_S: Final = 5.0  # differences within this are alike
RIGHT_S: Final = 60.0  # a clock behind by less may as well be right, and the way long
FUTURE_S: Final = 120.0
LATE_S: Final = 600.0
DAY_S: Final = 86_400.0  # no message waits for so long


def heard(effective: float, issued: float) -> float:
    """When a reading was heard, for timers: its receipt, less what is mere latency.

    So that a timer and a reading that meet on the same second meet alike live and in a replay.
    """
    return effective if issued - effective <= TRUSTED_S else issued


def lateness(observation: Observation, effective: float) -> str:
    """Why this reading is history and not life; "" when it is life."""
    if observation.replayed:
        return "replayed by the broker (retained): history"
    return too_old(observation.issued - effective)


def too_old(age: float) -> str:
    """Why a reading of this age at its receipt, s, is history; "" when it is not."""
    return f"measured {span(age)} before it was received" if age > LATE_S else ""


def right(offset: float) -> bool:
    """A device whose messages differ by this has a clock that is right, or nearly."""
    return -AGREE_S <= offset <= RIGHT_S


def span(seconds: float) -> str:
    """So long, in words."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"


def state_of(offset: float) -> str:
    """What a clock with this offset shows, in words."""
    if right(offset):
        return "right"
    return f"{span(abs(offset))} {'behind' if offset > 0 else 'ahead'}"


def set_reason(device: str, was: float, offset: float) -> str:
    """The sentence for a clock that was set. was, offset: before and since, seconds behind ours."""
    name = f"The clock of device {device}"
    if right(offset) and not right(was):
        return f"{name} was set right: it had been {state_of(was)}."
    way = "ahead" if offset < was else "back"
    now = "as good as right" if right(offset) else state_of(offset)
    return f"{name} was set {way} by {span(abs(was - offset))}: it is {now} now."
