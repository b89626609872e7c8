"""Whether the service lives and whether all its parts work, for people and for machines."""

import pytest_asyncio
from prometheus_client import CollectorRegistry, Counter
from starlette.types import ASGIApp

from monitor.adapters.http import Accounts, Part, SignIns
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.operators import Operators
from monitor.adapters.http.routes.health import routes, self_tests
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Store
from tests.adapters.http.asgi import client_of, routed
from tests.adapters.http.conftest import REAL_TIME, Service
from tests.adapters.http.desk import SmallDesk


async def test_health_tells_the_service_s_time(service: Service) -> None:
    async with service.client() as client:
        answered = await client.get("/healthz")
        expected = {"status": "ok", "time": "2026-11-23T10:15:02.250Z", "speed": 1.0}
        assert answered.json() == expected
        assert (await client.head("/healthz")).status_code == 200


async def test_readiness_names_what_does_not_work(service: Service) -> None:
    async with service.client() as client:
        assert (await client.get("/readyz")).status_code == 200
        service.desk.parts["broker"] = Part(False, "not connected")
        answered = await client.get("/readyz")
        assert answered.status_code == 503
        assert answered.json()["detail"] == "broker: not connected"
        assert answered.json()["parts"]["database"] == {"ready": True, "text": ""}


# --- without a server -----------------------------------------------------------------------------


class Followed(SmallDesk):
    """A desk whose clock a simulator moves."""

    def clock(self) -> dict[str, float]:
        return super().clock() | {"speed": 60.0, "following": True}


@pytest_asyncio.fixture
async def desk(store: Store) -> SmallDesk:
    return SmallDesk(store, Hub(CollectorRegistry()))


def app_of(store: Store, desk: SmallDesk, *warnings: str) -> ASGIApp:
    registry = CollectorRegistry()
    Counter("tries", "Tries", registry=registry).inc()
    operators = Operators(SignIns(Accounts(store, lambda: REAL_TIME)), Cookies())
    return routed(routes(desk, registry, operators, warnings), self_tests(desk, warnings))


async def test_a_clock_that_is_moved_by_another_is_named(store: Store) -> None:
    desk = Followed(store, Hub(CollectorRegistry()))
    async with client_of(app_of(store, desk)) as client:
        body = (await client.get("/healthz")).json()
    assert body == {
        "status": "ok", "time": "2026-11-23T10:15:02.250Z", "speed": 60.0, "following": True,
    }  # fmt: skip


async def test_readiness_has_the_figures_that_are_known(store: Store, desk: SmallDesk) -> None:
    desk.parts = {
        "broker": Part(True, canary_s=0.123456, refused=0),
        "detection": Part(True, loop_lag_s=0.00004),
        "database": Part(True, held=0, at_risk=2, window=100),
    }
    async with client_of(app_of(store, desk, "In the clear.")) as client:
        answer = await client.get("/readyz")
        assert (await client.head("/readyz")).status_code == 200
    assert answer.status_code == 200
    works = {"ready": True, "text": ""}
    assert answer.json() == {
        "status": "ready", "warnings": ["In the clear."],
        "parts": {
            "broker": works | {"canary_s": 0.1235, "refused": 0},
            "detection": works | {"loop_lag_s": 0.0},
            "database": works | {"held": 0, "at_risk": 2, "window": 100},
        },
    }  # fmt: skip


async def test_every_fault_is_named_and_a_warning_is_no_fault(
    store: Store, desk: SmallDesk
) -> None:
    desk.parts = {"broker": Part(False, "gone"), "a": Part(True), "database": Part(False, "full")}
    async with client_of(app_of(store, desk, "In the clear.")) as client:
        answer = await client.get("/readyz")
        assert (await client.head("/readyz")).status_code == 503
    assert answer.status_code == 503
    body = answer.json()
    assert (body["status"], body["detail"]) == ("not ready", "broker: gone; database: full")


async def test_counters_are_brought_up_to_date_for_a_scrape_that_is_allowed(
    store: Store, desk: SmallDesk
) -> None:
    app = app_of(store, desk)
    async with client_of(app, "127.0.0.1") as here, client_of(app) as far:
        answer = await here.get("/metrics")
        assert (answer.status_code, "tries_total 1.0" in answer.text) == (200, True)
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert (await far.get("/metrics")).status_code == 401
    assert desk.scrapes == 1


async def test_the_self_test_is_shown_and_run_with_the_warnings(
    store: Store, desk: SmallDesk
) -> None:
    async with client_of(app_of(store, desk, "In the clear.")) as client:
        shown, run = await client.get("/api/v1/self-test"), await client.post("/api/v1/self-test")
    assert shown.json() == run.json() == desk.self_tested() | {"warnings": ["In the clear."]}
