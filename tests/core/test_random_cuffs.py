"""Random cuffs against an oracle that knows of each record whether it was measured just now.

A cuff here has a memory, two users, failures, its own clock that may be set meanwhile, and a radio
that connects at any time. The service may be down while it measures, and receives it later. The
session has only the data that the cuff sends.
"""

from itertools import pairwise
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import AlarmChanged, Judged, Rejudged, UserTaken
from tests.core.course import Course
from tests.core.law import law

HIGH: Final = (180.0, 110.0)
# Age, s, up to which stamps cannot show that a record is old: whole minutes leave two minutes of
# doubt (65 s, and the seconds that each of two stamps omits).
TELLS_S: Final = {"none": 20.0, "seconds": 20.0, "minutes": 125.0}


class Made(Struct):
    """A measurement as the cuff keeps it. at: our time, s; user: the person measured."""

    at: float
    stamp: float | None
    sbp: float
    dbp: float
    user: int | None


class Habits(Struct, frozen=True):
    """How a cuff behaves.

    sends      on connecting it sends all of its memory (oldest or newest first), only its newest
               record, or only measurements made while it is connected
    inflates   it sends signs of inflation
    stamps     "none", "seconds", "minutes"
    drift      its clock, s ahead of ours
    """

    sends: str
    inflates: bool
    stamps: str
    drift: float
    named: bool
    slow: bool


habits: Final = st.builds(
    Habits,
    sends=st.sampled_from(["oldest", "newest first", "latest", "live only"]),
    inflates=st.booleans(),
    stamps=st.sampled_from(["none", "seconds", "minutes"]),
    drift=st.sampled_from([0.0, -900.0, 3600.0, -3e8, 86_400.0 * 3, 7200.5]),
    named=st.booleans(),
    slow=st.booleans(),
)
pressures: Final = st.sampled_from([(118, 76), (128, 82), (146, 92), (168, 99), (186, 112)])
act: Final = st.tuples(
    st.sampled_from(
        ["measure", "away", "connect", "fail", "set clock", "other measures", "held up"]
    ),
    st.floats(70, 900),
    pressures,
)


class World:
    """Plays a cuff to a session and keeps for each row whether it was live or just measured."""

    def __init__(self, habit: Habits, stored: list[tuple[float, tuple[int, int]]]) -> None:
        self.habit, self.drift, self.connected = habit, habit.drift, True
        self.course = Course(devices={"cuff": "cuff"})
        self.now, self.made = 5.0, 0
        self.truth: dict[str, tuple[bool, bool]] = {}  # live, and measured at this very moment
        self.memory = [self._made(-age, *values) for age, values in sorted(stored, reverse=True)]
        self.live_high: list[float] = []
        self.told_by_others: list[float] = []  # receipts outdated by the rest of a burst
        self.behind: list[tuple[float, list[str]]] = []
        if stored:
            self._connect()

    def _made(self, at: float, sbp: float, dbp: float, user: int = 1) -> Made:
        stamp: float | None = at + 1.7e9 + self.drift
        if self.habit.stamps == "none":
            stamp = None
        elif self.habit.stamps == "minutes" and stamp is not None:
            stamp = stamp // 60 * 60
        # No two alike: without stamps, equal values could be the same record sent again.
        self.made += 1
        return Made(at, stamp, sbp + self.made / 8, dbp, user if self.habit.named else None)

    def _send(self, made: Made) -> None:
        events = self.course.record(self.now, made.sbp, made.dbp, stamp=made.stamp, user=made.user)
        live = self.now - made.at <= TELLS_S[self.habit.stamps]
        just = self.now == made.at
        keys = [event.key for event in events if isinstance(event, Judged)]
        self.truth |= dict.fromkeys(keys, (live, just))
        self._keep_pace(made, keys)
        if just and made.sbp >= HIGH[0]:
            self.live_high.append(self.now)

    def _keep_pace(self, made: Made, keys: list[str]) -> None:
        """Count records of equal lag behind their stamps as live: a constant lag is hidden."""
        if made.stamp is None:
            return
        behind = self.now - made.stamp
        for other, theirs in self.behind:
            if abs(other - behind) <= TELLS_S[self.habit.stamps]:
                for key in keys + theirs:
                    self.truth[key] = (True, self.truth[key][1])
        self.behind.append((behind, keys))

    def _connect(self) -> None:
        """Send all records together; a slow cuff takes longer for each than an alarm may wait."""
        sent = {
            "oldest": self.memory, "newest first": self.memory[::-1],
            "latest": self.memory[-1:], "live only": [],
        }[self.habit.sends]  # fmt: skip
        if self.habit.stamps == "none" and self.habit.sends in ("latest", "newest first"):
            return  # its messages contain no sign of age
        if self.habit.stamps == "none" and len(sent) == 1:
            return
        newest = max(sent, key=lambda made: made.at, default=None)
        slow = self.habit.slow and self.habit.stamps != "none" and not self.habit.inflates
        stamps = [m.stamp for m in sorted(sent, key=lambda m: m.at) if m.stamp is not None]
        # A clock that was set back in between falsifies the order, which cannot be detected.
        orderly = all(one < other for one, other in pairwise(stamps))
        for made in sent:
            if made is not newest and not slow and orderly:
                self.told_by_others.append(self.now)
            self._send(made)
            self.now += 4.0 if slow else 0.1

    def play(self, kind: str, after: float, values: tuple[int, int]) -> None:
        self.now += after
        self.course.advance(self.now)
        if kind in ("measure", "other measures"):
            self._measure(values, 2 if kind == "other measures" else 1)
        elif kind == "fail":
            self._inflate()
            self.course.observe(self.now, "cuff", {}, failed=("sbp", "dbp"), record=True, seq=None)
        elif kind == "away":
            self.connected = False
        elif kind == "connect" and not self.connected:
            self.connected = True
            self._connect()
        elif kind == "held up" and self.connected and self.habit.stamps != "none":
            self._hold_up(values, after)
        elif kind == "set clock":
            # Far: a clock set to the very minute of an earlier record seems to have stopped.
            self.drift += values[0] * 37_010.0 - 4.8e6

    def _measure(self, values: tuple[int, int], user: int) -> None:
        if self.connected:
            self._inflate()
        made = self._made(self.now, *values, user)
        self.memory.append(made)
        if self.connected:
            self._send(made)

    def _hold_up(self, values: tuple[int, int], after: float) -> None:
        """Measure while the service is down: the sign and the record wait in the broker."""
        made = self._made(self.now + 35, *values)
        self.memory.append(made)
        self.now += 35 + after
        self.course.interrupted(self.now, self.now - 35 - after)
        if self.habit.inflates:
            self.course.inflates(self.now)
            self.now += 1.5
        self._send(made)

    def _inflate(self) -> None:
        if self.habit.inflates:
            self.course.inflates(self.now)
        self.now += 35

    def finish(self) -> None:
        self.course.advance(self.now + 10)


def check(world: World) -> None:
    course = world.course
    state: dict[str, str] = {e.key: e.state for e in course.events if isinstance(e, Judged)}
    patient = next((e.user for e in course.events if isinstance(e, UserTaken)), None)
    for event in course.events:
        if isinstance(event, Rejudged):
            state |= dict.fromkeys(event.keys, event.state)
    for key, (live, just) in world.truth.items():
        assert live or state[key] != "accepted", f"{key} was stored and is believed"
        assert not just or state[key] != "late", f"{key} was live and is history"
    for pressure in course.encounter.state.cuffs.pressures:
        assert pressure.turns.keys() >= pressure.values.keys()
        for key in pressure.keys.values():
            live, _ = world.truth[key]
            assert live or pressure.doubts
            other = pressure.user is not None and patient not in (None, pressure.user)
            assert not other or pressure.doubts
    _no_live_crisis_is_silent(world)
    _what_is_old_raises_nothing(world, state)


def _no_live_crisis_is_silent(world: World) -> None:
    course = world.course
    moves: list[tuple[float, bool, str]] = [
        (e.at - course.start, e.transition in ("latched", "cleared"), e.alarm.priority)
        for e in course.events
        if isinstance(e, AlarmChanged) and e.alarm.condition == "sbp_high"
        if e.transition != "ended"
    ]
    for at in world.live_high:
        *_, (_, over, priority) = [m for m in moves if m[0] <= at + 3.001] or [(0, True, "")]
        assert not over, f"a crisis at {at} was not told"
        assert priority == "high"


def _what_is_old_raises_nothing(world: World, state: dict[str, str]) -> None:
    """Records outdated by their burst raise no alarm; each alarm kept rests on a kept record."""
    course = world.course
    for event in course.events:
        if isinstance(event, AlarmChanged) and event.alarm.condition in ("sbp_high", "dbp_high"):
            onset = event.alarm.onset - course.start
            assert all(abs(onset - at) > 1e-3 for at in world.told_by_others), event.alarm.reason
    for alarm in course.encounter.state.alarms.standing.values():
        if alarm.kind == "physiological" and alarm.vital in ("sbp", "dbp"):
            kept = [p.effective for p in course.encounter.state.cuffs.pressures]
            assert any(abs(alarm.onset - t) < 1e-3 for t in kept), sentence(alarm)


@law(300)
@given(
    habits,
    st.lists(
        st.tuples(st.floats(3600, 9e5), pressures), max_size=5, unique_by=lambda r: r[0] // 90
    ),
    st.lists(act, min_size=1, max_size=10),
)
def test_nothing_stored_is_believed_and_nothing_live_is_silent(
    habit: Habits,
    stored: list[tuple[float, tuple[int, int]]],
    acts: list[tuple[str, float, tuple[int, int]]],
) -> None:
    world = World(habit, stored)
    for kind, after, values in acts:
        world.play(kind, after, values)
    world.finish()
    check(world)
