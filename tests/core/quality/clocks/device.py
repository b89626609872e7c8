"""One device and its clock: a message at a time, and where each was placed."""

from typing import Any, Final

import msgspec

from monitor.core.quality.clocks.clock_evidence import Placed
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.placing import place
from monitor.core.vocabulary.vitals import Observation

DAY: Final = 86_400.0
T: Final = 1_795_428_000.0


def reading(
    issued: float, effective: float | None = None, sent: float | None = None, *,
    replayed: bool = False,
) -> Observation:  # fmt: skip
    return Observation(
        issued=issued,
        effective=effective,
        sent=sent,
        replayed=replayed,
        device="strap",
        values={"hr": 70.0},
    )


class Device:
    """A device whose clock is this far `behind` ours; it numbers its messages."""

    def __init__(
        self, behind: float = 0.0, *, tells: bool = True, numbered: bool = True, boot: str = ""
    ) -> None:
        self.clock = DeviceClock()
        self.behind, self.tells, self.numbered, self.boot = behind, tells, numbered, boot
        self.seq = 0

    def message(self, at: float, received: float, *, age: float = 0.0, **about: Any) -> Placed:
        """Send a message and return its placement; all times count from the beginning."""
        self.seq += 1
        clock = T + at - self.behind
        observation = Observation(
            issued=T + received, effective=clock - age, sent=clock if self.tells else None,
            device="strap", boot=self.boot, seq=self.seq if self.numbered else None,
            values={"hr": 70.0},
        )  # fmt: skip
        observation = msgspec.structs.replace(observation, **about)
        found = place(self.clock, observation, observation.boot, observation.issued)
        return msgspec.structs.replace(found, effective=found.effective - T)

    def stream(self, since: int, until: int, **about: Any) -> list[Placed]:
        return [self.message(t, t, **about) for t in range(since, until)]


def kind(placed: Placed) -> str:
    return "late" if placed.late else "doubt" if placed.doubt else "live"


def kinds(found: list[Placed]) -> set[str]:
    return {kind(placed) for placed in found}
