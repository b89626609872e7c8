"""Corrections of a session's record, during the session and after it, and the audit."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from starlette.responses import Response

from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.listings import Records
from monitor.adapters.http.ports.desk import Desk
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router, listing
from monitor.adapters.http.schema.parameters import LIMIT_DEFAULT, After, EncounterId, Limit
from monitor.adapters.http.schema.requests import Moment, NewCorrection
from monitor.adapters.http.schema.responses import says

By = Annotated[
    str | None, Query(max_length=64, description="who did it, or to whose account it was done")
]
Since = Annotated[Moment | None, Query(description="at or after; ISO 8601 with offset")]
Until = Annotated[Moment | None, Query(description="before; ISO 8601 with offset")]


def corrections(desk: Desk) -> APIRouter:
    router = api_router("encounters", route_class=Guarded)

    @router.post(
        "/encounters/{encounter_id}/corrections",
        openapi_extra=role("therapist"),
        responses=says(responses.StatusResponse),
    )
    async def correct(
        encounter: EncounterId, body: Annotated[NewCorrection, Body()], request: Request
    ) -> Response:
        """Correct the record. The recorded values and the decisions stay on the record, with both
        values, author, time and reason (journal, type `corrected`); later decisions use the
        corrected value. 409 if the record already has this value or the correction is
        impossible."""
        await desk.correct(encounter, body.request(), by=who(request).name)
        return answer(await desk.status(encounter))

    return router


def audits(records: Records) -> APIRouter:
    router = api_router("audit", route_class=Guarded)

    @router.get(
        "/audit", openapi_extra=role("admin", reads="audit_read"), responses=says(responses.Audit)
    )
    async def audit(
        by: By = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT_DEFAULT,
        after: After = None,
    ) -> Response:
        """List the acts that belong to no session's record: sign-ins and failures, users, devices,
        patients, contacts, protocols, and reads of restricted data. Newest first; `detail` has the
        values before and after, and never a secret."""
        return listing(await records.audit(limit, after, by=by, since=since, until=until))

    return router
