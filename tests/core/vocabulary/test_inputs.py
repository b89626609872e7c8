"""Inputs: their names in the journal, which never change, and the age that facts give."""

from datetime import UTC, datetime
from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from monitor.core.vocabulary.inputs import (
    ChangeDevices,
    Close,
    Contact,
    ContactsChanged,
    Dose,
    Facts,
    Input,
    NoticeDeclined,
    Override,
    ServiceFault,
)
from tests.core.law import law
from tests.core.random_walk import KINDS, MADE_UP

# As in the first version that wrote each: with another name older journals could not be read.
NAMES: Final = {
    "opened", "observed", "device_status", "service_fault", "device_flooding", "interrupted",
    "devices_changed", "measured_now", "cuff_user", "dose", "correct_fact", "correct_dose",
    "strike", "acknowledge", "symptom", "help", "note", "limit_changed", "rebaseline", "check",
    "hand_over", "take_over", "contacts", "attended", "notice_report", "notice_declined", "rated",
    "audio_pause", "close",
}  # fmt: skip


def written(act: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(act))


def test_the_names_in_the_journal_are_those_of_older_versions() -> None:
    names = [kind.__struct_config__.tag for kind in get_args(Input)]
    assert set(names) == NAMES
    assert len(names) == len(NAMES)


@law(300)
@given(st.sampled_from(KINDS).flatmap(lambda kind: MADE_UP[kind]))
def test_every_input_is_read_back_from_the_journal_as_it_was_written(act: Input) -> None:
    raw = msgspec.json.encode(act)
    assert msgspec.json.decode(raw, type=Input) == act
    assert written(act)["type"] in NAMES


OLD: Final[list[tuple[str, Input]]] = [
    ('{"type":"close","by":"thea"}', Close("thea", None, None)),
    ('{"type":"devices_changed","by":"thea","add":{"band":"heart_rate"}}',
     ChangeDevices("thea", {"band": "heart_rate"}, (), {}, "", False)),
    ('{"type":"service_fault","condition":"broker_lost","reason":"gone"}',
     ServiceFault("broker_lost", "gone", False, None)),
    ('{"type":"notice_declined","alarm_id":"e-1-1","contact":2,"by":"Anna"}',
     NoticeDeclined("e-1-1", 2, "Anna", ())),
    ('{"type":"contacts","contacts":[{"id":1,"name":"Anna"}]}',
     ContactsChanged((Contact(
         id=1, name="Anna", after_s=30.0, order=0, user="", person=True, low=False, duty=None,
         quiet=(),
     ),))),
]  # fmt: skip


@pytest.mark.parametrize(("row", "act"), OLD)
def test_a_row_without_the_fields_of_later_versions_means_what_it_meant(
    row: str, act: Input
) -> None:
    assert msgspec.json.decode(row, type=Input) == act


def test_an_override_that_names_no_conditions_differs_from_one_that_names_none() -> None:
    for conditions, said in ((UNSET, False), ((), True), (("sitter",), True)):
        override = Override("thea", "goes ahead", conditions=conditions)
        for act in (Close("thea", override), Dose(1.0, "k", "oral", 50.0, "thea", override)):
            assert ("conditions" in written(act)["override"]) == said
            back = msgspec.json.decode(msgspec.json.encode(act), type=type(act))
            assert back.override == override


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("birth_year", "at", "age"),
    [
        (1960, "2026-01-01T00:00:00", 66),
        (1960, "2025-12-31T23:59:59", 65),
        (1960, "2026-12-31T23:59:59", 66),
        (2026, "2026-06-01T12:00:00", 0),
        (None, "2026-06-01T12:00:00", None),
    ],
)
def test_age_is_in_whole_years_by_the_calendar_of_utc(
    birth_year: int | None, at: str, age: int | None
) -> None:
    assert Facts(protocol="sl_home", birth_year=birth_year).age(moment(at)) == age
