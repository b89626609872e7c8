"""A vital sign is added in one file, `vitals.py`, and the whole service treats it right.

The sign is oxygen saturation: a stream, like heart rate, but it is the falls that matter. The
service runs from a copy of the package with one more profile in the table.
"""

import json
import re
import shutil
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.parts import Mosquitto, launched, wait_until_blocking
from tests.parts.mosquitto import CONFIGURATION
from tests.parts.product import PASSWORD, REPOSITORY, Clinic, Product
from tests.parts.publisher import Publisher

TABLE: Final = "core/vocabulary/vitals.py"
CODES: Final = 'Vital = Literal["hr", "sbp", "dbp", "map", "temp"]'
SIGNS: Final = "(_HEART_RATE, _SYSTOLIC, _DIASTOLIC, _MEAN, _TEMPERATURE)"
# Silence and expiry are short, so that the test need not wait for long.
PROFILE: Final = """
_SATURATION: Final = VitalSign(
    code="spo2", name="Oxygen saturation", unit="%", loinc="59408-5", low=50, high=100,
    stream=StreamRule(agrees=6, step=4, per_second=2),
    confirmation=ConfirmationRule(hysteresis=2, clear_after=5),
    freshness=FreshnessRule(stale_after=3, expires_after=6),
    silence=SilenceRule(watched_as="spo2", name="Oxygen saturation", steps=((6, "low"),)),
    baseline=BaselineRule(apart=1, later_apart=5, wanted=30, later_wanted=10, spread_at_most=2),
    episode=EpisodeRule(sustained_after=20, near=2, farther=2, directions=("low",)),
    trend=TrendRule(span=300, steady=2),
)

VITALS: Final[dict[str, VitalSign]] = {
"""


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path_factory.mktemp("broker"), CONFIGURATION).start()
    yield broker
    broker.kill()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, mosquitto: Mosquitto) -> Iterator[Product]:
    directory = tmp_path_factory.mktemp("sixth")
    shutil.copytree(
        REPOSITORY / "monitor", directory / "monitor",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    table = directory / "monitor" / TABLE
    text = table.read_text()
    for old, new in (
        (CODES, CODES.replace('"temp"', '"temp", "spo2"')),
        (SIGNS, SIGNS.replace(")", ", _SATURATION)")),
        ("\nVITALS: Final[dict[str, VitalSign]] = {\n", PROFILE),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    table.write_text(text)
    product = Product(directory, MQTT_URL=mosquitto.url)
    product.environment["PYTHONPATH"] = str(directory)
    product.user("thea", "therapist")
    yield product.start()
    product.discard()


@pytest.fixture(scope="module")
def clinic(product: Product) -> Clinic:
    return Clinic(product)


class Oximeter:
    """One that stores its readings and sends them in a batch, one a second."""

    def __init__(self, broker: Mosquitto, device: str) -> None:
        self.topic = f"dosing/v1/home/{device}/readings"
        self.broker, self.seq = broker, 0

    def send(self, since: float, *values: float) -> None:
        """The values were measured from `since` on, s."""
        batch = [
            {"seq": self.seq + n, "t": round((since + n) * 1000), "spo2": value}
            for n, value in enumerate(values)
        ]
        self.seq += len(values)
        with Publisher(self.broker.port) as devices:
            devices.send(self.topic, json.dumps(batch).encode())


def test_it_is_judged_shown_and_recorded_like_the_others(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Sedge 21", {"oximeter-1": "gateway"})
    oximeter, began = Oximeter(mosquitto, "oximeter-1"), time.time() - 120

    def status() -> dict[str, Any]:
        return dict(clinic.get(f"/encounters/{encounter}"))

    def seen(value: float) -> bool:
        return bool(status()["vitals"]["spo2"]["value"] == value)

    # Ingest, view and baseline.
    oximeter.send(began, *[97] * 58, 96)
    wait_until_blocking(lambda: seen(96), what="the saturation on the view")
    shown = status()["vitals"]["spo2"]
    assert (shown["unit"], shown["trend"]) == ("%", "steady")
    clinic.dose(encounter, at=round((began + 60) * 1000))
    baseline = status()["baseline"]["spo2"]
    assert (baseline["value"], baseline["grade"]) == (97, "good")
    # Limits on the low side, and the alarm.
    for priority, value in (("medium", 92), ("high", 88)):
        clinic.post(
            f"/encounters/{encounter}/limits", vital="spo2", direction="low", priority=priority,
            value=value, reason="she sleeps with an apnoea",
        )  # fmt: skip
    oximeter.send(began + 61, *[97] * 5, *[80] * 15, 78, *[80] * 14)
    wait_until_blocking(lambda: _raised(status()), what="the alarm")
    raised = _raised(status())
    assert raised["priority"] == "high"
    assert raised["reason"].startswith("Oxygen saturation 80 is below the high limit of 88")
    # It comes back: the fall is on the record as an episode.
    oximeter.send(began + 96, *[97] * 15)

    def returned() -> list[dict[str, Any]]:
        route = f"/encounters/{encounter}/episodes"
        return [one for one in clinic.everything(route) if one["returned_at"]]

    (episode,) = wait_until_blocking(returned, what="the end of the fall")
    assert {k: episode[k] for k in ("vital", "direction", "unit", "peak", "limit", "course")} == {
        "vital": "spo2", "direction": "low", "unit": "%", "peak": 78, "limit": 92,
        "course": "sustained",
    }  # fmt: skip
    assert 25 <= episode["over_s"] <= 40
    assert episode["area"] == pytest.approx(12 * 30, rel=0.2)
    # Silence, which is an alarm, and a typed value, which ends it.
    wait_until_blocking(lambda: status()["vitals"]["spo2"]["state"] == "missing", 20, "expiry")
    silent = wait_until_blocking(
        lambda: [a for a in status()["alarms"] if a["condition"] == "no_data"], 20, "no_data"
    )
    assert silent[0]["reason"].startswith("No oxygen saturation comes")
    clinic.post(f"/encounters/{encounter}/observations", spo2=95)
    wait_until_blocking(lambda: seen(95), what="the typed value")
    listed = clinic.everything(f"/encounters/{encounter}/observations", vital="spo2")
    assert {row["unit"] for row in listed} == {"%"}
    assert [row["source"] for row in listed].count("manual") == 1


async def test_the_page_shows_it_by_its_name(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Reed 23", {"oximeter-3": "gateway"})
    clinic.post(
        f"/encounters/{encounter}/limits", vital="spo2", direction="low", priority="high", value=88,
        reason="she sleeps with an apnoea",
    )  # fmt: skip
    oximeter, began = Oximeter(mosquitto, "oximeter-3"), time.time() - 120
    async with launched() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(product.url)
        await page.get_by_label("User name").fill("thea")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        row = page.get_by_role("region", name=re.compile("^Reed 23"))
        await row.wait_for()
        oximeter.send(began, 97)
        await expect(row.get_by_label("Oxygen saturation")).to_contain_text("97")
        await row.get_by_role("link", name="Reed 23").click()
        await page.get_by_role("button", name="Enter reading").wait_for()  # the wall is gone
        await expect(page.get_by_role("group", name="Oxygen saturation")).to_contain_text("97")
        await page.get_by_role("button", name="Enter reading").click()
        await expect(page.get_by_label("Oxygen saturation typed")).to_be_visible()
        await page.keyboard.press("Escape")
        oximeter.send(began + 10, *[80] * 35)
        alert = page.get_by_role("alert").filter(has_text="Reed 23")
        await expect(alert).to_contain_text("Oxygen saturation 80 is below the high limit of 88")
        oximeter.send(began + 45, *[97] * 30)
        elevations = page.get_by_role("region", name="Elevations")
        await expect(elevations).to_contain_text("Oxygen saturation down to 80")


def test_what_no_living_person_has_is_rejected(clinic: Clinic, mosquitto: Mosquitto) -> None:
    encounter = clinic.session("Rush 22", {"oximeter-2": "gateway"})
    Oximeter(mosquitto, "oximeter-2").send(time.time(), 30)
    (row,) = wait_until_blocking(
        lambda: clinic.everything(f"/encounters/{encounter}/observations", vital="spo2")
    )
    assert row["state"] == "rejected"
    assert row["reason"] == "Oxygen saturation 30 is impossible: outside 50 to 100 %"


def _raised(status: dict[str, Any]) -> dict[str, Any]:
    found = [a for a in status["alarms"] if a["condition"] == "spo2_low"]
    return dict(found[0]) if found else {}
