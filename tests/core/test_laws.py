"""The laws at the head of `monitor/core/alarms/signal.py`, each tried on random sessions.

`scripts.py` defines the possible contents of a session. Set HUNT in the environment to search for
failures with many new random sessions; without it every run plays the same ones.
"""

import re
from collections.abc import Callable, Generator, Iterator
from typing import Final

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.alarms.signal import SIGNAL
from monitor.core.encounter import Encounter
from monitor.core.sentences.calls import bare
from monitor.core.sentences.english import english, sentence
from monitor.core.sentences.figures import figure
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Blinded,
    Closed,
    EpisodeChanged,
    Event,
    Judged,
    Notice,
    Unwatched,
)
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    DeviceStatus,
    Input,
    NoticeDeclined,
    NoticeReported,
    Observed,
)
from monitor.core.vocabulary.vitals import Observation
from tests.core.course import START
from tests.core.law import law
from tests.core.scripts import Script, Timed, hand_in, inputs, opened, play, scripts

LAW: Final = law(45)
# What a law sees of a session: after each input, the session and its answer.
Law = Generator[None, tuple[Encounter, "Turn"], None]
OF_EVERY_TURN: Final[list[Callable[[], Law]]] = []
HOURS: Final = 4 * 3600.0
EASING: Final = ("latched", "cleared", "deescalated")
# Conditions with an alarm for each report, and for each contact that cannot be reached.
SEVERAL: Final = ("symptom", "help_requested", "notice_failed")


class Turn(msgspec.Struct):
    """One input and its answer."""

    before: float
    now: float
    given: Input | None
    events: list[Event]
    refused: str = ""


def turns(timed: Timed, *, rest: float = HOURS) -> Iterator[tuple[Encounter, Turn]]:
    """Play the session, input by input, and then hours without input."""
    encounter, events = opened()
    yield encounter, Turn(START, START, None, events)
    before = START
    for now, given_ in timed:
        events, refused = hand_in(encounter, now, given_)
        if refused:
            events = encounter.advance(now)  # events that fell due before it
        yield encounter, Turn(before, now, given_, events, refused)
        before = now
    yield encounter, Turn(before, before + rest, None, encounter.advance(before + rest))


def of_every_turn(begin: Callable[[], Law]) -> Callable[[], Law]:
    """Add a law that only looks: all of them see the same sessions, each played once."""
    OF_EVERY_TURN.append(begin)
    return begin


def changed(events: list[Event]) -> list[AlarmChanged]:
    return [e for e in events if isinstance(e, AlarmChanged)]


# --- 1. everything that decides about an alarm lives in the core --------------------------------


@of_every_turn
def the_events_tell_every_alarm_that_the_status_shows() -> Law:
    """So no decision is left to a program outside the core: following the events is enough.

    A further reading without a transition also moves an alarm's value, and its reason with it.
    """
    followed: dict[str, Alarm] = {}
    while True:
        encounter, turn = yield
        for event in turn.events:
            if isinstance(event, AlarmChanged | Blinded):
                followed[event.alarm.id] = event.alarm
                if event.alarm.presence == "off":
                    del followed[event.alarm.id]
        shown = {a.id: a for a in encounter.status(turn.now).alarms}
        assert {k: _as_shown(a) for k, a in shown.items()} == {
            k: _as_shown(a) for k, a in followed.items()
        }


def _as_shown(alarm: Alarm) -> tuple[object, ...]:
    return alarm.presence, alarm.priority, alarm.data_lost_at


@of_every_turn
def an_alarm_says_its_newest_value_in_its_reason() -> Law:
    """A headline is built from the value, and is shown above the reason."""
    while True:
        encounter, turn = yield
        for alarm in encounter.status(turn.now).alarms:
            if alarm.value is not None and alarm.presence != "latched":
                words = english(bare(alarm.because))
                assert figure(alarm.vital or "hr", alarm.value) in words, (alarm.value, words)


@of_every_turn
def the_signal_moves_as_the_table_says() -> Law:
    rows = {(was, becomes, change) for (was, _), (becomes, change) in SIGNAL.items()}
    presence: dict[str, str] = {}
    while True:
        _, turn = yield
        for change in changed(turn.events):
            was = presence.get(change.alarm.id, "off")
            assert (was, change.alarm.presence, change.transition) in rows
            assert was != "off" or change.alarm.id not in presence, "an alarm that ended came back"
            presence[change.alarm.id] = change.alarm.presence


@of_every_turn
def a_condition_has_one_alarm_at_a_time_and_ids_count_upwards() -> Law:
    issued = 0
    standing: dict[tuple[str, str | None, str | None], str] = {}
    while True:
        _, turn = yield
        for change in changed(turn.events):
            alarm = change.alarm
            number = int(alarm.id.rpartition("-")[2])
            key = (alarm.condition, alarm.vital, alarm.device)
            if change.transition == "raised" and number > issued:
                issued = number
                if alarm.condition not in SEVERAL:
                    assert key not in standing, ("the condition has an alarm already", key)
                    standing[key] = alarm.id
            elif alarm.cleared_at is not None and standing.get(key) == alarm.id:
                del standing[key]


# --- 2. no code reads a clock or waits ----------------------------------------------------------


@of_every_turn
def events_fall_between_the_times_that_were_handed_in_and_in_order() -> Law:
    last = START
    while True:
        _, turn = yield
        for event in turn.events:
            assert last <= event.at <= turn.now
            last = event.at


@of_every_turn
def the_deadline_is_the_one_that_follows_from_the_state() -> Law:
    """The deadline kept from input to input equals the one computed from the whole state."""
    while True:
        encounter, _ = yield
        assert encounter.deadline == Encounter.restore(encounter.snapshot()).deadline


@LAW
@given(scripts)
def test_the_deadline_is_ahead_and_asking_at_deadlines_comes_to_an_end(script: Script) -> None:
    last = START
    encounter = opened()[0]
    for encounter, turn in turns(inputs(script), rest=0.0):
        encounter.advance(turn.now)
        assert encounter.deadline is None or encounter.deadline > turn.now
        last = turn.now
    asked, due = 0, encounter.deadline
    while due is not None and due < last + HOURS:
        encounter.advance(due)
        following = encounter.deadline
        assert following is None or following > due
        asked, due = asked + 1, following
        assert asked < 2000  # contacts are notified again every few minutes


# --- 3. silence is not health -------------------------------------------------------------------


@LAW
@given(scripts, st.sampled_from((1.0, 31.0, 121.0, 1801.0, 86_400.0)))
def test_silence_never_ends_a_threshold_condition(script: Script, silence: float) -> None:
    encounter, _ = opened()
    timed = inputs(script)
    play(timed, encounter)
    now = timed[-1][0] if timed else START
    before = {k: a.priority for k, a in encounter.state.alarms.standing.items() if a.vital}
    rank = {"low": 1, "medium": 2, "high": 3}
    events = encounter.advance(now + silence)
    after = encounter.state.alarms.standing
    for key, priority in before.items():
        assert key in after
        assert rank[after[key].priority] >= rank[priority]
    assert not [
        c for c in changed(events)
        if c.transition in ("latched", "cleared", "deescalated") and c.alarm.kind == "physiological"
    ]  # fmt: skip


@LAW
@given(scripts)
def test_silence_is_an_alarm_in_time(script: Script) -> None:
    encounter, _ = opened()
    timed = inputs(script)
    if not timed:
        return
    play(timed, encounter)
    now = timed[-1][0] + 1801.25
    encounter.advance(now)
    if encounter.state.session.closed_at is not None:
        return
    alarms = encounter.status(now).alarms
    silent = {a.vital for a in alarms if a.condition == "no_data"}
    expected = set(encounter.state.vitals.silence)
    assert silent == expected
    unseen = {a.id for a in alarms if a.data_lost_at is not None}
    stand = [a for a in alarms if a.kind == "physiological" and a.presence != "latched"]
    assert unseen == {a.id for a in stand if a.vital is not None}


# --- 4. a latched signal ends only by a person --------------------------------------------------


@of_every_turn
def a_latched_alarm_ends_by_acknowledgement_alone() -> Law:
    latched: set[str] = set()
    while True:
        encounter, turn = yield
        for change in changed(turn.events):
            alarm = change.alarm
            if alarm.id in latched:
                assert change.transition == "ended"
                assert isinstance(turn.given, Acknowledged)
                assert turn.given.alarm_id == alarm.id
                assert alarm.acknowledged_by == turn.given.by
                assert alarm.acknowledged_at == turn.now
                latched.discard(alarm.id)
            if change.transition == "latched":
                latched.add(alarm.id)
        assert latched == {a.id for a in encounter.state.alarms if a.presence == "latched"}


# --- 5. asking more often changes nothing; shifting all times shifts the answer ------------------


@LAW
@given(scripts, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 8)), max_size=60))
def test_asking_more_often_changes_nothing(script: Script, asks: list[tuple[int, int]]) -> None:
    """asks: before which input, and how many eighths of the wait before it have passed."""
    timed = inputs(script)
    seldom, _ = opened()
    often, _ = opened()
    extra: dict[int, list[int]] = {}
    for index, eighths in asks:
        extra.setdefault(index % len(timed) if timed else 0, []).append(eighths)
    events, asked = list[Event](), list[Event]()
    before = START
    for index, (now, given_) in enumerate(timed):
        events += hand_in(seldom, now, given_)[0]
        for eighths in sorted(extra.get(index, [])):
            asked += often.advance(before + (now - before) * eighths / 8)
        asked += hand_in(often, now, given_)[0]
        before = now
    events += seldom.advance(before + HOURS)
    asked += often.advance(before + HOURS)
    assert asked == events
    assert often.state == seldom.state


@LAW
@given(scripts, st.sampled_from((-START, -START - 86_400.0, 1.0, 3600.0, 200_000_000.0)))
def test_shifting_all_times_shifts_the_answer_and_nothing_else(
    script: Script, shift: float
) -> None:
    here = _all_events(inputs(script, START), START)
    there = _all_events(inputs(script, START + shift), START + shift)
    assert [_relative(e, START + shift) for e in there] == [_relative(e, START) for e in here]


def _all_events(timed: Timed, start: float) -> list[Event]:
    encounter, events = opened(start)
    events += play(timed, encounter)
    return events + encounter.advance((timed[-1][0] if timed else start) + HOURS)


TIMES: Final = frozenset((
    "at", "effective", "issued", "measured", "onset", "raised_at", "extreme_at", "cleared_at",
    "acknowledged_at", "peak_at", "end", "by", "sent", "dosed_at", "returned_at", "data_lost_at",
    "since", "until", "priority_since", "worst_since", "called_at",
))  # fmt: skip


def _relative(event: object, start: float) -> object:
    """The event without its key, which contains a time, and with times counted from the start."""
    return _rebased(msgspec.to_builtins(event), start)


def _rebased(value: object, start: float) -> object:
    if isinstance(value, dict):
        return {
            k: v - start if k in TIMES and isinstance(v, float) else _rebased(v, start)
            for k, v in value.items()
            if k != "key"
        }
    return [_rebased(v, start) for v in value] if isinstance(value, list) else value


# --- 6. every transition carries a reason -------------------------------------------------------


@of_every_turn
def every_transition_carries_a_sentence() -> Law:
    while True:
        _, turn = yield
        for change in changed(turn.events):
            reason = sentence(change.alarm)
            assert reason.endswith(".")
            assert reason[0].isupper()
            assert "None" not in reason
            assert "nan" not in reason


@of_every_turn
def whatever_is_not_accepted_says_why() -> Law:
    while True:
        _, turn = yield
        for event in turn.events:
            if isinstance(event, Judged):
                assert (event.state == "accepted") == (sentence(event) == "")


@of_every_turn
def no_sentence_has_a_time_of_day() -> Law:
    """The core knows no time zone: a time would be read as that of another place."""
    while True:
        encounter, turn = yield
        for told in (*turn.events, encounter.status(turn.now)):
            for text in _texts(msgspec.to_builtins(told)):
                assert not re.search(r"\b\d{1,2}:\d\d\b|UTC|\dZ\b", text), text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


# --- 7. a rejected reading is kept, and has no effect -------------------------------------------

REJECTED: Final = st.sampled_from((
    {"hr": 0.0}, {"hr": 999.0}, {"sbp": 0.0, "dbp": 0.0}, {"sbp": 120.0, "dbp": 115.0},
    {"temp": 20.0}, {"map": 300.0}, {"hr": float("nan")}, {"hr": float("inf")},
))  # fmt: skip


@LAW
@given(scripts, st.lists(st.tuples(st.integers(0, 400), REJECTED), min_size=1, max_size=20))
def test_what_is_rejected_is_kept_and_changes_nothing(
    script: Script, junk: list[tuple[int, dict[str, float]]]
) -> None:
    timed = inputs(script)
    # Any message from a device that was away is news, and rightly so.
    away = {g.device for _, g in timed if isinstance(g, DeviceStatus)}
    with_junk: Timed = []
    for index, (now, given_) in enumerate(timed):
        with_junk.append((now, given_))
        for place, values in junk:
            if place % len(timed) == index and isinstance(given_, Observed):
                device = given_.observation.device
                if device not in away:
                    impossible = Observation(issued=now, device=device, values=values)
                    with_junk.append((now, Observed(impossible)))
    told = play(with_junk)
    # Answers to an alarm name it by a number, and an alarm about the junk shifts the numbers.
    moved = any(c.alarm.condition == "signal_quality" for c in changed(told))
    answers = (Acknowledged, NoticeReported, NoticeDeclined)
    assume(not (moved and any(isinstance(g, answers) for _, g in timed)))
    assert _apart_from_it(told) == _apart_from_it(play(timed))


def _apart_from_it(events: list[Event]) -> list[Event]:
    """Events without rejected readings and the alarm about a run of them.

    That alarm is one more unmet condition of the discharge gate. Alarms are numbered again, and so
    are the notices about them.
    """
    kept: list[Event] = []
    numbers: dict[str, int] = {}
    notices = 0
    for event in events:
        if isinstance(event, Judged) and event.state == "rejected":
            continue
        if isinstance(event, Closed):
            unmet = tuple(
                one for one in event.unmet_because if one.facts.get("condition") != "signal_quality"
            )
            kept.append(msgspec.structs.replace(event, unmet_because=unmet))
        elif isinstance(event, Notice):
            if event.alarm_id in numbers:
                notices += 1
                named = str(numbers[event.alarm_id])
                kept.append(msgspec.structs.replace(event, alarm_id=named, number=notices))
        elif not isinstance(event, AlarmChanged | Blinded):
            kept.append(_unkeyed(event))
        elif event.alarm.condition != "signal_quality":
            number = numbers.setdefault(event.alarm.id, len(numbers))
            alarm = msgspec.structs.replace(event.alarm, id=str(number))
            kept.append(msgspec.structs.replace(event, alarm=alarm))
    return kept


@of_every_turn
def a_doubtful_reading_ends_and_eases_nothing() -> Law:
    while True:
        _, turn = yield
        verdicts = {e.state for e in turn.events if isinstance(e, Judged)}
        if not isinstance(turn.given, Observed) or "accepted" in verdicts:
            continue
        told = [c for c in changed(turn.events) if c.alarm.kind == "physiological"]
        # A reading that arrives after a newer one may raise an alarm that the newer one ends.
        begun = {c.alarm.id for c in told if c.transition in ("raised", "escalated")}
        assert [c for c in told if c.transition in EASING and c.alarm.id not in begun] == []


@of_every_turn
def every_believed_systolic_of_180_is_high_with_that_reading() -> Law:
    """After any course and with any doubt about it; if it is overtaken, for a moment."""
    while True:
        encounter, turn = yield
        newest = encounter.state.vitals.newest.get("sbp")
        for reading in turn.events:
            if not isinstance(reading, Judged) or reading.vital != "sbp" or reading.value < 180:
                continue
            if reading.state not in ("accepted", "suspect") or newest is None:
                continue
            told = [c.alarm for c in changed(turn.events) if c.alarm.condition == "sbp_high"]
            stands = encounter.state.alarms.standing.get("sbp_high")
            assert "high" in [a.priority for a in (*told, *([stands] if stands else []))]
            if reading.effective == newest.effective:
                assert stands is not None
                assert stands.priority == "high"


def _unkeyed(event: Event) -> Event:
    return msgspec.structs.replace(event, key="") if isinstance(event, Judged) else event


@of_every_turn
def every_reading_is_on_the_record_once() -> Law:
    keys: set[str] = set()
    while True:
        _, turn = yield
        kept = [e for e in turn.events if isinstance(e, Judged)]
        assert not keys & {e.key for e in kept}
        keys |= {e.key for e in kept}


# --- 8. the same inputs give the same events ----------------------------------------------------


@LAW
@given(scripts)
def test_a_journal_read_back_gives_the_same_events(script: Script) -> None:
    timed = inputs(script)
    written = msgspec.json.encode(timed)
    again = msgspec.json.decode(written, type=list[tuple[float, Input]])
    assert msgspec.json.encode(play(again)) == msgspec.json.encode(play(timed))


@LAW
@given(scripts, st.integers(0, 400))
def test_a_snapshot_goes_on_as_the_original_would(script: Script, place: int) -> None:
    timed = inputs(script)
    place %= len(timed) + 1
    encounter, _ = opened()
    play(timed[:place], encounter)
    restored = Encounter.restore(encounter.snapshot())
    assert restored.deadline == encounter.deadline
    assert restored.state == encounter.state
    rest = timed[place:]
    end = (timed[-1][0] if timed else START) + HOURS
    assert play(rest, restored) == play(rest, encounter)
    assert restored.advance(end) == encounter.advance(end)


@LAW
@given(scripts, st.integers(0, 400), st.integers(0, 8))
def test_a_snapshot_may_be_taken_between_inputs(script: Script, place: int, eighths: int) -> None:
    timed = inputs(script)
    assume(timed)
    place %= len(timed)
    encounter, _ = opened()
    play(timed[:place], encounter)
    before = timed[place - 1][0] if place else START
    middle = before + (timed[place][0] - before) * eighths / 8
    encounter.advance(middle)
    restored = Encounter.restore(encounter.snapshot())
    assert restored.deadline == encounter.deadline
    assert play(timed[place:], restored) == play(timed[place:], encounter)


# --- episodes -----------------------------------------------------------------------------------


@of_every_turn
def episodes_are_whole() -> Law:
    count = 0
    open_now: dict[str, int] = {}
    ended: dict[int, str] = {}
    while True:
        _, turn = yield
        for event in turn.events:
            if not isinstance(event, EpisodeChanged):
                continue
            episode = event.episode
            assert episode.onset <= episode.peak_at
            assert episode.peak >= episode.limit
            assert episode.area >= 0
            if event.change == "opened":
                count += 1
                assert episode.number == count
                assert episode.vital not in open_now
                open_now[episode.vital] = episode.number
            elif event.change == "returned":
                assert ended.pop(episode.number) == episode.vital
                assert episode.end is not None
                assert episode.returned_at is not None
                assert episode.end <= episode.returned_at
            elif event.change == "ended":
                assert open_now.pop(episode.vital) == episode.number
                ended[episode.number] = episode.vital
                assert episode.end is not None
                assert episode.peak_at <= episode.end
                over = episode.over_s + episode.hole_s
                assert 0 <= over <= episode.end - episode.onset + 1e-6
                assert episode.unwatched_s >= 0
            else:
                assert open_now[episode.vital] == episode.number


@of_every_turn
def stretches_in_which_nobody_watched_are_past_and_never_overlap() -> Law:
    until = START
    while True:
        _, turn = yield
        for event in turn.events:
            if isinstance(event, Unwatched):
                assert until <= event.since < event.until <= event.at
                until = event.until


@of_every_turn
def nothing_but_notes_and_acknowledgements_follows_the_close() -> Law:
    closed = False
    while True:
        _, turn = yield
        if closed and not isinstance(turn.given, Acknowledged):
            assert turn.events == []
        closed |= any(isinstance(e, Closed) for e in turn.events)


# --- all laws that only look ----------------------------------------------------------------------


@law(90)
@given(scripts)
def test_every_law_of_a_turn_holds(script: Script) -> None:
    laws = [begin() for begin in OF_EVERY_TURN]
    for each in laws:
        next(each)
    for seen in turns(inputs(script)):
        for each in laws:
            each.send(seen)
