"""Pressures, the schedule of readings, and what is asked of the cuffs."""

from msgspec import Struct, field

from monitor.core.protocol.schedule import Schedule
from monitor.core.quality.consistency import Cuff
from monitor.core.quality.cuffs.judging_order import Turns
from monitor.core.quality.cuffs.pressures import Pressure, put


class PatientUser(Struct, frozen=True):
    """Which user of a shared cuff the patient is. by: who said so; "": the first live reading."""

    user: int
    by: str = ""


class CuffRequests(Struct):
    """Repeats that are asked of the cuffs. `detection.cuff_requests` alone writes it.

    confirm_at    when to ask for a repeat; confirm_by: until when it is wanted
    confirmed_at  when one was last asked for; confirmed_by: until when that one was wanted
    confirm_for   measurement time of the newest crossing for which one is asked
    in_doubt      the newest pressure is in doubt, and another may not be
    doubted_at    when another was last wanted for that
    """

    confirm_at: float | None = None
    confirm_by: float = 0.0
    confirmed_at: float | None = None
    confirmed_by: float = 0.0
    confirm_for: float | None = None
    in_doubt: bool = False
    doubted_at: float | None = None


class CuffReadings(Struct):
    """newest     the newest pressure of any cuff
    pressures  measurements that are kept, in order
    turns      in which order pressures and singles were judged
    users      shared cuff -> which of its users the patient is
    """

    newest: Cuff | None = None
    pressures: list[Pressure] = []
    turns: Turns = field(default_factory=Turns)
    users: dict[str, PatientUser] = {}
    schedule: Schedule = field(default_factory=Schedule)
    requests: CuffRequests = field(default_factory=CuffRequests)

    @property
    def proven(self) -> list[Pressure]:
        """Those that are of now and of the patient, doubtful ones among them."""
        return [pressure for pressure in self.pressures if not pressure.unproven]

    def put(self, pressure: Pressure, instead_of: Pressure | None = None) -> None:
        put(self.pressures, pressure, instead_of=instead_of)

    def leave(self, pressure: Pressure) -> None:
        self.pressures.remove(pressure)

    def set_newest(self, newest: Cuff | None) -> None:
        self.newest = newest

    def set_user(self, cuff: str, user: PatientUser) -> None:
        self.users[cuff] = user

    def forget_user(self, cuff: str) -> None:
        self.users.pop(cuff, None)
