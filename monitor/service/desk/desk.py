"""The requests of people through the web: the implementation of its `Desk`.

Every act is decided immediately and answered after its commit. Names and vocabularies are checked
here, where they are known; whether an act is allowed at the moment, the encounter decides.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

import msgspec

import monitor
from monitor.adapters.deliver import nowhere_else
from monitor.adapters.http.errors import Invalid, Unknown
from monitor.adapters.http.ports.desk import (
    CorrectDeviceRequest,
    CorrectRequest,
    DoseRequest,
    OpenEncounterRequest,
    Part,
)
from monitor.adapters.store import Entry, Page, Store
from monitor.adapters.store.questions.encounters import find_encounter, list_encounters
from monitor.adapters.store.questions.findings import find_alarm, ids_of_observations
from monitor.adapters.store.questions.users import user_named
from monitor.codecs.contract.wire import Json, alarm_json, observation_json
from monitor.codecs.times import iso
from monitor.core.vocabulary.checks import CHECKS
from monitor.core.vocabulary.events import Event, Judged
from monitor.core.vocabulary.inputs import (
    BACKDATED_S,
    AskForHelp,
    AudioPause,
    ChangeDevices,
    Checked,
    Close,
    CuffUser,
    Dose,
    HandOver,
    Input,
    LimitChanged,
    MeasuredNow,
    Note,
    Observed,
    Override,
    Rated,
    Rebaselined,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import RISK_FACTORS, SYMPTOMS
from monitor.core.vocabulary.vitals import Observation
from monitor.service.clock import Clock
from monitor.service.desk.committed import committed
from monitor.service.desk.corrections import Corrections
from monitor.service.desk.device_register import DeviceRegister
from monitor.service.desk.free_devices import FreeDevices, users_of
from monitor.service.desk.opening import SessionOpening
from monitor.service.health.readiness import Operation
from monitor.service.ingest.device_accounts import Identity
from monitor.service.ingest.messages import Ingest
from monitor.service.ingest.results import result_of
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.publishing import StatusPublisher
from monitor.service.sessions.restart import interrupted_session, rebuild

EXPECTED_FOR_S: Final = 4 * 3600.0  # after the last dose: no course is longer
_NO_ALARM: Final = Reason("no_such", {"thing": "alarm"})
A_TURN: Final = 20  # sessions of a list, after which other tasks run


class SessionActs:
    """People's acts on the running sessions. Implements `monitor.adapters.http.ports.desk.Desk`."""

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
        self._free = FreeDevices(store, ward, ingest)
        self._register = DeviceRegister(clock, store, identity, sites)
        self._corrections = Corrections(clock, store, ward)
        self.opening = SessionOpening(clock, store, ward, operation, self._free)
        self.links = ""

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
        return [msgspec.to_builtins(p) for p in self.opening.protocols.values()]

    def open_sessions(self) -> list[str]:
        return [*self._ward.sessions]

    def statuses(self) -> list[Json]:
        now, watching = self._clock.now(), self._outward.watchers()
        return [session.private(now, watching) for session in self._ward.sessions.values()]

    def shown(self, alarm_id: str, by: str) -> None:
        """Note that a user saw an alarm. This has no effect yet; notices will use it."""

    # --- encounters ---------------------------------------------------------------------------

    async def status(self, encounter_id: str) -> Json:
        session = self._ward.sessions.get(encounter_id)
        if session is not None:
            return session.private(self._clock.now(), self._outward.watchers())
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

    async def open_encounter(self, request: OpenEncounterRequest, *, by: str) -> Json:
        return await self.opening.open_encounter(request, by=by)

    async def change_devices(
        self, encounter_id: str, *, add: tuple[str, ...], remove: tuple[str, ...], by: str,
        reason: str = "",
    ) -> None:  # fmt: skip
        """Change the devices of a session. reason: one is swapped for another, which is recorded
        as a correction."""
        session = await self._session(encounter_id)
        for device in remove:
            if device not in session.devices:
                raise Invalid("remove", Reason("not_serving", {"device": device}))
        added = await self._free.find("add", add)
        kinds = {d.id: d.kind for d in added}
        given = ChangeDevices(by, kinds, remove, users_of(added), reason, anew=True)

        async def changed() -> None:
            await self._ward.act(session, given, self._clock.now())
            sites = {d: s for d, s in session.sites.items() if d not in remove}
            self._ward.serve(session, sites | {d.id: d.site for d in added})

        await committed(changed())

    async def dose(self, encounter_id: str, request: DoseRequest, *, by: str) -> None:
        session, now = await self._session(encounter_id), self._clock.now()
        at = self._moment(request.at, now)
        given = Dose(at, request.drug, request.route, request.amount_mg, by, request.override)
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
            raise Unknown(Reason("not_serving", {"device": given.device}))
        await self._act(session, given)

    async def correct(self, encounter_id: str, request: CorrectRequest, *, by: str) -> None:
        if isinstance(request, CorrectDeviceRequest):
            add, remove = (request.add,), (request.remove,)
            await self.change_devices(
                encounter_id, add=add, remove=remove, by=by, reason=request.reason
            )
            return
        await self._corrections.correct(encounter_id, request, by)

    async def symptom(self, encounter_id: str, symptom: str, *, by: str) -> None:
        if symptom not in SYMPTOMS:
            raise Invalid("symptom", Reason("not_listed", {"known": tuple(SYMPTOMS)}))
        await self._act(await self._session(encounter_id), Symptom(symptom, by))

    async def ask_for_help(self, encounter_id: str, *, by: str) -> None:
        await self._act(await self._session(encounter_id), AskForHelp(by))

    async def note(self, encounter_id: str, text: str, *, by: str) -> None:
        await self._act(await self._session(encounter_id), Note(text, by))

    async def limit(self, encounter_id: str, given: LimitChanged) -> None:
        await self._act(await self._session(encounter_id), given)

    async def rebaseline(self, encounter_id: str, given: Rebaselined) -> None:
        await self._act(await self._session(encounter_id), given)

    async def check(self, encounter_id: str, given: Checked) -> None:
        if given.check not in CHECKS:
            raise Invalid("check", Reason("not_listed", {"known": tuple(CHECKS)}))
        await self._act(await self._session(encounter_id), given)

    async def hand_over(self, encounter_id: str, given: HandOver) -> None:
        user = await self._store.read(user_named, given.to)
        if user is None or not user.runs_sessions:
            raise Invalid("to", Reason("may_not_supervise", {"name": given.to}))
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

        await committed(closed())

    async def acknowledge(self, alarm_id: str, *, note: str, by: str) -> Json:
        session = self._ward.encounter_of(alarm_id)
        if session is None:
            raise await self._not_open(alarm_id)
        alarm = session.encounter.state.alarms.find(alarm_id)
        try:
            await committed(self._ward.acknowledge(session, alarm_id, by=by, note=note))
        except Refused:
            raise Unknown(_NO_ALARM) from None
        if alarm is not None:
            return alarm_json(alarm, session.id)
        found = await self._store.read(find_alarm, alarm_id)
        if found is None:
            raise Unknown(_NO_ALARM)
        return alarm_json(found[1], session.id)

    async def rate(self, alarm_id: str, *, useful: bool, by: str) -> None:
        given, session = Rated(alarm_id, useful, by), self._ward.encounter_of(alarm_id)
        if session is None:
            # People can rate an alarm best afterwards: it goes on the closed session's record.
            found = await self._store.read(find_alarm, alarm_id)
            if found is None:
                raise Unknown(_NO_ALARM)
            entry = Entry(encounter_id=found[0], at=self._clock.now(), input=given)
            await committed(self._store.commit(entry))
            return
        try:
            await self._act(session, given)
        except Refused:
            raise Unknown(_NO_ALARM) from None

    # --- devices ------------------------------------------------------------------------------

    async def add_device(
        self, device_id: str, *, kind: str, site: str | None, user: int | None = None,
        model: str | None = None, by: str,
    ) -> Json:  # fmt: skip
        return await self._register.add_device(
            device_id, kind=kind, site=site, user=user, model=model, by=by
        )

    async def change_device(
        self, device_id: str, changes: dict[str, int | str | None], *, by: str, reason: str = ""
    ) -> Json:
        return await self._register.change_device(device_id, changes, by=by, reason=reason)

    async def renew_device(self, device_id: str, *, by: str) -> Json:
        return await self._register.renew_device(device_id, by=by)

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
        return await committed(self._ward.act(session, given, self._clock.now()))

    async def _session(self, encounter_id: str) -> Session:
        session = self._ward.sessions.get(encounter_id)
        if session is not None:
            return session
        if await self._store.read(find_encounter, encounter_id) is None:
            raise Unknown(Reason("no_such_session"))
        raise Refused(Reason("session_closed"))

    def _moment(self, at: float | None, now: float) -> float:
        """Return the time that a person gives, if it is possible. A slight difference between
        clocks is allowed."""
        if at is None or now < at <= now + 2:
            return now
        if at > now:
            raise Invalid("at", Reason("moment_ahead"))
        if at < now - BACKDATED_S:
            back = round(BACKDATED_S / 60)
            raise Invalid("at", Reason("moment_long_ago", {"minutes": back}))
        return at

    async def _closed(self, encounter_id: str) -> Json:
        session, closed_at = await self._as_it_ended(encounter_id)
        return session.private(closed_at, None)

    async def _as_it_ended(self, encounter_id: str) -> tuple[Session, float]:
        left = await interrupted_session(self._store, encounter_id)
        if left is None:
            raise Unknown(Reason("no_such_session"))
        return rebuild(left, {}), left.record.closed_at or self._clock.now()

    async def _not_open(self, alarm_id: str) -> Exception:
        if await self._store.read(find_alarm, alarm_id) is None:
            return Unknown(_NO_ALARM)
        return Refused(Reason("alarm_of_closed"))
