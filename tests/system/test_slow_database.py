"""A database is locked longer than a request waits: the requested act is completed later."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic
from tests.parts.publisher import Publisher

DEVICES = ("strap-5", "cuff-5")
MANY = 3000


@contextmanager
def locked(clinic: Clinic) -> Iterator[None]:
    file = clinic.product.directory / "data" / "monitor.db"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def too_late(
    clinic: Clinic, path: str, meanwhile: Callable[[], None] = lambda: None, /, **body: Any
) -> None:
    """Send a request while the database is locked; assert that its answer, 503, comes before."""
    with locked(clinic):
        answer = clinic.http.post(path, json=body)
        meanwhile()
    assert (answer.status_code, "may still be" in answer.text) == (503, True)


def statuses(clinic: Clinic) -> int:
    """Return how many statuses of devices the service has read."""
    lines = clinic.http.get(f"{clinic.product.url}/metrics").text.splitlines()
    counter = 'dosing_monitor_messages_total{format="status"} '
    return sum(int(float(line.removeprefix(counter))) for line in lines if counter in line)


def test_a_session_whose_opening_devices_and_closing_came_late_is_watched_and_then_free(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    patient = clinic.post("/patients", label="Rowan 5")["id"]
    for device, kind in zip(DEVICES, ("heart_rate", "cuff"), strict=True):
        clinic.post("/devices", id=device, kind=kind)
    wanted = {"patient_id": patient, "protocol": "sl_home", "mode": "test"}

    too_late(clinic, "/encounters", **wanted, device_ids=DEVICES[:1])
    (opened,) = wait_until_blocking(
        lambda: clinic.everything("/encounters", state="open"), 10, "the session"
    )
    route = f"/encounters/{opened['id']}"
    with Publisher(mosquitto.port) as devices:
        devices.reading("strap-5", seq=1, hr=71)
        wait_until_blocking(lambda: "hr" in clinic.get(route)["vitals"], 10, "its heart rate")

        too_late(clinic, f"{route}/devices", add=DEVICES[1:])
        wait_until_blocking(lambda: "cuff-5" in clinic.get(route)["devices"], 10, "the cuff")
        devices.reading("cuff-5", seq=1, sbp=121, dbp=79)
        wait_until_blocking(lambda: "sbp" in clinic.get(route)["vitals"], 10, "its pressure")

    def come_and_go() -> None:
        """Some are read as they come, and some, over the device's budget, when it is their turn."""
        before = statuses(clinic)
        with Publisher(mosquitto.port) as devices:
            devices.send_all([("dosing/v1/home/strap-5/status", b'{"state": "offline"}')] * MANY)
        wait_until_blocking(lambda: statuses(clinic) == before + MANY, 10, "the statuses")

    too_late(
        clinic, f"{route}/close", come_and_go, override_reason="a test", authorised_by="Dr Test"
    )
    wait_until_blocking(
        lambda: not clinic.everything("/encounters", state="open"), 10, "the session's end"
    )
    again = clinic.post("/encounters", **wanted, device_ids=DEVICES)["id"]
    assert set(clinic.get(f"/encounters/{again}")["devices"]) == set(DEVICES)
