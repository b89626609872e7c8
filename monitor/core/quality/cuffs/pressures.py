"""The pressures of a session, each as one measurement, however many messages it came in.

A cuff measures systolic and diastolic at once, and many a health store or gateway hands them on as
two: as two messages, two objects, two numbers or two rows of the API. What has the same device and
the same measurement time belongs together, or, where no time was given, what arrives within a few
seconds. A half that does not come stays absent: nobody may take it for a good one.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.quality.cuffs.turns import Turn
from monitor.core.vocabulary.vitals import PRESSURES, Observation

KEPT: Final = 64
SAME_TIME_S: Final = 1.0  # one of the two may have been rounded to the second
TOGETHER_S: Final = 5.0  # receipts of the two halves, where no time was given


class Pressure(Struct, frozen=True, omit_defaults=True):
    """One believed measurement; a half that is absent is None. Times are s of our clock.

    effective   when it was measured, corrected
    clean       nothing speaks against it
    mean        mean pressure, if it came
    device, by  who measured: a device, or ("") the person who typed it
    heard       for timers: see `timebase.heard`
    received    receipt of its newest part
    measured    the device's own word for when, uncorrected; None: it had none
    keys        vital sign -> its row on the record
    causes      vital sign -> what speaks against its value
    doubts      "age", "clock", "user" or "half" -> why it may be of another time or person, or half
                of a failed one: it raises and does nothing else
    user        which of its users the cuff named
    waits       it has still to be judged: the rest of its burst may come
    turns       vital sign -> when it was judged; without: an older version did not say
    """

    effective: float
    sbp: float | None
    dbp: float | None
    clean: bool
    mean: float | None = None
    device: str = ""
    by: str = ""
    heard: float = 0.0
    received: float = 0.0
    measured: float | None = None
    keys: dict[str, str] = {}
    causes: dict[str, str] = {}
    doubts: dict[str, str] = {}
    user: int | None = None
    waits: bool = False
    turns: dict[str, Turn] = {}

    @property
    def unproven(self) -> str:
        """Why it raises and does nothing else; "": it is of now and of the patient."""
        return both(*self.doubts.values())

    def value(self, vital: str) -> float | None:
        """Of one of `PRESSURES`."""
        if vital == "sbp":
            return self.sbp
        return self.dbp if vital == "dbp" else self.mean

    def __str__(self) -> str:
        """As people write it: 128/80; a half that is absent is a dash."""
        return "/".join("\N{EN DASH}" if v is None else f"{v:g}" for v in (self.sbp, self.dbp))

    @property
    def values(self) -> dict[str, float]:
        return {v: value for v in PRESSURES if (value := self.value(v)) is not None}

    @property
    def counts(self) -> bool:
        """It is a pressure that the schedule waits for: a diastolic alone is none."""
        return self.sbp is not None or self.mean is not None

    @property
    def whole(self) -> bool:
        """Both halves are there, and nothing speaks against either."""
        return self.clean and self.sbp is not None and self.dbp is not None


def doubted(pressure: Pressure, doubts: dict[str, str]) -> Pressure:
    """The same with these doubts instead of those that it had; it waits for nothing any more."""
    clean = not pressure.causes and not doubts
    return replace(pressure, doubts=doubts, clean=clean, waits=False)


def completed(pressure: Pressure) -> Pressure:
    """As an old snapshot has it: a pair, its time, and whether anything spoke against it."""
    if pressure.keys:
        return pressure
    told = pressure.clean or pressure.causes or pressure.doubts
    return replace(
        pressure,
        heard=pressure.heard or pressure.effective,
        received=pressure.received or pressure.effective,
        causes=pressure.causes if told else dict.fromkeys(pressure.values, "it was in doubt"),
    )


def sentence(unproven: str) -> str:
    """What an alarm says that rests on an unproven reading alone; `unproven` is a phrase."""
    return f"{unproven[0].upper()}{unproven[1:]}. A new measurement is needed."


def with_row(pressures: Sequence[Pressure], key: str) -> Pressure | None:
    """The measurement that this row on the record is of; None: it is of none that is kept."""
    return next((p for p in pressures if key in p.keys.values()), None)


def both(*reasons: str) -> str:
    """What speaks against a reading, in one phrase; "": nothing does."""
    return "; ".join(reason for reason in reasons if reason)


def other_half(pressures: Sequence[Pressure], observation: Observation) -> Pressure | None:
    """The measurement of which this reading is a part that was still missing; None: of none.

    What is whole, failed or a cuff's own record comes in one piece.
    """
    values = observation.values
    if observation.record or observation.failed or ("sbp" in values and "dbp" in values):
        return None
    for known in reversed(pressures):
        if (known.device, known.by) != (observation.device, observation.by):
            continue
        if _belong_together(known, observation):
            return known
    return None


def _belong_together(known: Pressure, observation: Observation) -> bool:
    if any(vital in known.values for vital in observation.values):
        return False
    if known.measured is not None and observation.effective is not None:
        return abs(known.measured - observation.effective) <= SAME_TIME_S
    return abs(observation.issued - known.received) <= TOGETHER_S


def put(pressures: list[Pressure], pressure: Pressure, instead_of: Pressure | None = None) -> None:
    """Into its place by time; the oldest go."""
    if instead_of is not None:
        pressures.remove(instead_of)
    pressures.append(pressure)
    pressures.sort(key=lambda p: p.effective)
    del pressures[:-KEPT]
