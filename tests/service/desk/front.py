"""A desk on running sessions and a real store, with a clock that a test moves. No broker."""

from typing import Any, Final

from monitor.adapters.http.ports.desk import DoseRequest, OpenEncounterRequest
from monitor.adapters.store.questions.users import add_user
from monitor.config import Config
from monitor.core.vocabulary.inputs import Override
from monitor.service.clock import Clock
from monitor.service.desk.desk import SessionActs
from monitor.service.desk.free_devices import FreeDevices
from monitor.service.health.broker_heard import Hearing
from monitor.service.health.readiness import Operation
from monitor.service.ingest.device_accounts import Identity
from tests.service.rig import SITE, START, Entrance

GOES_AHEAD: Final = Override("thea", "a test", "Dr Test")
DEVICES: Final = {"strap": "heart_rate", "cuff": "cuff", "spare": "cuff"}


class Front(Entrance):
    """`desk` with a patient (p), three devices, two therapists (thea, theo) and a viewer (vera).

    pretended   the clock does not show real time
    """

    def __init__(
        self, url: str, *, pretended: bool = False, sites: tuple[str, ...] = (SITE,)
    ) -> None:
        self.monotonic = 100.0
        speed = 10.0 if pretended else 1.0
        super().__init__(url, Clock(speed, start=START, monotonic=self._real), window=1000)
        self.identity = Identity(Config(site=sites), self.store)
        hearing = Hearing(self.clock, self.ward)
        operation = Operation(self.clock, self.store, hearing, self.holding, self.registry)
        self.desk = SessionActs(
            self.clock, self.store, self.ward, self.ingest, self.publisher, operation,
            self.identity, sites,
        )  # fmt: skip
        self.free = FreeDevices(self.store, self.ward, self.ingest)

    def _real(self) -> float:
        return self.monotonic

    async def furnish(self) -> None:
        await self.begin(DEVICES)
        for name, role in (("thea", "therapist"), ("theo", "therapist"), ("vera", "viewer")):
            await self.store.write(add_user, name, role, "hash", START)

    async def opened(self, *devices: str, **wants: Any) -> str:
        """Open a session of these devices; return its id."""
        return str((await self.desk.open_encounter(wanted(*devices, **wants), by="thea"))["id"])

    async def closed(self, *devices: str) -> str:
        encounter = await self.opened(*devices)
        await self.desk.close(encounter, GOES_AHEAD, alert=True, by="thea")
        return encounter

    async def help(self, encounter: str) -> str:
        """Call for help from the room; return the id of the alarm."""
        await self.desk.ask_for_help(encounter, by="thea")
        alarms = self.ward.sessions[encounter].encounter.state.alarms
        (alarm,) = [one.id for one in alarms if one.condition == "help_requested"]
        return alarm


def wanted(*devices: str, **wants: Any) -> OpenEncounterRequest:
    known: dict[str, Any] = {
        "patient_id": "p", "protocol": "sl_home", "mode": "test", "risk_factors": (),
        "emergency": {},
    }  # fmt: skip
    return OpenEncounterRequest(device_ids=devices, **known | wants)


def a_dose(at: float | None = None) -> DoseRequest:
    return DoseRequest(
        drug="ketamine", route="sublingual", amount_mg=100.0, at=at, override=GOES_AHEAD
    )
