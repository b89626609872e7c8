"""Checks before the dose that no device can make.

A person confirms each one here and now, and can take it back. None of them blocks the dose: the
record shows which checks had been made when the dose was given (decision 15).
"""

from monitor.core.state import State
from monitor.core.state.supervision import CheckMade
from monitor.core.vocabulary.checks import CHECKS
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Checked
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused


def check(state: State, given: Checked, now: float) -> list[Event]:
    """Record or withdraw a check. Raise `Refused` if there is no such check."""
    if given.check not in CHECKS:
        raise Refused(Reason("not_a_check", {"word": given.check, "known": tuple(CHECKS)}))
    state.supervision.check(given.check, CheckMade(now, given.by) if given.done else None)
    return []
