"""`notice_failed` has two causes: the service sends no notice, or a contact is not reached.

Each holds an alarm of its own, in every order in which they begin and end.
"""

from collections.abc import Callable
from itertools import permutations
from typing import Final

import pytest

from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import AlarmChanged
from tests.core.course import START, Course
from tests.core.notices.test_escalation import ANNA, BERT, T, alarm, course

SERVICE: Final = "Notices do not leave this service, since"
CONTACT: Final = "A contact could not be told of an alarm: no answer."

Step = tuple[str, str]
BEGINS: Final[list[Step]] = [("service", "begins"), ("anna", "begins"), ("bert", "begins")]
STEPS: Final = [*BEGINS, *((cause, "ends") for cause, _ in BEGINS)]
ORDERS: Final = [
    order
    for order in permutations(STEPS)
    if all(order.index((c, "begins")) < order.index((c, "ends")) for c, _ in BEGINS)
]
IDS: Final = {"anna": ANNA.id, "bert": BERT.id}


def step(made: Course, t: float, cause: str, turn: str) -> None:
    if cause == "service":
        change: Callable[..., object] = made.fault if turn == "begins" else made.fault_over
        change(t, "notice_failed", "its notice was not sent")
    else:
        made.reported(t, alarm(made), IDS[cause], ok=turn == "ends")


def held(made: Course) -> list[tuple[str, float, str]]:
    """Sentence, onset and priority of each of these alarms, in the order of their onset."""
    found = [a for a in made.encounter.state.alarms if a.condition == "notice_failed"]
    return sorted(
        (
            (
                SERVICE if sentence(a).startswith(SERVICE) else sentence(a),
                a.onset - START,
                a.priority,
            )
            for a in found
        ),
        key=lambda one: one[1],
    )


def expected(since: dict[str, float], *, dosed: bool) -> list[tuple[str, float, str]]:
    """The service's is medium; a contact's is high if no contact is left. Before the dose: low."""
    contacts = "high" if {"anna", "bert"} <= since.keys() else "medium"
    return [
        (
            SERVICE if cause == "service" else CONTACT,
            t,
            "low" if not dosed else "medium" if cause == "service" else contacts,
        )
        for cause, t in since.items()
    ]


@pytest.mark.parametrize("dosed", [True, False])
def test_each_cause_holds_its_own_alarm_in_any_order(dosed: bool) -> None:
    assert len(ORDERS) == 90
    for order in ORDERS:
        made, since = course(ANNA, BERT, dose=dosed), dict[str, float]()
        made.help(T)
        for n, (cause, turn) in enumerate(order, 1):
            t = T + 10 * n
            step(made, t, cause, turn)
            if turn == "begins":
                since[cause] = t
            else:
                del since[cause]
            assert held(made) == expected(since, dosed=dosed), order[:n]


@pytest.mark.parametrize("first", ["service", "anna"])
def test_the_sentence_of_an_end_is_of_the_cause_that_ended(first: str) -> None:
    made = course(ANNA, BERT)
    made.help(T)
    causes = ["service", "anna"] if first == "service" else ["anna", "service"]
    for n, cause in enumerate(causes):
        step(made, T + 10 + n, cause, "begins")
    ends = {
        "service": "Notices leave again, after 20 s: its notice was not sent.",
        "anna": "This contact can be told again.",
    }
    for n, cause in enumerate(causes):
        before = len(made.events)
        step(made, T + 30 + n, cause, "ends")
        cleared = [e for e in made.events[before:] if isinstance(e, AlarmChanged)]
        assert [(e.transition, sentence(e.alarm)) for e in cleared] == [("cleared", ends[cause])]


def test_a_contact_that_leaves_the_list_ends_its_own_and_not_the_service_s() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    step(made, T + 10, "service", "begins")
    step(made, T + 20, "anna", "begins")
    made.contacts(T + 30, BERT)
    assert held(made) == [(SERVICE, T + 10, "medium")]


def test_an_acknowledged_cause_is_not_called_again_by_the_other() -> None:
    made = course(ANNA, BERT)
    made.help(T)
    step(made, T + 10, "service", "begins")
    (service,) = [a.id for a in made.encounter.state.alarms if a.condition == "notice_failed"]
    made.acknowledge(T + 15, service)
    step(made, T + 20, "anna", "begins")
    step(made, T + 30, "anna", "ends")
    assert made.encounter.state.alarms.find(service).presence == "acknowledged"  # type: ignore[union-attr]
