"""Open, change and close sessions, and act in them. Each response follows its commit."""

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.guard.trail import Trail
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router, everything, listing
from monitor.adapters.http.schema.parameters import (
    LIMIT_DEFAULT,
    After,
    EncounterId,
    Limit,
    OfPatient,
)
from monitor.adapters.http.schema.requests import (
    Closing,
    DeviceChange,
    NewBaseline,
    NewCheck,
    NewDose,
    NewEncounter,
    NewHandOver,
    NewLimit,
    NewNote,
    NewReading,
    NewSymptom,
    NewTakeOver,
    Pause,
)
from monitor.adapters.http.schema.responses import says
from monitor.core.vocabulary.inputs import Checked, HandOver, LimitChanged, Rebaselined, TakeOver

State = Literal["open", "closed"]
Order = Literal["oldest", "newest"]


def sessions(desk: Desk, trail: Trail) -> APIRouter:
    """Routes that open, show, change and close a session."""
    router = api_router("encounters", route_class=Guarded)

    @router.post(
        "/encounters",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.OpenedEncounter, 201),
    )
    async def open_encounter(body: NewEncounter, request: Request) -> Response:
        """Open a session. 409 names a device that already serves another one."""
        return answer(await desk.open_encounter(body.request(), by=who(request).name), 201)

    @router.get("/encounters", openapi_extra=role("viewer"), responses=says(responses.Statuses))
    async def list_encounters(
        request: Request,
        patient: OfPatient,
        state: State | None = None,
        limit: Limit = LIMIT_DEFAULT,
        after: After = None,
        order: Order = "oldest",
    ) -> Response:
        """List status objects in the order in which the sessions were opened, oldest or newest
        first; of one patient or all."""
        found = await desk.encounters(
            state=state, patient=patient, limit=limit, after=after, newest_first=order == "newest"
        )
        trail.shown(who(request), "emergency_read", [status["id"] for status in found.items])
        return listing(found)

    @router.get(
        "/encounters/{encounter_id}",
        openapi_extra=role("viewer", reads="emergency_read"),
        responses=says(responses.StatusResponse),
    )
    async def one_encounter(encounter: EncounterId) -> Response:
        """Return the status object of one session."""
        return answer(await desk.status(encounter))

    @router.get(
        "/encounters/{encounter_id}/expectation",
        openapi_extra=role("viewer"),
        responses=says(responses.Expectation),
    )
    async def expectation(encounter: EncounterId) -> Response:
        """Return the highest expected value of each vital sign after its doses, every `step_s` from
        the first dose to four hours after the last, for the shaded area of a chart. Not
        validated."""
        return answer(await desk.expectation(encounter))

    @router.post(
        "/encounters/{encounter_id}/devices",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def change_devices(
        encounter: EncounterId, body: DeviceChange, request: Request
    ) -> Response:
        """Add and remove devices during a session."""
        by = who(request).name
        add, remove = tuple(body.add), tuple(body.remove)
        await desk.change_devices(encounter, add=add, remove=remove, by=by)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/close",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def close(
        encounter: EncounterId, request: Request, body: Closing | None = None
    ) -> Response:
        """Close a session. 409 lists the unmet conditions of the discharge gate; a reason overrides
        it."""
        by, closing = who(request).name, body or Closing()
        await desk.close(encounter, closing.override(by), alert=closing.alert, by=by)
        return answer(await desk.status(encounter))

    return router


def acts(desk: Desk) -> APIRouter:
    """Routes for acts while a session runs."""
    router = api_router("encounters", route_class=Guarded)

    @router.post(
        "/encounters/{encounter_id}/doses",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def dose(encounter: EncounterId, body: NewDose, request: Request) -> Response:
        """Record a dose. 409 lists the unmet conditions of the hold gate; a reason overrides it."""
        by = who(request).name
        await desk.dose(encounter, body.request(by), by=by)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/observations",
        openapi_extra=role("therapist"),
        responses=says(responses.Observations),
    )
    async def observe(encounter: EncounterId, body: NewReading, request: Request) -> Response:
        """Record a reading that a person typed. Returns its rows; see `state` and `reason` of
        each."""
        by = who(request).name
        return everything(await desk.observe(encounter, body.values(), at=body.at, by=by))

    @router.post(
        "/encounters/{encounter_id}/symptoms",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def symptom(encounter: EncounterId, body: NewSymptom, request: Request) -> Response:
        """Record a symptom from the vocabulary; some raise an alarm regardless of the readings."""
        await desk.symptom(encounter, body.symptom, by=who(request).name)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/help",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def ask_for_help(encounter: EncounterId, request: Request) -> Response:
        """Call for help: a person in the room needs it."""
        await desk.ask_for_help(encounter, by=who(request).name)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/notes",
        openapi_extra=role("therapist"),
        responses=says(responses.Nothing),
    )
    async def note(encounter: EncounterId, body: NewNote, request: Request) -> Response:
        """Add a note to the session's record."""
        await desk.note(encounter, body.text, by=who(request).name)
        return answer({})

    @router.post(
        "/encounters/{encounter_id}/limits",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def limit(encounter: EncounterId, body: NewLimit, request: Request) -> Response:
        """Set a stricter alarm limit for this session, or remove it. Active alarms stay active. 409
        if a limit that already applies is as strict."""
        given = LimitChanged(
            body.vital, body.direction, body.priority, body.value, body.reason, who(request).name
        )
        await desk.limit(encounter, given)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/baseline",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def rebaseline(encounter: EncounterId, body: NewBaseline, request: Request) -> Response:
        """Take the baseline again. Before the dose the readings so far are set aside; after it the
        clean readings of the last 15 minutes count. Active alarms stay active. 409 if there are too
        few readings."""
        given = Rebaselined(body.reason, who(request).name, tuple(body.vitals))
        await desk.rebaseline(encounter, given)
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/audio-pause",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def audio_pause(encounter: EncounterId, body: Pause, request: Request) -> Response:
        """Pause this session's alarm sound for at most two minutes. Alarms stay visible."""
        await desk.audio_pause(encounter, body.seconds, by=who(request).name)
        return answer(await desk.status(encounter))

    return router


def team(desk: Desk) -> APIRouter:
    """Routes for agreements of the team: checks before the dose, and who supervises."""
    router = api_router("encounters", route_class=Guarded)

    @router.post(
        "/encounters/{encounter_id}/checks",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def check(encounter: EncounterId, body: NewCheck, request: Request) -> Response:
        """Record one of the checks before the dose as made or, with `done` false, as no longer
        valid. See /vocabulary for their names. The dose does not wait for them."""
        await desk.check(encounter, Checked(body.check, who(request).name, body.done))
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/hand-over",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def hand_over(encounter: EncounterId, body: NewHandOver, request: Request) -> Response:
        """Offer the session to another therapist. The present supervisor keeps it until it is
        taken."""
        await desk.hand_over(encounter, HandOver(body.to, who(request).name))
        return answer(await desk.status(encounter))

    @router.post(
        "/encounters/{encounter_id}/take-over",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def take_over(
        encounter: EncounterId, request: Request, body: NewTakeOver | None = None
    ) -> Response:
        """Take over a session. 409 if it was not offered and no reason is given. A call by the
        present supervisor withdraws the offer."""
        reason = body.reason if body else ""
        await desk.take_over(encounter, TakeOver(who(request).name, reason))
        return answer(await desk.status(encounter))

    return router
