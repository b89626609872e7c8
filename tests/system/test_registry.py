"""What a clinic says of a device once is known in every session that it serves."""

import json
from typing import Any

import pytest

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic, Product, run_command


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
    # Of the session that is open it was not said, and of a later one it is.
    later = clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", mode="test", device_ids=["cuff-1"]
    )["id"]
    clinic.post(f"/encounters/{encounter}/devices", remove=["cuff-3"])
    clinic.post(f"/encounters/{later}/devices", add=["cuff-3"])
    assert told(clinic, later, "devices_changed")["users"] == {"cuff-3": 1}


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
