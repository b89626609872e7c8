"""The pressures of a session, each as one measurement, however many messages it came in.

A cuff measures systolic and diastolic together, and many a health store or gateway passes them on
as two: as two messages, two objects, two numbers or two rows of the API. Parts with the same device
and the same measurement time belong together, or, where no time was given, parts that arrive within
a few seconds. A half that does not come stays absent: it must never be taken for a good one.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.quality.cuffs.judging_order import Turn
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, Observation

KEPT: Final = 64
SAME_TIME_S: Final = 1.0  # one of the two may have been rounded to the second
TOGETHER_S: Final = 5.0  # receipts of the two halves, where no time was given


class Pressure(Struct, frozen=True, omit_defaults=True):
    """One believed measurement; a half that is absent is None. Times are s of our clock.

    effective   when it was measured, corrected
    clean       there is no doubt about it
    mean        mean pressure, if it came
    device, by  who measured: a device, or ("") the person who typed it
    counted_from   where timers start: see `timebase.counted_from`
    received    receipt of its newest part
    measured    the measurement time that the device states, uncorrected; None: not stated
    keys        vital sign -> its row on the record
    causes      vital sign -> the doubt about its value
    doubts      "age", "clock", "user" or "half" -> why it may be of another time or person, or half
                of a failed one: it may only raise alarms
    user        which of its users the cuff named
    waits       it has still to be judged: the rest of its burst may come
    turns       vital sign with a value -> when it was judged
    """

    effective: float
    sbp: float | None
    dbp: float | None
    clean: bool
    mean: float | None = None
    device: str = ""
    by: str = ""
    counted_from: float = 0.0
    received: float = 0.0
    measured: float | None = None
    keys: dict[str, str] = {}
    causes: dict[str, Reason] = {}
    doubts: dict[str, Reason] = {}
    user: int | None = None
    waits: bool = False
    turns: dict[str, Turn] = {}

    @property
    def unproven(self) -> Reason | None:
        """Why it may only raise alarms; None: it is of now and of the patient."""
        return both(*self.doubts.values())

    def value(self, vital: str) -> float | None:
        """Return the value of one of `PRESSURES`."""
        if vital == "sbp":
            return self.sbp
        return self.dbp if vital == "dbp" else self.mean

    @property
    def values(self) -> dict[str, float]:
        return {v: value for v in PRESSURES if (value := self.value(v)) is not None}

    @property
    def counts(self) -> bool:
        """Whether the schedule waits for such a pressure: a diastolic alone does not count."""
        return self.sbp is not None or self.mean is not None

    @property
    def whole(self) -> bool:
        """Whether both halves are there, and there is no doubt about either."""
        return self.clean and self.sbp is not None and self.dbp is not None


def doubted(pressure: Pressure, doubts: dict[str, Reason]) -> Pressure:
    """Return the same with these doubts instead of those that it had; it no longer waits."""
    clean = not pressure.causes and not doubts
    return replace(pressure, doubts=doubts, clean=clean, waits=False)


def with_row(pressures: Sequence[Pressure], key: str) -> Pressure | None:
    """Return the measurement of this row on the record; None: of no measurement that is kept."""
    return next((p for p in pressures if key in p.keys.values()), None)


def both(*reasons: Reason | None) -> Reason | None:
    """Join the doubts about a reading into one; None: no doubt."""
    joined: Reason | None = None
    for reason in reasons:
        if joined is None:
            joined = reason
        elif reason is not None:
            joined = Reason("both", {"first": joined, "second": reason})
    return joined


def other_half(pressures: Sequence[Pressure], observation: Observation) -> Pressure | None:
    """Return the measurement of which this reading is the missing part; None: it is no such part.

    A whole or failed measurement, or a cuff's own record, comes in one piece.
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
    """Insert it in its place by time, and drop the oldest."""
    if instead_of is not None:
        pressures.remove(instead_of)
    pressures.append(pressure)
    pressures.sort(key=lambda p: p.effective)
    del pressures[:-KEPT]
