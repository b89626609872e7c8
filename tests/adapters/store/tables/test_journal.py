"""A journal row returns what was put into it, for every type of content."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from monitor.adapters.store import Entry, JournalRow, JournalStep, StoreError, decode_journal_row
from monitor.adapters.store.tables.journal import lines
from monitor.core.sentences.english import english, in_words, sentence, source
from monitor.core.vocabulary import events, vitals
from monitor.core.vocabulary import inputs as all_inputs
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Closed,
    Corrected,
    DoseRecorded,
    Event,
    Judged,
    MeasurementFailed,
)
from monitor.core.vocabulary.inputs import Dose, Input, Observed
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from tests.adapters.store.sessions import alarm, judged, reading

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
# Beyond 64 bits, JSON as msgspec reads it has no whole numbers.
st.register_type_strategy(int, st.integers(-(2**63), 2**63))


def _built(kind: type[Struct]) -> st.SearchStrategy[Struct]:
    return st.builds(kind, **{f.name: st.from_type(f.type) for f in msgspec.structs.fields(kind)})


for _module in (vitals, events, all_inputs):
    for _kind in vars(_module).values():
        if isinstance(_kind, type) and issubclass(_kind, Struct):
            st.register_type_strategy(_kind, _built)

# Codes are those that a language knows, here of a typed text; their facts: tests/core/sentences.
st.register_type_strategy(Reason, st.just(NONE) | st.builds(plain, st.text()))

inputs = st.none() | st.one_of([st.from_type(kind) for kind in get_args(Input)])
decisions = st.lists(st.one_of([st.from_type(kind) for kind in get_args(Event)]), max_size=4)


def through(entry: Entry) -> list[JournalStep]:
    rows = [JournalRow(n, *line) for n, line in enumerate(lines(entry), 1)]
    return [decode_journal_row(row) for row in rows]


@given(st.floats(0, 2e9), inputs, decisions)
def test_every_input_and_event_comes_back_in_order(
    at: float, given_: Input | None, decided: list[Event]
) -> None:
    steps = through(Entry("e0", at, given_, decided))
    assert [step.input for step in steps if step.input] == ([given_] if given_ else [])
    assert [event for step in steps for event in step.events] == [in_words(e) for e in decided]
    if given_ is not None:
        assert (steps[0].input, steps[0].at) == (given_, at)


def test_a_reading_shares_its_row_with_its_verdicts_and_with_nothing_else() -> None:
    first, second, raised = judged(1), judged(1, vital="sbp"), alarm(1, "raised", "on", at=5.0)
    entry = reading(1, verdicts=(first, second), more=(raised, judged(2)))

    sides = [(side, kind) for _, side, kind, _ in lines(entry)]

    assert sides == [("reading", "observed"), ("event", "alarm"), ("event", "judged")]
    steps = through(entry)
    assert steps[0].events == (first, second)
    assert (steps[1].events, steps[1].at) == ((raised,), 5.0)


BACK = Reason("device_back", {"device": "strap"})
SENTENCE = "Device strap is back."


def told(because: Reason, words: str = "") -> AlarmChanged:
    raised = alarm(1, "raised", "on")
    said = replace(raised.alarm, because=because, reason=words, limit_source=plain("agreed"))
    return replace(raised, alarm=said)


def test_a_row_has_the_sentence_of_a_reason_and_the_data() -> None:
    ((_, _, _, body),) = lines(Entry("e0", 0.0, None, [told(BACK)]))
    row = msgspec.json.decode(body)["alarm"]
    assert (row["reason"], row["source"]) == (SENTENCE, "agreed")
    assert row["because"] == {"code": "device_back", "facts": {"device": "strap"}}
    ((event,),) = (step.events for step in through(Entry("e0", 0.0, None, [told(BACK)])))
    assert isinstance(event, AlarmChanged)
    assert (event.alarm.because, event.alarm.reason) == (BACK, SENTENCE)


def test_a_verdict_has_its_reason_in_both_forms_and_an_accepted_one_has_none() -> None:
    doubt = Reason("no_skin")
    doubted = replace(judged(1, state="suspect"), reason="", because=doubt)
    ((_, _, _, body),) = lines(reading(1, verdicts=(doubted, judged(1, vital="sbp"))))
    first, second = msgspec.json.decode(body)["events"]
    assert first["reason"] == "the sensor reports no skin contact"
    assert first["because"] == {"code": "no_skin", "facts": {}}
    assert second["reason"] == ""
    assert "because" not in second


STAYS = "A sitter stays with the patient: none."
SWAPPED = Reason("device_swapped")
# Events with a sentence by another name: the event, the names of the two fields, the sentence.
NAMED: list[tuple[Event, str, str, str]] = [
    (
        Closed(at=1.0, by="thea", unmet_because=(Reason("nobody_stays"),)),
        "unmet", "unmet_because", STAYS,
    ),
    (
        DoseRecorded(1.0, Dose(1.0, "ketamine", "oral", 50.0, "thea"), True, {}, (),
                     (Reason("nobody_stays"),)),
        "unmet", "unmet_because", STAYS,
    ),
    (
        Corrected(at=1.0, what="device", before="", after="", by="thea", reason="broken",
                  follows_because=SWAPPED),
        "follows", "follows_because", english(SWAPPED),
    ),
    (
        MeasurementFailed(at=1.0, device="cuff", effective=1.0, count=1,
                          because=Reason("cuff_flags", {"flags": ("cuff_loose",)})),
        "cause", "because", "cuff loose",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "words", "data", "said"), NAMED)
def test_a_sentence_by_another_name_has_its_data_beside_it(
    event: Event, words: str, data: str, said: str
) -> None:
    ((at, side, kind, body),) = lines(Entry("e0", 1.0, None, [event]))
    row = msgspec.json.decode(body)
    assert row[words] in (said, [said])
    assert row[data] == msgspec.json.decode(msgspec.json.encode(getattr(event, data)))
    # A row of an older version: it stays as it is, however often it is written.
    del row[data]
    old = JournalRow(1, at, side, kind, msgspec.json.encode(row).decode())
    (read,) = decode_journal_row(old).events
    assert not getattr(read, data)
    assert getattr(in_words(read), words) in (said, (said,))


def test_a_row_of_an_older_version_has_the_sentence_only() -> None:
    ((at, side, kind, body),) = lines(Entry("e0", 0.0, None, [told(BACK)]))
    row = msgspec.json.decode(body)
    del row["alarm"]["because"], row["alarm"]["limit_source"]
    old = JournalRow(1, at, side, kind, msgspec.json.encode(row).decode())
    (event,) = decode_journal_row(old).events
    assert isinstance(event, AlarmChanged)
    assert (event.alarm.because, sentence(event.alarm)) == (NONE, SENTENCE)
    assert source(event.alarm) == "agreed"


BEATS = (833.0078125, 812.5)


def beating(rr: tuple[float, ...]) -> Entry:
    """Return a reading that came with `BEATS`; rr: those in its verdict on the heart rate."""
    verdicts = (replace(judged(1), rr=rr), judged(1, vital="temp"))
    entry = reading(1, verdicts=verdicts)
    assert isinstance(entry.input, Observed)
    came = replace(entry.input.observation, rr=BEATS)
    return Entry(entry.encounter_id, entry.at, Observed(came), verdicts)


@pytest.mark.parametrize("rr", [BEATS, (), (833.0,)])
def test_intervals_stand_in_a_row_once_and_come_back_with_the_verdict(
    rr: tuple[float, ...],
) -> None:
    entry = beating(rr)
    ((_, _, _, body),) = lines(entry)
    assert body.count("833.0078125") == 1
    (step,) = through(entry)
    assert (step.input, step.events) == (entry.input, entry.events)
    assert {type(event) for event in step.events} == {Judged}


def test_a_row_that_has_the_intervals_twice_or_knows_none_is_read() -> None:
    entry = beating(BEATS)
    assert isinstance(entry.input, Observed)
    twice = msgspec.json.encode({"input": entry.input, "events": entry.events}).decode()
    assert twice.count("833.0078125") == 2
    assert decode_journal_row(JournalRow(1, 1.0, "reading", "observed", twice)).events == (
        entry.events
    )
    known = msgspec.json.decode(msgspec.json.encode(reading(1).input))
    verdict = msgspec.json.decode(msgspec.json.encode(judged(1)))
    del verdict["rr"]
    before = msgspec.json.encode({"input": known, "events": [verdict]}).decode()
    (event,) = decode_journal_row(JournalRow(1, 1.0, "reading", "observed", before)).events
    assert event == judged(1)


@pytest.mark.parametrize("side", ["input", "event", "reading"])
def test_a_row_that_cannot_be_read_says_which_one(side: str) -> None:
    row = JournalRow(7, 1.0, side, "judged", '{"type":"judged","value":null}')  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=f"Journal row 7 .{side} judged. cannot be read"):
        decode_journal_row(row)
