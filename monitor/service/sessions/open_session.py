"""One open encounter and what surrounds it: whose it is, which devices serve it, what was told."""

from typing import Any

import msgspec
from msgspec import Struct

from monitor.adapters.http.schema.rows import notice
from monitor.adapters.store import NoticeRow
from monitor.codecs.contract.notice_text import session_code
from monitor.codecs.contract.wire import Json, iso, status_json
from monitor.core.encounter import Encounter
from monitor.core.notices.escalation import following, nobody_left
from monitor.core.notices.on_duty import concerned, reachable

# alarm ("": a test), contact, place of the channel
Place = tuple[str, int, int]


class Session(Struct, eq=False):
    """patient and label are ids and codes, never names. `sites`: device -> its site.

    emergency      address, phone, sitter, local number: for signed-in people only
    snapshot_at    when the last snapshot was taken (service's clock)
    told_at        when its retained status was last published, real seconds
    told_on        on which topic it stands, "" on none
    confirmed      contact -> when somebody last said that a test notice had arrived
    kept_back      contacts who are told of none in this session's mode
    briefed_at     when its contacts were last worked out
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
        """The site that it is published under: its first device's."""
        return next(iter(self.sites.values()), otherwise)

    def private(self, now: float, supervision: dict[str, Any] | None) -> Json:
        """The status object for signed-in people."""
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
        """Who would be told of this session now, without an address."""
        on_duty = {c.id for c in reachable(self.encounter.state, now)}
        return [
            {
                "id": c.id, "name": c.name, "after_s": c.after_s, "on_duty": c.id in on_duty,
                "confirmed_at": iso(self.confirmed.get(c.id)),
            }
            for c in concerned(self.encounter.state)
            if c.id > 0  # browsers are no persons to rely on
        ]  # fmt: skip

    def public(self, now: float, supervision: dict[str, Any] | None, valid_until: float) -> bytes:
        """The status object for the broker: no label, nobody's address."""
        body = status_json(
            self.encounter.status(now), patient=self.patient, supervision=supervision,
            valid_until=valid_until,
        )  # fmt: skip
        return msgspec.json.encode(body)
