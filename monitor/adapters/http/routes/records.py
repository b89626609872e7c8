"""The stored records of a session, oldest first; and its alarms."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router, everything, listing
from monitor.adapters.http.schema.parameters import (
    LIMIT_DEFAULT,
    After,
    AlarmId,
    EncounterId,
    Limit,
)
from monitor.adapters.http.schema.requests import Acknowledgement, Moment, Rating
from monitor.adapters.http.schema.responses import says
from monitor.core.vocabulary.vitals import Vital
from monitor.core.vocabulary.words import Mode, Verdict

Since = Annotated[Moment | None, Query(description="measured at or after; ISO 8601 with offset")]
Type = Annotated[
    str | None,
    Query(
        alias="type",
        max_length=600,
        pattern="^[a-z_]{1,32}(,[a-z_]{1,32})*$",
        description="only these; several are joined by commas",
    ),
]
Until = Annotated[Moment | None, Query(description="measured before; ISO 8601 with offset")]


def histories(records: Records) -> APIRouter:
    router = api_router("history", route_class=Guarded)

    @router.get(
        "/encounters/{encounter_id}/observations",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.Observations),
    )
    async def observations(
        encounter: EncounterId,
        vital: Vital | None = None,
        state: Verdict | None = None,
        source: Literal["device", "manual"] | None = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT_DEFAULT,
        after: After = None,
    ) -> Response:
        """List every stored reading, one row for each vital sign; rejected ones with the reason."""
        page = await records.observations(
            encounter,
            limit,
            after,
            vital=vital,
            state=state,
            source=source,
            since=since,
            until=until,
        )
        return listing(page)

    @router.get(
        "/encounters/{encounter_id}/alarms",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.Alarms),
    )
    async def alarms(
        encounter: EncounterId, limit: Limit = LIMIT_DEFAULT, after: After = None
    ) -> Response:
        """List every alarm of the session, in its present or last state."""
        return listing(await records.alarms(encounter, limit, after))

    @router.get(
        "/encounters/{encounter_id}/episodes",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.Episodes),
    )
    async def episodes(
        encounter: EncounterId, limit: Limit = LIMIT_DEFAULT, after: After = None
    ) -> Response:
        """List every transient elevation: onset, peak, end."""
        return listing(await records.episodes(encounter, limit, after))

    @router.get(
        "/encounters/{encounter_id}/notices",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.NoticeList),
    )
    async def notices(encounter: EncounterId) -> Response:
        """List every notice of the session, including test notices."""
        return everything(await records.notices_of_session(encounter))

    @router.get(
        "/encounters/{encounter_id}/burden",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.AlarmBurden),
    )
    async def burden(encounter: EncounterId) -> Response:
        """Return figures on the session's alarm burden: how many alarms, how soon they were taken,
        for how long one was unacknowledged, minutes blind and unattended, and how many were rated
        useful."""
        return answer(await records.burden(encounter))

    @router.get("/burden", openapi_extra=role("viewer"), responses=says(responses.AlarmBurden))
    async def burden_of_clinic(
        mode: Mode = "real", since: Since = None, until: Until = None
    ) -> Response:
        """Return the same figures over all closed sessions opened in this time; by default all real
        ones."""
        return answer(await records.burden_of_clinic(mode, since or 0.0, until))

    @router.get(
        "/encounters/{encounter_id}/journal",
        openapi_extra=role("viewer", reads="record_read"),
        responses=says(responses.Journal),
    )
    async def journal(
        encounter: EncounterId,
        of: Type = None,
        limit: Limit = LIMIT_DEFAULT,
        after: After = None,
    ) -> Response:
        """List the inputs and decisions of the session, in order."""
        return listing(await records.journal(encounter, limit, after, type_=of))

    return router


def alarm_routes(desk: Desk, records: Records) -> APIRouter:
    router = api_router("alarms", route_class=Guarded)

    @router.post(
        "/alarms/{alarm_id}/acknowledge",
        openapi_extra=role("therapist"),
        responses=says(responses.AlarmResponse),
    )
    async def acknowledge(
        alarm: AlarmId, request: Request, body: Acknowledgement | None = None
    ) -> Response:
        """Acknowledge an alarm as seen. Recorded with author and time; not the same as an audio
        pause."""
        note = (body or Acknowledgement()).note
        return answer(await desk.acknowledge(alarm, note=note, by=who(request).name))

    @router.post(
        "/alarms/{alarm_id}/rate",
        openapi_extra=role("therapist"),
        responses=says(responses.Nothing),
    )
    async def rate(alarm: AlarmId, body: Rating, request: Request) -> Response:
        """Rate whether an alarm was useful. The last rating counts; it affects only figures."""
        await desk.rate(alarm, useful=body.useful, by=who(request).name)
        return answer({})

    @router.get(
        "/alarms/{alarm_id}/notices",
        openapi_extra=role("viewer"),
        responses=says(responses.NoticeList),
    )
    async def notices(alarm: AlarmId) -> Response:
        """Return the ledger: who was notified of this alarm, on which channel, and with what
        result."""
        return everything(await records.notices(alarm))

    return router
