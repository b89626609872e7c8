"""The whole app: the order of its parts, and the page's files behind all routes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.http import create_app
from monitor.adapters.http.app import PAGE
from monitor.adapters.http.doors.reached import Reached
from monitor.adapters.store.questions.quarantine import list_audit
from tests.adapters.http.asgi import client_of
from tests.adapters.http.conftest import Service
from tests.adapters.http.outbox import SmallOutbox


def test_the_real_page_is_where_the_app_looks_for_it() -> None:
    assert Path(__file__).parents[3] / "monitor" / "page" == PAGE


async def test_the_page_comes_compressed_and_answers_of_the_api_never(service: Service) -> None:
    """Compression must not reveal a secret by how well it compresses beside a client's own text."""
    async with service.client() as client:
        plain = await client.get("/large.js", headers={"Accept-Encoding": "identity"})
        packed = await client.get("/large.js", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.text == plain.text
        assert packed.num_bytes_downloaded < len(plain.content) / 10
        tag = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        assert (await client.get("/large.js", headers=tag)).status_code == 304
    async with service.client("ada", **{"Accept-Encoding": "gzip"}) as client:
        told = await client.get("/api/v1/openapi.json")
        assert len(told.content) > 5000
        assert "Content-Encoding" not in told.headers


async def test_a_page_that_connects_is_on_record_as_having_seen_the_open_sessions(
    service: Service, encounter: str
) -> None:
    async with service.live("vera") as page:
        assert json.loads(await page.recv())
    await service.store.flush()
    rows = (await service.store.read(list_audit, 100)).items
    seen = [(row.user, row.object) for row in rows if row.action == "emergency_read"]
    assert seen == [("vera", encounter)]


# --- without a server -----------------------------------------------------------------------------


@pytest_asyncio.fixture
async def far(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client elsewhere, of an app that is published under a name and has no first start."""
    app = create_app(
        desk=service.desk, outbox=SmallOutbox(service.store), accounts=service.accounts,
        records=service.records, hub=service.hub, sign_ins=service.sign_ins,
        registry=CollectorRegistry(),
        reached=Reached("192.0.2.1", "https://monitor.example", "scraper"),
        allowed_origins=["https://other.example"],
    )  # fmt: skip
    async with client_of(app, url="https://monitor.example") as client:
        yield client


async def test_the_walls_are_outside_and_each_refusal_comes_before_the_next_question(
    far: httpx.AsyncClient,
) -> None:
    long = b" " * 70_000
    asked = [
        ({"Host": "evil.example", "Origin": "http://evil.example"}, long, 413),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, b"", 421),
        ({"Origin": "http://evil.example", "Cookie": "__Host-dosing_monitor_session=x"}, b"", 403),
        ({}, b"", 401),
        ({"Host": "other.example", "Origin": "https://other.example"}, b"", 401),
    ]
    for headers, body, status in asked:
        answer = await far.post("/api/v1/patients", headers=headers, content=body)
        assert answer.status_code == status, headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_an_address_without_a_route_is_a_file_or_nothing(far: httpx.AsyncClient) -> None:
    there = {"/": 200, "/nothing": 404, "/first/x": 404, "/openapi.json": 404, "/redoc": 404}
    assert {path: (await far.get(path)).status_code for path in there} == there
    assert (await far.get("/healthz/")).status_code == 404  # not redirected


async def test_the_settings_reach_their_routes(far: httpx.AsyncClient) -> None:
    ready = await far.get("/readyz")
    assert ready.json()["warnings"] == []
    assert ready.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert (await far.get("/metrics")).status_code == 401
    token = {"Authorization": "Bearer scraper"}
    assert (await far.get("/metrics", headers=token)).status_code == 200
