"""The main job: readings become explained alarms, an acknowledgement lasts, no data are lost."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import aiomqtt
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.parts import Mosquitto, wait_until, wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher, mosquitto_pub

DEVICES = {"strap-1": "heart_rate", "cuff-1": "cuff"}


def live(clinic: Clinic) -> connect:
    headers = {"Authorization": f"Bearer {clinic.token}"}
    return connect(clinic.product.live_url, additional_headers=headers, max_queue=None)


async def until(page: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        message = json.loads(await page.recv())
        if message["type"] == kind:
            return dict(message)


@pytest.mark.alone
async def test_a_high_cuff_reading_is_an_explained_alarm_on_the_page_within_a_second(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Alder 14", DEVICES)
    with Publisher(mosquitto.port) as devices:
        devices.reading("cuff-1", seq=1, sbp=128, dbp=80)
    await wait_until(lambda: clinic.get(f"/encounters/{encounter}")["vitals"]["sbp"]["value"])
    clinic.dose(encounter)
    async with live(clinic) as page:
        snapshot = await until(page, "snapshot")
        assert [e["patient_label"] for e in snapshot["encounters"]] == ["Alder 14"]
        topic, reading = "dosing/v1/home/cuff-1/readings", b'{"seq": 2, "sbp": 184, "dbp": 112}'
        sent = time.monotonic()
        await asyncio.to_thread(mosquitto_pub, mosquitto, topic, reading)
        async with asyncio.timeout(5):
            raised = await until(page, "alarm")
        took = time.monotonic() - sent
        alarm = raised["alarm"]
        assert took < 1
        assert (raised["transition"], alarm["condition"]) == ("raised", "sbp_high")
        assert (alarm["priority"], alarm["value"], alarm["limit"]) == ("high", 184, 180)
        for said in ("184", "180", "sl_home", "128"):
            assert said in alarm["reason"]
        acknowledged = await asyncio.to_thread(
            clinic.post, f"/alarms/{alarm['id']}/acknowledge", note="called the sitter"
        )
        assert (acknowledged["presence"], acknowledged["acknowledged_by"]) == (
            "acknowledged",
            "thea",
        )
        async with asyncio.timeout(5):
            while (change := await until(page, "alarm"))["transition"] != "acknowledged":
                pass
        assert change["alarm"]["acknowledged_by"] == "thea"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_in_the_middle_of_two_thousand_readings_it_loses_none(
    product_with: Callable[..., Product],
    mosquitto: Mosquitto,
    database: str,
    request: pytest.FixtureRequest,
) -> None:
    """The strap sends more at once than is judged at once. While its readings wait for their turn,
    the broker has them confirmed, and only `acks` says what is on disk."""
    where = {} if database == "sqlite" else {"DATABASE_URL": request.getfixturevalue("postgres")}
    product = product_with(MQTT_URL=mosquitto.url, **where)
    clinic = Clinic(product)
    encounter = clinic.session("Quartz 18", DEVICES)
    with Publisher(mosquitto.port) as devices:
        devices.heed_acks("strap-1")
        devices.reading("cuff-1", seq=1, sbp=185, dbp=95)
        standing = wait_until_blocking(lambda: clinic.get(f"/encounters/{encounter}")["alarms"])
        high = next(a for a in standing if a["condition"] == "sbp_high")
        clinic.post(f"/alarms/{high['id']}/acknowledge")
        topic, now = "dosing/v1/home/strap-1/readings", time.time()
        readings = [
            (
                topic,
                json.dumps(
                    {"boot": "b1", "seq": n, "t": now - 3 + n / 1000, "hr": 60 + n % 40}
                ).encode(),
            )
            for n in range(1, 2001)
        ]
        devices.send_all(readings[:1000])
        wait_until_blocking(lambda: clinic.get(route_of(encounter), vital="hr")["count"] > 100)
        product.kill()
        devices.send_all(readings[1000:])
        kept = devices.confirmed("strap-1")
        product.start()
        devices.send_all(readings[kept:])

        def stored() -> list[int]:
            return sorted(row["seq"] for row in clinic.everything(route_of(encounter), vital="hr"))

        wait_until_blocking(
            lambda: devices.confirmed("strap-1") == 2000, 30, "all readings to be confirmed",
            found=lambda: {
                "not stored": sorted(set(range(1, 2001)) - set(stored())),
                "confirmed": (kept, devices.confirmed("strap-1")),
                "quarantine": clinic.get("/quarantine")["count"],
                "ready": clinic.http.get(f"{product.url}/readyz").text,
                "log": product.log[-2_000:],
            },
        )  # fmt: skip
    assert stored() == list(range(1, 2001))
    again = clinic.get(f"/encounters/{encounter}")["alarms"]
    kept_alarm = next(a for a in again if a["id"] == high["id"])
    assert (kept_alarm["presence"], kept_alarm["acknowledged_by"]) == ("acknowledged", "thea")
    assert [a["id"] for a in again if a["condition"] == "sbp_high"] == [high["id"]]


def route_of(encounter: str) -> str:
    return f"/encounters/{encounter}/observations"


HOSTILE = [
    (b"not json", "quarantine", ""),
    (b"x" * 1_000_000, "quarantine", "1000000"),
    (b'{"hr": NaN}', "quarantine", "hr"),
    (b'{"hr": "fast"}', "quarantine", "hr"),
    (b'{"hr": true}', "quarantine", "hr"),
    (b"[]" * 10, "quarantine", ""),
    (b"\xff\xfe\x00", "quarantine", ""),
    (b'{"seq": 101, "sbp": 80, "dbp": 120}', "rejected", "above diastolic"),
    (b'{"seq": 102, "hr": 0}', "rejected", "missing value"),
    (b'{"seq": 103, "sbp": 0, "dbp": 0, "map": 0}', "rejected", "missing value"),
    (b'{"seq": 104, "sbp": 32000, "dbp": 31000}', "rejected", "missing value"),
    (b'{"seq": 107, "sbp": 290, "dbp": 190}', "rejected", "impossible"),
    (b'{"seq": 105, "hr": 190, "t": "2001-01-01T00:00:00Z"}', "late", "before it was received"),
    (b'{"seq": 106, "hr": 75, "t": "2099-01-01T00:00:00Z"}', "suspect", "ahead"),
]


def test_hostile_input_stops_nothing_and_can_be_seen_with_its_reason(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Sorrel 16", {"strap-1": "heart_rate"})
    topic = "dosing/v1/home/strap-1/readings"
    with Publisher(mosquitto.port) as device:
        device.send(f"{topic}/gatt-2a37", b"\x17\x01")
        device.send("dosing/v1/home/stranger/readings", b'{"hr": 70}')
        device.send(f"{topic}/telepathy", b"{}")
        for seq, (payload, _, _) in enumerate(HOSTILE, 1):
            device.send(topic, payload)
            device.reading("strap-1", seq=seq, hr=70 + seq)
    accepted: list[Any] = []

    def all_good_ones() -> bool:
        accepted[:] = clinic.everything(route_of(encounter), state="accepted")
        return len(accepted) == len(HOSTILE)

    wait_until_blocking(all_good_ones, what="every good reading")
    assert [row["value"] for row in accepted] == [71 + n for n in range(len(HOSTILE))]
    set_aside = clinic.everything("/quarantine")
    assert {row["reason"].split()[0] for row in set_aside if row["device"] == "stranger"} == {
        "unknown"
    }
    assert len(set_aside) == 3 + sum(where == "quarantine" for _, where, _ in HOSTILE)
    for payload, where, said in HOSTILE:
        if where == "quarantine":
            (row,) = [r for r in set_aside if r["size"] == len(payload)][:1]
            assert said in row["reason"]
            assert row["reason"]
        else:
            kept = clinic.everything(route_of(encounter), state=where)
            assert any(said in row["reason"] for row in kept), (payload, kept)
    status = clinic.get(f"/encounters/{encounter}")
    assert status["vitals"]["hr"]["value"] == 70 + len(HOSTILE)
    # No alarm about the patient; four impossible pressures in a row are one about the device.
    assert [(a["condition"], a["priority"]) for a in status["alarms"]] == [
        ("signal_quality", "low")
    ]
    metrics = clinic.http.get(f"{clinic.product.url}/metrics").text
    assert 'dosing_monitor_quarantined_total{reason="unknown_device"} 1.0' in metrics


def test_what_consumer_monitors_speak_is_understood(
    product_with: Callable[..., Product], mosquitto: Mosquitto, tmp_path: Any
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[[sources]]\ntopic = "home/+/BTtoMQTT/{device}"\nformat = "theengs"\nsite = "home"\n'
    )
    clinic = Clinic(product_with(MQTT_URL=mosquitto.url, CONFIG=str(settings)))
    devices = {"strap": "heart_rate", "cuff": "cuff", "A1B2C3D4E5F6": "heart_rate"}
    encounter = clinic.session("Heron 03", devices)
    with Publisher(mosquitto.port) as sender:
        sender.send("dosing/v1/home/strap/readings/gatt-2a37", bytes.fromhex("0648"))
        sender.send("dosing/v1/home/cuff/readings/gatt-2a36", bytes.fromhex("009600FF07FF07"))
        sender.send("dosing/v1/home/cuff/readings/gatt-2a35", bytes.fromhex("01A0F06BF07CF0"))
        sender.send(
            "home/Gateway/BTtoMQTT/A1B2C3D4E5F6",
            b'{"id": "A1:B2:C3:D4:E5:F6", "model_id": "H10", "type": "BODY", "bpm": 104}',
        )

    def stored() -> dict[tuple[str, str], float] | None:
        rows = clinic.everything(route_of(encounter))
        found = {(row["device"], row["vital"]): round(row["value"]) for row in rows}
        return found if len(found) == 5 else None

    assert wait_until_blocking(stored, what="five values") == {
        ("strap", "hr"): 72,
        ("cuff", "sbp"): 120,
        ("cuff", "dbp"): 80,
        ("cuff", "map"): 93,
        ("A1B2C3D4E5F6", "hr"): 104,
    }
    assert clinic.everything("/quarantine") == []


async def test_a_device_is_told_what_is_on_disk_and_a_duplicate_is_one_reading(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Cedar 21", {"strap-1": "heart_rate"})
    reading = {"boot": "a1", "seq": 1, "hr": 71}
    topic = "dosing/v1/home/strap-1/readings"
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as device:
        await device.subscribe("dosing/v1/home/strap-1/acks", qos=1)
        for seq in (1, 2, 1, 4):
            await device.publish(topic, json.dumps({**reading, "seq": seq}), qos=1)
        confirmed = []
        async with asyncio.timeout(10):
            async for message in device.messages:
                confirmed.append(json.loads(bytes(message.payload)))
                if confirmed[-1]["seq"] == 2:
                    break
    assert confirmed[-1] == {"boot": "a1", "seq": 2}
    rows = clinic.everything(route_of(encounter))
    assert [row["seq"] for row in rows] == [1, 2, 4]
