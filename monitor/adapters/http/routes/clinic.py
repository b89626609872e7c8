"""Data that outlive a session: patients, devices, protocols; and the quarantine of messages."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router, everything, listing
from monitor.adapters.http.schema.parameters import LIMIT_DEFAULT, After, DeviceOf, Limit
from monitor.adapters.http.schema.requests import ChangedDevice, NewDevice, NewPatient
from monitor.adapters.http.schema.responses import says
from monitor.codecs.contract.wire import iso
from monitor.core.vocabulary.reasons import Reason


def patients(desk: Desk, records: Records) -> APIRouter:
    router = api_router("patients", route_class=Guarded)

    @router.post(
        "/patients",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.CreatedId, 201),
    )
    async def add_patient(body: NewPatient, request: Request) -> Response:
        """Add a patient under a code. Risk factors come from the vocabulary and select stricter
        limits."""
        known = {word["id"] for word in desk.vocabulary()["risk_factors"]}
        unknown = [word for word in body.risk_factors if word not in known]
        if unknown:
            raise Invalid("risk_factors", Reason("each_one_of", {"known": tuple(sorted(known))}))
        if body.birth_year is not None and body.birth_year > int(iso(desk.now())[:4]):
            raise Invalid("birth_year", Reason("year_ahead"))
        made = await records.add_patient(
            body.label, body.birth_year, tuple(body.risk_factors), who(request).name
        )
        return answer({"id": made}, 201)

    @router.get("/patients", openapi_extra=role("viewer"), responses=says(responses.Patients))
    async def list_patients(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """List patients by code."""
        return listing(await records.patients(limit, after))

    @router.get("/vocabulary", openapi_extra=role("viewer"), responses=says(responses.Vocabulary))
    async def vocabulary() -> Response:
        """Return the vocabulary: risk factors, symptoms and checks, each with its text for
        display."""
        return answer(desk.vocabulary())

    @router.get("/protocols", openapi_extra=role("viewer"), responses=says(responses.Protocols))
    async def protocols() -> Response:
        """List the presets and the clinic's own protocols."""
        return everything(desk.protocols())

    return router


def devices(desk: Desk, records: Records) -> APIRouter:
    router = api_router("devices", route_class=Guarded)

    @router.post(
        "/devices",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.Registered, 201),
    )
    async def add_device(body: NewDevice, request: Request) -> Response:
        """Register a device. Its broker password is returned here and never again."""
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
        """Set which of the device's users the patient is (from the next session on) and its model
        (immediately). Null removes a value; omitted fields stay. `active` false: it no longer
        serves sessions and the broker refuses it; 409 while it serves one."""
        by, reason = who(request).name, body.reason or ""
        return answer(await desk.change_device(device, body.changes(), by=by, reason=reason))

    @router.post(
        "/devices/{device_id}/credentials",
        openapi_extra=role("therapist"),
        responses=says(responses.Registered),
    )
    async def renew_device(device_id: str, request: Request) -> Response:
        """Replace a lost broker password. The new one is returned only here."""
        return answer(await desk.renew_device(device_id, by=who(request).name))

    @router.get("/devices", openapi_extra=role("viewer"), responses=says(responses.Devices))
    async def list_devices(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """List registered devices."""
        return listing(await records.devices(limit, after))

    @router.get(
        "/quarantine", openapi_extra=role("therapist"), responses=says(responses.Quarantine)
    )
    async def quarantine(limit: Limit = LIMIT_DEFAULT, after: After = None) -> Response:
        """List the messages that could not be accepted, with the reason, newest first, and count
        those not kept because a device exceeded its quota."""
        found = await records.quarantine(limit, after)
        return listing(found, dropped=await records.dropped(LIMIT_DEFAULT))

    return router
