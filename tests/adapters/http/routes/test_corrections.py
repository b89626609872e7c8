"""Corrections over HTTP: the content of requests, and the text of refusals."""

import json
from typing import Any

import httpx
import pytest

from tests.adapters.http.conftest import Service

WHY = "read it from the wrong line"


async def correct(client: httpx.AsyncClient, encounter: str, **body: Any) -> httpx.Response:
    given = {"reason": WHY} | body
    return await client.post(f"/api/v1/encounters/{encounter}/corrections", json=given)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("label", "K-2"),
        ("birth_year", 1950),
        ("birth_year", None),
        ("risk_factors", ["hypertension"]),
        ("address", "Elm Row 30"),
        ("phone", ""),
        ("sitter", "Sam"),
        ("local_number", "999"),
        ("time_zone", "Europe/Lisbon"),
    ],
)
async def test_facts_are_corrected_and_both_values_stand_in_the_journal(
    therapist: httpx.AsyncClient, encounter: str, kind: str, value: Any
) -> None:
    answer = await correct(therapist, encounter, kind=kind, value=value)
    if kind in ("phone", ""):
        assert answer.status_code == 409  # that value is there already
        return
    assert answer.status_code == 200, answer.text
    rows = await therapist.get(
        f"/api/v1/encounters/{encounter}/journal", params={"type": "corrected"}
    )
    (row,) = rows.json()["items"]
    said = row["body"]
    assert (said["what"], said["after"], said["by"], said["reason"]) == (kind, value, "theo", WHY)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "label", "value": ""}, "value"),
        ({"kind": "birth_year", "value": 90}, "value"),
        ({"kind": "birth_year", "value": "1990"}, "value"),
        ({"kind": "risk_factors", "value": ["a", "a"]}, "value"),
        ({"kind": "address", "value": "a\nb"}, "value"),
        ({"kind": "time_zone", "value": "not here"}, "body"),
        ({"kind": "dose", "dose": 0, "amount_mg": 5}, "dose"),
        ({"kind": "dose", "dose": 1, "amount_mg": 0}, "amount_mg"),
        ({"kind": "dose", "dose": 1, "at": "soon"}, "at"),
        ({"kind": "dose", "dose": 1}, "body"),
        ({"kind": "reading"}, "observation"),
        ({"kind": "device", "remove": "a"}, "add"),
        ({"kind": "label", "value": "K", "reason": " "}, "reason"),
        ({"kind": "label", "value": "K", "because": "x"}, "because"),
        ({"kind": "weight", "value": 70}, "body"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    therapist: httpx.AsyncClient, encounter: str, body: dict[str, Any], field: str
) -> None:
    answer = await correct(therapist, encounter, **body)
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["fields"]] == [field]


async def test_a_label_that_is_taken_is_refused(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    answer = await correct(therapist, encounter, kind="label", value="taken")
    assert (answer.status_code, answer.json()["detail"]) == (
        409, "There is a patient taken already.",
    )  # fmt: skip


async def test_a_patient_whose_label_would_be_taken_for_another_is_refused_by_its_name(
    therapist: httpx.AsyncClient,
) -> None:
    first = await therapist.post("/api/v1/patients", json={"label": "Zo\u00eb 1"})
    assert first.status_code == 201
    for label in ("zoe 1", "ZOE1", "Zo\u00eb\u00a01"):
        answer = await therapist.post("/api/v1/patients", json={"label": label})
        assert answer.status_code == 409
        assert "There is a patient Zo\u00eb 1 already" in answer.json()["detail"]


async def test_who_looks_on_corrects_nothing(service: Service, encounter: str) -> None:
    async with service.client("vera") as viewer:
        answer = await correct(viewer, encounter, kind="sitter", value="Sam")
        assert answer.status_code == 403
        assert (await viewer.get("/api/v1/audit")).status_code == 403


async def test_the_admin_reads_who_changed_what(
    service: Service, therapist: httpx.AsyncClient
) -> None:
    async with service.client("theo") as theo:
        assert (await theo.get("/api/v1/audit")).status_code == 403
    await therapist.post("/api/v1/patients", json={"label": "A-1", "birth_year": 1990})
    async with service.client("ada") as admin:
        password = "long enough to be one"
        user = {"username": "mara", "role": "viewer", "password": password}
        await admin.post("/api/v1/users", json=user)
        page = (await admin.get("/api/v1/audit", params={"limit": 1})).json()
        (newest,) = page["items"]
        assert (newest["by"], newest["action"], newest["object"]) == ("ada", "user_added", "mara")
        assert newest["detail"] == {"after": {"role": "viewer"}}
        rest = (await admin.get("/api/v1/audit", params={"after": page["next"]})).json()["items"]
        assert rest[0]["action"] == "patient_added"
        assert rest[0]["detail"]["after"]["label"] == "A-1"
        assert password not in json.dumps([newest, *rest])


async def test_typed_readings_are_listed_by_themselves(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    route = f"/api/v1/encounters/{encounter}/observations"
    await therapist.post(route, json={"sbp": 128, "dbp": 80})
    for source, count in (("manual", 2), ("device", 0)):
        found = (await therapist.get(route, params={"source": source})).json()
        assert found["count"] == count


async def test_a_device_is_deactivated_for_a_reason(therapist: httpx.AsyncClient) -> None:
    await therapist.post("/api/v1/devices", json={"id": "old", "kind": "cuff"})
    without = await therapist.patch("/api/v1/devices/old", json={"active": False})
    assert without.status_code == 422
