"""What the service could not do for this session, and for how long no one watched it."""

from msgspec import Struct

from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.words import FaultCondition


class Fault(Struct):
    """Something fails. since: for how much of this session.

    reason, because  why: in the system's own words, or as data
    """

    since: float
    reason: str = ""
    because: Reason = NONE


class Watch(Struct):
    """faults           what the service cannot do now
    unwatched_until  up to when it is on the record that no one watched; None: it never is
    """

    faults: dict[FaultCondition, Fault] = {}
    unwatched_until: float | None = None

    def begin_fault(self, condition: FaultCondition, fault: Fault) -> None:
        self.faults[condition] = fault

    def end_fault(self, condition: FaultCondition) -> Fault | None:
        return self.faults.pop(condition, None)

    def note_unwatched(self, until: float) -> None:
        self.unwatched_until = until
