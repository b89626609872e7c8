"""The headers of every answer, the last exception handler, and the counts of requests."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from monitor.adapters.http.doors.body_limit import AT_MOST
from monitor.adapters.http.guard.cookies import Cookies
from monitor.adapters.http.guard.headers import SecurityHeaders, where
from tests.adapters.http.asgi import client_of
from tests.adapters.http.conftest import Service

App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def test_a_fault_of_ours_is_a_plain_500_and_its_text_stays_here(
    service: Service, therapist: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[dict[str, Any]]:
        raise RuntimeError("secret 184/112")

    monkeypatch.setattr(service.desk, "protocols", broken)
    answered = await therapist.get("/api/v1/protocols")
    assert answered.status_code == 500
    assert answered.json() == {"detail": "Something went wrong here. It has been logged."}


async def test_every_answer_bears_the_walls(service: Service) -> None:
    kept = dict.fromkeys(("/api/v1/me", "/api/v1/patients", "/healthz", "/docs"), "no-store")
    async with service.client() as client:
        for path, expected in {"/": "no-cache", "/main.js": "no-cache", **kept}.items():
            bears_the_walls((await client.get(path)).headers, expected)
        bears_the_walls((await client.get("/nothing")).headers, "no-store")
        long = await client.post("/api/v1/login", content=b" " * (AT_MOST + 1))
        bears_the_walls(long.headers, "no-store")


def bears_the_walls(headers: httpx.Headers, kept: str) -> None:
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == kept
    assert "server" not in headers


async def test_metrics_count_routes_not_addresses(service: Service, encounter: str) -> None:
    async with service.client("theo") as client:
        await client.get(f"/api/v1/encounters/{encounter}")
        text = (await client.get("/metrics")).text
    assert service.desk.scrapes == 1
    assert "dosing_monitor_live_connections 0.0" in text
    assert 'route="/encounters/{encounter_id}",status="200"' in text
    assert encounter not in text.replace("encounter_id", "")


# --- without a server -----------------------------------------------------------------------------


class Dressed:
    """The middleware before this app."""

    def __init__(self, app: App) -> None:
        self.registry = CollectorRegistry()
        cookies = Cookies("https://monitor.example")
        self.app = SecurityHeaders(app, self.registry, cookies)

    async def ask(self, method: str = "GET", url: str = "http://127.0.0.1") -> httpx.Response:
        async with client_of(self.app, url=url) as client:
            return await client.request(method, "/")

    def counted(self) -> dict[tuple[str, str, str], float]:
        (family,) = (f for f in self.registry.collect() if f.name == "dosing_monitor_http_requests")
        return {
            (s.labels["method"], s.labels["route"], s.labels["status"]): s.value
            for s in family.samples if s.name.endswith("_total")
        }  # fmt: skip


class Pattern:
    def __init__(self, path: str) -> None:
        self.path = path


def answering(route: str = "", **headers: str) -> App:
    """Return an app that answers with these headers. route: the pattern of the matched route."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if route:
            scope["route"] = Pattern(route)
        await Response("there", headers=headers)(scope, receive, send)

    return app


async def test_an_answer_keeps_its_own_caching_and_no_other_of_these_headers() -> None:
    own = {"Cache-Control": "no-cache", "Referrer-Policy": "unsafe-url"}
    answer = await Dressed(answering(**own)).ask()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (await Dressed(answering()).ask()).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("url", "told"),
    [("http://monitor.example", "max-age=31536000"), ("https://other.example", None)],
)
async def test_only_the_host_of_the_public_url_is_bound_to_https(url: str, told: str) -> None:
    answer = await Dressed(answering()).ask(url=url)
    assert answer.headers.get("Strict-Transport-Security") == told


async def test_a_failure_is_logged_by_its_place_and_never_by_its_text() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = Pattern("/broken")
        raise LookupError("184/112")

    dressed = Dressed(failing)
    with capture_logs() as lines:
        answer = await dressed.ask()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")
    ((line),) = lines
    assert (line["route"], line["error"]) == ("/broken", "LookupError")
    assert line["place"].startswith(f"{__name__}.failing:")
    assert "184" not in f"{lines}{answer.text}"
    assert dressed.counted() == {("GET", "/broken", "500"): 1.0}


async def test_an_answer_that_has_begun_gets_no_second_one() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("half")(scope, receive, send)
        raise LookupError

    dressed = Dressed(failing)
    answer = await dressed.ask()
    assert (answer.status_code, answer.text) == (200, "half")
    assert dressed.counted() == {("GET", "other", "200"): 1.0}


async def test_requests_are_counted_by_a_few_methods_and_by_patterns() -> None:
    dressed = Dressed(answering("/api/v1/patients/{patient_id}"))
    for method in ("GET", "GET", "HEAD", "POST", "PUT", "BREW"):
        await dressed.ask(method)
    route = "/patients/{patient_id}"
    assert dressed.counted() == {
        ("GET", route, "200"): 2.0, ("HEAD", route, "200"): 1.0, ("POST", route, "200"): 1.0,
        ("other", route, "200"): 2.0,
    }  # fmt: skip
    name = "dosing_monitor_http_request_seconds_count"
    assert dressed.registry.get_sample_value(name, {"route": route}) == 6.0


async def test_a_live_page_passes_and_is_no_request() -> None:
    passed: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    dressed = Dressed(app)
    for kind in ("websocket", "lifespan"):
        await dressed.app({"type": kind}, None, None)  # type: ignore[arg-type]
    assert (passed, dressed.counted()) == (["websocket", "lifespan"], {})


def test_the_place_of_an_error_is_the_innermost_one() -> None:
    def inner() -> None:
        raise KeyError("a value")

    with pytest.raises(KeyError) as raised:
        inner()
    line = inner.__code__.co_firstlineno + 1
    assert where(raised.value) == {"error": "KeyError", "place": f"{__name__}.inner:{line}"}
    assert where(ValueError("never raised")) == {"error": "ValueError", "place": ""}
