"""Ids, cursors and limits in addresses: refused by their form, before any query."""

import httpx
import pytest
from fastapi import APIRouter

from monitor.adapters.http.schema.parameters import (
    LIMIT_DEFAULT,
    After,
    AlarmId,
    ContactId,
    DeviceOf,
    EncounterId,
    Limit,
    OfPatient,
)
from tests.adapters.http.asgi import client_of, in_words, routed

PATHS = [
    ("/api/v1/encounters/nowhere", 404),
    ("/api/v1/encounters/%00", 404),
    ("/api/v1/encounters/" + "x" * 5000, 404),
    ("/api/v1/encounters/nowhere/observations", 404),
    ("/api/v1/encounters/nowhere/alarms", 404),
    ("/api/v1/encounters/nowhere/episodes", 404),
    ("/api/v1/encounters/nowhere/journal", 404),
    ("/api/v1/alarms/nothing-1/notices", 404),
    ("/api/v1/encounters?state=ajar", 422),
    ("/api/v1/encounters/{e}/observations?vital=spo2", 422),
    ("/api/v1/encounters/{e}/observations?state=good", 422),
    ("/api/v1/encounters/{e}/observations?since=yesterday", 422),
    ("/api/v1/encounters/{e}/observations?limit=0", 422),
    ("/api/v1/encounters/{e}/observations?limit=1e9", 422),
    ("/api/v1/encounters/{e}/observations?after=nonsense", 422),
    ("/api/v1/encounters/{e}/observations?after=" + "9" * 40, 422),
    ("/api/v1/encounters/{e}/journal?after=%00", 422),
    ("/api/v1/patients?after=" + "9" * 30, 422),
    ("/api/v1/patients/", 404),
]


async def test_what_is_asked_for_must_exist_and_make_sense(
    therapist: httpx.AsyncClient, encounter: str
) -> None:
    for path, status in PATHS:
        answered = await therapist.get(path.replace("{e}", encounter))
        assert answered.status_code == status, (path, answered.text)
        assert isinstance(answered.json()["detail"], str)


# --- without a server -----------------------------------------------------------------------------

ROUTER = APIRouter()


@ROUTER.get("/e/{encounter_id}")
async def of_encounter(encounter: EncounterId) -> str:
    return encounter


@ROUTER.get("/a/{alarm_id}")
async def of_alarm(alarm: AlarmId) -> str:
    return alarm


@ROUTER.get("/d/{device_id}")
async def of_device(device: DeviceOf) -> str:
    return device


@ROUTER.get("/c/{contact_id}")
async def of_contact(contact_id: ContactId) -> int:
    return contact_id


@ROUTER.get("/listing")
async def listing(
    patient: OfPatient = None, limit: Limit = LIMIT_DEFAULT, after: After = None
) -> list[str | int | None]:
    return [patient, limit, after]


async def get(path: str) -> httpx.Response:
    async with client_of(routed(ROUTER)) as client:
        return await client.get(path)


@pytest.mark.parametrize(("route", "name"), [("e", "encounter"), ("a", "alarm"), ("d", "device")])
async def test_what_cannot_be_an_id_names_nothing(route: str, name: str) -> None:
    for fitting in ("e1", "x" * 128, "A-z_0.9:1"):
        assert (await get(f"/{route}/{fitting}")).json() == fitting
    for wrong in ("x" * 129, "a%20b", "%00", "e1%0a", "%C3%A9", "a+b", "a%25"):
        answer = await get(f"/{route}/{wrong}")
        assert answer.status_code == 404, wrong
        assert in_words(answer.json()) == {"detail": f"There is no {name} of that id."}


@pytest.mark.parametrize(
    ("number", "status"),
    [("1", 200), ("0", 422), ("-1", 422), ("2147483647", 200), ("2147483648", 422), ("x", 422)],
)
async def test_the_number_of_a_contact_is_one_that_the_database_can_hold(
    number: str, status: int
) -> None:
    assert (await get(f"/c/{number}")).status_code == status


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [None, 100, None]), ("limit=1", [None, 1, None]), ("limit=1000", [None, 1000, None]),
        ("limit=1001", [None, 1000, None]), ("limit=99999999", [None, 1000, None]),
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=1.5", "limit"), ("limit=", "limit"),
        ("after=12:p-1", [None, 100, "12:p-1"]), ("after=", "after"), ("after=a%20b", "after"),
        ("after=" + "9" * 18, [None, 100, "9" * 18]), ("after=" + "9" * 19, "after"),
        ("after=p." + "9" * 19, "after"), ("after=" + "a" * 129, "after"),
        ("patient=p-1", ["p-1", 100, None]),
    ],
)  # fmt: skip
async def test_a_listing_takes_a_limit_and_a_cursor_of_its_own(
    query: str, expected: list[object] | str
) -> None:
    answer = await get(f"/listing?{query}")
    if isinstance(expected, list):
        assert answer.json() == expected
        return
    assert answer.status_code == 422
    assert [field["field"] for field in answer.json()["fields"]] == [expected]


async def test_a_patient_of_no_possible_id_is_unknown_and_not_everybody() -> None:
    answer = await get("/listing?patient=")
    assert (answer.status_code, in_words(answer.json())) == (
        404, {"detail": "There is no patient of that id."},
    )  # fmt: skip
