"""Facts that a clinic registers for a device once apply to every session that it serves."""

import json
from datetime import datetime
from struct import pack
from typing import Any

import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product, run_command
from tests.parts.publisher import Publisher


def registered(product: Product, *arguments: str) -> tuple[int, str]:
    done = run_command(
        "device", "add", *arguments, directory=product.directory, environment=product.environment
    )
    return done.returncode, done.stdout + done.stderr


def told(clinic: Clinic, encounter: str, kind: str) -> Any:
    (row,) = clinic.everything(f"/encounters/{encounter}/journal", type=kind)
    return row["body"]


def test_the_patients_user_of_a_cuff_is_on_the_record_of_its_sessions(
    product: Product, clinic: Clinic
) -> None:
    status, said = registered(
        product, "cuff-1", "--kind", "cuff", "--user", "2", "--model", "BM 54"
    )
    assert (status, json.loads(said)["id"]) == (0, "cuff-1")
    for device, more in (("cuff-2", {"user": 0}), ("cuff-3", {})):
        clinic.post("/devices", id=device, kind="cuff", **more)
    wait_until_blocking(lambda: len(clinic.get("/devices")["items"]) == 3)
    patient = clinic.post("/patients", label="Alder 14")["id"]
    encounter = clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", mode="test",
        device_ids=["cuff-1", "cuff-3"],
    )["id"]  # fmt: skip
    assert told(clinic, encounter, "opened")["facts"]["users"] == {"cuff-1": 2}
    changed = clinic.http.patch("/devices/cuff-3", json={"user": 1}).json()
    assert (changed["user"], changed["model"]) == (1, None)
    clinic.post(f"/encounters/{encounter}/devices", add=["cuff-2"], remove=["cuff-1"])
    assert told(clinic, encounter, "devices_changed")["users"] == {"cuff-2": 0}
    # The change does not reach the session that is already open, but it does reach a later one.
    later = clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", mode="test", device_ids=["cuff-1"]
    )["id"]
    clinic.post(f"/encounters/{encounter}/devices", remove=["cuff-3"])
    clinic.post(f"/encounters/{later}/devices", add=["cuff-3"])
    assert told(clinic, later, "devices_changed")["users"] == {"cuff-3": 1}


def test_a_model_is_read_as_it_sends(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    """This model sends its status bytes swapped; the first bit means that the arm moved."""
    clinic.post("/devices", id="cuff-1", kind="cuff", model="Beurer BM85")
    encounter = clinic.session("Alder 15", {"cuff-2": "cuff", "cuff-3": "cuff"})
    clinic.post(f"/encounters/{encounter}/devices", add=["cuff-1"])
    assert clinic.http.patch("/devices/cuff-2", json={"model": "BM85"}).is_success
    packet = pack("<BHHH", 0x14, 121, 80, 93) + bytes.fromhex("0046 0001")
    with Publisher(mosquitto.port) as sender:
        for device in ("cuff-1", "cuff-2", "cuff-3"):
            sender.send(f"dosing/v1/home/{device}/readings/gatt-2a35", packet)

    def rows() -> list[Any]:
        return clinic.everything(f"/encounters/{encounter}/observations", vital="sbp")

    wait_until_blocking(lambda: len(rows()) == 3, what="the records")
    moved = {row["device"] for row in rows() if "the arm moved" in row["reason"]}
    assert moved == {"cuff-1", "cuff-2"}


def test_a_record_of_unknown_age_becomes_live_by_a_word_and_whose_it_is_by_another(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Alder 16", {"cuff-1": "cuff"})
    route = f"/encounters/{encounter}"

    def cuff() -> Any:
        return clinic.get(route)["cuffs"].get("cuff-1")

    def states() -> list[tuple[str, int]]:
        rows = clinic.everything(f"{route}/observations", vital="sbp")
        return [(row["state"], row["user"]) for row in rows]

    with Publisher(mosquitto.port) as sender:
        sender.record("cuff-1", 124, 78, at=datetime(2026, 11, 23, 10, 15), user=1)  # noqa: DTZ001
    wait_until_blocking(lambda: states() == [("suspect", 1)], what="the record")
    unknown = cuff()["unknown"]
    assert clinic.http.post(f"{route}/measured-now", json={"key": "another"}).status_code == 409
    clinic.post(f"{route}/measured-now", key=unknown["key"])
    assert states() == [("accepted", 1)]
    assert (cuff()["unknown"], cuff()["user"], cuff()["user_by"]) == (None, 1, None)
    again = clinic.http.post(f"{route}/measured-now", json={"key": unknown["key"]})
    assert again.status_code == 409
    clinic.post(f"{route}/devices/cuff-1/user", user=2)
    assert states() == [("suspect", 1)]
    assert (cuff()["user"], cuff()["user_by"]) == (2, "thea")
    assert clinic.http.post(f"{route}/devices/cuff-9/user", json={"user": 2}).status_code == 404
    for kind, count in (("rejudged", 2), ("user_taken", 2), ("measured_now", 1), ("cuff_user", 1)):
        rows = clinic.everything(f"{route}/journal", type=kind)
        assert len(rows) == count, kind
    by = [row["body"]["by"] for row in clinic.everything(f"{route}/journal", type="measured_now")]
    assert by == ["thea"]
    # The judgement of the record survives a restart.
    product.kill()
    product.start()
    assert states() == [("suspect", 1)]
    assert (cuff()["user"], cuff()["user_by"]) == (2, "thea")
    assert "journal_disagrees" not in product.log


@pytest.mark.parametrize("wrong", [
    ("--user", "255"), ("--user", "-1"), ("--user", "two"), ("--model", "x" * 65),
    ("--model", "a\tb"),
])  # fmt: skip
def test_a_device_that_cannot_be_is_a_line_and_not_registered(
    product: Product, clinic: Clinic, wrong: tuple[str, ...]
) -> None:
    status, said = registered(product, "cuff-1", "--kind", "cuff", *wrong)
    assert (status, len(said.splitlines())) == (2, 1)
    assert clinic.get("/devices")["items"] == []
