"""Whatever one device does, another's reading waits for a bounded amount of its work.

Counted in readings that are judged in between, not in seconds: the same on any machine.
"""

import asyncio
import itertools
import json
import tempfile
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.service.ingest.turns.test_intake import Rig

RATE: Final = 50.0  # readings a second that the rig allows a device
AT_ONCE: Final = 10 * RATE  # within its budget these are judged on arrival
# One turn of the lane in service, of ordinary readings or one that costs as much, the one in hand,
# and the readings judged early: the newest and the worst of each pressure.
BETWEEN: Final = 64 + 32 + 8
CRISIS: Final = b'{"seq":1,"sbp":214,"dbp":128}'
VALUES: Final[tuple[dict[str, float], ...]] = (
    {"hr": 70}, {"hr": 199}, {"sbp": 118, "dbp": 74}, {"sbp": 190, "dbp": 118}, {"temp": 39.2},
)  # fmt: skip


class Habit(Struct, frozen=True):
    """A device's behaviour.

    step   difference of successive numbers
    boots  readings of one boot
    sizes  readings per message, in turn
    ages   s
    pad    meaningless bytes in each reading
    """

    step: int
    boots: int
    sizes: tuple[int, ...]
    values: tuple[dict[str, float], ...]
    ages: tuple[int, ...]
    qos: int
    pad: int
    messages: int

    def payloads(self, now: float) -> Iterator[bytes]:
        values, ages = itertools.cycle(self.values), itertools.cycle(self.ages or (None,))
        number = 0
        for size in itertools.islice(itertools.cycle(self.sizes), self.messages):
            rows: list[dict[str, Any]] = []
            for _ in range(size):
                row: dict[str, Any] = {"seq": 10**6 + number * self.step, **next(values)}
                age = next(ages)
                if age is not None:
                    row["t"] = int((now - age) * 1000)
                if self.boots:
                    row["boot"] = f"b{number // self.boots}"
                if self.pad:
                    row["x"] = "x" * self.pad
                rows.append(row)
                number += 1
            yield json.dumps(rows).encode()


habits = st.builds(
    Habit,
    step=st.sampled_from((1, 1, -1, 0, 2, -2, 50)),
    boots=st.sampled_from((0, 0, 1, 3)),
    sizes=st.lists(st.sampled_from((1, 1, 2, 64, 65, 500, 2000)), min_size=1, max_size=4).map(
        tuple
    ),
    values=st.lists(st.sampled_from(VALUES), min_size=1, max_size=4).map(tuple),
    ages=st.lists(st.integers(-60, 5000), max_size=4).map(tuple),
    qos=st.sampled_from((0, 1)),
    pad=st.sampled_from((0, 0, 20, 400)),
    messages=st.integers(1, 60),
)


@settings(max_examples=12, deadline=None)
@given(habits)
def test_anothers_reading_waits_for_a_bounded_number_of_its_readings(habit: Habit) -> None:
    with tempfile.TemporaryDirectory() as place:
        before, between = asyncio.run(_judged(habit, f"sqlite:///{place}/monitor.db"))
    assert before <= AT_ONCE
    assert between <= BETWEEN


async def _judged(habit: Habit, database: str) -> tuple[int, int]:
    """Return the number of bad's readings judged before good's arrives, then until it is judged."""
    rig = Rig(database, speed=1.0, backlog=2000)
    await rig.begin()
    judged: list[str] = []  # the device of each reading
    judge = rig.ingest.judge

    def counted(slot: Any, now: float, *, in_turn: bool) -> int:
        judged.append(slot.handed.device)
        return judge(slot, now, in_turn=in_turn)

    rig.ingest.judge = counted  # type: ignore[method-assign]
    for payload in habit.payloads(rig.clock.now()):
        rig.arrives("bad", payload, qos=habit.qos)
    before = len(judged)
    rig.arrives("good", CRISIS)
    async with asyncio.timeout(20):
        while "good" not in judged:
            await asyncio.sleep(0)
    assert rig.standing("e-good", "sbp_high")
    await rig.end()
    return before, judged.index("good") - before
