"""Facts about a cuff's readings that a person knows and the cuff does not report: their age, and
which user they belong to."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router
from monitor.adapters.http.schema.parameters import DeviceOf, EncounterId
from monitor.adapters.http.schema.requests import PatientsUser, RecordMeasured
from monitor.adapters.http.schema.responses import says
from monitor.core.vocabulary.inputs import CuffUser, MeasuredNow


def cuffs(desk: Desk) -> APIRouter:
    router = api_router("encounters", route_class=Guarded)

    @router.post(
        "/encounters/{encounter_id}/measured-now",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def measured_now(
        encounter: EncounterId, body: RecordMeasured, request: Request
    ) -> Response:
        """Record that a cuff's record of unknown age was measured just now: it is live from now on.
        `key` is its `key` in the status object (`cuffs`, `unknown`). 409 if there is no such record
        any more."""
        await desk.measured_now(encounter, MeasuredNow(body.key, who(request).name))
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/devices/{device_id}/user",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def cuff_user(
        encounter: EncounterId, device: DeviceOf, body: PatientsUser, request: Request
    ) -> Response:
        """Set which user of this cuff the patient is, for this session. The cuff's readings in this
        session are judged again."""
        await desk.cuff_user(encounter, CuffUser(device, body.user, who(request).name))
        return answer(await desk.status(encounter))

    return router
