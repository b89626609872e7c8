"""Promises of the interface that only the whole product can keep."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiomqtt

from tests.parts import Mosquitto, wait_until, wait_until_blocking
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.publisher import Publisher

STATUS = {
    "id", "patient", "protocol", "phase", "mode", "dosed_at", "last_dose_at", "minutes_since_dose",
    "vitals", "baseline", "limits", "alarms", "next_check", "supervision",
}  # fmt: skip
PRIVATE = {"patient_label", "emergency"}


def test_a_typed_reading_is_answered_as_it_will_be_listed(clinic: Clinic) -> None:
    encounter = clinic.session("Rowan 02", {})
    route = f"/encounters/{encounter}/observations"
    answered = clinic.post(route, hr=72, sbp=121, dbp=500)
    assert answered["items"] == clinic.everything(route)
    assert {row["source"] for row in answered["items"]} == {"manual"}


ACTS: list[tuple[str, dict[str, Any] | None]] = [
    ("notes", {"text": "late"}),
    ("doses", {"drug": "ketamine", "route": "sublingual", "amount_mg": 50}),
    ("observations", {"hr": 70}),
    ("help", None),
    ("close", {"override_reason": "once more"}),
]


def test_a_closed_session_is_there_but_takes_nothing(clinic: Clinic) -> None:
    encounter = clinic.session("Rowan 03", {})
    clinic.post(f"/encounters/{encounter}/close", override_reason="nobody came")
    for act, body in ACTS:
        answer = clinic.http.post(f"/encounters/{encounter}/{act}", json=body)
        closed = {"code": "session_closed", "facts": {}}
        assert answer.status_code == 409
        assert answer.json() == {"detail": "This session is closed.", "because": closed}
        assert clinic.http.post(f"/encounters/nowhere/{act}", json=body).status_code == 404


def test_more_rows_than_fit_are_given_in_pages(clinic: Clinic, mosquitto: Mosquitto) -> None:
    encounter = clinic.session("Rowan 04", {"strap-1": "heart_rate"})
    batch = [{"seq": n, "hr": 60 + n % 30} for n in range(1, 1202)]
    with Publisher(mosquitto.port) as sender:
        sender.send("dosing/v1/home/strap-1/readings", json.dumps(batch).encode())
    route = f"/encounters/{encounter}/observations"
    wait_until_blocking(lambda: clinic.get(route, limit=1)["count"] == 1201)
    first = clinic.get(route, limit=5000)
    assert (len(first["items"]), first["count"]) == (1000, 1201)
    rest = clinic.get(route, limit=5000, after=first["next"])
    assert (len(rest["items"]), rest["next"]) == (201, None)


def test_a_format_that_is_not_read_says_which_are(clinic: Clinic, mosquitto: Mosquitto) -> None:
    clinic.post("/devices", id="strap-1", kind="heart_rate")
    names = ("openmhealth", "fhir", "senml", "telepathy")
    with Publisher(mosquitto.port) as sender:
        for name in names:
            sender.send(f"dosing/v1/home/strap-1/readings/{name}", b'{"hr": 70}')
    wait_until_blocking(lambda: clinic.get("/quarantine")["count"] == len(names))
    for name, row in zip(reversed(names), clinic.everything("/quarantine"), strict=True):
        assert name in row["reason"]
        assert "native" in row["reason"]


async def test_the_retained_status_is_bare_moves_with_its_site_and_goes_with_the_session(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = await asyncio.to_thread(product_with, MQTT_URL=mosquitto.url, SITE="east,west")
    clinic = Clinic(product)
    for site in ("east", "west"):
        clinic.post("/devices", id=f"cuff-{site}", kind="cuff", site=site)
    encounter = clinic.session("Rowan 05", {})
    standing: dict[str, Any] = {}

    async def listen() -> None:
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            await client.subscribe("dosing/v1/+/encounters/+/status", qos=1)
            async for message in client.messages:
                site = str(message.topic).split("/")[2]
                standing[site] = json.loads(bytes(message.payload) or b"null")

    listening = asyncio.create_task(listen())
    try:
        clinic.post(f"/encounters/{encounter}/devices", add=["cuff-west"])
        await wait_until(lambda: standing.get("west"), what="a status in the west")
        assert STATUS | {"valid_until"} <= standing["west"].keys()
        assert not PRIVATE & standing["west"].keys()
        assert "Rowan" not in str(standing)
        assert "Test Way" not in str(standing)
        clinic.post(f"/encounters/{encounter}/devices", remove=["cuff-west"], add=["cuff-east"])
        await wait_until(
            lambda: standing.get("east") and standing["west"] is None, what="it in the east alone"
        )
        clinic.post(f"/encounters/{encounter}/close", override_reason="nobody came")
        await wait_until(lambda: standing == {"east": None, "west": None}, what="no status")
    finally:
        listening.cancel()


def test_failed_sign_ins_are_slowed_down_and_end_no_session(clinic: Clinic) -> None:
    def sign_in(password: str) -> int:
        body = {"username": "thea", "password": password}
        return clinic.http.post("/login", json=body).status_code

    assert [sign_in("wrong") for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(PASSWORD) == 429
    assert clinic.get("/me")["user"] == "thea"


def test_it_says_that_it_is_not_ready_and_why(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    mosquitto.kill()

    def unready() -> Any:
        answer = clinic.http.get(f"{product.url}/readyz")
        return answer.status_code == 503 and answer.json()

    assert "broker" in wait_until_blocking(unready)["detail"]
    assert clinic.http.get(f"{product.url}/healthz").status_code == 200


BACK = "2020-01-01T00:00:00Z"
AHEAD = "2099-01-01T00:00:00Z"
DOSE = {"drug": "ketamine", "route": "sublingual", "amount_mg": 50, "override_reason": "a test"}
SLIP = {"reason": "a slip"}
# below the session, the body, the status, and the code of the reason
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("symptoms", {"symptom": "hunger"}, 422, "not_listed"),
    ("checks", {"check": "moon"}, 422, "not_listed"),
    ("doses", DOSE | {"at": AHEAD}, 422, "moment_ahead"),
    ("doses", DOSE | {"at": BACK}, 422, "moment_long_ago"),
    ("doses", DOSE | {"override_reason": None}, 409, "dose_waits"),
    ("hand-over", {"to": "nobody"}, 422, "may_not_supervise"),
    ("devices", {"add": ["shoe"]}, 422, "register_first"),
    ("devices", {"add": ["cuff-9"]}, 409, "device_serves"),
    ("devices", {"remove": ["shoe"]}, 422, "not_serving"),
    ("devices/shoe/user", {"user": 1}, 404, "not_serving"),
    ("corrections", SLIP | {"kind": "risk_factors", "value": ["tea"]}, 422, "not_one_of"),
    ("corrections", SLIP | {"kind": "birth_year", "value": 2099}, 422, "year_ahead"),
    ("corrections", SLIP | {"kind": "reading", "observation": 999}, 422, "no_such_reading"),
    ("corrections", SLIP | {"kind": "label", "value": "Rowan 05"}, 409, "looks_alike"),
    ("measured-now", {"key": "nowhere"}, 409, "no_such_record"),
]


def test_the_service_refuses_with_a_reason_as_data(clinic: Clinic) -> None:
    encounter = clinic.session("Rowan 06", {"cuff-9": "cuff"})
    clinic.post("/patients", label="rowan 05")
    for act, body, status, code in REFUSED:
        answer = clinic.http.post(f"/encounters/{encounter}/{act}", json=body)
        said = answer.json()
        reasons = [said, *said.get("fields", [])]
        found = [one["because"]["code"] for one in reasons if "because" in one]
        assert (answer.status_code, found) == (status, [code]), said
    clinic.post(f"/encounters/{encounter}/help")
    alarms = clinic.get(f"/encounters/{encounter}")["alarms"]
    (alarm,) = [a["id"] for a in alarms if a["condition"] == "help_requested"]
    clinic.post(f"/encounters/{encounter}/close", override_reason="enough")
    late = clinic.http.post(f"/alarms/{alarm}/acknowledge", json={})
    assert (late.status_code, late.json()["because"]["code"]) == (409, "alarm_of_closed")


def test_what_a_device_sent_is_not_struck_out(clinic: Clinic, mosquitto: Mosquitto) -> None:
    encounter = clinic.session("Rowan 07", {"strap-9": "heart_rate"})
    with Publisher(mosquitto.port) as sender:
        sender.send("dosing/v1/home/strap-9/readings", b'{"seq": 1, "hr": 60}')
    route = f"/encounters/{encounter}"
    wait_until_blocking(lambda: clinic.everything(f"{route}/observations"))
    (row,) = clinic.everything(f"{route}/observations")
    given = SLIP | {"kind": "reading", "observation": row["id"]}
    answer = clinic.http.post(f"{route}/corrections", json=given)
    assert (answer.status_code, answer.json()["because"]["code"]) == (409, "sent_by_device")
