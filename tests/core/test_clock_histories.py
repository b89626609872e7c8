"""A device's clock over random histories, compared with the truth.

With `sent`: fresh readings are never called late, old readings are never taken for fresh, and a
step is reported immediately. With and without: at every moment the newest value is judged, or an
alarm reports that no value is. Set HUNT to search for failures with new random histories.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from hypothesis import assume, example, given
from hypothesis import strategies as st

from monitor.core.encounter import Encounter
from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.placing import place
from monitor.core.quality.clocks.timebase import AGREE_S, LATE_S, RIGHT_S, right
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import AlarmChanged
from monitor.core.vocabulary.inputs import DeviceStatus, Input, Observed
from monitor.core.vocabulary.vitals import Observation
from tests.core.clock_histories import (
    Act,
    Away,
    Cut,
    History,
    Read,
    Sent,
    Step,
    acts,
    aways,
    behinds,
    cuts,
    interruptions,
    measurements,
    reads,
    seldom,
    steps,
    stragglers,
    unrolled,
)
from tests.core.course import Course
from tests.core.law import law

LAW: Final = law(100)
# Clocks that are right are not corrected, and a transit time of a minute is no step.
SLACK_S: Final = RIGHT_S + 3 * AGREE_S
REPLAYED: Final = 40  # inputs, about as quick to hand in again as a snapshot is to take


Watched = tuple[str, dict[str, float], float]
WATCHED: Final[tuple[Watched, ...]] = (
    ("heart_rate", {"hr": 70.0}, 31.0), ("cuff", {"sbp": 122.0, "dbp": 78.0}, 1801.0),
)  # fmt: skip


def concluded(history: History, *, numbered: bool = True) -> list[tuple[Sent, Placed]]:
    clock = DeviceClock()
    found = []
    for sent in history.messages:
        if sent.noticed:
            clock.went_away()
        given_ = sent.observation(tells=True, numbered=numbered)
        found.append((sent, place(clock, given_, given_.boot, given_.issued)))
    return found


def apart(made: Sequence[Act]) -> list[Act]:
    """Keep clock steps away from cuts and their ends, where a message might be due to either."""
    found: list[Act] = []
    for act in made:
        if isinstance(act, Step | Cut):
            found.append(Read(40, 1.0))
        found.append(act)
        if isinstance(act, Step | Cut):
            found.append(Read(40, 1.0))
    return found


# --- with `sent` --------------------------------------------------------------------------------


@LAW
@given(behinds, acts(reads, seldom, steps, cuts, aways), st.booleans())
def test_nothing_that_is_fresh_is_called_late(
    behind: float, made: list[Act], numbered: bool
) -> None:
    for sent, placed in concluded(unrolled(behind, apart(made)), numbered=numbered):
        if sent.old <= LATE_S - SLACK_S:
            assert not placed.late, (sent, placed)


@LAW
@given(behinds, acts(reads, seldom, steps, cuts, aways), st.booleans())
def test_nothing_that_is_old_is_taken_for_fresh(
    behind: float, made: list[Act], numbered: bool
) -> None:
    for sent, placed in concluded(unrolled(behind, apart(made)), numbered=numbered):
        if sent.old > LATE_S + SLACK_S:
            assert placed.late or placed.doubt, (sent, placed)


@LAW
@given(behinds, acts(reads, seldom, stragglers, cuts, aways))
def test_a_clock_that_was_never_set_is_never_told_to_have_been(
    behind: float, made: list[Act]
) -> None:
    followed = [part for act in made for part in (act, Read(1, 1.0))]
    for sent, placed in concluded(unrolled(behind, followed)):
        assert placed.step is None, (sent, placed)
        if sent.old > LATE_S + SLACK_S:
            assert placed.late or placed.doubt, (sent, placed)


@LAW
@given(behinds, acts(reads, steps))
def test_in_a_stream_each_step_is_told_at_once_and_nothing_is_in_doubt(
    behind: float, made: list[Act]
) -> None:
    """Readings a second apart, numbered: no reading can have waited longer than that."""
    spaced = [part for act in made for part in ((Read(12, 1.0), act, Read(1, 1.0)))]
    history = unrolled(behind, spaced)
    assume(all(abs(stepped.by) > AGREE_S + 1 for stepped in history.steps))
    told = []
    for sent, placed in concluded(history):
        assert not placed.doubt, (sent, placed)
        told += [placed.step] if placed.step else []
        if sent.age <= LATE_S:
            assert abs(sent.received - placed.effective - sent.old) <= AGREE_S + SLACK_S
    assert len(told) == len(history.steps)
    for event, stepped in zip(told, history.steps, strict=True):
        assert abs(event.by_s - stepped.by) <= AGREE_S
        assert 0 <= event.at - stepped.at <= 3.0
        assert sentence(event).startswith("The clock of device strap was set ")


@LAW
@given(behinds, acts(reads, seldom, steps, cuts, aways), st.booleans())
def test_every_doubt_ends(behind: float, made: list[Act], numbered: bool) -> None:
    """After two minutes of a quiet stream its readings are placed where they were measured."""
    calm = [*apart(made), Read(130, 1.0)]
    sent, placed = concluded(unrolled(behind, calm), numbered=numbered)[-1]
    assert (placed.late, placed.doubt) == (None, None)
    assert abs(placed.effective - (sent.published - sent.age)) <= SLACK_S


@LAW
@given(st.sampled_from((0.0, 0.5, 30.0, -900.0)), acts(reads, cuts))
def test_after_a_noticed_outage_nothing_is_in_doubt(behind: float, made: list[Act]) -> None:
    noticed = [
        Cut(act.seconds, act.every, act.apart, noticed=True) if isinstance(act, Cut) else act
        for act in made
    ]
    history = unrolled(behind, [Read(40, 1.0), *apart(noticed)])
    for sent, placed in concluded(history):
        assert not placed.doubt, (sent, placed)
        assert abs(placed.effective - (sent.published - sent.age)) <= SLACK_S


@LAW
@given(
    behinds, acts(reads), st.sampled_from((20.0, 90.0, 540.0, 3600.0)), cuts, st.booleans(),
    st.booleans(),
)  # fmt: skip
@example(0.0, [], 3600.0, Cut(4000.0, 1.0, 0.001, noticed=False), False, True)
def test_a_clock_set_ahead_as_the_way_of_a_stream_breaks_makes_nothing_fresh(
    behind: float, made: list[Act], by: float, cut: Cut, restarts: bool, numbered: bool
) -> None:
    """No earlier message shows the step, and messages after a backlog come too late for that."""
    history = unrolled(behind, [*made, Read(40, 1.0), Step(by=by, restarts=restarts), cut])
    for sent, placed in concluded(history, numbered=numbered):
        if sent.old > LATE_S + SLACK_S:
            assert placed.late or placed.doubt, (sent, placed)


# --- through the session, with `sent` and without -----------------------------------------------


@LAW
@given(behinds, acts(measurements, steps, interruptions, aways), st.booleans())
@example(  # one of a backlog fits the offset known before by chance
    -900.0, [Read(2, 910.0), Step(by=540.0), Cut(1500.0, 120.0, 0.001, noticed=False)], False
)
@example(  # the first one of it does
    0.0, [Step(by=90.0), Step(by=3600.0), Cut(4000.0, 310.0, 0.001, noticed=False)], False
)
@example(  # it restarted, and fits a message of half an hour ago
    -5000.0,
    [
        Cut(4000.0, 310.0, 0.2, noticed=False), Step(by=3600.0, restarts=True),
        Cut(4000.0, 120.0, 0.01, noticed=True),
    ],
    True,
)  # fmt: skip
def test_in_the_end_no_old_pressure_counts(behind: float, made: list[Act], numbered: bool) -> None:
    """A clock may be set while no one can see it; readings accepted wrongly are then doubted."""
    course = Course(devices={"strap": "cuff"})
    state = course.encounter.state
    history = unrolled(behind, [*made, Away(70.0), Read(1, 1.0)])
    for sent in history.messages:
        course.advance(sent.received - course.start)
        if sent.noticed:
            course.apply(sent.received - course.start, DeviceStatus("strap", online=True))
        values = {"sbp": 122.0 + sent.seq % 7, "dbp": 78.0}
        given_ = sent.observation(tells=True, numbered=numbered, values=values)
        course.events += course.encounter.observe(given_, given_.issued)
    by_receipt = {sent.received: sent for sent in history.messages}
    for pressure in state.cuffs.pressures:
        sent = by_receipt[pressure.received]
        assert sent.old <= LATE_S + SLACK_S or pressure.unproven, (sent, pressure)


@LAW
@given(
    behinds, acts(reads, seldom, steps, cuts, aways, stragglers), st.booleans(), st.booleans(),
    st.sampled_from(WATCHED),
)  # fmt: skip
def test_the_newest_is_judged_or_an_alarm_says_that_nothing_is(
    behind: float, made: list[Act], tells: bool, numbered: bool, watched: Watched
) -> None:
    device, values, silent_after = watched
    vital = next(iter(values))
    course = Course(devices={"strap": device})
    state, past = course.encounter.state, Past(course.encounter)
    judged = 0.0  # when a reading was last judged
    for message in unrolled(behind, made).messages:
        given_ = message.observation(tells=tells, numbered=numbered, values=values)
        received = message.received - course.start
        _await(course, message, past)
        assert (course.standing("no_data") is not None) or received - judged <= silent_after
        before = state.vitals.silence[vital]
        course.events += course.encounter.observe(given_, message.received)
        newest = state.vitals.newest.get(vital)
        drawn = newest is not None and newest.received == message.received
        moved = state.vitals.silence[vital] > before
        if drawn or (moved and device == "cuff" and _a_crisis_is_told(past, given_)):
            judged = received
        past.note(message.received, Observed(given_))
        silent = course.standing("no_data") is not None
        assert silent or state.vitals.silence[vital] <= course.start + judged


class Past:
    """The session before its newest message: a snapshot, and the inputs since.

    A snapshot before each message would take most of the time.
    """

    def __init__(self, encounter: Encounter) -> None:
        self._encounter = encounter
        self._snapshot = encounter.snapshot()
        self._since: list[tuple[float, Input]] = []

    def note(self, at: float, given_: Input) -> None:
        """Note an input that was handed in."""
        self._since.append((at, given_))
        if len(self._since) > REPLAYED:
            self._snapshot = self._encounter.snapshot()
            self._since.clear()

    def restored(self) -> Encounter:
        encounter = Encounter.restore(self._snapshot)
        for at, given_ in self._since:
            encounter.apply(given_, at)
        return encounter


def _await(course: Course, message: Sent, past: Past) -> None:
    """Advance to the receipt of a message; report its device online if the outage was noticed."""
    received = message.received - course.start
    if message.noticed:
        online = DeviceStatus("strap", online=True)
        course.apply(received, online)
        past.note(message.received, online)
    course.advance(received)


def _a_crisis_is_told(past: Past, given_: Observation) -> bool:
    """Return whether a crisis in place of this reading would have raised an alarm.

    If so, the reading was judged, although it is not drawn: an unproven one is newer, and among
    pressures only proven ones overtake a proven one. A heart rate that is not drawn is not judged.

    past: until before the reading
    """
    crisis = msgspec.structs.replace(given_, values={"sbp": 192.0, "dbp": 118.0})
    encounter = past.restored()
    encounter.advance(given_.issued)
    events = encounter.observe(crisis, given_.issued)
    return any(
        isinstance(event, AlarmChanged) and event.alarm.condition == "sbp_high" for event in events
    )


@LAW
@given(behinds, acts(reads, steps, aways, stragglers), st.booleans(), st.booleans())
def test_a_fast_heart_is_told_or_that_nothing_is_watched(
    behind: float, made: list[Act], tells: bool, numbered: bool
) -> None:
    """For three minutes, with any change of the clock before and in the middle of them."""
    course = Course(devices={"strap": "heart_rate"})
    calm = len(unrolled(behind, made).messages)
    fast = unrolled(behind, [*made, *([Read(90, 1.0), *_steps_of(made)[:1]] * 2)]).messages
    for n, sent in enumerate(fast):
        given_ = sent.observation(
            tells=tells, numbered=numbered, values={"hr": (146.0 if n >= calm else 72.0) + n % 3}
        )
        course.events += course.encounter.observe(given_, given_.issued)
    course.advance(fast[-1].received - course.start)
    assert course.standing("hr_high") or course.standing("no_data")


def _steps_of(made: Sequence[Act]) -> list[Act]:
    return [act for act in made if isinstance(act, Step)]


def test_the_histories_reach_what_they_are_for() -> None:
    """Steps, backlogs and doubts do occur in them."""
    history = unrolled(
        0.0, [Read(40, 1.0), Cut(1500.0, 30.0, 0.01, noticed=False), Step(by=-900.0)]
    )
    found = concluded(history)
    assert any(placed.doubt for _, placed in found)
    assert any(placed.late for _, placed in found)
    assert right(history.messages[0].behind)
