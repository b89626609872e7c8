"""A small desk for tests: real encounters of the core on a real store, without a broker."""

from itertools import count
from typing import Any, Literal

import msgspec

from monitor.adapters.http.errors import Conflict, Invalid, Unknown
from monitor.adapters.http.ports.desk import (
    CorrectFactRequest,
    CorrectRequest,
    DoseRequest,
    OpenEncounterRequest,
    Part,
)
from monitor.adapters.http.schema import rows
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Audited, Entry, Page, Store
from monitor.adapters.store import Opening as Stored
from monitor.adapters.store.questions import clinic
from monitor.codecs.contract.status_object import ForPeople, status_json
from monitor.codecs.contract.wire import (
    alarm_json,
    observation_json,
    status_message_json,
    transition_json,
)
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.checks import CHECKS
from monitor.core.vocabulary.events import AlarmChanged, Event, Judged
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    AskForHelp,
    AudioPause,
    ChangeDevices,
    Checked,
    Close,
    CorrectFact,
    CuffUser,
    Dose,
    Facts,
    HandOver,
    Input,
    LimitChanged,
    MeasuredNow,
    Note,
    Observed,
    Opened,
    Override,
    Rebaselined,
    Symptom,
    TakeOver,
)
from monitor.core.vocabulary.reasons import Reason, plain
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import SYMPTOMS
from monitor.core.vocabulary.vitals import Observation

Json = dict[str, Any]


class SmallDesk:
    """A desk whose clock does not move unless a test moves `time`.

    said      reports about cuffs that it received; they have no effect here
    unknown   the key of the one record whose age is not known
    """

    def __init__(self, store: Store, hub: Hub) -> None:
        self.time = 1_795_428_902.25
        self.parts = {"broker": Part(True), "database": Part(True), "detection": Part(True)}
        self.displayed: list[tuple[str, str]] = []
        self.scrapes = 0
        self.said: list[MeasuredNow | CuffUser] = []
        self.unknown = "cuff-1/a1/7/sbp"
        self._store = store
        self._hub = hub
        self._numbers = count(1)
        self._open: dict[str, Encounter] = {}
        self._closed: dict[str, Encounter] = {}
        self._about: dict[str, OpenEncounterRequest] = {}

    # --- clock and state ---

    def now(self) -> float:
        return self.time

    def clock(self) -> dict[str, float]:
        return {"time": self.time, "speed": 1.0}

    def facts(self) -> Json:
        return {"version": "0", "sites": ["home"], "device_identity": False, "speed": 1.0}

    def vocabulary(self) -> Json:
        return {
            "risk_factors": [{"id": "hypertension", "text": "Known hypertension"}],
            "symptoms": [{"id": name, "text": name} for name in SYMPTOMS],
            "checks": [{"id": name, "text": text} for name, text in CHECKS.items()],
        }

    def protocols(self) -> list[Json]:
        return [msgspec.to_builtins(protocol) for protocol in PRESETS.values()]

    def open_sessions(self) -> list[str]:
        return [status["id"] for status in self.statuses()]

    def statuses(self) -> list[Json]:
        return [self._status(one) for one in self._open.values()]

    def shown(self, alarm_id: str, by: str) -> None:
        self.displayed.append((alarm_id, by))

    # --- encounters ---

    async def status(self, encounter_id: str) -> Json:
        encounter = self._open.get(encounter_id) or self._closed.get(encounter_id)
        if encounter is None:
            raise Unknown(plain("There is no encounter of that id."))
        return self._status(encounter)

    async def expectation(self, encounter_id: str) -> Json:
        await self.status(encounter_id)
        return {"since": None, "step_s": 60.0, "upper": {}}

    async def encounters(
        self,
        *,
        state: Literal["open", "closed"] | None,
        patient: str | None,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[Json]:
        groups = {"open": [self._open], "closed": [self._closed], None: [self._open, self._closed]}
        found = [self._status(one) for group in groups[state] for one in group.values()]
        found = [one for one in found if patient in (None, one["patient"])]
        found = found[::-1] if newest_first else found
        return Page(found[:limit], len(found), None)

    async def open_encounter(self, request: OpenEncounterRequest, *, by: str) -> Json:
        if await self._store.read(clinic.find_patient, request.patient_id) is None:
            raise Invalid("patient_id", plain("names no patient."))
        if request.protocol not in PRESETS:
            raise Invalid("protocol", plain("names no protocol."))
        devices: dict[str, str] = {}
        for device in request.device_ids:
            found = await self._store.read(clinic.find_device, device)
            if found is None:
                raise Invalid("device_ids", plain(f"{device} is not registered."))
            devices[device] = found.kind
        facts = Facts(
            protocol=request.protocol,
            mode=request.mode,
            risk_factors=request.risk_factors,
            devices=devices,
            sitter="sitter" in request.emergency,
            reachable={"address", "phone"} <= request.emergency.keys(),
        )
        encounter_id = f"e{next(self._numbers)}"
        protocol = PRESETS[request.protocol]
        encounter, events = Encounter.open(encounter_id, facts, protocol, self.time, by)
        stored = Stored(
            patient_id=request.patient_id,
            protocol=msgspec.json.encode(protocol).decode(),
            emergency=msgspec.json.encode(request.emergency).decode(),
        )
        given = Opened(facts, by)
        await self._store.commit(
            Entry(
                encounter_id=encounter_id, at=self.time, input=given, events=events, opening=stored
            )
        )
        self._open[encounter_id] = encounter
        self._about[encounter_id] = request
        self._tell(encounter_id, events)
        return {"id": encounter_id, "phase": encounter.status(self.time).phase}

    async def change_devices(
        self, encounter_id: str, *, add: tuple[str, ...], remove: tuple[str, ...], by: str
    ) -> None:
        await self._act(encounter_id, ChangeDevices(by, dict.fromkeys(add, "cuff"), remove))

    async def dose(self, encounter_id: str, request: DoseRequest, *, by: str) -> None:
        at = self.time if request.at is None else request.at
        given = Dose(at, request.drug, request.route, request.amount_mg, by, request.override)
        await self._act(encounter_id, given)

    async def observe(
        self, encounter_id: str, values: dict[str, float], *, at: float | None, by: str
    ) -> list[Json]:
        seen = Observation(issued=self.time, effective=at, values=values, by=by)
        events = await self._act(encounter_id, Observed(seen))
        judged = [event for event in events if isinstance(event, Judged)]
        return [observation_json(row, row.key) for row in judged]

    async def measured_now(self, encounter_id: str, given: MeasuredNow) -> None:
        self._said(encounter_id, given)
        if given.key != self.unknown:
            raise Refused(Reason("age_known"))

    async def cuff_user(self, encounter_id: str, given: CuffUser) -> None:
        self._said(encounter_id, given)
        if given.device not in self._open[encounter_id].state.devices.registered:
            raise Unknown(plain(f"Device {given.device} does not serve this session."))

    def _said(self, encounter_id: str, given: MeasuredNow | CuffUser) -> None:
        if encounter_id not in self._open:
            raise Unknown(plain("There is no encounter of that id."))
        self.said.append(given)

    async def correct(self, encounter_id: str, request: CorrectRequest, *, by: str) -> None:
        assert isinstance(request, CorrectFactRequest)
        if request.value == "taken":
            raise Conflict(plain("There is a patient taken already."))
        act = CorrectFact(
            fact=request.fact, before="", after=request.value, by=by, reason=request.reason
        )
        await self._act(encounter_id, act)

    async def symptom(self, encounter_id: str, symptom: str, *, by: str) -> None:
        if symptom not in SYMPTOMS:
            raise Invalid("symptom", plain("is not in the list."))
        await self._act(encounter_id, Symptom(symptom, by))

    async def ask_for_help(self, encounter_id: str, *, by: str) -> None:
        await self._act(encounter_id, AskForHelp(by))

    async def note(self, encounter_id: str, text: str, *, by: str) -> None:
        await self._act(encounter_id, Note(text, by))

    async def limit(self, encounter_id: str, given: LimitChanged) -> None:
        await self._act(encounter_id, given)

    async def rebaseline(self, encounter_id: str, given: Rebaselined) -> None:
        await self._act(encounter_id, given)

    async def check(self, encounter_id: str, given: Checked) -> None:
        if given.check not in CHECKS:
            raise Invalid("check", plain("is not in the list."))
        await self._act(encounter_id, given)

    async def hand_over(self, encounter_id: str, given: HandOver) -> None:
        await self._act(encounter_id, given)

    async def take_over(self, encounter_id: str, given: TakeOver) -> None:
        await self._act(encounter_id, given)

    async def audio_pause(self, encounter_id: str, seconds: float, *, by: str) -> None:
        await self._act(encounter_id, AudioPause(seconds, by))

    async def close(
        self, encounter_id: str, override: Override | None, *, alert: bool | None, by: str
    ) -> None:
        await self._act(encounter_id, Close(by, override, alert))
        self._closed[encounter_id] = self._open.pop(encounter_id)

    async def acknowledge(self, alarm_id: str, *, note: str, by: str) -> Json:
        encounter_id = alarm_id.rpartition("-")[0]
        if encounter_id not in self._open:
            raise Unknown(plain("There is no alarm of that id."))
        events = await self._act(encounter_id, Acknowledged(alarm_id, by, note))
        changed = [e.alarm for e in events if isinstance(e, AlarmChanged)]
        return next(alarm_json(a, encounter_id) for a in reversed(changed) if a.id == alarm_id)

    # --- devices, operation ---

    async def add_device(
        self, device_id: str, *, kind: str, site: str | None, user: int | None = None,
        model: str | None = None, by: str,
    ) -> Json:  # fmt: skip
        device = clinic.Device(
            id=device_id, kind=kind, site=site or "home", secret_hash=None, created_at=self.time,
            user=user, model=model,
        )  # fmt: skip
        await self._store.write(clinic.add_device, device)
        topic = f"dosing/v1/home/{device_id}/readings"
        return {"id": device_id, "mqtt": {"username": None, "password": None, "topic": topic}}

    async def change_device(
        self, device_id: str, changes: dict[str, int | str | None], *, by: str, reason: str = ""
    ) -> Json:
        act = Audited(user=by, action="device_changed", object=device_id)
        change = self._store.write(clinic.change_device, device_id, changes, act, self.time)
        return rows.device(await change)

    async def renew_device(self, device_id: str, *, by: str) -> Json:
        raise Unknown(plain("There is no device of that id."))

    def readiness(self) -> dict[str, Part]:
        return self.parts

    async def rate(self, alarm_id: str, *, useful: bool, by: str) -> None:
        raise Unknown(plain("There is no such alarm."))

    async def self_test(self) -> Json:
        return self.self_tested()

    def self_tested(self) -> Json:
        ping = {"wanted": False, "ok": False, "detail": "", "answered_s": None}
        return {
            "ok": True, "detail": "", "at": "2026-11-23T10:15:02.250Z", "total_s": 0.04,
            "steps": {"reading": 0.04}, "ping": ping,
        }  # fmt: skip

    def before_scrape(self) -> None:
        self.scrapes += 1

    # --- internals ---

    def publish(self, encounter_id: str) -> None:
        """Publish the status, as a reading would make the real desk do."""
        encounter = self._open[encounter_id]
        self._hub.publish_status(
            encounter_id,
            lambda: msgspec.json.encode(status_message_json(self._status(encounter))),
        )

    async def _act(self, encounter_id: str, given: Input) -> list[Event]:
        encounter = self._open.get(encounter_id)
        if encounter is None:
            if encounter_id in self._closed:
                raise Conflict(plain("The session is closed."))
            raise Unknown(plain("There is no encounter of that id."))
        events = encounter.apply(given, self.time)
        entry = Entry(encounter_id=encounter_id, at=self.time, input=given, events=events)
        await self._store.commit(entry)
        self._tell(encounter_id, events)
        return events

    def _tell(self, encounter_id: str, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, AlarmChanged):
                body = msgspec.json.encode(transition_json(event, encounter_id))
                self._hub.publish_alarm(encounter_id, body)
        self.publish(encounter_id)

    def _status(self, encounter: Encounter) -> Json:
        about = self._about[encounter.id]
        people = ForPeople(
            label=about.patient_id, emergency=about.emergency,
            facts=encounter.state.session.facts, contacts=(), on_duty=(), confirmed={},
            contacts_known=True, next_notice=None, nobody_left=(), notices=(),
        )  # fmt: skip
        return status_json(
            encounter.status(self.time), patient=about.patient_id, watchers=None, people=people
        )
