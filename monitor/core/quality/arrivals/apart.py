"""A device that numbers each vital sign separately, so that each number comes once for each.

At first its numbers are treated as one count. The count is split as soon as this shows: a vital
sign continues by one from its own last number, with a number that another had long ago.
"""

from monitor.core.quality.arrivals.counts import FLAGS, REMEMBERED, Boot, NumberedReading
from monitor.core.vocabulary.count_names import counter_of, group_of, name_of


def counts_apart(reading: NumberedReading, head: Boot, boot: Boot) -> bool:
    """Return whether this reading, which belongs to `boot`, shows it. head: the current count."""
    group, seq = reading.group, reading.seq
    if boot is not head:
        return (
            seq == boot.high + boot.step
            and boot.groups == {group}
            and len(head.groups) == 1
            and group not in head.groups
        )
    if seq >= head.high or head.groups <= {group}:
        return False
    if not head.has(seq):
        gap = head.gap_around(seq)
        if gap is None or not split(head, *gap):
            return False
    return seq - head.step == _newest(head, group)


def split(boot: Boot, first: int, last: int) -> bool:
    """Return whether the gap separates two counters: other vital signs before it than after."""
    before, after = set(), set()
    for vital, numbers in boot.by.items():
        if vital == FLAGS:
            continue
        if next(reversed(numbers)) < first:
            before.add(group_of(vital))
        elif next(iter(numbers)) > last:
            after.add(group_of(vital))
        else:
            return False
    return bool(before and after) and not before & after


def part_ways(boots: dict[str, Boot], heads: dict[str, str], head: str, key: str) -> None:
    """Give each vital sign a count of its own; the one that is ahead keeps the counter."""
    if key != head:
        lead, rest = sorted((head, key), key=lambda k: -boots[k].high)
        _settle(boots, heads, rest, next(iter(boots[rest].groups)), boots.pop(rest))
        heads[counter_of(lead)] = lead
        return
    boot = boots[key]
    ahead = max(sorted(boot.groups), key=lambda group: _newest(boot, group))
    for group in sorted(boot.groups - {ahead}):
        vitals = [vital for vital in boot.by if group_of(vital) == group]
        own = Boot(by={vital: boot.by.pop(vital) for vital in vitals}, at=boot.at)
        _number(own)
        own.last = own.settled = own.high
        _settle(boots, heads, key, group, own)
    if all(len(numbers) < REMEMBERED for numbers in boot.by.values()):
        _number(boot)


def _number(boot: Boot) -> None:
    """Rebuild the numbers of the count from those of its own vital signs."""
    boot.ranges, boot.first, boot.count, boot.step = [], -1, 0, 1
    for seq in sorted({n for vital, known in boot.by.items() if vital != FLAGS for n in known}):
        boot.add(seq)


def _settle(
    boots: dict[str, Boot], heads: dict[str, str], key: str, group: str, boot: Boot
) -> None:
    apart = f"{name_of(key)}\t{group}"
    boots[apart] = boot
    heads[counter_of(apart)] = apart


def _newest(boot: Boot, group: str) -> int:
    return max(
        (next(reversed(numbers)) for vital, numbers in boot.by.items() if group_of(vital) == group),
        default=-1,
    )
