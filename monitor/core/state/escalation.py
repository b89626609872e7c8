"""Who can be notified of alarms, who was, and the audio pause."""

from collections.abc import Mapping

from msgspec import Struct

from monitor.core.state.watch import Fault
from monitor.core.vocabulary.inputs import Contact
from monitor.core.vocabulary.words import Kind, Priority


class LastNotice(Struct):
    """A contact was notified of an alarm: when last, and how often since it began or worsened."""

    at: float
    attempts: int


class PendingAlarm(Struct):
    """An alarm that no one has acknowledged, and who was notified of it.

    since      from when contacts count their delay
    begun      when it came on or last worsened: what was sent before says too little of it
    told       contact -> when it was notified
    sooner     contact -> when to notify it instead of at its time, because another cannot be
    declined   contact -> when it declined
    kept_back  contacts that are notified of nothing in this session's mode, as far as is known
    """

    priority: Priority
    kind: Kind
    onset: float
    since: float
    begun: float = 0.0
    told: dict[int, LastNotice] = {}
    sooner: dict[int, float] = {}
    declined: dict[int, float] = {}
    kept_back: tuple[int, ...] = ()


class AlarmNotices(Struct):
    """contacts      who can be notified, in order
    pending       alarm -> who was notified of it, while no one has acknowledged it
    notice_count  number of notices so far
    unreached     contact -> since when notices to it fail, and why
    paused_until  until when alarm sounds are paused; None: they are not
    """

    contacts: tuple[Contact, ...] = ()
    pending: dict[str, PendingAlarm] = {}
    notice_count: int = 0
    unreached: dict[int, Fault] = {}
    paused_until: float | None = None

    def set_contacts(self, contacts: tuple[Contact, ...]) -> None:
        self.contacts = contacts

    def begin(self, alarm_id: str, pending: PendingAlarm) -> None:
        self.pending[alarm_id] = pending

    def go_on(self, alarm_id: str, priority: Priority) -> None:
        """It stands at this priority now."""
        if alarm_id in self.pending:
            self.pending[alarm_id].priority = priority

    def end(self, alarm_id: str) -> None:
        self.pending.pop(alarm_id, None)

    def end_all(self) -> None:
        self.pending.clear()

    def rename(self, alarms: Mapping[str, str]) -> None:
        """alarms: id -> other id."""
        self.pending = {alarms.get(key, key): pending for key, pending in self.pending.items()}

    def next_notice(self) -> int:
        self.notice_count += 1
        return self.notice_count

    def fail(self, contact: int, fault: Fault) -> None:
        """The first failure counts."""
        self.unreached.setdefault(contact, fault)

    def reach(self, contact: int) -> bool:
        """It can be notified again, or is gone; return whether it failed before."""
        return self.unreached.pop(contact, None) is not None

    def pause(self, until: float | None) -> None:
        self.paused_until = until
