"""Find the count of its device to which a numbered reading belongs, or begin a new count with it.

A device that restarts, or whose counter is eight or sixteen bits wide, uses its numbers again. The
evidence that separates this from a redelivered or a late reading is, in this order: the number that
is next, the content under the number, its time, and a gap that it fills.
"""

from typing import Final, Literal

from msgspec import Struct

from monitor.core.quality.arrivals.counts import Boot, NumberedReading

What = Literal["new", "again", "begins"]
Kin = dict[str, Boot]

NEAR: Final = 64  # numbers ahead: losses of the present count, rather than a number of another
RECENT: Final = 8
TURNS: Final = (256, 65_536)
TURN_WITHIN: Final = 16
CONSTANT: Final = 2  # the only number came this often with other content: it is no counter
SAME_S: Final = 120.0


class Place(Struct, frozen=True):
    """Where a reading belongs. new: to the count `key`; again: that has it; begins: to a new count.

    reused     the number was used before, with other content
    constant   all readings of this sensor have this number
    """

    what: What
    key: str = ""
    reused: bool = False
    constant: bool = False


def place(reading: NumberedReading, key: str, kin: Kin) -> Place:
    """Return where a reading belongs.

    key: the current count; kin: this and earlier ones of the same counter.
    """
    head = kin[key]
    others = {k: boot for k, boot in kin.items() if k != key}
    seq = reading.seq
    if seq == head.high + head.step:
        return _next(reading, key, head, others)
    if head.has(seq):
        if head.reused >= CONSTANT and head.low == head.high:
            return _constant(reading, kin)
        return _known(reading, key, head, others)
    if seq > head.high:
        return _ahead(reading, key, head, others)
    return _behind(reading, key, head, others)


def _next(reading: NumberedReading, key: str, head: Boot, others: Kin) -> Place:
    """Only its time can show that it is an old one, if that clock runs: contents do repeat."""
    if reading.measured is not None and reading.measured != head.newest:
        again = _again(reading, others)
        if again is not None:
            return again
    return Place("new", key)


def _known(reading: NumberedReading, key: str, head: Boot, others: Kin) -> Place:
    found = head.compare(reading)
    if found == "part":
        return Place("new", key)
    turned = _turned(head, reading.seq)
    if turned and reading.measured is None:
        return Place("begins")  # contents do repeat
    if found == "same" or (found == "forgotten" and head.may_have_had(reading)):
        return Place("again", key)
    elsewhere = _again(reading, others)
    if elsewhere is None and not turned:
        elsewhere = _elsewhere(reading, others)
    return elsewhere or Place("begins", reused=not turned)


def _ahead(reading: NumberedReading, key: str, head: Boot, others: Kin) -> Place:
    near = reading.seq - head.high <= NEAR * head.step
    if not (near and _common(reading, head)):
        again = _again(reading, others)
        if again is not None:
            return again
    for k, boot in others.items():
        goes_on = reading.seq == boot.high + boot.step
        if goes_on or (boot.waits_for(reading.seq) and not boot.fresh(reading)):
            return Place("new", k)
    if not near or head.count == 1:
        elsewhere = _elsewhere(reading, others)
        if elsewhere is not None:
            return elsewhere
    if not near and head.outdated(reading):
        before = [k for k, boot in others.items() if boot.high < reading.seq]
        if before:
            return Place("new", max(before, key=lambda k: others[k].high))
    return Place("new", key)


def _behind(reading: NumberedReading, key: str, head: Boot, others: Kin) -> Place:
    again = _again(reading, others)
    if again is not None:
        return again
    if head.low < reading.seq and not head.fresh(reading):
        return Place("new", key)  # one of the missing numbers
    elsewhere = _elsewhere(reading, others)
    if elsewhere is not None:
        return elsewhere
    if reading.seq < head.low and head.preceded_by(reading):
        return Place("new", key)
    return Place("begins")


def _constant(reading: NumberedReading, kin: Kin) -> Place:
    """Place a reading whose number is no evidence.

    The same pressure so soon is a repeat, since no two measurements are that alike; a rate may be.
    """
    whole = reading.whole
    if reading.measured is not None or reading.group == "bp":
        for key, boot in reversed(kin.items()):
            recent = reading.measured is not None or whole.issued - boot.at <= SAME_S
            if recent and boot.had(reading):
                return Place("again", key)
    return Place("begins", reused=True, constant=True)


def _again(reading: NumberedReading, others: Kin) -> Place | None:
    """Return the earlier count that has it already, with this content, if there is one."""
    for key, boot in reversed(others.items()):
        if boot.had(reading):
            return Place("again", key)
    return None


def _elsewhere(reading: NumberedReading, others: Kin) -> Place | None:
    """Return the earlier count that it continues or in which it is missing, if there is one."""
    seq = reading.seq
    for key, boot in reversed(others.items()):
        if seq == boot.high + boot.step or (boot.lacks(seq) and not boot.fresh(reading)):
            return Place("new", key)
        if boot.has(seq) and boot.compare(reading) == "part":
            return Place("new", key)
    return None


def _common(reading: NumberedReading, head: Boot) -> bool:
    """Return whether recent readings have the same content, as is frequent without a time."""
    if reading.measured is not None:
        return False
    recent = range(head.high, head.high - RECENT * head.step, -head.step)
    return all(
        any(head.by.get(vital, {}).get(n) == print_ for n in recent)
        for vital, print_ in reading.prints.items()
    )


def _turned(head: Boot, seq: int) -> bool:
    """Return whether an eight or sixteen bit counter went from its end to its start, or nearly."""
    return head.last == head.high and any(
        0 < turn - head.high <= TURN_WITHIN and seq < TURN_WITHIN for turn in TURNS
    )
