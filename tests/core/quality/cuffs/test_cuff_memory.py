"""A cuff's record is live, old, or of unknown age. Stamps are only compared with each other."""

from typing import Final

import pytest

from monitor.core.quality.cuffs.cuff_memory import CuffMemory

DAY: Final = 86_400.0
YEAR: Final = 365 * DAY
T: Final = 1_795_428_000.0
S: Final = 1_483_228_800.0  # the cuff's clock shows 2017

# receipt after T, stamp after S (None: no stamp), systolic; "i": a sign that the cuff inflates
Row = tuple[float, float | None, float] | tuple[float, str]

HISTORIES: Final[dict[str, tuple[list[Row], list[str]]]] = {
    "the first on connecting": ([(0, 0, 120)], ["unknown"]),
    "it was heard inflating": ([(-20, "i"), (0, 0, 120)], ["live"]),
    "it was heard inflating too long ago": ([(-61, "i"), (0, 0, 120)], ["unknown"]),
    "a burst, oldest first": ([(0, 0, 120), (1, 900, 121), (2, 1800, 122)],
                              ["old", "old", "unknown"]),
    "a burst, newest first": ([(0, 1800, 120), (1, 900, 121), (2, 0, 122)],
                              ["unknown", "old", "old"]),
    "a burst in any order": ([(0, 900, 120), (1, 1800, 121), (2, 0, 122)],
                             ["old", "unknown", "old"]),
    "a burst, the newest just measured": (
        [(-20, "i"), (0, 0, 120), (1, 900, 121), (2, 9000, 122)], ["old", "old", "live"]),
    "a burst, the newest just measured and sent first": (
        [(-20, "i"), (0, 9000, 122), (1, 0, 120), (2, 900, 121)], ["live", "old", "old"]),
    "a slow burst is one": ([(0, 0, 120), (24, 900, 121), (48, 1800, 122)],
                            ["old", "old", "unknown"]),
    "after a pause it is another": ([(0, 0, 120), (25, 900, 121)], ["unknown", "unknown"]),
    "stamps as far apart as receipts": ([(0, 0, 120), (300, 300, 121)], ["live", "live"]),
    "to twenty seconds": ([(0, 0, 120), (300, 320, 121)], ["live", "live"]),
    "and no more": ([(0, 0.5, 120), (300, 321, 121)], ["unknown", "unknown"]),
    "nearer than two measurements can be": ([(0, 0, 120), (49, 49, 121)], ["unknown", "unknown"]),
    "whole minutes, to 65": ([(0, 0, 120), (300, 360, 121), (605, 660, 122)],
                             ["live", "live", "live"]),
    "measured while away, sent with the next": (
        [(0, 0, 120), (900, 300, 118), (901, 901, 121)], ["live", "old", "live"]),
    "measured while away": ([(0, 0, 120), (900, 300, 118)], ["unknown", "unknown"]),
    "by a burst before the last": (
        [(0, 0, 120), (100, 40, 118), (400, 400, 121)], ["live", "unknown", "live"]),
    "a clock that was set back": (
        [(0, 9000, 120), (300, 9300, 121), (600, 0, 122), (900, 301, 123)],
        ["live", "live", "live", "live"]),
    "it is sent again": ([(0, 0, 120), (1, 0, 120)], ["unknown", "old"]),
    "another one under its stamp": ([(0, 0, 120), (1, 0, 190)], ["unknown", "unknown"]),
    "and heard inflating, of a clock of minutes": (
        [(0, 0, 120), (25, "i"), (53, 0, 190)], ["unknown", "live"]),
    "no stamp, alone": ([(0, None, 120)], ["live"]),
    "no stamp, in a burst": ([(0, None, 120), (1, None, 121), (2, None, 122)],
                             ["old", "old", "unknown"]),
    "no stamp, the burst goes on later": ([(0, None, 120), (10, None, 121)], ["old", "live"]),
    "no stamp, in a burst, heard inflating": (
        [(-20, "i"), (0, None, 120), (1, None, 121)], ["old", "live"]),
    "more than a day ahead orders nothing": (
        [(0, T - S + 2 * DAY, 120), (1, T - S + 3 * DAY, 121)], ["unknown", "unknown"]),
    "more than a day ahead, and running": (
        [(0, T - S + 2 * DAY, 120), (300, T - S + 2 * DAY + 300, 121)], ["live", "live"]),
    "its clock began anew, and it sends what it has stored with what it measures": (
        [(-20, "i"), (0, 59, 189), (0.4, 9 * YEAR, 119),
         (130, "i"), (150, 209, 190), (150.4, 9 * YEAR + 3600, 121)],
        ["live", "unknown", "live", "unknown"]),
    "once, and nothing shows how its clock runs": (
        [(-20, "i"), (0, 59, 189), (0.4, 9 * YEAR, 119)], ["unknown", "unknown"]),
    "its clock began anew in the middle of a year": (
        [(0, 9 * YEAR, 119), (0.4, 120 * DAY, 189), (150, 120 * DAY + 150, 190),
         (150.4, 9 * YEAR + 3600, 121)],
        ["unknown", "old", "unknown", "unknown"]),
    "years apart, and none of a year's first days": (
        [(0, 120 * DAY, 189), (0.4, 9 * YEAR, 119)], ["old", "unknown"]),
    "of a year's first days, and not long before": (
        [(0, 59, 189), (0.4, 120 * DAY, 119)], ["old", "unknown"]),
}  # fmt: skip


def ages(rows: list[Row], start: float = T) -> list[str]:
    memory = CuffMemory()
    for number, row in enumerate(rows):
        at = start + row[0]
        memory.decide(at)
        if row[1] == "i":
            memory.inflates(at)
            continue
        _, stamp, sbp = row  # type: ignore[misc]
        assert not isinstance(stamp, str)
        memory.take(str(number), at, None if stamp is None else S + stamp, {"sbp": sbp})
    memory.decide(start + 1e6)
    assert memory.deadline is None
    return [record.age for record in memory.records]


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history(name: str) -> None:
    rows, expected = HISTORIES[name]
    assert ages(rows) == expected


def test_it_waits_for_three_seconds_and_no_longer() -> None:
    memory = CuffMemory()
    record, _ = memory.take("a", T, S, {"sbp": 120.0})
    assert memory.deadline == record.until == T + 3
    assert memory.decide(T + 2.9) == []
    assert memory.decide(T + 3) == [record]
    assert memory.decide(T + 9) == []


def test_how_old_an_old_one_is_at_least() -> None:
    memory = CuffMemory()
    old, _ = memory.take("a", T, S, {"sbp": 120.0})
    assert memory.stored_before(old) is None
    memory.take("b", T + 1, S + 8 * DAY, {"sbp": 121.0})
    assert memory.stored_before(old) == 8 * DAY


def test_a_failed_measurement_uses_up_what_was_heard() -> None:
    memory = CuffMemory()
    memory.inflates(T)
    memory.failed()
    record, _ = memory.take("a", T + 10, S, {"sbp": 120.0})
    memory.decide(T + 13)
    assert record.age == "unknown"


def test_one_measurement_is_heard_for_one_record() -> None:
    memory = CuffMemory()
    memory.inflates(T)
    first, _ = memory.take("a", T + 10, S, {"sbp": 120.0})
    memory.decide(T + 13)
    second, _ = memory.take("b", T + 45, S + 4000, {"sbp": 121.0})
    memory.decide(T + 60)
    assert (first.age, second.age) == ("live", "unknown")


def test_it_remembers_no_more_than_it_needs() -> None:
    memory = CuffMemory()
    for n in range(500):
        memory.take(str(n), T + 30 * n, S + 1000 * n, {"sbp": 120.0})
    assert len(memory.records) == 64
    assert len(memory.anchors) == 8
