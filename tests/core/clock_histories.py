"""Histories of one device's clock as data, and the truth about each of its messages.

A history is a list of acts. It does not depend on the conclusions of a clock, so that the truth can
be compared with them.
"""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.vocabulary.vitals import Observation

START: Final = 1_795_428_000.0
DAY: Final = 86_400.0
# Transit times of messages that are not delayed, in turn, s.
LATENCIES: Final = (0.1, 0.3, 0.05, 0.8, 0.1, 0.2)
AGES: Final = (0.0, 0.5, 0.0, 2.0)


class Read(Struct, frozen=True):
    """`count` messages, one every `every` s. old: s from their measurement to publication."""

    count: int
    every: float
    old: float | None = None


class Step(Struct, frozen=True):
    """The clock is set ahead by this much (back: negative), or to a date."""

    by: float = 0.0
    to: float | None = None
    restarts: bool = False


class Cut(Struct, frozen=True):
    """The connection is cut for `seconds`; its messages arrive afterwards, one every `apart` s."""

    seconds: float
    every: float
    apart: float
    noticed: bool


class Away(Struct, frozen=True):
    """The device sends no messages."""

    seconds: float


class Straggler(Struct, frozen=True):
    """One message is lost, and delivered `after` seconds later."""

    after: float


Act = Read | Step | Cut | Away | Straggler


class Sent(Struct, kw_only=True):
    """One message. published, received: by our clock; behind: how far the device's is."""

    published: float
    received: float
    behind: float
    age: float
    seq: int
    boot: str
    noticed: bool = False
    straggles: bool = False

    @property
    def old(self) -> float:
        return self.received - self.published + self.age

    def observation(
        self, *, tells: bool, numbered: bool = True, values: dict[str, float] | None = None
    ) -> Observation:
        clock = self.published - self.behind
        return Observation(
            issued=self.received, effective=clock - self.age, sent=clock if tells else None,
            device="strap", boot=self.boot if numbered else "", seq=self.seq if numbered else None,
            values={"hr": 70.0} if values is None else values,
        )  # fmt: skip


class Stepped(Struct, frozen=True):
    at: float
    by: float


class History(Struct):
    """messages: in order of receipt; `noticed` is set on the first one after a noticed outage."""

    messages: list[Sent] = []
    steps: list[Stepped] = []


def unrolled(behind: float, acts: Sequence[Act]) -> History:
    """Unroll the acts. Three messages come first: by then a session knows its device."""
    return _Unrolled(behind).history([Read(3, 1.0), *acts])


class _Unrolled:
    def __init__(self, behind: float) -> None:
        self.now, self.behind = START, behind
        self.seq, self.boot, self.total = 0, 0, 0
        self.last = START
        self.found = History()

    def history(self, acts: Sequence[Act]) -> History:
        for act in acts:
            if isinstance(act, Read):
                for _ in range(act.count):
                    self.now += act.every
                    self.deliver(self.message(act.old))
            elif isinstance(act, Step):
                self.step(act)
            elif isinstance(act, Cut):
                self.cut(act)
            elif isinstance(act, Away):
                self.now += act.seconds
            else:
                self.now += 1.0
                lost = self.message(None)
                lost.received, lost.straggles = self.now + act.after, True
                self.found.messages.append(lost)
        self.found.messages.sort(key=lambda sent: sent.received)
        return self.found

    def message(self, old: float | None) -> Sent:
        self.seq += 1
        self.total += 1
        age = AGES[self.total % len(AGES)] if old is None else old
        return Sent(
            published=self.now, received=self.now, behind=self.behind, age=age, seq=self.seq,
            boot=f"b{self.boot}",
        )  # fmt: skip

    def deliver(self, sent: Sent) -> None:
        latency = LATENCIES[self.total % len(LATENCIES)]
        sent.received = self.last = max(self.last, self.now + latency)
        self.found.messages.append(sent)

    def step(self, act: Step) -> None:
        behind = self.behind - act.by if act.to is None else self.now - act.to
        self.found.steps.append(Stepped(self.now, self.behind - behind))
        self.behind = behind
        if act.restarts:
            self.boot, self.seq = self.boot + 1, 0

    def cut(self, act: Cut) -> None:
        until = self.now + act.seconds
        kept: list[Sent] = []
        while self.now + act.every <= until:
            self.now += act.every
            kept.append(self.message(None))
        at = max(until, self.last)
        for n, sent in enumerate(kept):
            at += act.apart
            sent.received, sent.noticed = at, act.noticed and n == 0
        self.now, self.last = max(until, at), at
        self.found.messages += kept


# --- drawing histories --------------------------------------------------------------------------

BEHINDS: Final = (0.0, 0.5, 30.0, -90.0, -900.0, -5000.0, 4 * DAY, START - 1000.0)
STEPS: Final = (
    *(sign * by for by in (7.0, 20.0, 61.0, 90.0, 540.0, 3600.0, 3 * DAY) for sign in (1, -1)),
    9 * 365 * DAY, -9 * 365 * DAY,
)  # fmt: skip
DATES: Final = (0.0, 2_085_978_496.0, 1_546_300_800.0)  # 1970, 2036, a day of manufacture

steps: Final = st.one_of(
    st.builds(Step, by=st.sampled_from(STEPS), restarts=st.booleans()),
    st.builds(Step, to=st.sampled_from(DATES), restarts=st.booleans()),
)
reads: Final = st.builds(
    Read, st.sampled_from((1, 3, 12, 45)), st.just(1.0),
    st.sampled_from((None, None, None, 30.0, 400.0, 1200.0)),
)  # fmt: skip
seldom: Final = st.builds(Read, st.integers(1, 3), st.sampled_from((30.0, 310.0, 910.0)))
cuts: Final = st.builds(
    Cut, st.sampled_from((4.0, 20.0, 80.0, 310.0, 1500.0, 4000.0)), st.sampled_from((1.0, 30.0)),
    st.sampled_from((0.001, 0.01, 0.2, 0.45)), st.booleans(),
)  # fmt: skip
# Of a cuff: minutes apart.
measurements: Final = st.builds(
    Read, st.integers(1, 3), st.sampled_from((120.0, 310.0, 910.0)),
    st.sampled_from((None, None, None, 30.0, 400.0, 1200.0)),
)  # fmt: skip
interruptions: Final = st.builds(
    Cut, st.sampled_from((80.0, 310.0, 1500.0, 4000.0)), st.sampled_from((120.0, 310.0, 700.0)),
    st.sampled_from((0.001, 0.01, 0.2, 0.45)), st.booleans(),
)  # fmt: skip
aways: Final = st.builds(Away, st.sampled_from((5.0, 45.0, 330.0, 830.0)))
stragglers: Final = st.builds(Straggler, st.sampled_from((2.0, 30.0, 120.0, 900.0)))
behinds: Final = st.sampled_from(BEHINDS)


def acts(*of: st.SearchStrategy[Act]) -> st.SearchStrategy[list[Act]]:
    """Draw lists of lists: hypothesis keeps a single list short."""
    parts = st.lists(st.lists(st.one_of(*of), min_size=1, max_size=6), min_size=1, max_size=4)
    return parts.map(lambda found: [act for part in found for act in part])
