"""A journal replayed under other rules: alarm numbers keep their meaning, and acts remain."""

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.core.encounter import Encounter
from monitor.core.encounter.replaying import Replay, outcome_of
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Baseline,
    Blinded,
    Closed,
    DoseRecorded,
    EpisodeChanged,
    Event,
    Notice,
)
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    Close,
    Dose,
    Facts,
    Input,
    Observed,
    Override,
    Symptom,
)
from monitor.core.vocabulary.refusals import GateRefused, Refused
from monitor.core.vocabulary.vitals import Observation

START: Final = 1_795_428_000.0
FACTS: Final = Facts(
    protocol="sl_home", sitter=True, reachable=True,
    devices={"strap": "heart_rate", "cuff": "cuff"},
)  # fmt: skip
TODAY: Final = PRESETS["sl_home"]
DOSE: Final = Dose(START + 5, "ketamine", "sublingual", 100.0, "thea")
Row = tuple[float, Input | None, list[Event]]


def shifted(by: float) -> Protocol:
    """Return today's protocol with every absolute limit farther out by this much (or in)."""
    limits = tuple(
        limit
        if limit.value is None
        else replace(limit, value=limit.value + (by if limit.direction == "high" else -by))
        for limit in TODAY.limits
    )
    return replace(TODAY, limits=limits)


def opened(protocol: Protocol) -> Encounter:
    return Encounter.open("e-1", FACTS, protocol, START)[0]


def pressure(t: float, sbp: float) -> Observed:
    values = {"sbp": sbp, "dbp": sbp - 40}
    at = START + t
    return Observed(Observation(issued=at, effective=at, device="cuff", values=values))


def rate(t: float, hr: float) -> Observed:
    at = START + t
    return Observed(Observation(issued=at, effective=at, device="strap", values={"hr": hr}))


Course = list[tuple[float, str, float]]
courses: Final = st.lists(
    st.tuples(
        st.sampled_from([1.0, 7.0, 40.0, 300.0]),
        st.sampled_from(["hr", "hr", "hr", "bp", "bp", "acknowledge", "symptom", "help"]),
        st.sampled_from([60.0, 70.0, 125.0, 128.0, 152.0, 172.0, 188.0, 190.0]),
    ),
    max_size=30,
)


def play(course: Course, protocol: Protocol) -> tuple[Encounter, list[Row]]:
    """Record a course as the program of that day would."""
    encounter = opened(protocol)
    rows: list[Row] = []
    t = 0.0
    for wait, what, value in course:
        t += wait
        while encounter.deadline is not None and encounter.deadline <= START + t:
            due = encounter.deadline
            rows.append((due, None, encounter.advance(due)))
        act = _act(encounter, what, t, value)
        if act is not None:
            rows.append((START + t, act, encounter.apply(act, START + t)))
    return encounter, rows


def _act(encounter: Encounter, what: str, t: float, value: float) -> Input | None:
    if what == "hr":
        return rate(t, min(value, 150.0))
    if what == "bp":
        return pressure(t, value)
    if what == "symptom":
        return Symptom("nausea", "sam")
    if what == "help":
        return AskForHelp("sam")
    standing = sorted(alarm.id for alarm in encounter.state.alarms)
    return Acknowledged(standing[int(value) % len(standing)], "thea") if standing else None


def again(rows: list[Row], protocol: Protocol) -> tuple[Encounter, list[Event]]:
    encounter = opened(protocol)
    replay = Replay(encounter, [event for _, _, events in rows for event in events])
    decided: list[Event] = []
    for at, given_, events in rows:
        if given_ is None:
            decided += replay.advance(at)
        else:
            decided += replay.apply(given_, at, outcome_of(events))
    return encounter, decided


def about(alarm: Alarm) -> tuple[str, str | None, str | None]:
    return alarm.condition, alarm.vital, alarm.device


def moved(events: list[Event]) -> list[Alarm]:
    return [event.alarm for event in events if isinstance(event, AlarmChanged | Blinded)]


def number(alarm: Alarm) -> int:
    return int(alarm.id.rpartition("-")[2])


@given(courses)
def test_under_the_same_rules_everything_is_decided_as_it_was(course: Course) -> None:
    before, rows = play(course, TODAY)
    after, decided = again(rows, TODAY)
    assert decided == [event for _, _, events in rows for event in events]
    assert after.snapshot() == before.snapshot()


@given(courses, st.sampled_from([-25.0, -8.0, 8.0, 25.0]))
def test_under_other_rules_a_recorded_number_is_about_the_same_as_ever(
    course: Course, by: float
) -> None:
    _, rows = play(course, TODAY)
    recorded = [event for _, _, events in rows for event in events]
    encounter, decided = again(rows, shifted(by))
    known = {alarm.id: about(alarm) for alarm in moved(recorded)}
    highest = max(map(number, moved(recorded)), default=0)
    book = encounter.state.alarms
    for alarm in [*moved(decided), *book]:
        assert known.get(alarm.id, about(alarm)) == about(alarm)
        assert alarm.id in known or number(alarm) > highest
    assert book.issued >= highest
    assert len({alarm.id for alarm in book}) == len(list(book))
    for key, alarm in book.standing.items():
        assert key == f"report:{alarm.id}" or not key.startswith("report:")
    assert set(encounter.state.escalation.pending) <= {alarm.id for alarm in book}
    told = [event.alarm_id for event in decided if isinstance(event, Notice)]
    assert set(told) <= {alarm.id for alarm in moved(decided)}
    drawn = {e.episode.number: e.episode.vital for e in recorded if isinstance(e, EpisodeChanged)}
    for event in decided:
        if isinstance(event, EpisodeChanged):
            episode = event.episode
            assert drawn.get(episode.number, episode.vital) == episode.vital
            assert episode.number in drawn or episode.number > max(drawn, default=0)
    assert encounter.state.episodes.count >= max(drawn, default=0)


@given(courses, st.sampled_from([-25.0, 8.0]))
def test_nobody_has_acknowledged_what_nobody_saw(course: Course, by: float) -> None:
    """A recorded acknowledgement applies to the alarm for which it was given, or to no alarm."""
    _, rows = play(course, TODAY)
    seen = {
        about(event.alarm) for _, _, events in rows for event in events
        if isinstance(event, AlarmChanged) and event.alarm.acknowledged_by
    }  # fmt: skip
    encounter, _ = again(rows, shifted(by))
    for alarm in encounter.state.alarms:
        assert alarm.acknowledged_by is None or about(alarm) in seen


def test_what_the_record_does_not_know_gets_a_number_that_nobody_had() -> None:
    course = [(1.0, "bp", 140.0), (1.0, "help", 0.0)]
    _, rows = play(course, TODAY)
    encounter, decided = again(rows, shifted(-25.0))
    named = {alarm.condition: number(alarm) for alarm in moved(decided)}
    assert named.pop("help_requested") == 1
    assert sorted(named.values()) == list(range(2, len(named) + 2)) != []
    assert encounter.state.alarms.issued == len(named) + 1


def test_the_very_first_decision_takes_no_recorded_number_over() -> None:
    _, rows = play([(1.0, "help", 0.0)], TODAY)
    encounter = opened(TODAY)
    replay = Replay(encounter, [event for _, _, events in rows for event in events])
    decided = replay.apply(Symptom("chest_pain", "sam"), START + 1, None)
    assert {(alarm.id, alarm.condition) for alarm in moved(decided)} == {("e-1-2", "symptom")}


def test_a_dose_on_record_passes_a_gate_that_is_shut_today_and_keeps_its_baseline() -> None:
    encounter = opened(TODAY)
    with pytest.raises(GateRefused):
        opened(TODAY).apply(DOSE, START + 5)
    baseline = {"sbp": Baseline(118.0, 2.0, 3, "good")}
    recorded = DoseRecorded(START + 5, DOSE, True, baseline, ("What was said then.",))
    replay = Replay(encounter, [recorded])
    decided = replay.apply(DOSE, START + 5, recorded)
    assert recorded in decided
    state = encounter.state
    assert (state.session.doses, state.baseline.values) == ([DOSE], baseline)
    closing = Close("thea", None, None)
    closed = Closed(at=START + 9, by="thea")
    assert closed in replay.apply(closing, START + 9, closed)
    assert state.session.closed_at == START + 9


def _closed_while_a_record_waits() -> list[Row]:
    values = {"sbp": 190.0, "dbp": 114.0}
    record = Observation(
        issued=START + 40, device="cuff", values=values, record=True, stamp=5.0
    )  # fmt: skip
    closing = Close("thea", Override("thea", "it goes on"), None)
    encounter = opened(TODAY)
    acts: list[tuple[float, Input]] = [(START + 40, Observed(record)), (START + 41, closing)]
    return [(at, given_, encounter.apply(given_, at)) for at, given_ in acts]


def test_a_close_while_a_record_waits_is_decided_as_it_was() -> None:
    rows = _closed_while_a_record_waits()
    assert [alarm.condition for alarm in moved(rows[-1][2])] == ["sbp_high", "dbp_high"]
    encounter, decided = again(rows, TODAY)
    assert decided == [event for _, _, events in rows for event in events]
    assert encounter.state.session.closed_at == START + 41


def test_a_close_on_record_stands_though_what_waited_then_was_not_decided() -> None:
    *rows, (at, closing, events) = _closed_while_a_record_waits()
    closed = next(event for event in events if isinstance(event, Closed))
    encounter, decided = again([*rows, (at, closing, [closed])], TODAY)
    assert closed in decided
    assert encounter.state.session.closed_at == START + 41


def test_without_an_outcome_on_record_a_gate_is_asked() -> None:
    replay = Replay(opened(TODAY), [])
    with pytest.raises(GateRefused):
        replay.apply(DOSE, START + 5, None)


def test_what_fell_due_before_an_act_that_is_refused_keeps_its_number() -> None:
    """The alarm of silence is pending; the next call returns it, under the number on record."""
    course = [(1.0, "hr", 70.0), (300.0, "bp", 120.0)]
    _, rows = play(course, TODAY)
    recorded = [event for _, _, events in rows for event in events]
    silent = [alarm.id for alarm in moved(recorded)]
    assert silent
    encounter = opened(TODAY)
    replay = Replay(encounter, recorded)
    replay.apply(rate(1.0, 70.0), START + 1, None)
    with pytest.raises(Refused):
        replay.apply(Acknowledged("e-1-77", "thea"), START + 301, None)
    decided = encounter.advance(START + 301)
    assert {alarm.id for alarm in moved(decided)} == set(silent)
    assert msgspec.json.decode(encounter.snapshot())["state"]["alarms"]["issued"] == max(
        number(alarm) for alarm in moved(recorded)
    )
