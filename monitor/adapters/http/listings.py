"""Listings of stored records, and the data that belong to no session, as rows for the wire."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from monitor.adapters.http.errors import Invalid, Unknown
from monitor.adapters.http.schema import rows
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Page, Store
from monitor.adapters.store.questions import (
    burdens,
    clinic,
    contacts,
    encounters,
    findings,
    notices,
    quarantine,
)
from monitor.adapters.store.questions.clinic import Patient
from monitor.adapters.store.questions.contacts import Wanted
from monitor.adapters.store.tables.store_errors import Unfit
from monitor.codecs.contract.notice_object import notice_json
from monitor.codecs.contract.wire import alarm_json, episode_json
from monitor.core.alarms.burden import burden
from monitor.core.vocabulary.reasons import Reason, plain

T = TypeVar("T")

Json = dict[str, Any]


class Records:
    """`now` is the service's clock. Listings of a session raise Unknown if it does not exist."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    # --- the clinic ---

    async def add_patient(
        self, label: str, birth_year: int | None, risk_factors: tuple[str, ...], by: str = ""
    ) -> str:
        """Add a patient and return its id. by: for the audit, here and below. Raises the store's
        `NotUnique` if the label is taken, and Invalid if a person could not type it again."""
        patient = Patient(
            id=f"p-{uuid4().hex[:12]}",
            label=label,
            birth_year=birth_year,
            risk_factors=risk_factors,
            created_at=self._now(),
        )
        try:
            await written(self._store.write(clinic.add_patient, patient, by))
        except Unfit as unfit:
            raise Invalid("label", plain(f"{unfit}.")) from None
        return patient.id

    async def patients(self, limit: int, after: str | None) -> Page[Json]:
        return _wired(await self._store.read(clinic.list_patients, limit, after), rows.patient)

    async def devices(self, limit: int, after: str | None) -> Page[Json]:
        return _wired(await self._store.read(clinic.list_devices, limit, after), rows.device)

    async def add_contact(self, wanted: Wanted, by: str = "") -> Json:
        return rows.contact(
            await written(self._store.write(contacts.add_contact, wanted, self._now(), by))
        )

    async def change_contact(self, contact_id: int, wanted: Wanted, by: str = "") -> Json:
        """Raises the store's Missing."""
        act = self._store.write(contacts.change_contact, contact_id, wanted, self._now(), by)
        return rows.contact(await written(act))

    async def drop_contact(self, contact_id: int, by: str = "") -> None:
        """Raises the store's Missing."""
        await written(self._store.write(contacts.drop_contact, contact_id, self._now(), by))

    async def contacts(self) -> list[Json]:
        """All contacts, in the order in which they are notified."""
        return [rows.contact(row) for row in await self._store.read(contacts.list_contacts)]

    async def quarantine(self, limit: int, after: str | None) -> Page[Json]:
        """Newest first."""
        found = await self._store.read(quarantine.list_quarantine, limit, after)
        return _wired(found, rows.quarantine)

    async def dropped(self, limit: int) -> Json:
        """Count the messages that quarantine dropped, in all and by device."""
        count, lanes = await self._store.read(quarantine.list_dropped, limit)
        return {"count": count, "devices": [rows.dropped(row) for row in lanes]}

    async def audit(
        self, limit: int, after: str | None, *,
        by: str | None = None, since: float | None = None, until: float | None = None,
    ) -> Page[Json]:  # fmt: skip
        """Newest first."""
        found = await self._store.read(
            quarantine.list_audit, limit, after, by=by, since=since, until=until
        )
        return _wired(found, rows.audit)

    # --- one session ---

    async def observations(
        self,
        encounter_id: str,
        limit: int,
        after: str | None,
        *,
        vital: str | None = None,
        state: str | None = None,
        source: str | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> Page[Json]:
        await self._known(encounter_id)
        found = await self._store.read(
            findings.list_observations,
            encounter_id,
            limit,
            after,
            vital=vital,
            state=state,
            source=source,
            since=since,
            until=until,
        )
        return _wired(found, rows.observation)

    async def alarms(self, encounter_id: str, limit: int, after: str | None) -> Page[Json]:
        await self._known(encounter_id)
        found = await self._store.read(findings.list_alarms, encounter_id, limit, after)
        return _wired(found, lambda alarm: alarm_json(alarm, encounter_id))

    async def alarm(self, alarm_id: str) -> Json:
        """One alarm in its newest stored state. Raises Unknown."""
        found = await self._store.read(findings.find_alarm, alarm_id)
        if found is None:
            raise Unknown(Reason("no_such_id", {"thing": "alarm"}))
        encounter_id, alarm = found
        return alarm_json(alarm, encounter_id)

    async def notices(self, alarm_id: str) -> list[Json]:
        """The ledger of one alarm, oldest first. Raises Unknown."""
        await self.alarm(alarm_id)
        found = await self._store.read(notices.notices_of_alarm, alarm_id)
        return [notice_json(row) for row in found]

    async def notices_of_session(self, encounter_id: str) -> list[Json]:
        """The ledger of one session, tests among it, oldest first."""
        await self._known(encounter_id)
        found = await self._store.read(notices.notices_of_encounter, encounter_id)
        return [notice_json(row) for row in found]

    async def episodes(self, encounter_id: str, limit: int, after: str | None) -> Page[Json]:
        await self._known(encounter_id)
        found = await self._store.read(findings.list_episodes, encounter_id, limit, after)
        return _wired(found, lambda episode: episode_json(episode, encounter_id))

    async def journal(
        self, encounter_id: str, limit: int, after: str | None, *, type_: str | None
    ) -> Page[Json]:
        await self._known(encounter_id)
        found = await self._store.read(
            encounters.list_journal, encounter_id, limit, after, type_=type_
        )
        return _wired(found, rows.journal)

    async def burden(self, encounter_id: str) -> Json:
        """Raises Unknown."""
        course = await self._store.read(burdens.course_of, encounter_id, self._now())
        if course is None:
            raise Unknown(Reason("no_such_id", {"thing": "encounter"}))
        return rows.burden(burden([course])) | {"ratings": course.ratings}

    async def burden_of_clinic(self, mode: str, since: float, until: float | None) -> Json:
        ends = self._now() if until is None else until
        return rows.burden(burden(await self._store.read(burdens.courses_of, mode, since, ends)))

    async def _known(self, encounter_id: str) -> None:
        if await self._store.read(encounters.find_encounter, encounter_id) is None:
            raise Unknown(Reason("no_such_id", {"thing": "encounter"}))


def _wired(page: Page[T], row: Callable[[T], Json]) -> Page[Json]:
    return Page([row(item) for item in page.items], page.count, page.next)
