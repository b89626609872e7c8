"""Bodies that cannot be: not JSON, out of range, look like others; and the documents on them."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.adapters.http.conftest import Service

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("route", "body", "status", "said"),
    [
        ("users", {"username": "m\u0430ra"}, 422, "It looks like “mara”"),
        ("users", {"username": "ma\u202era"}, 422, "U+202E right-to-left override). It looks like"),
        ("users", {"username": "\uff4dara"}, 422, "It looks like “mara”"),
        ("users", {"username": "mara "}, 422, "It looks like “mara”"),
        ("users", {"username": "VERA"}, 409, "There is a user vera already. VERA looks like it"),
        ("users", {"username": "no one"}, 422, "must be 1 to 64 letters, digits"),
        ("patients", {"label": "K\u200b-1"}, 422, "U+200B zero width space). It looks like “K-1”"),
        ("patients", {"label": "\u041a-1"}, 201, ""),  # all in one script: as valid as any other
        ("patients", {"label": "\u041a-A1"}, 422, "It looks like “K-A1”"),
        ("contacts", {"name": "Sam\u2066"}, 422, "U+2066 left-to-right isolate"),
        ("contacts", {"name": "Anna (\u0410\u043d\u043d\u0430)"}, 201, ""),
    ],
)  # fmt: skip
async def test_what_looks_like_another_is_refused_with_what_it_looks_like(
    service: Service, route: str, body: dict[str, Any], status: int, said: str
) -> None:
    rest: dict[str, dict[str, Any]] = {
        "users": {"role": "viewer", "password": "a horse of another colour"}, "patients": {},
        "contacts": {"urls": ["json://example.com"], "order": 1, "after_s": 0},
    }  # fmt: skip
    async with service.client("ada") as client:
        answer = await client.post(f"/api/v1/{route}", json=rest[route] | body)
        assert answer.status_code == status, answer.text
        assert said.lower() in answer.json().get("detail", "").lower()


async def test_a_device_id_that_looks_like_another_is_refused(service: Service) -> None:
    async with service.client("theo") as client:
        made = await client.post("/api/v1/devices", json={"id": "cuff-1", "kind": "cuff"})
        assert made.status_code == 201
        for twin in ("Cuff-1", "cuff-l", "CUFF-I"):
            answer = await client.post("/api/v1/devices", json={"id": twin, "kind": "cuff"})
            assert answer.status_code == 409
            assert "There is a device cuff-1 already" in answer.json()["detail"]


BODIES = [
    (b"", 422),
    (b"{", 400),
    (b"not json", 400),
    (b"\xff\xfe", 400),
    (b"[" * 60_000, 400),
    (b'{"label":' + b"1" * 5000 + b"}", 400),
    (b"[]", 422),
    (b"null", 422),
    (b"{}", 422),
    (b'{"label": 5}', 422),
    (b'{"label": ""}', 422),
    (b'{"label": "   "}', 422),
    (b'{"label": "a\\u0000b"}', 422),
    (b'{"label": "a\\nb"}', 422),
    (b'{"label": "\\ud800"}', 422),
    (b'{"label": "' + b"x" * 65 + b'"}', 422),
    (b'{"label": "a", "birth_year": 1066}', 422),
    (b'{"label": "a", "birth_year": 2090}', 422),
    (b'{"label": "a", "birth_year": 1980.5}', 422),
    (b'{"label": "a", "birth_year": NaN}', 422),
    (b'{"label": "a", "risk_factors": ["bad luck"]}', 422),
    (b'{"label": "a", "risk_factors": "hypertension"}', 422),
    (b'{"label": "a", "lable": "b"}', 422),
    (b'{"label": "a", "birth_year": "1980"}', 422),
    (b'{"label": "a", "birth_year": true}', 422),
]


async def test_a_body_that_cannot_be_is_refused_in_words(therapist: httpx.AsyncClient) -> None:
    for body, status in BODIES:
        refused = await therapist.post("/api/v1/patients", content=body, headers=JSON)
        assert refused.status_code == status, (body[:80], refused.text)
        assert isinstance(refused.json()["detail"], str)
    assert (await therapist.get("/api/v1/patients")).json()["count"] == 0


ACTS: list[tuple[str, dict[str, Any], str]] = [
    ("doses", {"drug": "k", "route": "sl", "amount_mg": -1}, "amount_mg: "),
    ("doses", {"drug": "k", "route": "sl", "amount_mg": 1e999}, "amount_mg: "),
    ("doses", {"drug": "k", "route": "sl"}, "amount_mg: is missing."),
    ("doses", {"drug": "k", "route": "sl", "amount_mg": 1, "at": "noon"}, "at: "),
    ("doses", {"drug": "k", "route": "sl", "amount_mg": 1, "at": "2026-11-23T10:00:00"}, "at: "),
    ("doses", {"drug": "k", "route": "sl", "amount_mg": 1, "at": 1_795_428_902}, "at: "),
    ("doses", {"drug": "k", "route": "sl", "amount_mg": 1, "at": True}, "at: "),
    (
        "doses",
        {"drug": "k", "route": "sl", "amount_mg": 1, "overide_reason": "typo"},
        "overide_reason: is not a field of this request.",
    ),
    (
        "doses",
        {"drug": "k", "route": "sl", "amount_mg": 1, "authorised_by": "Dr A"},
        "authorised_by needs an override_reason",
    ),
    ("observations", {}, "at least one of"),
    ("observations", {"hr": "fast"}, "hr: "),
    ("observations", {"hr": float("nan")}, "hr: "),
    ("observations", {"hr": -3}, "hr: "),
    ("observations", {"hr": "70"}, "hr: "),
    ("observations", {"hr": True}, "hr: "),
    ("observations", {"spo2": 98}, "spo2: is not a field of this request."),
    ("symptoms", {"symptom": "hiccups"}, "symptom: "),
    ("notes", {"text": ""}, "text: "),
    ("audio-pause", {"seconds": 121}, "seconds: "),
    ("audio-pause", {"seconds": 0}, "seconds: "),
    ("devices", {"add": ["a/b"]}, "add.0: "),
    ("devices", {"add": ["a", "a"]}, "add: must not name anything twice."),
]


async def test_a_refusal_names_the_field(therapist: httpx.AsyncClient, encounter: str) -> None:
    before = (await therapist.get(f"/api/v1/encounters/{encounter}/journal")).json()["count"]
    for route, body, said in ACTS:
        content = json.dumps(body).encode()
        address = f"/api/v1/encounters/{encounter}/{route}"
        refused = await therapist.post(address, content=content, headers=JSON)
        assert refused.status_code == 422, (route, body, refused.text)
        assert said in refused.json()["detail"]
    journal = await therapist.get(f"/api/v1/encounters/{encounter}/journal")
    assert journal.json()["count"] == before


async def test_a_time_zone_is_a_name_and_nothing_else(service: Service) -> None:
    """It reaches the page, which hands it to the browser."""
    async with service.client("theo") as client:
        body = {"patient_id": "p", "protocol": "sl_home", "device_ids": []}
        for zone, refused in (("Europe/Lisbon", False), ("<b>", True), ("../../etc", True)):
            given = body | {"emergency": {"time_zone": zone}}
            answer = await client.post("/api/v1/encounters", json=given)
            assert answer.status_code == 422
            assert ("time_zone" in answer.text) == refused, zone


async def test_the_manual_lists_every_route(service: Service) -> None:
    async with service.client("vera") as client:
        page = (await client.get("/docs")).text
        document = (await client.get("/api/v1/openapi.json")).json()
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert operation["description"]
    assert "HTTPValidationError" not in str(document)  # errors are documented as they are sent


def test_the_chapter_on_http_names_every_route(service: Service) -> None:
    from tests.adapters.http.guard.test_request_guard import ROUTES

    chapter = (Path(__file__).parents[4] / "docs" / "http.md").read_text()
    missing = [f"{m} {a}" for m, a, _ in ROUTES if f"`{m} {a}`" not in chapter]
    assert missing == []
