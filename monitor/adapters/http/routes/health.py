"""Routes for operators and their machines, without any patient data."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from monitor.adapters.http.guard.operators import Operators
from monitor.adapters.http.guard.request_guard import Guarded, role
from monitor.adapters.http.ports.desk import Desk, Part
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router
from monitor.adapters.http.schema.responses import says
from monitor.codecs.contract.wire import iso


def routes(
    desk: Desk, registry: CollectorRegistry, operators: Operators, warnings: Sequence[str]
) -> APIRouter:
    """warnings: sentences about the service's configuration."""
    router = APIRouter(tags=["operation"])

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", responses=says(responses.Health))
    async def healthz() -> Response:
        """Confirm that the process lives and its event loop runs; returns the service's time and
        how fast it runs."""
        clock = desk.clock()
        body = {"status": "ok", "time": iso(clock["time"]), "speed": clock["speed"]}
        if clock.get("following"):  # the clock stays still until a simulator moves it
            body["following"] = True
        return answer(body)

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", responses=says(responses.Readiness) | says(responses.Readiness, 503))
    async def readyz() -> Response:
        """Check whether every part works: 200, or 503 with the faults."""
        parts = desk.readiness()
        wrong = [f"{name}: {part.text}" for name, part in parts.items() if not part.ready]
        body = {
            "status": "not ready" if wrong else "ready",
            "parts": {name: _known(part) for name, part in parts.items()},
            "warnings": warnings,
        }
        if wrong:
            return answer(body | {"detail": "; ".join(wrong)}, 503)
        return answer(body)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Return counters and gauges in the Prometheus format. From another machine this requires a
        sign-in or the token that the operator set."""
        refused = await operators.refused(request)
        if refused is not None:
            return refused
        desk.before_scrape()
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def self_tests(desk: Desk, warnings: Sequence[str]) -> APIRouter:
    """Routes for signed-in people: the end-to-end self-test."""
    router = api_router("operation", route_class=Guarded)

    @router.get("/self-test", openapi_extra=role("viewer"), responses=says(responses.SelfTest))
    async def self_tested() -> Response:
        """Return the newest run of the canary session: a reading through broker, decision, live
        view and notice, with the seconds that each took; and the ping to the external watchdog."""
        return answer(desk.self_tested() | {"warnings": warnings})

    @router.post("/self-test", openapi_extra=role("therapist"), responses=says(responses.SelfTest))
    async def self_test() -> Response:
        """Run the self-test now."""
        return answer(await desk.self_test() | {"warnings": warnings})

    return router


def _known(part: Part) -> dict[str, object]:
    """The part as JSON, without unknown figures."""
    figures = {
        "canary_s": None if part.canary_s is None else round(part.canary_s, 4),
        "loop_lag_s": None if part.loop_lag_s is None else round(part.loop_lag_s, 4),
        "refused": part.refused,
        "held": part.held,
        "at_risk": part.at_risk,
        "window": part.window,
    }
    known = {name: figure for name, figure in figures.items() if figure is not None}
    return {"ready": part.ready, "text": part.text, **known}
