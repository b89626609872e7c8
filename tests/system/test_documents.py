"""All answers and messages of the product match its own documents: OpenAPI and AsyncAPI."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import aiomqtt
import httpx
from websockets.asyncio.client import connect

from monitor.adapters.http.schema import responses
from tests.codecs.test_docs import LIVE, MESSAGES, faults
from tests.parts import Mosquitto, wait_until, wait_until_blocking
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.publisher import Publisher

# The fields that the contract requires of an answer; the document may list more.
OBSERVATION: Final = {
    "id", "vital", "value", "unit", "effective", "issued", "device", "boot", "seq", "source",
    "state", "reason",
}  # fmt: skip
ALARM: Final = {
    "id", "encounter_id", "condition", "kind", "priority", "presence", "vital", "value", "limit",
    "extreme", "onset", "cleared_at", "acknowledged_at", "acknowledged_by", "reason",
}  # fmt: skip
STATUS: Final = {
    "id", "patient", "patient_label", "protocol", "phase", "mode", "dosed_at", "last_dose_at",
    "minutes_since_dose", "vitals", "baseline", "limits", "alarms", "next_check", "supervision",
    "emergency",
}  # fmt: skip
NOTICE: Final = {"contact", "channel", "state", "at", "attempts", "detail"}
DEAD: Final = "json://127.0.0.1:9/nobody"
LISTING: Final = {"items", "count", "next"}


def test_the_documented_answers_hold_what_others_rely_on() -> None:
    for model, names in (
        (responses.ObservationResponse, OBSERVATION),
        (responses.AlarmResponse, ALARM),
        (responses.StatusResponse, STATUS),
        (responses.NoticeResponse, NOTICE),
        (responses.Observations, LISTING),
    ):
        assert names <= model.model_fields.keys()


class Checked:
    """Validates every answer to a client against the model that the document names."""

    def __init__(self, clinic: Clinic) -> None:
        self.document = clinic.get("/openapi.json")
        self.seen: set[tuple[str, str]] = set()
        clinic.http.event_hooks["response"] = [self]

    def __call__(self, answer: httpx.Response) -> None:
        answer.read()
        method, address = answer.request.method.lower(), answer.request.url.path
        if address.endswith("/openapi.json"):
            return
        path = self._pattern(address)
        said = self.document["paths"][path][method]["responses"][str(answer.status_code)]
        name = said["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        if answer.is_success:
            getattr(responses, name).model_validate_json(answer.content)
            self.seen.add((method, path))
        else:
            assert answer.json()["detail"]

    def _pattern(self, address: str) -> str:
        levels = address.split("/")
        for path in sorted(self.document["paths"]):
            wanted = path.split("/")
            if len(wanted) == len(levels) and all(
                w in (level, "") or w.startswith("{")
                for w, level in zip(wanted, levels, strict=True)
            ):
                return str(path)
        raise AssertionError(f"{address} is not written down")

    @property
    def unseen(self) -> set[tuple[str, str]]:
        return {
            (method, path) for path, methods in self.document["paths"].items() for method in methods
        } - self.seen


def test_every_route_answers_as_the_openapi_document_says(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, NOTICE_ALLOW="json://127.0.0.1")
    product.user("ada", "admin")
    clinic = Clinic(product, "ada")
    checked = Checked(clinic)
    shift = {"days": ["sat"], "begins": "00:00", "ends": "00:00"}
    sam = clinic.post("/contacts", name="Sam", urls=[DEAD], order=1, after_s=0, rota=[shift])
    encounter = clinic.session("Fir 03", {"strap-1": "heart_rate", "cuff-1": "cuff"})
    route = f"/encounters/{encounter}"
    clinic.post(f"{route}/devices", remove=["strap-1"])
    clinic.post(f"{route}/devices", add=["strap-1"])
    with Publisher(mosquitto.port) as sender:
        sender.reading("cuff-1", seq=1, sbp=120, dbp=80)
        sender.reading("strap-1", seq=1, hr=70)
        sender.send("dosing/v1/home/strap-1/readings", b"noise")
    clinic.post(f"{route}/observations", hr=72, sbp=121, dbp=79, map=93, temp=36.6)
    refused = clinic.http.post(
        f"{route}/doses", json={"drug": "ketamine", "route": "sublingual", "amount_mg": 50}
    )
    assert refused.status_code == 409
    _of_a_cuff(clinic, route, mosquitto)
    clinic.post(f"{route}/baseline", reason="was upset until now")
    clinic.dose(encounter)
    clinic.post(f"{route}/observations", sbp=190, dbp=115, hr=300)
    clinic.post(f"{route}/symptoms", symptom="nausea")
    clinic.post(f"{route}/help")
    clinic.post(f"{route}/notes", text="calm")
    clinic.post(f"{route}/corrections", kind="sitter", value="Sam Reed", reason="not written down")
    clinic.post(f"{route}/checks", check="sitter")
    product.user("mara", "therapist")
    clinic.post(f"{route}/hand-over", to="mara")
    clinic.post(f"{route}/take-over")
    clinic.post(f"{route}/audio-pause", seconds=30)
    clinic.post(f"{route}/limits", vital="sbp", direction="high", priority="high", value=170,
                reason="known aneurysm")  # fmt: skip
    alarms = clinic.get(f"{route}/alarms")["items"]
    clinic.post(f"/alarms/{alarms[0]['id']}/acknowledge")
    clinic.post(f"/alarms/{alarms[0]['id']}/rate", useful=True)
    clinic.get(f"/alarms/{alarms[0]['id']}/notices")
    clinic.post(f"{route}/test-notice")
    clinic.get(f"{route}/burden")
    for listing in ("observations", "episodes", "journal", "notices"):
        assert clinic.get(f"{route}/{listing}")["items"]
    clinic.post(f"{route}/close", override_reason="a test", authorised_by="Dr Test")
    for listing in ("patients", "devices", "protocols", "encounters", "quarantine"):
        assert clinic.get(f"/{listing}")["items"]
    clinic.get(route)
    clinic.get(f"{route}/expectation")
    clinic.post("/devices/strap-1/credentials")
    assert clinic.http.patch("/devices/cuff-1", json={"user": 1}).is_success
    _of_the_clinic(clinic, sam["id"])
    for address in ("healthz", "readyz"):
        clinic.http.get(f"{product.url}/{address}")
    _of_oneself(clinic)
    # It is in the format of Prometheus.
    assert checked.unseen == {("get", "/metrics")}


def _of_oneself(clinic: Clinic) -> None:
    clinic.post("/login", username="ada", password=PASSWORD)
    clinic.post("/confirm", password=PASSWORD)
    clinic.get("/seat")
    clinic.post("/me/password", password=PASSWORD, new_password=f"{PASSWORD} staples")
    clinic.post("/logout")


def _of_a_cuff(clinic: Clinic, route: str, mosquitto: Mosquitto) -> None:
    """Call the routes for a record of unknown age and for the user of a cuff."""
    with Publisher(mosquitto.port) as sender:
        sender.record("cuff-1", 121, 79, at=datetime(2026, 11, 23, 10, 15))  # noqa: DTZ001
    record = wait_until_blocking(
        lambda: clinic.get(route)["cuffs"].get("cuff-1", {}).get("unknown"), what="its record"
    )
    clinic.post(f"{route}/measured-now", key=record["key"])
    clinic.post(f"{route}/devices/cuff-1/user", user=1)
    assert clinic.get(route)["cuffs"]["cuff-1"]["user_by"] == "ada"


def _of_the_clinic(clinic: Clinic, contact: str) -> None:
    """Call the routes that belong to no session."""
    clinic.get("/burden")
    clinic.get("/push")
    browser = {
        "endpoint": "https://push.example.com/x",
        "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
    }
    clinic.post("/push", **browser)
    clinic.post("/push/end", endpoint=browser["endpoint"])
    clinic.get("/self-test")
    clinic.post("/self-test")
    clinic.post(f"/contacts/{contact}/test")
    put = {"name": "Sam", "urls": [DEAD], "order": 1, "after_s": 5}
    assert clinic.http.put(f"/contacts/{contact}", json=put).is_success
    assert clinic.http.delete(f"/contacts/{contact}").is_success
    clinic.post("/users", username="val", role="viewer", password=PASSWORD)
    clinic.http.patch("/users/val", json={"role": "therapist"})
    assert clinic.http.patch("/me", json={"phone": "+351 555 0100"}).is_success
    for listing in ("contacts", "users", "vocabulary", "me", "audit", "takers"):
        clinic.get(f"/{listing}")


async def test_what_is_told_live_is_as_the_asyncapi_document_says(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = await asyncio.to_thread(product_with, MQTT_URL=mosquitto.url)
    clinic = Clinic(product)
    encounter = clinic.session("Fir 04", {"strap-1": "heart_rate", "cuff-1": "cuff"})
    told: dict[str, Any] = {}

    async def listen() -> None:
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            for last in ("encounters/+/status", "encounters/+/alarms", "+/commands", "+/acks"):
                await client.subscribe(f"dosing/v1/home/{last}", qos=1)
            told["listening"] = True
            async for message in client.messages:
                told[str(message.topic).rpartition("/")[2]] = json.loads(bytes(message.payload))

    async def watch() -> None:
        headers = {"Authorization": f"Bearer {clinic.token}"}
        async with connect(product.live_url, additional_headers=headers) as page:
            async for text in page:
                message = json.loads(text)
                told[f"live {message['type']}"] = message
                if message["type"] == "heartbeat":
                    answer = {"type": "presence", "visible": True, "audible": False}
                    await page.send(json.dumps(answer))

    tasks = [asyncio.create_task(listen()), asyncio.create_task(watch())]
    try:
        await wait_until(lambda: "listening" in told and "live heartbeat" in told)
        clinic.dose(encounter)
        clinic.post(f"/encounters/{encounter}/observations", sbp=190, dbp=115, hr=70)
        with Publisher(mosquitto.port) as sender:
            sender.reading("strap-1", boot="a1", seq=1, hr=71)
        whole = {"live snapshot", "live status", "live alarm", "status", "alarms", "acks"}
        await wait_until(lambda: whole | {"commands"} <= told.keys(), what="one of each")
        product.user("ada", "admin")
        assert Clinic(product, "ada").http.patch("/users/thea", json={"role": "admin"}).is_success
        await wait_until(lambda: "live person" in told)
        await wait_until(lambda: told["live status"]["encounter"]["supervision"]["visible"] == 1)
    finally:
        for task in tasks:
            task.cancel()
    for name, message in LIVE.items():
        assert list(faults(message["payload"], told[f"live {name}"], name)) == []
    for topic, name in (
        ("status", "status"), ("alarms", "alarm"), ("acks", "acks"), ("commands", "command"),
    ):  # fmt: skip
        assert list(faults(MESSAGES[name]["payload"], told[topic], name)) == []
