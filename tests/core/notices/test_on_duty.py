"""Contacts on duty: who is concerned, who fills a hole in the rota, and from when on."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.notices.on_duty import concerned, on_duty, on_duty_from, reachable, within
from monitor.core.state import State
from monitor.core.state.watch import Fault
from monitor.core.vocabulary.inputs import Contact, TakeOver
from tests.core.course import Course
from tests.core.law import law

NOW: Final = 100.0
Spans = tuple[tuple[float, float], ...]
AWAY: Final[Spans] = ((0.0, 50.0),)
ANNA: Final = Contact(id=1, name="Anna")
BERT: Final = Contact(id=2, name="Bert", duty=AWAY)
OWN: Final = Contact(id=7, name="thea", user="thea")
PAGE: Final = Contact(id=-7, name="thea’s browser", user="thea", person=False)


def known(*contacts: Contact) -> State:
    """Return the state of a session of thea's that knows these contacts."""
    course = Course(devices={})
    course.contacts(1, *contacts)
    course.apply(2, TakeOver("thea"))
    return course.encounter.state


@pytest.mark.parametrize(
    ("duty", "at", "on"),
    [
        (None, -1e9, True), ((), 0, False),
        (((10.0, 20.0),), 9.75, False), (((10.0, 20.0),), 10, True),
        (((10.0, 20.0),), 19.75, True), (((10.0, 20.0),), 20, False),
        (((10.0, 20.0), (30.0, 40.0)), 25, False), (((10.0, 20.0), (30.0, 40.0)), 30, True),
        (((10.0, 20.0), (20.0, 30.0)), 20, True),
    ],
)  # fmt: skip
def test_a_duty_begins_with_its_first_second_and_ends_before_its_last(
    duty: Spans | None, at: float, on: bool
) -> None:
    assert within(duty, at) == on


def test_contacts_for_all_sessions_and_those_of_the_supervisor_are_concerned() -> None:
    other = Contact(id=8, name="theo", user="theo")
    state = known(ANNA, OWN, other)
    assert {c.id for c in concerned(state)} == {1, 7}
    state = known(other)
    assert reachable(state, NOW) == []


def away(contact: Contact) -> Contact:
    return Contact(
        id=contact.id, name=contact.name, user=contact.user, person=contact.person, duty=AWAY
    )


@pytest.mark.parametrize(
    ("contacts", "unreached", "out", "expected"),
    [
        ((ANNA, BERT), (), (), [1]),
        ((away(ANNA), BERT), (), (), [1, 2]),  # a hole
        # a telephone that is off, or a person who declined, leaves one as well
        ((ANNA, BERT), (1,), (), [1, 2]),
        ((ANNA, BERT), (), (1,), [1, 2]),
        ((ANNA, BERT), (2,), (2,), [1]),
        # the supervisor's own telephone and a browser fill none
        ((OWN, BERT), (), (), [2, 7]), ((PAGE, BERT), (), (), [-7, 2]),
        ((ANNA, away(OWN)), (), (), [1]), ((BERT, away(OWN)), (), (), [2, 7]),
        # and a browser is notified in its own time only
        ((BERT, away(PAGE)), (), (), [2]),
        ((), (), (), []),
    ],
)  # fmt: skip
def test_who_is_on_duty_or_fills_a_hole(
    contacts: tuple[Contact, ...], unreached: tuple[int, ...], out: tuple[int, ...],
    expected: list[int],
) -> None:  # fmt: skip
    state = known(*contacts)
    for contact in unreached:
        state.escalation.fail(contact, Fault(NOW, "no answer"))
    found = on_duty(state, concerned(state), NOW, out)
    assert sorted(c.id for c in found) == expected
    if not out:
        assert reachable(state, NOW) == found


@pytest.mark.parametrize(
    ("anna", "bert", "planned", "since"),
    [
        (((100.0, 200.0),), None, 50, 100),
        (((100.0, 200.0),), None, 99.75, 100),
        (((100.0, 200.0),), None, 150, 150),
        (((100.0, 200.0),), None, 199.75, 199.75),
        (((100.0, 200.0),), None, 200, None),
        (((100.0, 200.0), (400.0, 500.0)), None, 200, 400),
        (((100.0, 200.0),), ((0.0, 300.0),), 200, 300),  # then the other leaves a hole
        (((100.0, 200.0),), (), 50, 50),
        ((), None, 50, None),
    ],
)
def test_from_when_on_a_contact_can_be_notified(
    anna: Spans, bert: Spans | None, planned: float, since: float | None
) -> None:
    first = Contact(id=1, name="Anna", duty=anna)
    everybody = [first, Contact(id=2, name="Bert", duty=bert)]
    assert on_duty_from(known(*everybody), everybody, first, planned, ()) == since


def test_one_who_declined_leaves_the_hole_that_another_fills_at_once() -> None:
    later = Contact(id=2, name="Bert", duty=((500.0, 600.0),))
    everybody = [ANNA, later]
    state = known(*everybody)
    assert on_duty_from(state, everybody, later, NOW, ()) == 500
    assert on_duty_from(state, everybody, later, NOW, {1}) == NOW


def _duty(edges: list[int]) -> Spans:
    return tuple((float(a), float(b)) for a, b in zip(edges[::2], edges[1::2], strict=False))


duties: Final = st.none() | st.lists(
    st.integers(0, 30), unique=True, max_size=6
).map(lambda edges: _duty(sorted(edges)))  # fmt: skip


@law(60)
@given(st.lists(duties, min_size=1, max_size=3), st.integers(0, 31), st.sets(st.integers(0, 2)))
def test_it_is_the_first_moment_at_which_the_contact_is_on_duty(
    rota: list[Spans | None], planned: int, out: set[int]
) -> None:
    everybody = [Contact(id=n, name=str(n), duty=duty) for n, duty in enumerate(rota)]
    state = known(*everybody)
    first = everybody[0]
    moments = (float(t) for t in range(planned, 40))
    expected = next((t for t in moments if first in on_duty(state, everybody, t, out)), None)
    assert on_duty_from(state, everybody, first, float(planned), out) == expected
