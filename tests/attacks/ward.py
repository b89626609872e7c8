"""One running product on a broker of its own, for many attacks; opens sessions as needed."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.attacks.bystander import Patient
from tests.attacks.scene import Scene
from tests.attacks.target import IN_A_SESSION, STRAPS, Device, Target
from tests.parts import free_port
from tests.parts.product import PASSWORD, Clinic, Product

VIEWER: Final = "vera"
DESCRIPTORS: Final = 1_024  # the limit of a login or a unit that does not set it


class Ward:
    """One running product, its users and its sessions.

    scene, clinic and watch: two sign-ins of a therapist; one acts, the other looks on.

    spoiled    an attack left something behind: the next should have a ward of its own
    """

    def __init__(self, directory: Path, broker: str = "mosquitto") -> None:
        self.product = Product(directory, BROKER=broker, MQTT_PORT=str(free_port()))
        self.product.descriptors = DESCRIPTORS
        self.product.user("thea", "therapist", quick=False)
        self.product.user(VIEWER, "viewer", quick=False)
        self.product.start()
        self.port = int(self.product.environment["DOSING_MONITOR_MQTT_PORT"])
        self.clinic = Clinic(self.product)
        self.watch = Clinic(self.product)
        self.viewer = Clinic(self.product, VIEWER)
        self.scene = Scene(self.product, self.clinic)
        self.spoiled = False
        self._numbers = itertools.count(1)
        self._straps: tuple[Device, ...] = ()

    def sessions(
        self, number: int, kind: str = "cuff", each: int = 1
    ) -> list[tuple[str, list[Device]]]:
        """Open `number` sessions, each with `each` devices of its own."""

        def one(_: int) -> tuple[str, list[Device]]:
            names = [f"d-{next(self._numbers)}" for _ in range(each)]
            patient = self.clinic.post("/patients", label=f"K-{names[0]}")["id"]
            accounts = [self.clinic.post("/devices", id=n, kind=kind)["mqtt"] for n in names]
            opened = self.clinic.post(
                "/encounters", patient_id=patient, protocol="sl_home", device_ids=names,
                mode="test",
            )  # fmt: skip
            return opened["id"], [Device(a["username"], a["password"]) for a in accounts]

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, range(number)))

    def patients(self, number: int) -> list[Patient]:
        return [Patient(name, device, self.port) for name, (device,) in self.sessions(number)]

    def target(self, victim: Device, *, straps: bool, ahead: float) -> tuple[str, Target]:
        """Return the attacker's session and its target."""
        ((encounter, (device,)),) = self.sessions(1)
        if straps and not self._straps:
            opened = self.sessions(STRAPS // IN_A_SESSION, "heart_rate", IN_A_SESSION)
            self._straps = tuple(itertools.chain(*(devices for _, devices in opened)))
        return encounter, Target(
            http=self.product.port, mqtt=self.port, device=device, encounter=encounter,
            victim=victim.topic,
            client_id=self.product.client_id, straps=self._straps, token=self.viewer.signed_in(),
            name=VIEWER, password=PASSWORD, ahead=ahead,
        )  # fmt: skip

    def close(self, encounter: str) -> None:
        self.clinic.post(
            f"/encounters/{encounter}/close", override_reason="a test", authorised_by="Dr Test"
        )
