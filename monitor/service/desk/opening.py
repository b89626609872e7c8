"""Open a session: find its patient, protocol and devices, and put the opening on disk."""

import secrets
from collections.abc import Callable, Sequence

import msgspec

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.ports.desk import OpenEncounterRequest
from monitor.adapters.store import Opening, Store
from monitor.adapters.store.questions.clinic import Device, Patient, find_patient
from monitor.adapters.store.questions.protocols import list_protocols
from monitor.codecs.contract.wire import Json
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol
from monitor.core.vocabulary.inputs import Facts, Opened
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.service.clock import Clock
from monitor.service.desk.committed import committed
from monitor.service.desk.free_devices import FreeDevices, users_of
from monitor.service.health.readiness import Operation
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward


class SessionOpening:
    """Opens sessions, each by a preset or by a protocol of the clinic.

    briefed   gives a new session the contacts who can be notified of its alarms
    """

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, operation: Operation, free: FreeDevices
    ) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._operation = operation
        self._free = free
        self._own: dict[str, Protocol] = {}
        self.briefed: Callable[[Session], None] = _nobody_to_tell

    async def load(self) -> None:
        """Load the clinic's own protocols."""
        for saved in await self._store.read(list_protocols):
            own = msgspec.json.decode(saved.body, type=Protocol)
            self._own[saved.id] = msgspec.structs.replace(own, version=saved.version)

    @property
    def protocols(self) -> dict[str, Protocol]:
        return PRESETS | self._own

    async def open_encounter(self, request: OpenEncounterRequest, *, by: str) -> Json:
        patient = await self._store.read(find_patient, request.patient_id)
        if patient is None:
            raise Invalid("patient_id", Reason("no_such", {"thing": "patient"}))
        protocol = self.protocols.get(request.protocol)
        if protocol is None:
            known = tuple(self.protocols)
            raise Invalid("protocol", Reason("no_such_protocol", {"known": known}))
        if request.mode == "real" and self._operation.pretended:
            raise Invalid("mode", Reason("clock_not_real"))
        devices = await self._free.find("device_ids", request.device_ids)
        facts = _facts(request, patient, devices)
        now = self._clock.now()
        encounter, events = Encounter.open(_new_id(), facts, protocol, now, by)
        session = Session(
            encounter=encounter, patient=patient.id, label=patient.label,
            sites={d.id: d.site for d in devices}, emergency=request.emergency, snapshot_at=now,
        )  # fmt: skip
        record = Opening(
            patient_id=patient.id, protocol=_text(protocol),
            emergency=_text(request.emergency) if request.emergency else None,
        )  # fmt: skip

        async def opened() -> None:
            await self._ward.open(session, Opened(facts, by), events, record, now)
            self.briefed(session)

        await committed(opened())
        return {"id": encounter.id, "phase": encounter.state.session.phase}


def _nobody_to_tell(session: Session) -> None:
    """Set no contacts: the default until notices are set up."""


def _facts(request: OpenEncounterRequest, patient: Patient, devices: Sequence[Device]) -> Facts:
    factors = dict.fromkeys((*patient.risk_factors, *request.risk_factors))
    unknown = [factor for factor in factors if factor not in RISK_FACTORS]
    if unknown:
        raise Invalid("risk_factors", not_a_risk(unknown[0]))
    emergency = request.emergency
    return Facts(
        protocol=request.protocol, mode=request.mode, birth_year=patient.birth_year,
        risk_factors=tuple(factors), devices={d.id: d.kind for d in devices},
        sitter=bool(emergency.get("sitter")),
        reachable=bool(emergency.get("address") and emergency.get("phone")),
        users=users_of(devices),
    )  # fmt: skip


def not_a_risk(word: str) -> Reason:
    return Reason("not_one_of", {"word": word, "known": tuple(RISK_FACTORS)})


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _new_id() -> str:
    # No '-' in it: alarm ids are this, '-', and a number.
    return "e" + secrets.token_hex(6)
