"""Attacks among the faults: who attacks, who has a crisis meanwhile, and what became of it.

The sessions for it are opened before anything goes wrong. Their devices say nothing until their
crisis, one every few seconds of an attack, and one when it should be over.
"""

import asyncio
import itertools
import json
import math
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from msgspec import Struct, field

from tests.attacks.bystander import Page, Patient
from tests.attacks.scene import Scene, Size
from tests.attacks.table import BY_NAME
from tests.attacks.target import IN_A_SESSION, STRAPS, Device, Target
from tests.attacks.trial import Told, attacked, handed_over
from tests.attacks.ward import VIEWER
from tests.chaos.schedule import Trouble
from tests.parts import wait_until
from tests.parts.product import PASSWORD, Clinic, Product

EVERY_S: Final = 4.0
AT_LEAST_S: Final = 2.0
BACK_S: Final = 30.0  # after a fault before it, until the service is ready and the page is there
# This broker, as one of somebody else's may, lets anybody have any client id: all that keeps the
# service's is that nobody can guess it. One of the broken builds calls itself so.
GUESSED: Final = "dosing-monitor-home"
# What the load of everybody else may add meanwhile: memory and lines a second, disk a reading.
MEMORY_MB: Final = 30.0
LINES_S: Final = 2.0
READING_MB: Final = 0.001


class Siege(Struct, kw_only=True):
    """rate        readings a second of everybody else
    patients    whose crisis is yet to come
    own         sessions with the devices of those who attack
    encounters  the sessions of all of them
    """

    scene: Scene
    page: Page
    viewer: Clinic
    port: int
    rate: float
    patients: list[Patient]
    own: list[tuple[str, Device]]
    straps: tuple[Device, ...]
    encounters: list[str]
    told: list[Told] = field(default_factory=list)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async with self.page.open(), AsyncExitStack() as stack:
            for patient in self.patients:
                await stack.enter_async_context(patient.living())
            yield

    async def attack(self, trouble: Trouble) -> None:
        attack = BY_NAME[trouble.kind]
        seconds = lasting(trouble)
        count = crises(trouble)
        mine, self.patients = self.patients[:count], self.patients[count:]
        encounter, device = self.own.pop()
        await wait_until(lambda: self._calm(mine), BACK_S, "calm before the attack")
        token = await asyncio.to_thread(self.viewer.signed_in)
        target = Target(
            http=self.scene.product.port, mqtt=self.port, device=device, encounter=encounter,
            victim=mine[0].device.topic, client_id=GUESSED, straps=self.straps,
            token=token, name=VIEWER, password=PASSWORD,
            ahead=attack.ahead if seconds < 2 * attack.ahead else 0.0,
        )  # fmt: skip
        allowed = Size(
            MEMORY_MB, MEMORY_MB, 10 + seconds * self.rate * READING_MB, int(seconds * LINES_S)
        )
        told = await attacked(self.scene, attack, target, mine, self.page, seconds, allowed)
        if attack.keeps:
            told.wrong += await handed_over(self.scene.clinic, encounter, attack.keeps)
        sys.stderr.write(json.dumps(told.figures()) + "\n")
        self.told.append(told)

    async def _calm(self, patients: list[Patient]) -> bool:
        return (
            self.page.here
            and all(patient.connected for patient in patients)
            and await self.scene.becomes_ready(0.1)
        )


def lasting(trouble: Trouble) -> float:
    return max(trouble.lasts, AT_LEAST_S)


def crises(trouble: Trouble) -> int:
    """How many patients it takes: one after the attack as well."""
    return max(1, int(lasting(trouble) / EVERY_S)) + 1


def names(troubles: Iterable[Trouble]) -> list[str]:
    """The devices that need an account at the broker."""
    return [name for names in _devices(troubles).values() for name in names]


def _devices(troubles: Iterable[Trouble]) -> dict[str, list[str]]:
    """What they are for -> their names."""
    attacks = [t for t in troubles if t.kind in BY_NAME]
    straps = STRAPS if any(t.kind == "broker_straps" for t in attacks) else 0
    return {
        "bystander": [f"bystander-{n}" for n in range(sum(map(crises, attacks)))],
        "attacker": [f"attacker-{n}" for n in range(len(attacks))],
        "strap": [f"strap-back-{n}" for n in range(straps)],
    }


def siege(
    product: Product, port: int, troubles: Iterable[Trouble], passwords: dict[str, str],
    rate: float,
) -> Siege:  # fmt: skip
    """port: where devices connect; passwords: of the devices of `names`."""
    clinic = Clinic(product)
    devices = _devices(troubles)
    for first in range(0, len(devices["strap"]), IN_A_SESSION):
        straps = devices["strap"][first : first + IN_A_SESSION]
        clinic.session(f"S {straps[0]}", dict.fromkeys(straps, "heart_rate"))

    def opened(purpose: str) -> list[tuple[str, Device]]:
        return [
            (clinic.session(f"S {name}", {name: "cuff"}), Device(name, passwords[name]))
            for name in devices[purpose]
        ]

    patients, own = opened("bystander"), opened("attacker")
    return Siege(
        scene=Scene(product, clinic),
        page=Page(Clinic(product)),
        viewer=Clinic(product, VIEWER),
        port=port,
        rate=rate,
        patients=[Patient(e, d, port, beats=False) for e, d in patients],
        own=own,
        encounters=[encounter for encounter, _ in (*patients, *own)],
        straps=tuple(Device(name, passwords[name]) for name in devices["strap"]),
    )


def worst(told: Iterable[Told]) -> dict[str, dict[str, object]]:
    """Attack -> the worst of what was measured in all of its turns."""
    by_name = itertools.groupby(sorted(told, key=lambda t: t.attack), lambda t: t.attack)
    return {name: _worst(list(turns)) for name, turns in by_name}


def _worst(turns: list[Told]) -> dict[str, object]:
    grown = Size()
    for turn in turns:
        grown = grown.most(turn.grown)
    seconds = sorted(s for turn in turns for s in turn.latencies)
    shown = [s for s in seconds if math.isfinite(s)]
    return {
        "crises": len(seconds),
        "missed": len(seconds) - len(shown),
        "alarm_s": round(max(shown, default=0.0), 3),
        "alarm_p50_s": round(shown[len(shown) // 2], 3) if shown else None,
        "over_s": round(max(turn.over for turn in turns), 2),
        "late_s": round(max(turn.late for turn in turns), 3),
        "service_mb": round(grown.service),
        "disk_mb": round(grown.disk, 1),
        "log_lines": grown.log,
        "did": turns[-1].did,
    }
