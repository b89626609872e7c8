"""Decisions in English: the sentence on the record first, else the one of the reason."""

from typing import Any, Final

import pytest
from msgspec.structs import replace

from monitor.core.sentences.english import (
    alarm_in_words,
    brief,
    english,
    in_words,
    noted,
    sentence,
    source,
    standing,
    why_not,
)
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Blinded,
    ClockStepped,
    Closed,
    Corrected,
    DoseRecorded,
    Event,
    Judged,
    MeasurementFailed,
    Notice,
    NumberReused,
    Rejudged,
    Unwatched,
    UserTaken,
)
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import GateRefused, Refused, Unmet

BACK: Final = Reason("device_back", {"device": "cuff"})
WORDS: Final = "Device cuff is back."
SITTER: Final = Reason("no_sitter")
DOSE: Final = Dose(1.0, "ketamine", "sublingual", 100, "thea")


def alarm(**more: Any) -> Alarm:
    return Alarm(
        id="e-1-1", condition="sbp_high", kind="physiological", priority="high", presence="on",
        onset=1.0, raised_at=1.0, because=BACK, **more,
    )  # fmt: skip


def judged(**more: Any) -> Judged:
    return Judged(
        at=1.0, vital="hr", value=70.0, effective=1.0, issued=1.0, measured=None, device="strap",
        boot="", seq=None, source="device", state="accepted", key="k", **more,
    )  # fmt: skip


def test_no_reason_has_no_words() -> None:
    assert english(None) == ""
    assert english(BACK) == WORDS


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (alarm(), WORDS),
        (alarm(reason="As it read then."), "As it read then."),
        (judged(), ""),
        (judged(because=BACK), WORDS),
        (Rejudged(at=1.0, keys=("k",), state="accepted", effective=1.0), ""),
        (ClockStepped(at=1.0, device="cuff", by_s=5.0), ""),
    ],
)
def test_the_sentence_is_the_recorded_one_or_that_of_the_reason(decided: Any, words: str) -> None:
    assert sentence(decided) == words


def test_the_source_of_a_limit_is_the_recorded_one_or_that_of_its_data() -> None:
    of = Reason("set_by", {"by": "thea", "text": "frail"})
    assert source(alarm(limit_source=of)) == "set by thea: frail"
    assert source(alarm(limit_source=of, source="as it read then")) == "as it read then"
    assert source(alarm()) == ""


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refused(Reason("session_closed")), "This session is closed."),
        (
            GateRefused(Reason("dose_waits"), (Unmet("sitter", SITTER),)),
            "The dose waits: A sitter is named: none.",
        ),
        (
            GateRefused(
                Reason("session_stays_open"),
                (Unmet("alert", Reason("not_alert")), Unmet("sitter", SITTER)),
            ),
            (
                "The session stays open: The patient is awake and answers: not confirmed. A sitter "
                "is named: none."
            ),
        ),
    ],
)
def test_a_shut_gate_reads_with_all_its_conditions(refusal: Refused, words: str) -> None:
    assert why_not(refusal) == words


@pytest.mark.parametrize(
    ("lost", "cleared", "note"),
    [
        (None, None, ""),
        (5.0, None, " Data lost: it stands, and nothing is seen of it now."),
        (0.0, None, " Data lost: it stands, and nothing is seen of it now."),
        (5.0, 9.0, ""),
        (None, 9.0, ""),
    ],
)
def test_lost_data_are_noted_while_the_condition_lasts(
    lost: float | None, cleared: float | None, note: str
) -> None:
    one = alarm(data_lost_at=lost, cleared_at=cleared)
    assert standing(one) == WORDS + note
    assert noted(one, "Brief.") == "Brief." + note


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            Reason("fault_over", {"condition": "storage_fault", "seconds": 5.0, "cause": ""}),
            "The database takes writes again.",
        ),
        (
            Reason("flood_over", {"device": "strap", "seconds": 90.0, "dropped": 2}),
            "Device strap sends as usual again. 2 of its readings were dropped.",
        ),
        (BACK, ""),
    ],
)
def test_the_brief_sentence_leaves_out_how_long_it_lasted(reason: Reason, words: str) -> None:
    assert brief(reason) == words


# --- as it is recorded ----------------------------------------------------------------------------


def rejudged(**more: Any) -> Rejudged:
    return Rejudged(
        at=1.0, keys=("k",), state="suspect", effective=1.0, because=Reason("no_skin"), **more
    )


def corrected(**more: Any) -> Corrected:
    return Corrected(
        at=1.0, what="sitter", before="Sam", after="Kim", by="thea", reason="he left",
        follows_because=Reason("nothing_anew"), **more,
    )  # fmt: skip


def notice(**more: Any) -> Notice:
    return Notice(
        at=1.0, number=1, alarm_id="e-1-1", contact=1, round=1, priority="low",
        kind="physiological", onset=0.0, **more,
    )  # fmt: skip


def failed(**more: Any) -> MeasurementFailed:
    return MeasurementFailed(
        at=1.0, device="cuff", effective=1.0, count=1,
        because=Reason("cuff_flags", {"flags": ("movement",)}), **more,
    )  # fmt: skip


UNMET: Final[dict[str, Any]] = {"unmet_because": (SITTER, Reason("not_alert"))}


@pytest.mark.parametrize(
    ("event", "field", "words"),
    [
        (judged(because=Reason("no_skin")), "reason", "the sensor reports no skin contact"),
        (rejudged(), "reason", "the sensor reports no skin contact"),
        (ClockStepped(at=1.0, device="cuff", by_s=5.0, because=BACK), "reason", WORDS),
        (NumberReused(at=1.0, device="cuff", boot="", seq=1, because=BACK), "reason", WORDS),
        (corrected(), "follows", "Nothing else follows from it."),
        (failed(), "cause", "the arm moved"),
        (notice(because=Reason("quiet_hours")), "suppressed", "quiet hours"),
        (Unwatched(2.0, 1.0, 2.0, because=Reason("not_running")), "why", "the service did not run"),
        (
            DoseRecorded(1.0, DOSE, first=True, baseline={}, **UNMET),
            "unmet",
            ("A sitter is named: none.", "The patient is awake and answers: not confirmed."),
        ),
        (
            Closed(1.0, "thea", **UNMET),
            "unmet",
            ("A sitter is named: none.", "The patient is awake and answers: not confirmed."),
        ),
    ],
)
def test_an_event_is_recorded_with_its_sentence_and_one_that_it_has_stays(
    event: Event, field: str, words: object
) -> None:
    recorded: Any = in_words(event)
    assert getattr(recorded, field) == words
    assert recorded == replace(event, **{field: words})
    kept: Any = replace(event, **{field: ("Before.",) if field == "unmet" else "Before."})
    assert in_words(kept) == kept


@pytest.mark.parametrize("event", [judged(), UserTaken(at=1.0, device="cuff", user=1)])
def test_an_event_without_a_reason_is_recorded_as_it_is(event: Event) -> None:
    assert in_words(event) is event


def test_an_alarm_is_recorded_with_its_sentence_and_the_source_of_its_limit() -> None:
    one = alarm(limit_source=Reason("of_recovery"), data_lost_at=5.0)
    recorded = replace(one, reason=WORDS, source="course after ketamine")
    assert alarm_in_words(one) == recorded
    assert in_words(AlarmChanged(1.0, "raised", one)) == AlarmChanged(1.0, "raised", recorded)
    assert in_words(Blinded(1.0, one)) == Blinded(1.0, recorded)
    assert one.reason == ""
