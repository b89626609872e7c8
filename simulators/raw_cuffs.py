"""Cuffs that a gateway reads as bytes: records without a sequence number or a time of the gateway.

Messages on their way when the network fails are lost, except those that the cuff itself remembers.
`log` records the truth about each record that was handed over, to check a receiver's judgement.
"""

import math
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from simulators.body import Body
from simulators.devices import Cuff, Message, Unit
from simulators.gatt import STATUS_BITS, Record, inflating, pressure, pressure_unannounced
from simulators.native import Reading

PRESSURE, INFLATING = "readings/gatt-2a35", "readings/gatt-2a36"

Truth = Literal["live", "stored", "another user", "failed", "half failed"]

DAY_S: Final = 86_400.0
# Records in its memory from before this session: days ago, systolic, diastolic.
REMEMBERED: Final = ((10.2, 121, 79), (8.4, 187, 113), (3.1, 134, 84), (1.3, 117, 76))
MEMORY: Final = 60  # records
NOTICE_S: Final = 2.0
ZONE_S: Final = 7200.0  # offset of its clock from UTC
PATIENT, OTHER, OTHERS_EXTRA = 1, 2, (37, 19)
FAILING: Final = (4, 5, 6)  # the measurements that fail, of a cuff that fails


class Sent(Struct, frozen=True, kw_only=True):
    """One pressure record that was handed over.

    at         when, virtual epoch seconds
    measured   when it was measured, the same
    payload    its bytes
    """

    at: float
    measured: float
    record: Record
    truth: Truth
    payload: bytes


class _Kept(Struct, frozen=True):
    """A record in the cuff's memory."""

    measured: float
    record: Record


class RawCuff(Cuff):
    """Sends 0x2A35 after each measurement, and records from its memory by its quirks."""

    def __init__(self, unit: Unit, body: Body, schedule: tuple[float, ...]) -> None:
        super().__init__(unit, body, schedule)
        self.log: list[Sent] = []
        self._notice = math.inf
        self._radio: list[Message] = []
        self._memory = [self._remembered(*old) for old in REMEMBERED] if self._remembers else []

    @property
    def _remembers(self) -> bool:
        return any(name.startswith(("memory-", "latest-")) for name in self.unit.quirks)

    @property
    def _stamps(self) -> bool:
        return "memory-without-stamps" not in self.unit.quirks

    def next_step(self) -> float:
        return min(self._notice, super().next_step())

    def step(self, at: float) -> Reading | None:
        if at == self._notice:
            self._tell_inflation(at)
            return None
        reading = super().step(at)
        inflates = self._deflates is not None and "inflating-notices" in self.unit.quirks
        self._notice = at + NOTICE_S if inflates else math.inf
        return reading

    def connected(self, now: float) -> list[Message]:
        online = super().connected(now)
        self._radio = []
        if self.unit.quirks & {"memory-at-connect", "memory-without-stamps"}:
            self._hand_over(self._memory, now)
        elif "latest-at-connect" in self.unit.quirks:
            self._hand_over(self._memory[-1:], now)
        return online

    def disconnected(self) -> None:
        super().disconnected()
        self._radio = []

    def _tell_inflation(self, at: float) -> None:
        assert self._deflates is not None
        left = (self._deflates - at) / self.unit.inflation_s
        if self.online:
            self._radio.append(Message(INFLATING, inflating(round(40 + 140 * left))))
        following = at + NOTICE_S
        self._notice = following if following < self._deflates else math.inf

    def _record(self, content: Reading, at: float) -> None:
        self._measured += 1
        record, truth = self._measurement(content, at)
        if self.online:
            if "memory-each-time" in self.unit.quirks:
                self._hand_over(self._memory, at)
            self._send(record, at, at, truth)
        if self._remembers and truth in ("live", "another user"):
            self._memory = [*self._memory, _Kept(at, record)][-MEMORY:]

    def _measurement(self, content: Reading, at: float) -> tuple[Record, Truth]:
        quirks = self.unit.quirks
        record = Record(
            sbp=_number(content.get("sbp")),
            dbp=_number(content.get("dbp")),
            map=_number(content.get("map")),
            pulse=0 if "pulse-zero" in quirks else _number(content.get("pulse")),
            stamp=self._stamp(self.clock(at)),
            user=PATIENT if quirks & {"two-users", "unflagged-user"} else None,
            status=sum(STATUS_BITS[str(word)] for word in _words(content.get("flags"))),
        )
        if record.sbp is None or record.dbp is None:
            return record, "failed"
        return self._spoiled(record)

    def _spoiled(self, record: Record) -> tuple[Record, Truth]:
        quirks = self.unit.quirks
        assert record.sbp is not None
        assert record.dbp is not None
        third = self._measured % 3 == 0
        if third and "half-failed" in quirks:
            return replace(record, sbp=None, map=None), "half failed"
        if third and "two-users" in quirks:
            sbp, dbp = record.sbp + OTHERS_EXTRA[0], record.dbp + OTHERS_EXTRA[1]
            other = replace(record, sbp=sbp, dbp=dbp, map=round(dbp + (sbp - dbp) / 3), user=OTHER)
            return other, "another user"
        if self._measured in FAILING and quirks & {"fails-silently", "fails-with-status"}:
            status = STATUS_BITS["movement"] if "fails-with-status" in quirks else 0
            return replace(
                record, sbp=None, dbp=None, map=None, pulse=None, status=status
            ), "failed"
        return record, "live"

    def _hand_over(self, records: list[_Kept], now: float) -> None:
        for kept in records:
            self._send(kept.record, kept.measured, now, "stored")

    def _send(self, record: Record, measured: float, now: float, truth: Truth) -> None:
        odd = "unflagged-user" in self.unit.quirks
        payload = pressure_unannounced(record) if odd else pressure(record)
        self._radio.append(Message(PRESSURE, payload))
        self.log.append(
            Sent(at=now, measured=measured, record=record, truth=truth, payload=payload)
        )

    def _remembered(self, days: float, sbp: int, dbp: int) -> _Kept:
        at = self.unit.starts - days * DAY_S
        sbp, dbp = (value + int(self.rng.integers(-3, 4)) for value in (sbp, dbp))
        stamp = self._stamp(at)
        user = PATIENT if "two-users" in self.unit.quirks else None
        return _Kept(at, Record(
            sbp=sbp, dbp=dbp, map=round(dbp + (sbp - dbp) / 3), pulse=72, stamp=stamp, user=user,
            status=0,
        ))  # fmt: skip

    def _stamp(self, shown: float) -> float | None:
        if not self._stamps:
            return None
        local = int(shown + ZONE_S)
        return float(local // 60 * 60 if "stamps-in-minutes" in self.unit.quirks else local)

    def _flush(self, now: float) -> list[Message]:
        sent, self._radio = self._radio, []
        return sent


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _words(value: object) -> list[object]:
    return value if isinstance(value, list) else []
