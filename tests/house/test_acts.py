"""One name for each act of a person: its route's handler, desk, input, core and form agree."""

import re

import pytest
from msgspec.structs import replace

from monitor.adapters.http.ports.desk import Desk
from monitor.service.desk.desk import SessionActs
from tests.house.act_table import FORMS, Act, acts, bare, posts, printed, table

ACTS = {act.name: act for act in acts()}


def faults(act: Act) -> list[str]:
    """Return the places in which an act has another name, or none."""
    found = [f"desk: {call}" for call in set(act.calls) - {"status"} if call != act.name]
    desks = (Desk, SessionActs)
    found += [f"{desk.__name__}: none" for desk in desks if not hasattr(desk, act.name)]
    if not act.inputs:
        found.append("input: none")
    for kind, place in act.core.items():
        if not kind.startswith(act.name.title().replace("_", "")):
            found.append(f"input: {kind}")
        if re.fullmatch(rf"{act.name}(_\w+)?", place.rpartition(".")[2]) is None:
            found.append(f"core: {place}")
    return found


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_act_has_one_name_from_its_route_to_the_core(act: Act) -> None:
    assert faults(act) == []


def test_the_acts_are_found() -> None:
    assert len(ACTS) > 15
    assert {"dose", "close", "correct", "acknowledge", "hand_over"} <= ACTS.keys()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"calls": ("give_dose", "status")}, "desk: give_dose"),
        ({"inputs": {}, "core": {}}, "input: none"),
        ({"core": {"Given": "monitor.core.acts.dose.dose"}}, "input: Given"),
        ({"core": {"Dose": ""}}, "core: "),
        ({"core": {"Dose": "monitor.core.acts.dose.give"}}, "core: monitor.core.acts.dose.give"),
    ],
)
def test_another_name_is_seen(change: dict[str, object], fault: str) -> None:
    assert faults(replace(ACTS["dose"], **change)) == [fault]


def test_a_route_with_a_name_of_its_own_is_seen() -> None:
    given = faults(replace(ACTS["dose"], name="give"))
    assert given == [
        "desk: dose", "Desk: none", "SessionActs: none", "input: Dose",
        "core: monitor.core.acts.dose.dose",
    ]  # fmt: skip


def test_a_form_is_named_after_an_act_that_it_sends() -> None:
    sends = {
        form.name: {bare(act.name) for act in ACTS.values() if posts(form, act.route)}
        for form in FORMS.glob("*.js")
    }
    sending = {form for form, names in sends.items() if names}
    assert len(sending) > 8
    assert {form for form in sending if bare(form.removesuffix(".js")) not in sends[form]} == set()


def test_the_table_for_contributors_is_the_one_that_is_found() -> None:
    """After a wanted change, print it again: `python -m tests.house.act_table`."""
    assert printed() == table()
