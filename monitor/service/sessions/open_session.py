"""One open encounter with its patient, its devices, its notices and its published status."""

import msgspec
from msgspec import Struct

from monitor.adapters.store import NoticeRow
from monitor.codecs.contract.status_object import ForPeople, Watchers, status_json
from monitor.codecs.contract.wire import Json
from monitor.core.encounter import Encounter
from monitor.core.notices.escalation import following, nobody_left
from monitor.core.notices.on_duty import concerned, reachable

# alarm ("" for a test), contact, index of the channel
Place = tuple[str, int, int]


class Session(Struct, eq=False):
    """One open encounter and its data outside the core.

    patient, label   an id and a code, never names
    sites          device -> its site
    emergency      address, phone, sitter, local number: for signed-in people only
    snapshot_at    time of the last snapshot (service's clock)
    told_at        time of the last publication of its retained status, real seconds
    told_on        topic of this retained status; "": none is retained
    confirmed      contact -> time of the last confirmation that a test notice arrived
    kept_back      contacts who get no notices in this session's mode
    briefed_at     time when its contacts were last worked out
    notices        the newest notice of each alarm on each channel of each contact
    """

    encounter: Encounter
    patient: str
    label: str
    sites: dict[str, str]
    emergency: dict[str, str]
    snapshot_at: float
    told_at: float = float("-inf")
    told_on: str = ""
    changed: bool = True
    confirmed: dict[int, float | None] = {}
    kept_back: frozenset[int] = frozenset()
    briefed_at: float = float("-inf")
    notices: dict[Place, NoticeRow] = {}

    @property
    def id(self) -> str:
        return self.encounter.id

    @property
    def open(self) -> bool:
        return self.encounter.state.session.closed_at is None

    @property
    def devices(self) -> list[str]:
        return list(self.encounter.state.devices.registered)

    def site(self, otherwise: str) -> str:
        """Return the site under which it is published: the site of its first device."""
        return next(iter(self.sites.values()), otherwise)

    def private(self, now: float, watchers: Watchers | None) -> Json:
        """Return the status object for signed-in people."""
        return status_json(
            self.encounter.status(now), patient=self.patient, watchers=watchers,
            people=self._for_people(now),
        )  # fmt: skip

    def public(self, now: float, watchers: Watchers | None, valid_until: float) -> bytes:
        """Return the status object for the broker: without the label and without addresses."""
        body = status_json(
            self.encounter.status(now), patient=self.patient, watchers=watchers,
            valid_until=valid_until,
        )  # fmt: skip
        return msgspec.json.encode(body)

    def _for_people(self, now: float) -> ForPeople:
        state = self.encounter.state
        coming = state.escalation.pending and self.open
        return ForPeople(
            label=self.label, emergency=self.emergency, facts=state.session.facts,
            # A browser is not a person to rely on.
            contacts=[contact for contact in concerned(state) if contact.id > 0],
            on_duty={contact.id for contact in reachable(state, now)},
            confirmed=self.confirmed, contacts_known=self.briefed_at > float("-inf"),
            next_notice=following(state, self.kept_back) if coming else None,
            nobody_left=nobody_left(state) if self.open else (),
            notices=self.notices.values(),
        )  # fmt: skip
