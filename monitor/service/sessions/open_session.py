"""One open encounter with its patient, its devices, its notices and its published status."""

from typing import Any

import msgspec
from msgspec import Struct

from monitor.adapters.http.schema.rows import notice
from monitor.adapters.store import NoticeRow
from monitor.codecs.contract.notice_text import session_code
from monitor.codecs.contract.status_object import status_json
from monitor.codecs.contract.wire import Json, iso
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

    def private(self, now: float, supervision: dict[str, Any] | None) -> Json:
        """Return the status object for signed-in people."""
        status = self.encounter.status(now)
        body = status_json(
            status, patient=self.patient, patient_label=self.label,
            emergency=self.emergency, supervision=supervision,
        )  # fmt: skip
        facts = self.encounter.state.session.facts
        body["facts"] = {
            "birth_year": facts.birth_year, "risk_factors": list(facts.risk_factors),
        }  # fmt: skip
        body["code"] = session_code(self.id)
        body["contacts"] = self._contacts(now)
        body["contacts_known"] = self.briefed_at > float("-inf")
        body["next_notice"] = self._next_notice()
        body["nobody_left"] = nobody_left(self.encounter.state) if self.open else []
        shown = {alarm.id for alarm in status.alarms} | {""}
        body["notices"] = [notice(n) for n in self.notices.values() if n.alarm in shown]
        return body

    def _next_notice(self) -> Json | None:
        state = self.encounter.state
        coming = (
            following(state, self.kept_back) if state.escalation.pending and self.open else None
        )
        if coming is None:
            return None
        alarm, contact, at = coming
        return {"alarm": alarm, "contact": contact.name, "at": iso(at)}

    def _contacts(self, now: float) -> list[Json]:
        """Return the contacts concerned by this session, without addresses; on_duty: reachable."""
        on_duty = {c.id for c in reachable(self.encounter.state, now)}
        return [
            {
                "id": c.id, "name": c.name, "after_s": c.after_s, "on_duty": c.id in on_duty,
                "confirmed_at": iso(self.confirmed.get(c.id)),
            }
            for c in concerned(self.encounter.state)
            if c.id > 0  # a browser is not a person to rely on
        ]  # fmt: skip

    def public(self, now: float, supervision: dict[str, Any] | None, valid_until: float) -> bytes:
        """Return the status object for the broker: without the label and without addresses."""
        body = status_json(
            self.encounter.status(now), patient=self.patient, supervision=supervision,
            valid_until=valid_until,
        )  # fmt: skip
        return msgspec.json.encode(body)
