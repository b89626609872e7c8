"""The events before each picture."""

import asyncio
import contextlib
import json
import re
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from playwright.async_api import Page, expect

from tests.parts import wait_until
from tests.parts.demo import Demo
from tests.screens.camera import COMES_S, Camera

APART_S: Final = 62.0  # two pressures make a baseline when they are a minute apart
DEVICES: Final = {"strap": "heart_rate", "cuff": "cuff", "thermometer": "thermometer"}
OWN: Final = "Larch 07"


class Scene(Struct, frozen=True):
    views: tuple[str, ...]
    play: Callable[[Camera, Path], Awaitable[None]]


class Patient:
    """A session of our own in the demonstration, and its devices, which we simulate."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._seq = 0
        self._voices: dict[str, Client] = {}
        self.rate = 68
        for name, kind in DEVICES.items():
            device = f"larch-07-{name}"
            given = self._post("/devices", id=device, kind=kind)["mqtt"]
            voice = Client(CallbackAPIVersion.VERSION2)
            if given["username"]:
                voice.username_pw_set(given["username"], given["password"])
            voice.connect("127.0.0.1", demo.mqtt_port)
            voice.loop_start()
            self._voices[device] = voice
        patient = self._post("/patients", label=OWN, risk_factors=["hypertension"])
        self.encounter = self._post(
            "/encounters", patient_id=patient["id"], protocol="sl_home",
            device_ids=list(self._voices), mode="demo",
            emergency={
                "address": "7 Example Lane", "phone": "555 0107", "sitter": "Sitter of Larch 07",
            },
        )["id"]  # fmt: skip

    def measure(self, name: str, **values: float) -> None:
        self._seq += 1
        now = round(time.time() * 1000)
        body = json.dumps({"seq": self._seq, "t": now, "sent": now, **values})
        device = f"larch-07-{name}"
        self._voices[device].publish(f"dosing/v1/home/{device}/readings", body.encode(), 1)

    def check(self, name: str) -> None:
        self._post(f"/encounters/{self.encounter}/checks", check=name)

    def dose(self) -> None:
        self._post(
            f"/encounters/{self.encounter}/doses", drug="Ketamine", route="Under the tongue",
            amount_mg=100, override_reason="a picture", authorised_by="Dr Example",
        )  # fmt: skip

    @asynccontextmanager
    async def worn(self) -> AsyncIterator[None]:
        """Wear the strap: it sends `rate` once a second."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            for voice in self._voices.values():
                voice.disconnect()
                voice.loop_stop()

    async def _beat(self) -> None:
        while True:
            self.measure("strap", hr=self.rate + self._seq % 3, contact=True)
            await asyncio.sleep(1)

    def _post(self, path: str, **body: Any) -> Any:
        answer = self._demo.http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()


@asynccontextmanager
async def demonstration(place: Path, *options: str, sessions: int) -> AsyncIterator[Demo]:
    demo = Demo(place)
    try:
        await asyncio.to_thread(demo.start, "--patients", str(sessions), *options)
        await wait_until(partial(demo.sessions, sessions), COMES_S, "every session")
        await wait_until(lambda: demo.behind < 1, COMES_S, "the past to be over")
        yield demo
    finally:
        demo.discard()


async def _sound_is_on(page: Page) -> None:
    await page.get_by_role("button", name="Turn sound on").click()
    await page.get_by_text("Sound is on", exact=True).wait_for()


def _row(page: Page, label: str) -> Any:
    return page.get_by_role("region", name=re.compile(f"^{re.escape(label)}"))


async def quiet_clinic(camera: Camera, place: Path) -> None:
    """Four calm courses, then a session of our own that is checked, dosed and rises."""
    options = ("--scenario", "calm", "--seed", "7")
    async with demonstration(place, *options, sessions=4) as demo:
        page = await camera.page(demo)
        await _sound_is_on(page)
        await expect(page.get_by_role("heading", name="All four within limits.")).to_be_visible()
        await camera.shoot(page, "calm")
        light = await camera.page(demo, "light")
        await camera.shoot(light, "calm-light")
        await light.context.close()
        patient = Patient(demo)
        async with patient.worn():
            await _checks(camera, page, patient)
            await _medium(camera, page, patient)
        await _link_lost(camera, page, demo)


async def _checks(camera: Camera, page: Page, patient: Patient) -> None:
    patient.measure("cuff", sbp=118, dbp=74)
    patient.measure("thermometer", temp=36.6)
    await asyncio.sleep(APART_S)
    patient.measure("cuff", sbp=117, dbp=75)
    for name in ("reachable", "backup"):
        patient.check(name)
    await _row(page, OWN).get_by_role("link").click()
    await page.get_by_role("button", name="Take back: Backup").wait_for()
    await page.get_by_role("button", name="Record dose").click()
    await expect(page.locator(".right .bp")).to_contain_text("117/75")
    await camera.shoot(page, "preflight")
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("link", name="All").click()


async def _medium(camera: Camera, page: Page, patient: Patient) -> None:
    patient.dose()
    for rate in range(patient.rate, 129, 4):
        patient.rate = rate
        await asyncio.sleep(1)
    await page.get_by_role("alert").get_by_role("button", name="Acknowledge").wait_for()
    await expect(page.get_by_role("alert")).to_contain_text("Medium", timeout=COMES_S * 1000)
    await camera.shoot(page, "medium")


async def _link_lost(camera: Camera, page: Page, demo: Demo) -> None:
    """Freeze the whole service: connections stay open and silent."""
    family = demo.family()
    for process in family:
        process.send_signal(signal.SIGSTOP)
    try:
        await page.get_by_role("heading", name=re.compile("^Link lost")).wait_for()
        await camera.shoot(page, "link-lost")
    finally:
        for process in family:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)


async def busy_clinic(camera: Camera, place: Path) -> None:
    """The demonstration as a first visitor sees it: one pressure becomes high."""
    async with demonstration(place, sessions=8) as demo:
        page = await camera.page(demo)
        await _sound_is_on(page)
        (alarm, *_) = await wait_until(demo.high, COMES_S, "a high alarm")
        alert = page.get_by_role("alert").filter(has_text=alarm["reason"])
        await alert.wait_for()
        await camera.shoot(page, "high")
        await page.emulate_media(forced_colors="active")
        await camera.shoot(page, "high-forced-colours")
        await page.emulate_media(forced_colors="none")
        await alert.locator(".code").click()
        await page.locator(".chart canvas").wait_for()
        await page.get_by_role("button", name="Record dose").click()
        await page.get_by_label("Amount").wait_for()
        await camera.shoot(page, "form")
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("slider").press("End")
        await camera.shoot(page, "session")
        await page.get_by_role("link", name="Report").click()
        await page.get_by_role("heading", name="Readings").wait_for()
        await camera.shoot(page, "report")


SCENES: Final = (
    Scene(("calm", "calm-light", "preflight", "medium", "link-lost"), quiet_clinic),
    Scene(("high", "high-forced-colours", "form", "session", "report"), busy_clinic),
)
