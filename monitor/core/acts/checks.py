"""What somebody found out before the dose that no device can tell.

Each is said by a person, here and now, and can be taken back. None of them holds the dose up: the
record says which had been made when it was given (decision 15).
"""

from typing import Final

from monitor.core.state import CheckMade, State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Checked
from monitor.core.vocabulary.refusals import Refused

CHECKS: Final = {
    "sound": "The alarm sound was heard where this session is watched.",
    "sitter": "The sitter is with the patient and answered.",
    "reachable": "The patient said the address and phone number of today.",
    "backup": "A second clinician knows of this session and can be reached.",
}


def check(state: State, given: Checked, now: float) -> list[Event]:
    """Raises Refused when there is no such check."""
    if given.check not in CHECKS:
        raise Refused(f"{given.check} is none of the checks: {', '.join(CHECKS)}.")
    if given.done:
        state.checks[given.check] = CheckMade(now, given.by)
    else:
        state.checks.pop(given.check, None)
    return []
