"""The page about notices agrees with the code."""

from typing import get_args

from monitor.core.notices import escalation
from monitor.core.vocabulary.words import Change
from tests.core.notice_page import PAGE, page


def test_the_tables_are_what_the_code_prints() -> None:
    """After a wanted change, write them again: `python -m tests.core.notice_page`."""
    assert PAGE.read_text() == page()


def test_every_transition_is_decided_about() -> None:
    decided = escalation.STARTS | escalation.GOES_ON | escalation.ENDS
    assert decided == set(get_args(Change))
