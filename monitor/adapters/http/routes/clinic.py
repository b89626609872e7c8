"""What outlives a session: patients, devices, protocols, contacts; and what was refused."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.guard.wall import Guarded, role, who
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, everything, listing
from monitor.adapters.http.schema.parameters import LIMIT_DEFAULT, After, DeviceOf, Limit
from monitor.adapters.http.schema.requests import ChangedDevice, NewDevice, NewPatient
from monitor.adapters.http.schema.responses import says
from monitor.codecs.contract.wire import iso


def patients(desk: Desk, records: Records) -> APIRouter:
    router = APIRouter(tags=["patients"], route_class=Guarded)

    @router.post(
        "/patients",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.CreatedId, 201),
    )
    async def add_patient(body: NewPatient, request: Request) -> Response:
        """Add a patient under a code. Risk factors choose stricter limits and are listed words."""
        known = {word["id"] for word in desk.vocabulary()["risk_factors"]}
        unknown = [word for word in body.risk_factors if word not in known]
        if unknown:
            raise Invalid("risk_factors", f"each must be one of {', '.join(sorted(known))}.")
        if body.birth_year is not None and body.birth_year > int(iso(desk.now())[:4]):
            raise Invalid("birth_year", "lies in the future.")
        made = await records.add_patient(
            body.label, body.birth_year, tuple(body.risk_factors), who(request).name
        )
        return answer({"id": made}, 201)

    @router.get("/patients", openapi_extra=role("viewer"), responses=says(responses.Patients))
    async def list_patients(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """Patients by code."""
        return listing(await records.patients(limit, after))

    @router.get("/vocabulary", openapi_extra=role("viewer"), responses=says(responses.Vocabulary))
    async def vocabulary() -> Response:
        """The listed words: risk factors, symptoms and checks, each with what to show for it."""
        return answer(desk.vocabulary())

    @router.get("/protocols", openapi_extra=role("viewer"), responses=says(responses.Protocols))
    async def protocols() -> Response:
        """Presets and the clinic's own."""
        return everything(desk.protocols())

    return router


def devices(desk: Desk, records: Records) -> APIRouter:
    router = APIRouter(tags=["devices"], route_class=Guarded)

    @router.post(
        "/devices",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.Registered, 201),
    )
    async def add_device(body: NewDevice, request: Request) -> Response:
        """Register a device. Its broker password is told here and never again."""
        by = who(request).name
        made = await desk.add_device(
            body.id, kind=body.kind, site=body.site, user=body.user, model=body.model, by=by
        )
        return answer(made, 201)

    @router.patch(
        "/devices/{device_id}",
        openapi_extra=role("therapist"),
        responses=says(responses.DeviceResponse),
    )
    async def change_device(device: DeviceOf, body: ChangedDevice, request: Request) -> Response:
        """Which of its users the patient is (from the next session on), and what model it is (at
        once). Null takes it back; what is not given stays. `active` false: it serves no session
        any more and the broker does not let it in; 409 while it serves one."""
        by, reason = who(request).name, body.reason or ""
        return answer(await desk.change_device(device, body.changes(), by=by, reason=reason))

    @router.post(
        "/devices/{device_id}/credentials",
        openapi_extra=role("therapist"),
        responses=says(responses.Registered),
    )
    async def renew_device(device_id: str, request: Request) -> Response:
        """A new broker password in place of the one that was lost. It is told here once."""
        return answer(await desk.renew_device(device_id, by=who(request).name))

    @router.get("/devices", openapi_extra=role("viewer"), responses=says(responses.Devices))
    async def list_devices(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """Registered devices."""
        return listing(await records.devices(limit, after))

    @router.get(
        "/quarantine", openapi_extra=role("therapist"), responses=says(responses.Quarantine)
    )
    async def quarantine(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """Messages that could not be taken, with the reason, newest first; and how many were not
        kept, because a device sent more of them than its quota."""
        found = await records.quarantine(limit, after)
        return listing(found, dropped=await records.dropped(LIMIT_DEFAULT))

    return router
