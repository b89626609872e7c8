"""The limits in force, with what has crossed them, and those that were set for this session."""

from msgspec import Struct

from monitor.core.alarms.repeated import Repeated
from monitor.core.alarms.sustained import Sustained
from monitor.core.protocol.limit import AlarmLimit


class OwnLimit(Struct, frozen=True):
    """A limit that a person set for this session; its source is why, as they typed it."""

    limit: AlarmLimit
    by: str


class SessionLimits(Struct):
    """thresholds  one for each condition, with its levels
    own         "condition priority" -> limit that a person set
    """

    thresholds: list[Sustained | Repeated] = []
    own: dict[str, OwnLimit] = {}

    def put_in_force(self, thresholds: list[Sustained | Repeated]) -> None:
        self.thresholds = thresholds

    def set_own(self, key: str, limit: OwnLimit | None) -> None:
        """limit: None takes it back; there must be one then."""
        if limit is None:
            del self.own[key]
        else:
            self.own[key] = limit
