"""The requests of people through the web: the implementation of its `Desk`.

Every act is decided immediately and answered after its commit. Names and vocabularies are checked
here, where they are known; whether an act is allowed at the moment, the encounter decides.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Literal, TypeVar

import msgspec
import structlog

import monitor
from monitor.adapters.broker import access
from monitor.adapters.deliver import nowhere_else
from monitor.adapters.http.errors import Conflict, Invalid, Unknown
from monitor.adapters.http.ports.desk import Correction, DeviceSwapped, DoseGiven, Part
from monitor.adapters.http.ports.desk import OpeningAsked as Asked
from monitor.adapters.http.schema import rows
from monitor.adapters.http.waiting import written
from monitor.adapters.store import (
    Audited,
    Deactivated,
    DeviceBusy,
    Entry,
    Missing,
    Opening,
    Page,
    Store,
)
from monitor.adapters.store.questions import clinic as clinic_book
from monitor.adapters.store.questions.clinic import Device, Patient
from monitor.adapters.store.questions.encounters import (
    find_encounter,
    list_encounters,
)
from monitor.adapters.store.questions.findings import find_alarm, ids_of_observations
from monitor.adapters.store.questions.protocols import list_protocols
from monitor.adapters.store.questions.users import user_named
from monitor.codecs.contract.wire import Json, alarm_json, observation_json
from monitor.codecs.times import iso
from monitor.codecs.topics import TAKEN_ID, device_topic
from monitor.core.acts.checks import CHECKS
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol
from monitor.core.vocabulary.events import Event, Judged
from monitor.core.vocabulary.inputs import (
    BACKDATED_S,
    Acknowledged,
    AudioPause,
    Checked,
    Close,
    CuffUser,
    DevicesChanged,
    Dose,
    Facts,
    HandOver,
    Help,
    Input,
    LimitChanged,
    MeasuredNow,
    Note,
    Observed,
    Opened,
    Override,
    Rated,
    Rebaselined,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import RISK_FACTORS, SYMPTOMS
from monitor.core.vocabulary.vitals import Observation
from monitor.service.clock import Clock
from monitor.service.desk.corrections import Corrections
from monitor.service.health.readiness import Operation
from monitor.service.ingest.device_accounts import Identity
from monitor.service.ingest.messages import Ingest
from monitor.service.ingest.results import result_of
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.publishing import StatusPublisher
from monitor.service.sessions.restart import interrupted_session, rebuild

T = TypeVar("T")

log = structlog.get_logger(__name__)

EXPECTED_FOR_S: Final = 4 * 3600.0  # after the last dose: no course is longer
A_TURN: Final = 20  # sessions of a list, after which other tasks run


class SessionActs:
    """People's acts on the running sessions. Implements `monitor.adapters.http.ports.desk.Desk`.

    briefed   gives a new session the contacts who can be notified of its alarms
    """

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, ingest: Ingest, publisher: StatusPublisher,
        operation: Operation, identity: Identity, sites: Sequence[str],
    ) -> None:  # fmt: skip
        self._clock = clock
        self._store = store
        self._ward = ward
        self._ingest = ingest
        self._outward = publisher
        self._operation = operation
        self._identity = identity
        self._sites = tuple(sites)
        self._own: dict[str, Protocol] = {}
        self._corrections = Corrections(clock, store, ward, _committed)
        self.briefed: Callable[[Session], None] = _nobody_to_tell
        self.links = ""

    async def load(self) -> None:
        """Load the clinic's own protocols."""
        for saved in await self._store.read(list_protocols):
            own = msgspec.json.decode(saved.body, type=Protocol)
            self._own[saved.id] = msgspec.structs.replace(own, version=saved.version)

    # --- clock and state ----------------------------------------------------------------------

    def now(self) -> float:
        return self._clock.now()

    def clock(self) -> dict[str, float]:
        following = {"following": 1.0} if self._clock.following else {}
        return {"time": self._clock.now(), "speed": self._clock.speed, **following}

    def facts(self) -> Json:
        return {
            "version": monitor.__version__, "sites": list(self._sites),
            "device_identity": self._identity.enforced, "speed": self._clock.speed,
            "links_stay_here": nowhere_else(self.links),
        }  # fmt: skip

    def vocabulary(self) -> Json:
        symptoms = [{"id": s, "text": s.replace("_", " ").capitalize()} for s in SYMPTOMS]
        factors = [{"id": key, "text": text} for key, text in RISK_FACTORS.items()]
        checks = [{"id": key, "text": text} for key, text in CHECKS.items()]
        return {"risk_factors": factors, "symptoms": symptoms, "checks": checks}

    def protocols(self) -> list[Json]:
        return [msgspec.to_builtins(p) for p in (PRESETS | self._own).values()]

    def open_sessions(self) -> list[str]:
        return [*self._ward.sessions]

    def statuses(self) -> list[Json]:
        now, watching = self._clock.now(), self._outward.supervision()
        return [session.private(now, watching) for session in self._ward.sessions.values()]

    def shown(self, alarm_id: str, by: str) -> None:
        """Note that a user saw an alarm. This has no effect yet; notices will use it."""

    # --- encounters ---------------------------------------------------------------------------

    async def status(self, encounter_id: str) -> Json:
        session = self._ward.sessions.get(encounter_id)
        if session is not None:
            return session.private(self._clock.now(), self._outward.supervision())
        return await self._closed(encounter_id)

    async def expectation(self, encounter_id: str) -> Json:
        session = self._ward.sessions.get(encounter_id)
        if session is None:
            session, _ = await self._as_it_ended(encounter_id)
        doses = session.encounter.state.session.doses
        begins = doses[0].at if doses else None
        until = max((dose.at for dose in doses), default=0.0) + EXPECTED_FOR_S
        expected = session.encounter.expected(until)
        upper = {vital: [round(v, 1) for v in of] for vital, of in expected.items()}
        return {"since": iso(begins), "step_s": 60.0, "upper": upper}

    async def encounters(
        self,
        *,
        state: Literal["open", "closed"] | None,
        patient: str | None,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[Json]:
        chosen = partial(list_encounters, newest_first=newest_first)
        found = await self._store.read(chosen, limit, after, state, patient)
        items: list[Json] = []
        for number, record in enumerate(found.items, 1):
            items.append(await self.status(record.id))
            if number % A_TURN == 0:
                await asyncio.sleep(0)
        return Page(items, found.count, found.next)

    async def create_encounter(self, opening: Asked, *, by: str) -> Json:
        patient = await self._store.read(clinic_book.find_patient, opening.patient_id)
        if patient is None:
            raise Invalid("patient_id", "There is no such patient.")
        protocol = (PRESETS | self._own).get(opening.protocol)
        if protocol is None:
            known = ", ".join(PRESETS | self._own)
            raise Invalid("protocol", f"There is no such protocol. Known: {known}.")
        if opening.mode == "real" and self._operation.pretended:
            raise Invalid("mode", "The service's clock is not real: only test and demo sessions.")
        devices = await self._devices("device_ids", opening.device_ids)
        facts = _facts(opening, patient, devices)
        now = self._clock.now()
        encounter, events = Encounter.open(_new_id(), facts, protocol, now, by)
        session = Session(
            encounter=encounter, patient=patient.id, label=patient.label,
            sites={d.id: d.site for d in devices}, emergency=opening.emergency, snapshot_at=now,
        )  # fmt: skip
        record = Opening(
            patient_id=patient.id, protocol=_text(protocol),
            emergency=_text(opening.emergency) if opening.emergency else None,
        )  # fmt: skip

        async def opened() -> None:
            await self._ward.open(session, Opened(facts, by), events, record, now)
            self.briefed(session)

        await _committed(opened())
        return {"id": encounter.id, "phase": encounter.state.session.phase}

    async def change_devices(
        self, encounter_id: str, *, add: tuple[str, ...], remove: tuple[str, ...], by: str,
        reason: str = "",
    ) -> None:  # fmt: skip
        """Change the devices of a session. reason: one is swapped for another, which is recorded
        as a correction."""
        session = await self._session(encounter_id)
        for device in remove:
            if device not in session.devices:
                raise Invalid("remove", f"Device {device} does not serve this session.")
        added = await self._devices("add", add)
        kinds = {d.id: d.kind for d in added}
        given = DevicesChanged(by, kinds, remove, _users(added), reason, anew=True)

        async def changed() -> None:
            await self._ward.act(session, given, self._clock.now())
            sites = {d: s for d, s in session.sites.items() if d not in remove}
            self._ward.serve(session, sites | {d.id: d.site for d in added})

        await _committed(changed())

    async def dose(self, encounter_id: str, dose: DoseGiven, *, by: str) -> None:
        session, now = await self._session(encounter_id), self._clock.now()
        at = self._moment(dose.at, now)
        given = Dose(at, dose.drug, dose.route, dose.amount_mg, by, dose.override)
        await self._act(session, given)

    async def observe(
        self, encounter_id: str, values: dict[str, float], *, at: float | None, by: str
    ) -> list[Json]:
        session, now = await self._session(encounter_id), self._clock.now()
        if at is not None:
            at = self._moment(at, now)
        typed = Observation(issued=now, effective=at, values=values, by=by)
        events = await self._act(session, Observed(typed))
        self._ingest.tally.add([result_of(events)])
        judged = [e for e in events if isinstance(e, Judged)]
        ids = await self._store.read(ids_of_observations, session.id, [e.key for e in judged])
        return [observation_json(e, ids[e.key]) for e in judged]

    async def measured_now(self, encounter_id: str, given: MeasuredNow) -> None:
        await self._act(await self._session(encounter_id), given)

    async def cuff_user(self, encounter_id: str, given: CuffUser) -> None:
        session = await self._session(encounter_id)
        if given.device not in session.devices:
            raise Unknown(f"Device {given.device} does not serve this session.")
        await self._act(session, given)

    async def correct(self, encounter_id: str, given: Correction, *, by: str) -> None:
        if isinstance(given, DeviceSwapped):
            await self.change_devices(
                encounter_id, add=(given.add,), remove=(given.remove,), by=by, reason=given.reason
            )
            return
        await self._corrections.correct(encounter_id, given, by)

    async def symptom(self, encounter_id: str, symptom: str, *, by: str) -> None:
        if symptom not in SYMPTOMS:
            raise Invalid("symptom", f"It is not in the list: {', '.join(SYMPTOMS)}.")
        await self._act(await self._session(encounter_id), Symptom(symptom, by))

    async def help(self, encounter_id: str, *, by: str) -> None:
        await self._act(await self._session(encounter_id), Help(by))

    async def note(self, encounter_id: str, text: str, *, by: str) -> None:
        await self._act(await self._session(encounter_id), Note(text, by))

    async def limit(self, encounter_id: str, given: LimitChanged) -> None:
        await self._act(await self._session(encounter_id), given)

    async def rebaseline(self, encounter_id: str, given: Rebaselined) -> None:
        await self._act(await self._session(encounter_id), given)

    async def check(self, encounter_id: str, given: Checked) -> None:
        if given.check not in CHECKS:
            raise Invalid("check", f"It is not in the list: {', '.join(CHECKS)}.")
        await self._act(await self._session(encounter_id), given)

    async def hand_over(self, encounter_id: str, given: HandOver) -> None:
        user = await self._store.read(user_named, given.to)
        if user is None or not user.runs_sessions:
            raise Invalid("to", f"{given.to} is nobody who may run a session.")
        await self._act(await self._session(encounter_id), given)

    async def take_over(self, encounter_id: str, given: TakeOver) -> None:
        await self._act(await self._session(encounter_id), given)

    async def audio_pause(self, encounter_id: str, seconds: float, *, by: str) -> None:
        await self._act(await self._session(encounter_id), AudioPause(seconds, by))

    async def close(
        self, encounter_id: str, override: Override | None, *, alert: bool | None, by: str
    ) -> None:
        session = await self._session(encounter_id)

        async def closed() -> None:
            given = Close(by, override, alert)
            await self._ward.act(session, given, self._clock.now(), last=True)
            self._ward.remove(session)
            for device in session.devices:
                self._ingest.acks.forget(device)

        await _committed(closed())

    async def acknowledge(self, alarm_id: str, *, note: str, by: str) -> Json:
        session = self._ward.encounter_of(alarm_id)
        if session is None:
            raise await self._not_open(alarm_id)
        alarm = session.encounter.state.alarms.find(alarm_id)
        try:
            await self._act(session, Acknowledged(alarm_id, by, note))
        except Refused:
            raise Unknown("There is no such alarm.") from None
        if alarm is not None:
            return alarm_json(alarm, session.id)
        found = await self._store.read(find_alarm, alarm_id)
        if found is None:
            raise Unknown("There is no such alarm.")
        return alarm_json(found[1], session.id)

    async def rate(self, alarm_id: str, *, useful: bool, by: str) -> None:
        given, session = Rated(alarm_id, useful, by), self._ward.encounter_of(alarm_id)
        if session is None:
            # People can rate an alarm best afterwards: it goes on the closed session's record.
            found = await self._store.read(find_alarm, alarm_id)
            if found is None:
                raise Unknown("There is no such alarm.")
            entry = Entry(encounter_id=found[0], at=self._clock.now(), input=given)
            await _committed(self._store.commit(entry))
            return
        try:
            await self._act(session, given)
        except Refused:
            raise Unknown("There is no such alarm.") from None

    # --- devices ------------------------------------------------------------------------------

    async def add_device(
        self, device_id: str, *, kind: str, site: str | None, user: int | None = None,
        model: str | None = None, by: str,
    ) -> Json:  # fmt: skip
        if self._identity.is_taken(device_id):
            raise Invalid("id", TAKEN_ID)
        where = site or self._sites[0]
        if where == "+":
            where = "home"
        if self._sites != ("+",) and where not in self._sites:
            raise Invalid("site", f"This service serves {', '.join(self._sites)}.")
        now, enforced = self._clock.now(), self._identity.enforced
        device, password = new_device(device_id, kind, where, now, enforced=enforced)
        device = msgspec.structs.replace(device, user=user, model=model)

        async def added() -> None:
            await self._store.write(clinic_book.add_device, device, by)
            await self._identity.add(device, password)

        await _committed(added())
        return device_answer(device, password)

    async def change_device(
        self, device_id: str, changes: dict[str, int | str | None], *, by: str, reason: str = ""
    ) -> Json:
        now = self._clock.now()
        columns: dict[str, float | str | None] = dict(changes)
        action = "device_changed"
        if "active" in columns:
            active = columns.pop("active")
            columns["deactivated_at"] = None if active else now
            action = "device_activated" if active else "device_deactivated"
        detail = _text({"reason": reason} if reason else {})
        act = Audited(user=by, action=action, object=device_id, detail=detail)

        async def changed() -> Device:
            device = await self._store.write(
                clinic_book.change_device, device_id, columns, act, now
            )
            self._identity.changed(device)
            return device

        try:
            return rows.device(await written(changed()))
        except Missing:
            raise Unknown(f"There is no device {device_id}.") from None
        except DeviceBusy as busy:
            serves = f"Device {device_id} serves the open session {busy.encounter_id}."
            raise Conflict(f"{serves} Take it out first.") from None

    async def renew_device(self, device_id: str, *, by: str) -> Json:
        known = await self._store.read(clinic_book.find_device, device_id)
        if known is None:
            raise Unknown(f"There is no device {device_id}.")
        device, password = new_device(
            known.id, known.kind, known.site, known.created_at, enforced=self._identity.enforced
        )
        secret = device.secret_hash
        if secret is not None:

            async def renewed() -> None:
                now = self._clock.now()
                await self._store.write(clinic_book.set_device_secret, device.id, secret, now, by)
                await self._identity.add(device, password)

            await _committed(renewed())
            log.info("device_credentials_renewed", device=device.id, by=by)
        return device_answer(device, password)

    # --- operation ----------------------------------------------------------------------------

    def readiness(self) -> dict[str, Part]:
        return self._operation.readiness()

    async def self_test(self) -> Json:
        return await self._operation.self_test()

    def self_tested(self) -> Json:
        return self._operation.self_tested()

    def before_scrape(self) -> None:
        self._operation.measure()

    # --- parts --------------------------------------------------------------------------------

    async def _act(self, session: Session, given: Input) -> list[Event]:
        return await _committed(self._ward.act(session, given, self._clock.now()))

    async def _session(self, encounter_id: str) -> Session:
        session = self._ward.sessions.get(encounter_id)
        if session is not None:
            return session
        if await self._store.read(find_encounter, encounter_id) is None:
            raise Unknown("There is no session with this id.")
        raise Refused("This session is closed.")

    def _moment(self, at: float | None, now: float) -> float:
        """Return the time that a person gives, if it is possible. A slight difference between
        clocks is allowed."""
        if at is None or now < at <= now + 2:
            return now
        if at > now:
            raise Invalid("at", "It lies in the future.")
        if at < now - BACKDATED_S:
            raise Invalid("at", f"It lies more than {round(BACKDATED_S / 60)} min back.")
        return at

    async def _devices(self, field: str, ids: Sequence[str]) -> list[Device]:
        found = []
        for device_id in ids:
            device = await self._store.read(clinic_book.find_device, device_id)
            if device is None:
                raise Invalid(field, f"There is no device {device_id}. Register it first.")
            if device.deactivated_at is not None:
                raise Conflict(f"Device {device_id} is deactivated: activate it first.")
            serving = self._ward.serving.get(device_id)
            if serving is not None:
                raise Conflict(f"Device {device_id} serves the open session {serving.id}.")
            self._ingest.sites[device.id] = device.site
            found.append(device)
        return found

    async def _closed(self, encounter_id: str) -> Json:
        session, closed_at = await self._as_it_ended(encounter_id)
        return session.private(closed_at, None)

    async def _as_it_ended(self, encounter_id: str) -> tuple[Session, float]:
        left = await interrupted_session(self._store, encounter_id)
        if left is None:
            raise Unknown("There is no session with this id.")
        return rebuild(left, {}), left.record.closed_at or self._clock.now()

    async def _not_open(self, alarm_id: str) -> Exception:
        if await self._store.read(find_alarm, alarm_id) is None:
            return Unknown("There is no such alarm.")
        return Refused("The session of this alarm is closed.")


def _nobody_to_tell(session: Session) -> None:
    """Set no contacts: the default until notices are set up."""


async def _committed(act: Awaitable[T]) -> T:
    """Wait as `written` does, and turn refusals of the store into sentences for a person."""
    try:
        return await written(act)
    except DeviceBusy as busy:
        raise Conflict(f"Device {busy.device} serves another open session.") from None
    except Deactivated as gone:
        raise Conflict(str(gone)) from None
    except Missing as missing:
        raise Invalid(missing.kind, f"There is no {missing.kind} {missing.key}.") from None


def _facts(opening: Asked, patient: Patient, devices: Sequence[Device]) -> Facts:
    factors = dict.fromkeys((*patient.risk_factors, *opening.risk_factors))
    unknown = [factor for factor in factors if factor not in RISK_FACTORS]
    if unknown:
        raise Invalid("risk_factors", f"{unknown[0]} is not one of {', '.join(RISK_FACTORS)}.")
    emergency = opening.emergency
    return Facts(
        protocol=opening.protocol, mode=opening.mode, birth_year=patient.birth_year,
        risk_factors=tuple(factors), devices={d.id: d.kind for d in devices},
        sitter=bool(emergency.get("sitter")),
        reachable=bool(emergency.get("address") and emergency.get("phone")),
        users=_users(devices),
    )  # fmt: skip


def _users(devices: Sequence[Device]) -> dict[str, int]:
    """Return device -> the patient's user number, for the devices where that is on file."""
    return {d.id: d.user for d in devices if d.user is not None}


def new_device(
    device_id: str, kind: str, site: str, now: float, *, enforced: bool
) -> tuple[Device, str]:
    """Return a device and its own password, which is kept as a hash only.

    enforced: the broker asks for the password; else there is no password ("").
    """
    password = access.new_password() if enforced else ""
    secret = access.hashed(password) if enforced else None
    return Device(id=device_id, kind=kind, site=site, secret_hash=secret, created_at=now), password


def device_answer(device: Device, password: str) -> Json:
    return {
        "id": device.id, "kind": device.kind, "site": device.site,
        "mqtt": {
            "username": device.id if password else None, "password": password or None,
            "topic": device_topic(device.site, device.id, "readings"),
        },
    }  # fmt: skip


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _new_id() -> str:
    # No '-' in it: alarm ids are this, '-', and a number.
    return "e" + secrets.token_hex(6)
