"""Supervision: offered, taken over, taken back, and taken without an offer."""

import pytest

from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.inputs import Checked, Facts, HandOver, Input, TakeOver
from monitor.core.vocabulary.status import SupervisorStatus
from tests.core.course import START
from tests.core.refusing import refused


def opened(by: str = "thea") -> Encounter:
    return Encounter.open("e-1", Facts(protocol="sl_home"), PRESETS["sl_home"], START, by)[0]


def told(encounter: Encounter) -> SupervisorStatus | None:
    return encounter.status(START + 100).supervisor


@pytest.mark.parametrize(
    ("acts", "name", "since", "offered"),
    [
        ([], "thea", 0, ""),
        ([HandOver("mara", "thea")], "thea", 0, "mara"),
        ([HandOver("mara", "thea"), TakeOver("mara")], "mara", 2, ""),
        ([HandOver("mara", "thea"), HandOver("nils", "thea")], "thea", 0, "nils"),
        ([HandOver("mara", "thea"), TakeOver("thea")], "thea", 0, ""),
        ([TakeOver("nils", "thea is ill")], "nils", 1, ""),
        ([HandOver("mara", "thea"), TakeOver("nils", "thea is ill")], "nils", 2, ""),
        ([Checked("sitter", "nils")], "thea", 0, ""),
    ],
)
def test_it_passes_from_one_to_the_next(
    acts: list[Input], name: str, since: float, offered: str
) -> None:
    encounter = opened()
    for t, act in enumerate(acts, 1):
        encounter.apply(act, START + t)
    assert told(encounter) == SupervisorStatus(name, START + since, offered)
    assert told(Encounter.restore(encounter.snapshot())) == told(encounter)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (HandOver("thea", "thea"), "thea supervises this session already"),
        (TakeOver("nils"), "thea supervises this session and has not offered it: say why"),
    ],
)
def test_what_is_refused_changes_nothing(act: Input, words: str) -> None:
    encounter = opened()
    encounter.apply(HandOver("mara", "thea"), START + 1)
    with refused(words):
        encounter.apply(act, START + 2)
    assert told(encounter) == SupervisorStatus("thea", START, "mara")


def test_a_session_of_nobody_is_taken_without_a_word() -> None:
    encounter = opened("")
    assert told(encounter) is None
    encounter.apply(TakeOver("mara"), START + 1)
    assert told(encounter) == SupervisorStatus("mara", START + 1)
