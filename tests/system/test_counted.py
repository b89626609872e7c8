"""The counts of readings on /metrics; a reading in quarantine blocks no later one."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher

TOPIC = "dosing/v1/home/strap-1/readings"


def metrics(product: Product, clinic: Clinic) -> dict[str, float]:
    text = clinic.http.get(f"{product.url}/metrics").text
    return {
        name: float(value)
        for name, value in re.findall(r"^dosing_monitor_(\S+) (\S+)$", text, re.MULTILINE)
    }


def results(product: Product, clinic: Clinic) -> dict[str, float]:
    found = metrics(product, clinic)
    kinds = ("stored", "rejected", "duplicate", "quarantined")
    return {kind: found[f'observations_total{{result="{kind}"}}'] for kind in kinds}


def test_every_reading_is_counted_once_by_how_it_ended(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    assert set(results(product, clinic).values()) == {0}
    encounter = clinic.session("Alder 14", {"strap-1": "heart_rate", "cuff-1": "cuff"})
    clinic.post("/devices", id="idle-1", kind="heart_rate")
    with Publisher(mosquitto.port) as sender:
        sender.reading("cuff-1", seq=1, sbp=120, dbp=80, map=93)  # one reading, three values
        sender.reading("strap-1", seq=1, hr=70)
        sender.reading("strap-1", seq=2, contact=False)
        sender.reading("strap-1", seq=3, hr=0)  # rejected
        sender.reading("cuff-1", seq=2, sbp=80, dbp=120)  # rejected
        sender.reading("strap-1", seq=1, hr=70)  # duplicate
        batch: list[Any] = [{"seq": 4, "hr": 71}, {"seq": 5, "hr": "x"}, {"seq": 4, "hr": 71}]
        sender.send(TOPIC, json.dumps(batch).encode())
        sender.send(TOPIC, b"not json")
        sender.send("dosing/v1/home/idle-1/readings", b'[{"hr": 70}, {"hr": 71}]')
        sender.send("dosing/v1/home/stranger/readings", b'[{"hr": 70}, {"hr": 71}]')
        sender.send("dosing/v1/home/strap-1/status", b"gone")  # no reading
        sender.send("dosing/v1/home/strap-1/status", b"")  # no reading: a status is withdrawn
        sender.reading("strap-1", seq=6, hr=72)
    clinic.post(f"/encounters/{encounter}/observations", hr=74)
    expected = {"stored": 6, "rejected": 2, "duplicate": 2, "quarantined": 5}
    wait_until_blocking(
        lambda: results(product, clinic) == expected, what=f"{expected} in the metrics"
    )
    assert clinic.get("/quarantine")["count"] == 5


def test_a_reading_that_the_database_refuses_is_set_aside_and_confirmed(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Alder 15", {"strap-1": "heart_rate"})
    # The database refuses no reading that a device can send, so this trigger makes it refuse one.
    with closing(sqlite3.connect(product.directory / "data" / "monitor.db")) as database:
        database.execute(
            "CREATE TRIGGER no_66 BEFORE INSERT ON observations WHEN NEW.value = 66 "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    with Publisher(mosquitto.port) as sender:
        for seq in range(1, 41):  # twice a broker's limit of unconfirmed messages
            sender.reading("strap-1", seq=seq, hr=66)
        sender.reading("strap-1", seq=41, hr=70)
        route = f"/encounters/{encounter}/observations"
        wait_until_blocking(lambda: clinic.get(route, state="accepted")["count"] == 1)
    found = metrics(product, clinic)
    # At most three more are the test readings that the service sends to itself once a minute.
    assert found["mqtt_unacked"] == 0
    assert 41 <= found["mqtt_acked"] == found["mqtt_received"] <= 44
    assert results(product, clinic)["quarantined"] == 40
    assert {row["reason"][:6] for row in clinic.everything("/quarantine")} == {"store:"}


def test_numbers_that_never_came_are_on_the_record_once(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, CLOCK_SPEED="60")
    clinic = Clinic(product)
    encounter = clinic.session("Alder 16", {"strap-1": "heart_rate"})

    def lost() -> list[Any]:
        rows = clinic.everything(f"/encounters/{encounter}/journal")
        return [row["body"] for row in rows if row["type"] == "lost"]

    with Publisher(mosquitto.port) as sender:
        for seq in (1, 2, 5):
            sender.reading("strap-1", boot="a1", seq=seq, hr=70)
        (row,) = wait_until_blocking(lost, what="the numbers that never came")
        assert {k: row[k] for k in ("device", "boot", "first", "last")} == {
            "device": "strap-1", "boot": "a1", "first": 3, "last": 4,
        }  # fmt: skip
        product.kill()
        product.start()
        sender.reading("strap-1", boot="a1", seq=9, hr=70)
        wait_until_blocking(lambda: len(lost()) > 1, what="the next numbers that never came")
    assert [(row["first"], row["last"]) for row in lost()] == [(3, 4), (6, 8)]
    assert "journal_disagrees" not in product.log
