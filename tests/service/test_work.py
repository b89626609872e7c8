"""The cost of a reading does not depend on its device's earlier messages. Counted, not timed.

It counts the lines of Python that run for one reading, from the encounter to the confirmation, and
the size of all that is remembered, since code in C (a sort, a copy) costs by the size of its input.
"""

import sys
from collections.abc import Callable
from itertools import count
from random import Random
from types import FrameType
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.technical.sequence_gap import is_loss
from monitor.core.vocabulary.events import AlarmChanged, Duplicate, Event
from monitor.core.vocabulary.inputs import Contact, Observed
from monitor.core.vocabulary.vitals import Observation
from monitor.service.ingest.acks.device_acks import Acks
from tests.core.course import START, Course, dosed
from tests.core.law import law

BEFORE: Final = 1000  # readings before the count begins
COUNTED: Final = 40
# For one reading, on average. One pressure may make each limit judge all 64 kept ones anew: each
# reading of a cuff does so if its clock jumps from message to message.
LINES: Final = 25_000
LINES_OF_A_RATE: Final = 2000
SNAPSHOT: Final = 400_000  # bytes
REMEMBERED: Final = 20_000  # numbers and times, for the confirmations
TEN_MINUTES_S: Final = 600.0
TRANSITIONS: Final = 60  # of all alarms together, within ten minutes and without an acknowledgement

CONTACTS: Final = tuple(
    Contact(id=n, name=f"c{n}", order=n, after_s=60.0 * n, person=True) for n in (1, 2, 3)
)


class Behaviour(Struct, frozen=True):
    """A device's behaviour, by the number of the reading. every: s of our clock between two."""

    order: str = "ascending"
    gap: int = 1
    boots: int = 1
    numbers: int = 0
    time: str = "now"
    values: str = "rate"
    every: float = 1 / 300
    batch: int = 50
    seed: int = 0


ORDERS: Final = ("ascending", "descending", "random", "none")
TIMES: Final = ("now", "descending", "equal", "random", "none", "sent", "sent odd")
VALUES: Final = (
    "rate", "rate swings", "pressure", "pressure swings", "pressure creeps", "halves",
    "temperature", "mixed", "record", "flags", "failed", "rejected",
)  # fmt: skip

behaviours = st.builds(
    Behaviour,
    order=st.sampled_from(ORDERS), gap=st.sampled_from([1, 1, 2, 3, 10]),
    boots=st.sampled_from([1, 1, 1, 2, 8, 10_000]), numbers=st.sampled_from([0, 0, 0, 1, 3, 40]),
    time=st.sampled_from(TIMES), values=st.sampled_from(VALUES),
    every=st.sampled_from([1 / 3000, 1 / 300, 0.1, 1.0, 30.0]), batch=st.sampled_from([1, 50, 400]),
    seed=st.integers(0, 3),
)  # fmt: skip


def number(behaviour: Behaviour, n: int, random: Random) -> int | None:
    if behaviour.order == "none":
        return None
    place = {"ascending": n, "descending": 10 * BEFORE - n}.get(behaviour.order)
    if place is None:
        place = random.randrange(10 * BEFORE)
    seq = behaviour.gap * place + n // 7 % 2 * (behaviour.gap > 1)
    return seq % behaviour.numbers if behaviour.numbers else seq


def times(behaviour: Behaviour, n: int, now: float, random: Random) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {
        "now": {"effective": now - 0.1},
        "descending": {"effective": START + 790 - n / 10},
        "equal": {"effective": START + 790},
        "random": {"effective": now - 900 * random.random()},
        "none": {},
        "sent": {"effective": now - n % 40, "sent": now},
        "sent odd": {"effective": now + 200 * (n % 3), "sent": now + 200 * (n % 3)},
    }
    return found[behaviour.time]


def content(behaviour: Behaviour, n: int, random: Random) -> dict[str, Any]:
    swing = float(random.choice([120, 190, 70, 168, 152]))
    found: dict[str, dict[str, Any]] = {
        "rate": {"values": {"hr": 70.0 + n % 5}},
        "rate swings": {"values": {"hr": 150.0 if n // 45 % 2 else 60.0}},
        "pressure": {"values": {"sbp": 120.0 + n % 5, "dbp": 80.0}},
        "pressure swings": {"values": {"sbp": swing, "dbp": swing - 40}},
        "pressure creeps": {"values": {"sbp": 145.0 + n % 40, "dbp": 80.0 + n % 35}},
        "halves": {"values": {"sbp": swing} if n % 2 else {"dbp": 80.0 + n % 9}},
        "temperature": {"values": {"temp": random.choice([36.5, 40.5, 34.0, 38.6])}},
        "mixed": {"values": random.choice([{"hr": 80.0}, {"temp": 36.6}, {"sbp": swing}])},
        "record": {
            "values": {"sbp": swing, "dbp": 60.0}, "record": True, "user": n % 3,
            "stamp": 1e9 + random.choice([n, -n, 7, 61 * n]),
        },
        "flags": {"values": {"sbp": 125.0 + n % 3, "dbp": 80.0},
                  "flags": ("movement",) if n % 2 else ()},
        "failed": {"values": {"sbp": swing} if n % 3 else {}, "failed": ("dbp",)},
        "rejected": {"values": {"hr": 300.0 if n % 9 < 6 else 75.0}},
    }  # fmt: skip
    return found[behaviour.values]


class Device:
    """A device that is confirmed batch by batch, while no alarm is acknowledged."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour, self.random = behaviour, Random(behaviour.seed)  # noqa: S311 - the same
        self.course: Course = dosed()
        self.course.contacts(750, *CONTACTS)
        self.acks, self.now, self.waits = Acks(), START + 800.0, list[tuple[str, int, bool]]()
        self.moved: list[float] = []
        self.numbers = count()

    def elapse(self) -> None:
        """Advance the clock; this work is not counted as a reading's."""
        self.now += self.behaviour.every
        self.moved += moved(self.course.encounter.advance(self.now))

    def send(self) -> None:
        n, behaviour = next(self.numbers), self.behaviour
        boot = "" if behaviour.boots == 1 else f"b{n % behaviour.boots}"
        observation = Observation(
            issued=self.now, device="x", boot=boot, seq=number(behaviour, n, self.random),
            **times(behaviour, n, self.now, self.random), **content(behaviour, n, self.random),
        )  # fmt: skip
        events = self.course.encounter.apply(Observed(observation), self.now)
        self.moved += moved(events)
        if observation.seq is not None:
            self._expect(observation.seq, events)
        if n % behaviour.batch == 0:
            self._commit()

    def _expect(self, seq: int, events: list[Event]) -> None:
        key = self.course.encounter.state.devices.sources["x"].arrivals.filed
        again = len(events) == 1 and isinstance(events[0], Duplicate)
        held = self.acks.expect("x", key, seq, self.now, new=not again)
        self.waits.append((key, seq, held))

    def _commit(self) -> None:
        for key, seq, held in self.waits:
            self.acks.add("x", key, seq, self.now, held=held)
        self.waits.clear()
        for _ in self.acks.pass_gaps(self.now, self._missing):
            pass
        self.acks.take()

    def _missing(self, device: str, key: str, first: int, last: int) -> bool:
        boot = self.course.encounter.state.devices.sources[device].arrivals.boots.get(key)
        return boot is None or is_loss(boot, first, last)

    @property
    def remembered(self) -> int:
        return size(vars(self.acks))


def moved(events: list[Event]) -> list[float]:
    return [event.at for event in events if isinstance(event, AlarmChanged)]


def size(value: object) -> int:
    """Return the number of numbers and texts in it."""
    if isinstance(value, dict):
        return sum(size(key) + size(each) for key, each in value.items())
    if isinstance(value, list | tuple):
        return sum(map(size, value))
    if isinstance(value, Struct):
        return sum(size(getattr(value, name)) for name in value.__struct_fields__)
    return 1


def lines(act: Callable[[], None]) -> int:
    """Return how many lines of Python ran; a loop's lines count once for each iteration."""
    ran, before = 0, sys.gettrace()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal ran
        ran += event == "line"
        return trace

    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return ran


def costs(device: Device) -> float:
    """Return the lines per reading, after many readings."""
    for _ in range(BEFORE):
        device.elapse()
        device.send()
    ran = 0
    for _ in range(COUNTED):
        device.elapse()
        ran += lines(device.send)
    return ran / COUNTED


def check(behaviour: Behaviour) -> None:
    device = Device(behaviour)
    stream = behaviour.values == "rate"
    assert costs(device) <= (LINES_OF_A_RATE if stream else LINES)
    assert len(device.course.encounter.snapshot()) <= SNAPSHOT
    assert device.remembered <= REMEMBERED
    for first in device.moved:
        assert sum(first <= at < first + TEN_MINUTES_S for at in device.moved) <= TRANSITIONS


NAMED: Final = {
    "newest first": Behaviour(order="descending", time="descending"),
    "one number a gap": Behaviour(gap=2),
    "newest first, one number a gap": Behaviour(order="descending", gap=2, time="descending"),
    "numbers at random": Behaviour(order="random"),
    "a boot a message": Behaviour(boots=10_000),
    "the same few numbers": Behaviour(numbers=3),
    "times at random": Behaviour(order="none", time="random"),
    "equal times": Behaviour(order="none", time="equal"),
    "pressures that swing": Behaviour(values="pressure swings"),
    "pressures without a key": Behaviour(values="pressure swings", order="none", time="none"),
    "pressures all through a session": Behaviour(values="pressure swings", every=30.0),
    "temperatures that swing": Behaviour(values="temperature"),
    "records of a cuff": Behaviour(values="record"),
    "a sensor that flickers": Behaviour(values="flags"),
}


@pytest.mark.parametrize("behaviour", NAMED.values(), ids=NAMED)
def test_what_is_known_to_be_odd_costs_no_more_and_more(behaviour: Behaviour) -> None:
    check(behaviour)


@law(12)
@given(behaviours)
def test_whatever_a_device_does_a_reading_costs_no_more_and_more(behaviour: Behaviour) -> None:
    check(behaviour)
