"""The signal of an alarm reads around the alarm's own reason, and can be taken off it again."""

from typing import Final

import pytest

from monitor.core.sentences.calls import SENTENCES, bare, flapping, instead, steady
from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Facts, Reason, plain
from tests.core.sentences.reads import Row, assert_whole, reads

HELP: Final = Reason("help_requested", {"by": "sam", "when": Reason("before_dose", {"doses": 1})})
OTHER: Final = plain("Another reason.")


def seen(reason: Reason, by: str = "thea") -> Reason:
    return Reason("acknowledged", {"by": by, "reason": reason})


def still(reason: Reason, by: str = "thea") -> Reason:
    return Reason("still_there", {"by": by, "reason": reason})


ROWS: Final[tuple[Row, ...]] = (
    (
        "acknowledged",
        {"by": "thea", "reason": HELP},
        "Acknowledged by thea. Help asked for by sam, before the dose.",
    ),
    (
        "still_there",
        {"by": "thea", "reason": HELP},
        "Still there 10 min after thea acknowledged it. Help asked for by sam, before the dose.",
    ),
    (
        "still_there",
        {"by": "m.keller", "reason": flapping(HELP, 120)},
        (
            "Still there 10 min after m.keller acknowledged it. Help asked for by sam, before the "
            "dose. It comes and goes: it stays on until it was gone for 2 min."
        ),
    ),
    (
        "comes_and_goes",
        {"reason": OTHER, "minutes": 1.5},
        "Another reason. It comes and goes: it stays on until it was gone for 1.5 min.",
    ),
    (
        "came_and_went",
        {"reason": OTHER, "times": 3, "within": 10.0, "minutes": 2.0},
        (
            "Another reason. It came 3 times or more within 10 min, so it stayed on for 2 min "
            "after that."
        ),
    ),
    (
        "data_lost",
        {"reason": OTHER},
        "Another reason. Data lost: it stands, and nothing is seen of it now.",
    ),
)


@pytest.mark.parametrize(("code", "facts", "words"), ROWS)
def test_it_reads(code: str, facts: Facts, words: str) -> None:
    assert reads(code, facts) == words


def test_every_sentence_has_a_row() -> None:
    assert_whole(ROWS, SENTENCES)


# --- a reason, with and without its remarks -------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (HELP, HELP),
        (seen(HELP), HELP),
        (still(seen(HELP, "m.keller")), HELP),
        (flapping(HELP, 120), flapping(HELP, 120)),
        (flapping(still(HELP), 120), flapping(HELP, 120)),
        (seen(flapping(seen(HELP), 120)), flapping(HELP, 120)),
        # Words have no reason within them, so nothing can be taken off.
        (Reason("acknowledged", {"by": "thea", "reason": "Help."}),) * 2,
    ],
)
def test_the_bare_reason_names_no_person_who_acknowledged(reason: Reason, expected: Reason) -> None:
    assert bare(reason) == expected


@pytest.mark.parametrize("reason", [HELP, flapping(HELP, 120)])
def test_a_reason_that_is_bare_is_the_same_object(reason: Reason) -> None:
    assert bare(reason) is reason


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (HELP, OTHER),
        (flapping(HELP, 120), OTHER),
        (seen(HELP), seen(OTHER)),
        (flapping(seen(HELP), 120), seen(OTHER)),
        (still(seen(HELP, "m.keller")), still(seen(OTHER, "m.keller"))),
    ],
)
def test_another_reason_keeps_who_acknowledged_the_alarm(reason: Reason, expected: Reason) -> None:
    assert instead(reason, OTHER) == expected


def test_the_remark_that_it_comes_and_goes_is_made_once_and_taken_off() -> None:
    flaps = flapping(seen(HELP), 120)
    assert english(flaps) == (
        "Acknowledged by thea. Help asked for by sam, before the dose. It comes and goes: it stays "
        "on until it was gone for 2 min."
    )
    assert flapping(flaps, 600) is flaps
    assert steady(flaps) == seen(HELP)
    assert steady(seen(HELP)) == seen(HELP)
